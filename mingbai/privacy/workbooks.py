"""Excel workbooks: what stands in every part, what they hide, and a new one from what is seen."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import python_calamine
import xlsxwriter
from lxml import etree

from mingbai.privacy.folding import fold
from mingbai.privacy.limits import CREATED, FORMULA, NotAllowed, Part, TooLarge
from mingbai.privacy.numbers import MOBILE, is_id_number
from mingbai.privacy.old_workbooks import HiddenPlaces, hidden_in_old
from mingbai.reading.grid import bytes_are
from mingbai.reading.hidden import cell_name, parse_xml

MAX_CELLS = 200_000
MAX_TEXT = 32_767
RUINED = 10**15
PERSONS = re.compile(r"姓\s*名|户主|名字|领取人|申请人|受助人|享受人")
OFFICERS = re.compile(r"职务|岗位|网格|科室|部门|分工")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_ASCII_DIGITS = re.compile(rb"(?<![0-9])[0-9]{11}(?:[0-9]{6}[0-9Xx])?(?![0-9])")
_WIDE_DIGITS = re.compile(rb"(?:[0-9]\x00){11}(?:(?:[0-9]\x00){6}[0-9Xx]\x00)?(?![0-9]\x00)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, whether its tab is seen, its values, and what is hidden in it."""

    name: str
    visible: bool
    values: list[list[Any]]
    hidden: HiddenPlaces


def sheets_of(data: bytes) -> Iterator[Sheet]:
    """The worksheets in order. Raises TooLarge, NotReadable, ValueError."""
    if bytes_are(data) not in ("xlsx", "xls"):
        raise NotAllowed("文件的内容不是 Excel 工作簿，请重新保存后再上传。")
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    metas = list(workbook.sheets_metadata)
    old = not data.startswith(b"PK")
    in_order = hidden_in_old(data) if old else []
    by_name = {} if old else _hidden_by_name(data)
    if old and len(in_order) != len(metas):
        raise ValueError("sheets don't fit their list")
    for place, meta in enumerate(metas):
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.total_height * max(sheet.total_width, 1) > MAX_CELLS:
            raise TooLarge(f"工作表“{meta.name}”太大，请只留要公开的部分。")
        visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
        values = sheet.to_python(skip_empty_area=False)
        yield Sheet(meta.name, visible, values, in_order[place] if old else by_name[meta.name])


def local(element: etree._Element) -> str:
    """The tag without its namespace; Excel writes two, strict and not."""
    return str(element.tag).rpartition("}")[2]


def _hidden_by_name(data: bytes) -> dict[str, HiddenPlaces]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        targets = {
            str(relation.get("Id")): str(relation.get("Target"))
            for relation in parse_xml(archive.read("xl/_rels/workbook.xml.rels"))
        }
        found = {}
        for sheet in parse_xml(archive.read("xl/workbook.xml")).iter("{*}sheet"):
            target = targets[str(sheet.get(RELATION) or sheet.get(STRICT_RELATION))]
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[str(sheet.get("name"))] = _hidden_in_sheet(parse_xml(archive.read(path)))
    return found


def _hidden_in_sheet(sheet: etree._Element) -> HiddenPlaces:
    found = HiddenPlaces()
    shown: set[int] = set()
    number = -1
    for row in sheet.iter("{*}row"):
        number = int(row.get("r", number + 2)) - 1
        if _is_on(row.get("hidden")) or _is_zero(row.get("ht")):
            found.rows.add(number)
        else:
            shown.add(number)
    for column in sheet.iter("{*}col"):
        if _is_on(column.get("hidden")) or _is_zero(column.get("width")):
            first, last = int(column.get("min", "1")), min(int(column.get("max", "1")), 16_384)
            found.columns |= set(range(first - 1, last))
    if any(_is_on(one.get("zeroHeight")) for one in sheet.iter("{*}sheetFormatPr")):
        found.shown_rows = shown
    return found


