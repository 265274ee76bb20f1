"""Whose cell is this? By the header's names, and by what the cells say, because columns slide.

A page break or a careless copy drops empty columns or adds some. The time-limit cell, recognised by what it says,
is the anchor: how far it stands from its header's column is how far the row has slid.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mingbai.reading.cells import Cell, Grid, NotReadable, Row
from mingbai.rules.timelimit import looks_like_time_limit


class Field(StrEnum):
    """What a column is for."""

    NUMBER = "number"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    LEVEL3 = "level3"
    CONTENT = "content"
    LEGAL_BASIS = "legal_basis"
    TIME_LIMIT = "time_limit"
    BODY = "body"
    CARRIERS = "carriers"
    TIER = "tier"
    GENERAL_PUBLIC = "general_public"
    SPECIFIC_PARTIES = "specific_parties"
    PROACTIVE = "proactive"
    ON_REQUEST = "on_request"
    OTHER = "other"


LEVELS = (Field.LEVEL1, Field.LEVEL2, Field.LEVEL3)
TICK_FIELDS = (Field.GENERAL_PUBLIC, Field.SPECIFIC_PARTIES, Field.PROACTIVE, Field.ON_REQUEST)

# The first pattern that a header's words match names its column. The words of upper header rows stand before the
# lower ones': 公开对象|特定对象.
HEADERS: tuple[tuple[Field, str], ...] = (
    (Field.NUMBER, r"序号|编号|^序$|^号$"),
    (Field.SPECIFIC_PARTIES, r"特定(对象|群体|群众|人群|公众)|部分群体|利害关系"),
    (Field.GENERAL_PUBLIC, r"全社会|社会公众|全体|公开对象|公开范围|公开群体"),
    (Field.ON_REQUEST, r"依申请"),
    (Field.PROACTIVE, r"主动|公开方式(?!.*(渠道|载体))|公开类型|公开属性"),
    (Field.LEVEL1, r"一级|类别|公开事项\|?大类|事项分类|公开分类|类型$"),
    (Field.LEVEL3, r"三级"),
    (Field.LEVEL2, r"二级|事项名称|公开项目|项目名称|公开事项|公开目录|^事项$|^项目$|具体事项|子项"),
    (Field.TIER, r"层级|级别"),
    (Field.LEGAL_BASIS, r"依据"),
    (Field.CARRIERS, r"渠道|载体|形式|平台|途径|公开地点|公开位置"),
    (Field.TIME_LIMIT, r"时限|时间|频次|频率|周期|期限|时效"),
    (Field.BODY, r"主体|责任(单位|部门|科室|人)|公开单位|公开机构|部门|单位"),
    (Field.CONTENT, r"内容|要素"),
)
_SUBWORDS = (
    "[一二三]级(事项|目录|分类|公开事项)?",
    "全社会|社会公众|特定(对象|群体|群众|人群)",
    "主动(公开)?|依申请(公开)?",
    "[省市县区乡镇街道村社级（）()]{2,6}级?",
)
SUBHEADER = re.compile(f"^({'|'.join(_SUBWORDS)})+$")
TICKS = "√✓✔☑■●▲◆★✅∨☒\u0052\uf052\uf0fc\uf0fe\uf06e\uf0d6þü"
UNTICKED = "口□☐○◯×✗✘-—－/无否"
CARRIER_WORDS = re.compile(r"栏|平台|网|公众号|微信|广播|墙|会议|小程序|显示屏|触摸屏|LED|公告|入户|明白纸")
BODY_WORDS = re.compile(r"(委员会|居委会|村委会|街道|办事处|政府|局|中心|社区|党支部|党委|部门|科|站|合作社)(等)?$")
LAW_WORDS = re.compile(r"《.+》|条例|办法|规定")


def squeeze(text: str) -> str:
    """NFKC without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of one table: a field for each, and after which row the items begin."""

    fields: tuple[Field, ...]
    first_row: int

    def column(self, field: Field) -> int | None:
        return self.fields.index(field) if field in self.fields else None


def is_tick(text: str) -> bool:
    """Whether a cell says yes: √, a filled box, a Wingdings tick that lost its font, or the word 是."""
    squeezed = "".join(text.split())
    return squeezed in ("是", "R", "P", "ü", "þ") or (squeezed != "" and squeezed[0] in TICKS and squeezed[0] != "R")


def find_header(grid: Grid) -> Header | None:
    """The header of a table: the first row with a time-limit column and a content column, and its sub-headers."""
    for place, row in enumerate(grid.rows[:60]):
        if not _is_header(row):
            continue
        last = place
        while last + 1 < len(grid.rows) and last - place < 2 and _is_subheader(grid.rows[last + 1]):
            last += 1
        return Header(_fields(grid.rows[place : last + 1]), last + 1)
    return None


def is_repeated_header(row: Row) -> bool:
    return _is_header(row) or _is_subheader(row)


def _is_header(row: Row) -> bool:
    named = {_field_of(squeeze(cell.text)) for cell in row.cells if not cell.is_blank and len(squeeze(cell.text)) <= 16}
    short = all(len(squeeze(cell.text)) <= 40 for cell in row.cells)
    return Field.TIME_LIMIT in named and short and bool(named & {Field.CONTENT, Field.LEVEL2, Field.LEVEL1})


def _is_subheader(row: Row) -> bool:
    texts = [squeeze(cell.text) for cell in row.cells if not cell.is_blank]
    return bool(texts) and all(SUBHEADER.match(text) or text in _HEADER_WORDS for text in texts)


_HEADER_WORDS = {"序号", "公开事项", "公开内容", "公开内容(要素)", "公开时限", "公开主体", "公开依据"}
_HEADER_WORDS |= {"公开渠道和载体", "公开对象", "公开方式", "公开层级"}


def _field_of(words: str) -> Field:
    return next((field for field, pattern in HEADERS if re.search(pattern, words)), Field.OTHER)


def _fields(rows: Sequence[Row]) -> tuple[Field, ...]:
    """One field a column. Upper words reach over the blank or merged cells to their right, as a merged header does."""
    width = max(len(row.cells) for row in rows)
    upper = [""] * width
    for row in rows[:-1]:
        carried = ""
        for column in range(width):
            cell = row.cells[column] if column < len(row.cells) else Cell()
            carried = squeeze(cell.text) if not cell.is_blank else carried
            upper[column] = carried
    last = [squeeze(cell.text) if not cell.is_blank else "" for cell in rows[-1].cells] + [""] * width
    fields: list[Field] = []
    for column in range(width):
        own = [squeeze(row.cells[column].text) for row in rows if column < len(row.cells)]
        words = last[column] or next((text for text in reversed(own) if text), "")
        field = _field_of(words) if words else Field.OTHER
        if field is Field.OTHER and len(rows) > 1 and upper[column] and not words:
            field = Field.OTHER  # a blank below a wide header is nobody's column
        fields.append(Field.OTHER if field in fields else field)
    return _settle_levels(tuple(fields))


def _settle_levels(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """A catalogue with a single column of items has its names at level 1 if nothing says otherwise."""
    levels = [field for field in fields if field in LEVELS]
    if levels == [Field.LEVEL2]:
        return tuple(Field.LEVEL1 if field is Field.LEVEL2 else field for field in fields)
    return fields


@dataclass(frozen=True, slots=True)
class Assigned:
    """A row's texts by field, as far as it has them."""

    row: Row
    values: dict[Field, str]

    def get(self, field: Field) -> str:
        return self.values.get(field, "")


