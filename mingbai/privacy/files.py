"""Files that people want to attach: what must not be in them, and the copy that may be published."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from pathlib import PurePath

import python_calamine
import xlsxwriter
from docx import Document
from docx.opc.exceptions import OpcError
from lxml import etree
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from PIL import Image, ImageOps, UnidentifiedImageError
from python_calamine import CalamineError, PasswordError, XmlError, ZipError

from mingbai.privacy.findings import Found, Kind, Severity, found
from mingbai.privacy.parts import TooLarge, hidden_in, knows_a_place, parts_of, ruined_numbers
from mingbai.privacy.text import find_in_text
from mingbai.reading.cells import NotReadable
from mingbai.reading.grid import bytes_are, text_of
from mingbai.reading.hidden import hidden_places

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 2_400
TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
# A spreadsheet program takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Bytes of a PDF that does more than show pages.
ACTIVE = (b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/Launch", b"/RichMedia")
_BROKEN = (
    CalamineError,
    PasswordError,
    XmlError,
    ZipError,
    OpcError,
    PdfminerException,
    MalformedPDFException,
    PSException,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    csv.Error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    RecursionError,
    SyntaxError,
)


class NotAllowed(ValueError):
    """The file can't be published; the message says why and what to do."""


def find_in_file(name: str, data: bytes) -> list[Found]:
    """Everything in a file, in all its parts, that may not be public. Raises NotAllowed for what can't be read."""
    _check_size(name, data)
    stem = PurePath(name).stem
    everything = find_in_text(stem, "文件名")
    try:
        for where, text in parts_of(name, data):
            everything += find_in_text(text, f"“{name}”{where}")
        everything += [found(Kind.HIDDEN, Severity.BLOCK, f"“{name}”{where}", "") for where in hidden_in(name, data)]
        suffix = PurePath(name).suffix.lower()
        if suffix in (".xlsx", ".xls"):
            everything += [
                found(Kind.ID_NUMBER, Severity.BLOCK, f"“{name}”{cell}（16位以上的数字）", cell)
                for cell in ruined_numbers(data)
            ]
        if suffix in (".jpg", ".jpeg", ".png") and knows_a_place(data):
            everything.append(found(Kind.METADATA, Severity.BLOCK, f"“{name}”拍摄地点", ""))
    except (NotReadable, TooLarge) as error:
        raise NotAllowed(f"“{name}”：{error}") from error
    except _BROKEN as error:
        raise NotAllowed(f"“{name}”已损坏或加了密码，打不开，请重新保存后再上传。") from error
    return list({one.key: one for one in everything}.values())


def rebuild(name: str, data: bytes) -> tuple[str, str, bytes]:
    """The copy that may be published: (name, media type, bytes). Workbooks, text tables and pictures are made anew
    from what is seen of them; a Word file loses its properties. Raises NotAllowed."""
    _check_size(name, data)
    path = PurePath(name)
    suffix = {".jpeg": ".jpg", ".xls": ".xlsx"}.get(path.suffix.lower(), path.suffix.lower())
    if suffix not in TYPES:
        raise NotAllowed(f"“{name}”这种文件不能公开，请改用 PDF、图片、Excel 或 Word（.docx）。")
    try:
        made = _made_anew(name, suffix, data)
    except NotAllowed:
        raise
    except NotReadable as error:
        raise NotAllowed(f"“{name}”：{error}") from error
    except _BROKEN as error:
        raise NotAllowed(f"“{name}”已损坏或加了密码，打不开，请重新保存后再上传。") from error
    return f"{path.stem}{suffix}", TYPES[suffix], made


def _made_anew(name: str, suffix: str, data: bytes) -> bytes:
    if suffix == ".xlsx":
        return _workbook(data)
    if suffix == ".docx":
        return _document(name, data)
    if suffix in (".jpg", ".png"):
        return _picture(name, suffix, data)
    if suffix == ".csv":
        return _text_table(data)
    if suffix == ".txt":
        return text_of(data).encode()
    if not data[:1024].lstrip().startswith(b"%PDF-"):
        raise NotAllowed(f"“{name}”的内容不是 PDF，请重新导出后再上传。")
    if any(mark in data for mark in ACTIVE):
        raise NotAllowed(f"“{name}”带有脚本或夹带的文件，请用“打印为 PDF”重新生成后再上传。")
    return data


def _check_size(name: str, data: bytes) -> None:
    if not data:
        raise NotAllowed(f"“{name}”是空的，请重新选择。")
    if len(data) > MAX_BYTES:
        raise NotAllowed(f"“{name}”超过10兆字节，请压缩后再上传。")


def _workbook(data: bytes) -> bytes:
    """Visible values of visible sheets, and nothing else: no formulas, comments, names or properties."""
    if bytes_are(data) not in ("xlsx", "xls"):
        raise NotAllowed("文件的内容不是 Excel 工作簿，请重新保存后再上传。")
    source = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    hidden = hidden_places(data)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as made:
        for meta in source.sheets_metadata:
            if meta.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            rows, columns = hidden.get(meta.name, (frozenset(), frozenset()))
            sheet = made.add_worksheet(meta.name[:31])
            values = source.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            shown = [row for number, row in enumerate(values) if number not in rows]
            for number, row in enumerate(shown):
                cells = [value for place, value in enumerate(row) if place not in columns]
                for place, value in enumerate(cells):
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        sheet.write_number(number, place, value)
                    elif value not in ("", None):
                        sheet.write_string(number, place, str(value))
    return out.getvalue()


def _document(name: str, data: bytes) -> bytes:
    if bytes_are(data) != "docx":
        raise NotAllowed(f"“{name}”的内容不是 Word 文档，请重新另存为 .docx。")
    seen = sorted(set(hidden_in(name, data)))
    if seen:
        raise NotAllowed(f"“{name}”里有{'、'.join(seen)}，请在 Word 里接受修订、删去批注后另存，再上传。")
    document = Document(io.BytesIO(data))
    properties = document.core_properties
    for attribute in ("author", "last_modified_by", "comments", "keywords", "subject", "title", "category"):
        setattr(properties, attribute, "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _picture(name: str, suffix: str, data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise NotAllowed(f"“{name}”像素太大，请缩小后再上传。")
        if image.format not in ("JPEG", "PNG", "MPO"):
            raise NotAllowed(f"“{name}”的内容和扩展名不一致，请重新导出后再上传。")
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = upright.convert("RGB" if suffix == ".jpg" else "RGBA")
        clean = Image.new(plain.mode, plain.size)
        clean.paste(plain)
        out = io.BytesIO()
        clean.save(out, "JPEG" if suffix == ".jpg" else "PNG", quality=85)
    return out.getvalue()


def _text_table(data: bytes) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(text_of(data))):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) and not _is_number(cell) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "", 1).lstrip("+-").isdigit()
