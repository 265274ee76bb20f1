"""Every part of a document in which something can stand: (where, text), and what it hides."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePath

import pdfplumber
import python_calamine
from lxml import etree
from PIL import ExifTags, Image

from mingbai.reading.grid import bytes_are, text_of
from mingbai.reading.hidden import cell_name, hidden_places, parse_xml

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_CELLS = 200_000
RUINED = 10**15


class TooLarge(ValueError):
    """More than can be looked through."""


def parts_of(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The texts of a file. Raises NotReadable for what its bytes don't bear out, TooLarge beyond the limits."""
    suffix = PurePath(name).suffix.lower()
    if suffix in (".xlsx", ".xls"):
        bytes_are(data)  # unpacks within limits, or refuses
        yield from _cells(data)
        if suffix == ".xlsx":
            yield from _xml_parts(data)
    elif suffix == ".docx":
        bytes_are(data)
        yield from _paragraphs(data)
    elif suffix == ".pdf":
        yield from _pdf(data)
    elif suffix in (".jpg", ".jpeg", ".png"):
        yield from _image(data)
    else:
        for number, line in enumerate(text_of(data).splitlines(), 1):
            yield f"第{number}行", line


def _cells(data: bytes) -> Iterator[tuple[str, str]]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for meta in workbook.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.total_height * max(sheet.total_width, 1) > MAX_CELLS:
            raise TooLarge(f"工作表“{meta.name}”太大，请只留要公开的部分。")
        yield "工作表名称", meta.name
        for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
            texts = ["" if value is None else _exact(value) for value in values]
            for column, text in enumerate(texts):
                if text:
                    yield f"{meta.name}!{cell_name(row, column)}", text
            yield f"{meta.name}第{row + 1}行", "".join(texts)


def _exact(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def ruined_numbers(data: bytes) -> Iterator[str]:
    """The cells in which Excel has kept sixteen digits or more as a number."""
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in workbook.sheet_names:
        for row, values in enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            for column, value in enumerate(values):
                if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= RUINED:
                    yield f"{name}!{cell_name(row, column)}"


def _xml_parts(data: bytes) -> Iterator[tuple[str, str]]:
    """What stands in a workbook beside its cells: strings left over, comments, headers, names, properties."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.endswith((".xml", ".vml")) or member.endswith(("styles.xml", "theme1.xml")):
                continue
            try:
                root = parse_xml(archive.read(member))
            except etree.XMLSyntaxError:
                continue
            if "/worksheets/" in member:
                wanted = [one for one in root.iter() if str(one.tag).endswith(("Header", "Footer", "prompt", "error"))]
                for one in wanted:
                    yield f"{member}的页眉页脚", "".join(str(text) for text in one.itertext())
            elif member.endswith(("sharedStrings.xml",)) or "comment" in member or "drawing" in member.lower():
                for one in root:
                    yield member, "".join(str(text) for text in one.itertext())
            else:
                yield member, " ".join(str(text) for text in root.itertext())
                for one in root.iter():
                    for value in one.attrib.values():
                        if len(str(value)) < 500:
                            yield member, str(value)


def _paragraphs(data: bytes) -> Iterator[tuple[str, str]]:
    """Word keeps body, headers, footers, notes, comments, deletions and text boxes all as paragraphs of runs."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.endswith(".xml") or not member.startswith(("word/", "docProps/", "customXml/")):
                continue
            if member.endswith(("styles.xml", "settings.xml", "fontTable.xml", "theme1.xml", "numbering.xml")):
                continue
            root = parse_xml(archive.read(member))
            if member.startswith("word/"):
                for paragraph in root.iter(f"{WORD}p"):
                    yield (
                        member,
                        "".join(
                            str(one.text or "")
                            for one in paragraph.iter(f"{WORD}t", f"{WORD}delText", f"{WORD}instrText")
                        ),
                    )
                for row in root.iter(f"{WORD}tr"):
                    yield member, "".join(str(one.text or "") for one in row.iter(f"{WORD}t"))
            else:
                yield member, " ".join(str(text) for text in root.itertext())


def _pdf(data: bytes) -> Iterator[tuple[str, str]]:
    with pdfplumber.open(io.BytesIO(data)) as document:
        for name, value in (document.metadata or {}).items():
            yield f"文件属性 {name}", str(value)
        for number, page in enumerate(document.pages[:300], 1):
            for line in (page.extract_text() or "").splitlines():
                yield f"第{number}页", line
            for note in page.annots:
                yield f"第{number}页批注", str(note.get("contents") or "")


def _image(data: bytes) -> Iterator[tuple[str, str]]:
    with Image.open(io.BytesIO(data)) as image:
        for name, value in image.getexif().items():
            yield f"照片属性 {ExifTags.TAGS.get(name, name)}", str(value)
        for key, value in image.info.items():
            if isinstance(value, str):
                yield f"图片属性 {key}", value


def hidden_in(name: str, data: bytes) -> Iterator[str]:
    """The places of a file that its owner doesn't see, in words."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".xlsx":
        yield from _hidden_in_workbook(data)
    elif suffix == ".docx":
        yield from _hidden_in_document(data)


def _hidden_in_workbook(data: bytes) -> Iterator[str]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for meta in workbook.sheets_metadata:
        if meta.visible != python_calamine.SheetVisibleEnum.Visible:
            yield f"隐藏的工作表“{meta.name}”"
    for sheet, (rows, columns) in hidden_places(data).items():
        if rows:
            yield f"工作表“{sheet}”隐藏的第{min(rows) + 1}行"
        if columns:
            yield f"工作表“{sheet}”隐藏的列"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(member.startswith("xl/comments") or "threadedComment" in member for member in archive.namelist()):
            yield "批注"


def _hidden_in_document(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.startswith("word/") or not member.endswith(".xml"):
                continue
            root = parse_xml(archive.read(member))
            if member.endswith("comments.xml") and len(root):
                yield "批注"
            if next(root.iter(f"{WORD}del", f"{WORD}ins"), None) is not None:
                yield "修订痕迹"
            if next(root.iter(f"{WORD}vanish"), None) is not None:
                yield "隐藏的文字"


def knows_a_place(data: bytes) -> bool:
    """Whether a picture says where it was taken."""
    with Image.open(io.BytesIO(data)) as image:
        return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