def assign(row: Row, header: Header) -> Assigned:
    """Give each cell of a row to its field. Raises NotReadable when no cell can be the time limit."""
    anchor = header.column(Field.TIME_LIMIT)
    if anchor is None:
        raise NotReadable("没有找到“公开时限”一列。")
    found = _time_limit_column(row, header, anchor)
    slide = 0 if found is None else found - anchor
    values: dict[Field, str] = {}
    if found is not None:
        values[Field.TIME_LIMIT] = row.cells[found].text
    place = found if found is not None else anchor
    _assign_left(row, header, place, slide, values)
    _assign_right(row, header, place, slide, values)
    return Assigned(row, values)


def _time_limit_column(row: Row, header: Header, anchor: int) -> int | None:
    """The cell under the header when it says a time limit; else the nearest that does; else the one under it."""
    filled = [n for n, cell in enumerate(row.cells) if not cell.is_blank]
    speaking = [n for n in filled if len(row.cells[n].text) <= 300 and looks_like_time_limit(row.cells[n].text)]
    speaking = [n for n in speaking if not squeeze(row.cells[n].text).isdecimal()]
    if anchor in speaking:
        return anchor
    if speaking:
        return min(speaking, key=lambda n: abs(n - anchor))
    under = row.cells[anchor] if anchor < len(row.cells) else Cell()
    if not under.is_blank and _keeps_place(row, header, anchor):
        return anchor
    return _before_the_body(row, filled)