def _is_on(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _is_zero(value: str | None) -> bool:
    return value is not None and float(value) == 0


# -- every part -------------------------------------------------------------------------------------------------------


def workbook_parts(data: bytes) -> Iterator[Part]:
    """Cells by their names, then everything that stands beside them."""
    in_cells: set[str] = set()
    for sheet in sheets_of(data):
        yield Part("工作表名称", sheet.name)
        labels: list[str] | None = None
        for row, values in enumerate(sheet.values):
            texts = [exact(value) for value in values]
            in_cells.update(texts)
            for column, text in enumerate(texts):
                if text:
                    label = labels[column] if labels is not None and column < len(labels) else ""
                    where = f"{sheet.name}!{cell_name(row, column)}"
                    yield Part(where, text, label=label, listed=labels is not None)
            yield Part(f"{sheet.name}第{row + 1}行", cells=tuple(texts))
            labels = texts if is_head_of_persons(texts) else labels
    if data.startswith(b"PK"):
        yield from _beside_cells(data, in_cells)
    else:
        yield from _inside_old(data, in_cells)


def is_head_of_persons(texts: list[str]) -> bool:
    """A row of labels over a list of persons who hold no office."""
    short = [text for text in texts if 0 < len(text) <= 12]
    return (
        len(short) >= 2
        and any(PERSONS.search(text) for text in short)
        and not any(OFFICERS.search(text) for text in short)
    )


def exact(value: object) -> str:
    """A cell's text; a whole number without its point."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def ruined_numbers(data: bytes) -> Iterator[str]:
    """The cells in which Excel has kept sixteen digits or more as a number."""
    for sheet in sheets_of(data):
        for row, values in enumerate(sheet.values):
            for column, value in enumerate(values):
                if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= RUINED:
                    yield f"{sheet.name}!{cell_name(row, column)}"


PLACES = (
    ("sharedStrings", "删除后残留的文字"),
    ("omments/", "批注"),
    ("omments", "批注"),
    ("vmlDrawing", "批注"),
    ("persons/", "批注人"),
    (".rels", "链接"),
    ("worksheets/", "页眉页脚、公式或数据验证"),
    ("drawings/", "文本框或图片"),
    ("charts/", "图表"),
    ("pivot", "数据透视表"),
    ("externalLinks/", "外部链接"),
    ("docProps/", "文件属性"),
    ("workbook.xml", "定义的名称"),
)


def _beside_cells(data: bytes, in_cells: set[str]) -> Iterator[Part]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.endswith((".xml", ".vml", ".rels")) or member.endswith(("/styles.xml", "theme1.xml")):
                continue
            where = next((words for part, words in PLACES if part in member), f"文件内部 {member}")
            try:
                root = parse_xml(archive.read(member))
            except etree.XMLSyntaxError:
                if member.endswith(".vml"):  # Excel's own aren't always XML; the comment's text is elsewhere
                    continue
                raise
            yield from (Part(where, text, shown=False) for text in _texts(member, root) if text not in in_cells)
            yield from authors_in(member, root)


def _texts(member: str, root: etree._Element) -> Iterator[str]:
    """Paragraphs and strings whole, though they are kept in pieces; then each text and attribute alone."""
    for one in root.iter("{*}si", "{*}p", "{*}comment", "{*}text"):
        yield "".join(str(text) for text in one.itertext())
    if member.endswith(("sharedStrings.xml", ".vml")):
        return
    cells = "/worksheets/" in member and not member.endswith(".rels")
    for one in root.iter():
        if cells and local(one) in ("v", "t", "is"):
            continue
        if one.text and one.text.strip():
            yield str(one.text)
        if not cells or local(one) in ("scenario", "hyperlink", "protectedRange", "dataValidation", "inputCells"):
            yield from (str(value) for value in one.attrib.values() if 11 <= len(str(value)) < 500)


def authors_in(member: str, root: etree._Element) -> Iterator[Part]:
    """The names that a document's properties keep."""
    if member.startswith("docProps/"):
        for one in root.iter("{*}creator", "{*}lastModifiedBy", "{*}Manager"):
            yield Part("文件属性“作者”", str(one.text or ""), shown=False, author=True)


def _inside_old(data: bytes, in_cells: set[str]) -> Iterator[Part]:
    """An old workbook's bytes: comments, headers and properties aren't taken apart, but numbers show."""
    seen = {one for text in in_cells for one in (text, fold(text).text)}
    runs = [match.group() for match in _ASCII_DIGITS.finditer(data)]
    runs += [match.group().replace(b"\0", b"") for match in _WIDE_DIGITS.finditer(data)]
    for run in sorted({one.decode("ascii") for one in runs}):
        if (is_id_number(run) or MOBILE.fullmatch(run)) and not any(run in text for text in seen):
            yield Part("工作簿内部（批注、页眉、属性等）", run, shown=False)


# -- what is hidden, and what is seen ---------------------------------------------------------------------------------


def hidden_in_workbook(data: bytes) -> Iterator[str]:
    """The places of a workbook that its owner doesn't see, in words."""
    for sheet in sheets_of(data):
        if not sheet.visible:
            yield f"隐藏的工作表“{sheet.name}”"
            continue
        filled = [row for row, values in enumerate(sheet.values) if any(value not in ("", None) for value in values)]
        rows = [row for row in filled if sheet.hidden.hides_row(row)]
        width = max((len(values) for values in sheet.values), default=0)
        columns = [column for column in sorted(sheet.hidden.columns) if column < width]
        if rows:
            yield f"工作表“{sheet.name}”隐藏的第{rows[0] + 1}行"
        if columns:
            yield f"工作表“{sheet.name}”隐藏的{cell_name(0, columns[0])[:-1]}列"
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
        if any(re.search(r"xl/(?:threadedC|c)omments", member) for member in members):
            yield "批注"
        if any("/embeddings/" in member or member.endswith("vbaProject.bin") for member in members):
            yield "嵌入的文件或宏"


def rebuilt_workbook(data: bytes) -> bytes:
    """Visible values of visible sheets, and nothing else: no formulas, comments, names or properties."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as made:
        made.set_properties({"created": datetime.fromisoformat(CREATED)})
        as_text = made.add_format({"quote_prefix": True})
        shown = [sheet for sheet in sheets_of(data) if sheet.visible]
        if not shown:
            raise NotAllowed("工作簿里没有看得见的工作表，请取消隐藏后再上传。")
        for sheet in shown:
            target = made.add_worksheet(sheet.name[:31])
            rows = [values for row, values in enumerate(sheet.values) if not sheet.hidden.hides_row(row)]
            for row, values in enumerate(rows):
                cells = [value for column, value in enumerate(values) if column not in sheet.hidden.columns]
                for column, value in enumerate(cells):
                    _write(target, row, column, value, as_text)
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: object, as_text: Any) -> None:
    if value in ("", None):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        text = str(value)
        if len(text) > MAX_TEXT:
            raise NotAllowed(f"单元格 {cell_name(row, column)} 的文字太长，请分成几格后再上传。")
        sheet.write_string(row, column, text, as_text if text.lstrip(" ").startswith(FORMULA) else None)
