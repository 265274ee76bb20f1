"""Documents → grids of cells: txt, csv, docx, xlsx, xls, html and pdf. What a file is, its bytes decide."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

import pdfplumber
import python_calamine
from docx import Document
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml import etree, html
from lxml.html import HtmlElement
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from python_calamine import CalamineError, PasswordError, XmlError, ZipError

from mingbai.reading.cells import MAX_COLUMNS, MAX_ROWS, Cell, Grid, NotReadable, Row, row_of

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_PAGES = 300
TOO_LARGE = "文件超过20兆字节，不像是一份目录，请检查文件。"
ENCODINGS = ("utf-8-sig", "gb18030")

# What the parsers raise for a broken file: their own errors, and what slips out of them for bytes nobody foresaw.
UNREADABLE = (
    OpcError,
    PdfminerException,
    MalformedPDFException,
    PSException,
    CalamineError,
    ZipError,
    XmlError,
    etree.LxmlError,
    csv.Error,
    struct.error,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    RecursionError,
)

KINDS = {
    ".txt": "text",
    ".csv": "text",
    ".tsv": "text",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
}
KIND_NAMES = {
    "text": "文本",
    "docx": "Word 文档（.docx）",
    "xlsx": "Excel 工作簿（.xlsx）",
    "xls": "Excel 工作簿（.xls）",
    "html": "网页（.html）",
    "pdf": "PDF",
}
SUPPORTED = "txt、docx、xlsx、xls、html、pdf"


def read_grids(path: Path) -> list[Grid]:
    """Every table of the document. Raises NotReadable, naming the file."""
    return grids_in(path, _bytes_of(path))


def grids_in(name: PurePath, data: bytes) -> list[Grid]:
    """Every table of a document, of which the name's ending says what it should be."""
    if len(data) > MAX_BYTES:
        raise NotReadable(TOO_LARGE)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise NotReadable("文件是空的，请检查文件。")
    kind = _kind_of(name, data)
    try:
        grids = _READERS[kind](data)
    except NotReadable:
        raise
    except PasswordError as error:
        raise NotReadable("文件加了密码，请去掉密码后再试。") from error
    except UNREADABLE as error:
        if "PDFPasswordIncorrect" in repr(error) or "PDFEncryptionError" in repr(error):
            raise NotReadable("PDF加了密码，请去掉密码后再试。") from error
        raise NotReadable(f"{KIND_NAMES[kind]}已损坏，打不开（{type(error).__name__}），请重新导出后再试。") from error
    for grid in grids:
        if len(grid.rows) > MAX_ROWS:
            raise NotReadable(f"表格有{len(grid.rows)}行，不像是一份目录（最多{MAX_ROWS}行）。")
    return grids


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise NotReadable("这是一个文件夹，请选择其中的目录文件。")
        if path.stat().st_size > MAX_BYTES:
            raise NotReadable(TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        raise NotReadable(f"读不到文件（{error.strerror}），请检查文件名和路径。") from error


def _kind_of(path: PurePath, data: bytes) -> str:
    suffix = path.suffix.lower()
    if suffix in (".doc", ".wps"):
        raise NotReadable("旧版 Word 文件（.doc）读不了，请在 Word 或 WPS 里另存为 .docx 后再试。")
    if suffix not in KINDS:
        raise NotReadable(f"不支持“{suffix or '没有扩展名'}”文件，支持的有 {SUPPORTED}。")
    found = bytes_are(data)
    if found != KINDS[suffix]:
        raise NotReadable(f"扩展名是 {suffix}，内容却是{KIND_NAMES[found]}，请改正扩展名或重新导出后再试。")
    return found


def bytes_are(data: bytes) -> str:
    """Which kind of document the bytes are, whatever the name says. Raises NotReadable for what can't be one."""
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise NotReadable("文件加了密码，请去掉密码后再试。")
        if "WordDocument".encode("utf-16-le") in data:
            raise NotReadable("旧版 Word 文件（.doc）读不了，请在 Word 或 WPS 里另存为 .docx 后再试。")
        return "xls"
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<div")):
        return "html"
    return "html" if head.startswith(b"<") and b"<table" in data.lower() else "text"


def _sniff_zip(data: bytes) -> str:
    """docx or xlsx; a bomb is recognised by really unpacking, member by member, up to the limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise NotReadable(f"压缩包里有{len(members)}个文件，不像是一份文档，请检查文件。")
            _unpack_all(archive, members)
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable("文件已损坏或加了密码，打不开，请重新保存后再试。") from error
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise NotReadable(f"这是一个压缩包，不是目录文档；支持的有 {SUPPORTED}。")


def _unpack_all(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    total = 0
    for member in members:
        with archive.open(member) as stream:
            while block := stream.read(1 << 20):
                total += len(block)
                if total > MAX_UNPACKED:
                    raise NotReadable("文件解开后超过100兆字节，不像是一份目录，请检查文件。")


# -- text ------------------------------------------------------------------------------------------------------------


def _text(data: bytes) -> list[Grid]:
    text = text_of(data)
    tabs, commas = text.count("\t"), text.count(",") + text.count('"')
    if tabs == 0 and commas == 0:
        raise NotReadable("文本里没有表格：要找用制表符（Tab）或逗号分开的列，第1行就没有。")
    grid = Grid()
    reader = csv.reader(io.StringIO(text), delimiter="\t" if tabs else ",")
    for number, texts in enumerate(reader, 1):
        if not grid.rows and sum(bool(part.strip()) for part in texts) == 1:
            grid.before.append("".join(texts).strip())
        elif grid.rows or any(part.strip() for part in texts):
            grid.rows.append(row_of(texts, f"第{number}行"))
    return [grid]


def text_of(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with a mark, or GB 18030. Raises NotReadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise NotReadable("文本的编码已损坏，请另存为 UTF-8 后再试。") from error
    if b"\0" in data:
        raise NotReadable("这不是文本文件，里面有二进制内容，请检查文件。")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotReadable("认不出文本的编码，请另存为 UTF-8 后再试。")


# -- Word ------------------------------------------------------------------------------------------------------------


def _docx(data: bytes) -> list[Grid]:
    document = Document(io.BytesIO(data))
    grids: list[Grid] = []
    before: list[str] = []
    number = 0
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            number += 1
            grids.append(Grid(_docx_rows(block, number), before))
            before = []
        elif block.text.strip():
            before.append(block.text.strip())
    return grids


def _docx_rows(table: Table, number: int) -> list[Row]:
    seen: set[Any] = set()
    rows = []
    for place, row in enumerate(table.rows, 1):
        if place > MAX_ROWS:
            raise NotReadable(f"第{number}个表格超过{MAX_ROWS}行，不像是一份目录。")
        cells = [Cell("")] * row.grid_cols_before
        for cell in row.cells:
            if len(cells) > MAX_COLUMNS:
                raise NotReadable(f"第{number}个表格第{place}行超过{MAX_COLUMNS}列，不像是一份目录。")
            merged = cell._tc in seen
            seen.add(cell._tc)
            cells.append(Cell("", merged=True) if merged else Cell(cell.text))
        rows.append(Row(tuple(cells), f"第{number}个表格第{place}行"))
    return rows


# -- Excel -----------------------------------------------------------------------------------------------------------


def _excel(data: bytes) -> list[Grid]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids = []
    for meta in workbook.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != python_calamine.SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
            raise NotReadable(
                f"工作表“{meta.name}”有{sheet.total_height}行{sheet.total_width}列，不像是一份目录，请删去多余的行列。"
            )
        merged = {
            (row, column)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            for row in range(top, min(bottom, MAX_ROWS) + 1)
            for column in range(left, min(right, MAX_COLUMNS) + 1)
            if (row, column) != (top, left)
        }
        grid = Grid()
        for number, values in enumerate(sheet.to_python(skip_empty_area=False)):
            texts = [None if (number, n) in merged else _excel_text(value) for n, value in enumerate(values)]
            filled = [text for text in texts if text and text.strip()]
            if not grid.rows and len(filled) == 1:
                grid.before.append(filled[0].strip())
            elif grid.rows or filled:
                grid.rows.append(row_of(texts, f"工作表“{meta.name}”第{number + 1}行"))
        grids.append(grid)
    return grids


def _excel_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# -- HTML ------------------------------------------------------------------------------------------------------------


def _html(data: bytes) -> list[Grid]:
    parser = html.HTMLParser(encoding=_html_encoding(data), no_network=True, huge_tree=False, remove_comments=True)
    root = html.document_fromstring(data, parser=parser)
    grids = []
    for number, table in enumerate(root.iter("table"), 1):
        if table.find(".//table") is None:
            grids.append(Grid(_html_rows(table, number), _html_before(table)))
    return grids


def _html_encoding(data: bytes) -> str | None:
    """None leaves it to the page's own meta tag; a page without one is tried as UTF-8, then GB 18030."""
    if b"charset" in data[:4096].lower() or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _html_before(table: HtmlElement) -> list[str]:
    caption = table.find("caption")
    lines = [caption.text_content().strip()] if caption is not None else []
    for element in table.itersiblings(preceding=True):
        text = element.text_content().strip() if isinstance(element.tag, str) and element.tag != "table" else ""
        if text:
            lines.insert(0, text.splitlines()[-1].strip())
            break
    title = table.getroottree().find(".//title")
    if not lines and title is not None and title.text:
        lines.append(title.text.strip())
    return lines


def _html_rows(table: HtmlElement, number: int) -> list[Row]:
    rows = []
    open_spans: dict[int, int] = {}  # column → how many further rows a rowspan still covers
    for place, line in enumerate(table.iter("tr"), 1):
        if place > MAX_ROWS:
            raise NotReadable(f"第{number}个表格超过{MAX_ROWS}行，不像是一份目录。")
        cells: list[Cell] = []
        for element in [*line.iterchildren("td", "th"), None]:
            while open_spans.get(len(cells), 0) > 0:
                open_spans[len(cells)] -= 1
                cells.append(Cell("", merged=True))
            if element is None:
                break
            down, across = _span(element, "rowspan", MAX_ROWS), _span(element, "colspan", MAX_COLUMNS)
            for offset in range(across):
                open_spans[len(cells)] = down - 1
                cells.append(Cell(_html_text(element)) if offset == 0 else Cell("", merged=True))
        if len(cells) > MAX_COLUMNS:
            raise NotReadable(f"第{number}个表格第{place}行有{len(cells)}列，不像是一份目录（最多{MAX_COLUMNS}列）。")
        rows.append(Row(tuple(cells), f"第{number}个表格第{place}行"))
    return rows


def _span(element: HtmlElement, name: str, most: int) -> int:
    value = (element.get(name) or "1").strip()
    return max(1, min(int(value[:6]) if value[:6].isdecimal() else 1, most))


def _html_text(element: HtmlElement) -> str:
    """The text with a line for each block and <br>."""
    parts: list[str] = []
    for node in element.iter():
        if node is not element and node.tag in ("br", "p", "div", "li"):
            parts.append("\n")
        if isinstance(node.tag, str) and node.tag not in ("script", "style"):
            parts.append(" ".join((node.text or "").split()))
        if node is not element:
            parts.append(" ".join((node.tail or "").split()))
    return "".join(parts).strip()


# -- PDF -------------------------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> list[Grid]:
    """One grid a table: a table over several pages is as many grids."""
    grids: list[Grid] = []
    before: list[str] = []
    with pdfplumber.open(io.BytesIO(data)) as document:
        if len(document.pages) > MAX_PAGES:
            raise NotReadable(f"PDF有{len(document.pages)}页，不像是一份目录（最多{MAX_PAGES}页）。")
        for number, page in enumerate(document.pages, 1):
            tables = page.find_tables()
            if not grids:
                top = min((table.bbox[1] for table in tables), default=page.height)
                above = page.crop((0, 0, page.width, max(top, 1)), strict=False).extract_text() or ""
                before += [line.strip() for line in above.splitlines() if line.strip()]
            for table in tables:
                rows = [row_of(texts, f"第{number}页表格第{place}行") for place, texts in enumerate(table.extract(), 1)]
                grids.append(Grid(rows, [] if grids else before))
            page.close()
    if not grids:
        raise NotReadable("PDF里没有找到表格：第1页起都没有带边框的表；如果是扫描件，请改用文字版。")
    return grids


_READERS: dict[str, Callable[[bytes], list[Grid]]] = {
    "text": _text,
    "docx": _docx,
    "xlsx": _excel,
    "xls": _excel,
    "html": _html,
    "pdf": _pdf,
}