def _keeps_place(row: Row, header: Header, anchor: int) -> bool:
    """Whether the cells right of the anchor fit their headers, so that the row hasn't slid."""
    for column in range(anchor + 1, min(len(row.cells), len(header.fields))):
        cell, field = row.cells[column], header.fields[column]
        if not cell.is_blank and field in TICK_FIELDS and len(squeeze(cell.text)) > 2:
            return False
    return not BODY_WORDS.search(squeeze(row.cells[anchor].text))


def _before_the_body(row: Row, filled: Sequence[int]) -> int | None:
    """A time limit that isn't understood stands just before the body."""
    for earlier, later in zip(filled, filled[1:], strict=False):
        if BODY_WORDS.search(squeeze(row.cells[later].text)) and len(squeeze(row.cells[earlier].text)) <= 60:
            return earlier if earlier > 1 else None
    return None


def _assign_left(row: Row, header: Header, place: int, slide: int, values: dict[Field, str]) -> None:
    """Number, levels, content and legal basis: what stands before the time limit."""
    filled = [n for n in range(min(place, len(row.cells))) if not row.cells[n].is_blank]
    if (
        header.column(Field.NUMBER) is not None
        and filled
        and re.fullmatch(r"\d{1,4}[.、]?", squeeze(row.cells[filled[0]].text))
    ):
        values[Field.NUMBER] = squeeze(row.cells[filled[0]].text).rstrip(".、")
        filled = filled[1:]
    content = header.column(Field.CONTENT)
    if slide == 0 and (content is None or content in filled or not filled):
        for n in filled:
            if header.fields[n] not in (Field.OTHER, Field.NUMBER):
                values[header.fields[n]] = row.cells[n].text
        return
    laws = [n for n in filled if Field.LEGAL_BASIS in header.fields and LAW_WORDS.search(row.cells[n].text)]
    if laws and len(filled) > 1:
        values[Field.LEGAL_BASIS] = row.cells[laws[-1]].text
        filled = [n for n in filled if n != laws[-1]]
    if filled:
        values[Field.CONTENT] = row.cells[filled[-1]].text
        _assign_levels(row, header, filled[:-1], slide, values)


def _assign_levels(row: Row, header: Header, names: Sequence[int], slide: int, values: dict[Field, str]) -> None:
    """Names of a row that has slid. As many as there are levels: in order. Fewer: by where they stand, where columns
    were added; where columns were dropped, the deepest go first and the first is the one that continues from above."""
    levels = [field for field in header.fields if field in LEVELS]
    if len(names) >= len(levels):
        chosen = levels
    elif slide > 0 or slide == 0:
        chosen = [header.fields[n - slide] for n in names if header.fields[n - slide] in LEVELS]
    elif len(names) == 1 and len(levels) >= 2:
        chosen = [levels[1]]
    else:
        chosen = levels[: len(names)]
    if len(chosen) != len(names[: len(levels)]):
        chosen = levels[: len(names)]
    for field, n in zip(chosen, names, strict=False):
        values[field] = row.cells[n].text


def _assign_right(row: Row, header: Header, place: int, slide: int, values: dict[Field, str]) -> None:
    """Body, carriers, tier and ticks: what stands after the time limit, moved as far as the row has slid."""
    for n in range(place + 1, len(row.cells)):
        column = n - slide
        if row.cells[n].is_blank or not 0 <= column < len(header.fields):
            continue
        values.setdefault(header.fields[column], row.cells[n].text)
    body, carriers = values.get(Field.BODY, ""), values.get(Field.CARRIERS, "")
    if body and carriers and _is_carrier(body) and not _is_carrier(carriers):
        values[Field.BODY], values[Field.CARRIERS] = carriers, body


def _is_carrier(text: str) -> bool:
    return CARRIER_WORDS.search(text) is not None and not BODY_WORDS.search(squeeze(text))
