"""A clerk's own table → rows that fit a form: from Excel, from a text file, or pasted."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import PurePath
from typing import Any

import python_calamine

from mingbai.reading.cells import NotReadable
from mingbai.reading.grid import UNREADABLE, bytes_are, text_of
from mingbai.reading.hidden import cell_name, hidden_places
from mingbai.rules.arithmetic import NotMoney, canonical_money, money_of
from mingbai.rules.forms import Column

MAX_ROWS, MAX_COLUMNS = 2_000, 60
RUINED = 10**15  # a number of sixteen digits or more: Excel has already rounded it
TOTALS = ("合计", "总计", "小计", "共计")
DATE = re.compile(r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?(?: 0{1,2}:00(?::00)?)?")


class NotATable(ValueError):
    """No table that fits; the message names sheet, row and column and says what to do."""


@dataclass(frozen=True, slots=True)
class Matching:
    """For each column of the form, which column of the sheet it is (None: none); ``unknown``: headings left over."""

    columns: tuple[int | None, ...]
    unknown: tuple[str, ...]


def read_table(name: str, data: bytes) -> list[list[str]]:
    """The visible cells of the first sheet that has any, as text. Raises NotATable."""
    suffix = PurePath(name).suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        rows = _rows_of_text(data)
    elif suffix in (".xlsx", ".xls"):
        rows = _rows_of_workbook(suffix, data)
    else:
        raise NotATable(f"“{name}”不是表格文件，请用 Excel 另存为 .xlsx 后再选。")
    return _trimmed(rows)


def _rows_of_text(data: bytes) -> list[list[str]]:
    try:
        text = text_of(data)
    except NotReadable as error:
        raise NotATable(str(error)) from error
    return paste_table(text) if "\t" in text else [list(row) for row in csv.reader(io.StringIO(text))]


def _rows_of_workbook(suffix: str, data: bytes) -> list[list[str]]:
    try:
        if bytes_are(data) != suffix[1:]:
            raise NotATable("文件的内容和扩展名不一致，请用 Excel 重新另存为 .xlsx 后再试。")
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        hidden = hidden_places(data)
        for meta in workbook.sheets_metadata:
            if meta.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            if sheet.total_height == 0:
                continue
            rows, columns = hidden.get(meta.name, (frozenset(), frozenset()))
            return _visible(meta.name, sheet, rows, columns)
    except (NotATable, NotReadable) as error:
        raise NotATable(str(error)) from error
    except UNREADABLE as error:
        raise NotATable("文件已损坏，打不开，请用 Excel 重新保存后再试。") from error
    raise NotATable("工作簿里没有可见的内容，请检查文件。")


def _visible(
    name: str, sheet: python_calamine.CalamineSheet, rows: frozenset[int], columns: frozenset[int]
) -> list[list[str]]:
    if sheet.total_height > 20 * MAX_ROWS or sheet.total_width > 20 * MAX_COLUMNS:
        raise NotATable(f"工作表“{name}”有{sheet.total_height}行{sheet.total_width}列，太大了，请只留要公开的部分。")
    found = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False)):
        if number in rows:
            continue
        found.append(
            [
                _text(value, f"{name} 的 {cell_name(number, place)}")
                for place, value in enumerate(values)
                if place not in columns
            ]
        )
    return found


def _text(value: Any, where: str) -> str:
    """A cell as exact text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= RUINED:
            raise NotATable(
                f"{where} 是一个{len(str(int(value)))}位的数字，Excel 已经把后几位改掉了。"
                "请把这一列设成“文本”格式，重新输入；身份证号不要公开。"
            )
        number = Decimal(repr(value))
        return f"{number.to_integral_value():f}" if number == number.to_integral_value() else f"{number:f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _trimmed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Without empty rows and without the empty columns at the right; refuses what is too large."""
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    width = max((place + 1 for row in filled for place, cell in enumerate(row) if cell), default=0)
    if len(filled) > MAX_ROWS or width > MAX_COLUMNS:
        raise NotATable(f"表格有{len(filled)}行{width}列，最多{MAX_ROWS}行{MAX_COLUMNS}列，请拆开或只留要公开的部分。")
    return [(row + [""] * width)[:width] for row in filled]


def paste_table(text: str) -> list[list[str]]:
    """What Excel or Word puts on the clipboard: tabs between cells, quotes round cells with line breaks in them."""
    return _trimmed(list(csv.reader(io.StringIO(text.strip("\r\n")), delimiter="\t")))


def _name(text: str) -> str:
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    return re.sub(r"[(（].*?[)）]", "", folded)


def match_columns(header: Sequence[str], form_columns: Sequence[Column], remembered: Mapping[str, str]) -> Matching:
    """Which column of the sheet is which of the form: as remembered, by its name, by another name that it goes by."""
    taken: set[int] = set()
    found: list[int | None] = []
    for column in form_columns:
        place = _place_of(column, header, remembered, taken)
        if place is not None:
            taken.add(place)
        found.append(place)
    unknown = tuple(name for place, name in enumerate(header) if name and place not in taken)
    return Matching(tuple(found), unknown)


def _place_of(column: Column, header: Sequence[str], remembered: Mapping[str, str], taken: set[int]) -> int | None:
    free = [(place, name) for place, name in enumerate(header) if name and place not in taken]
    wanted = [_name(column.label), *map(_name, column.aliases)]
    exact = (place for place, name in free if remembered.get(name) == column.label)
    same = (place for place, name in free if remembered.get(name) is None and name == column.label)
    alike = (place for want in wanted for place, name in free if remembered.get(name) is None and _name(name) == want)
    return _first(exact, same, alike)


def _first(*tries: Iterator[int]) -> int | None:
    for attempt in tries:
        place = next(attempt, None)
        if place is not None:
            return place
    return None


def header_row(rows: Sequence[Sequence[str]], form_columns: Sequence[Column]) -> int | None:
    """The row, among the first ten, that names most columns of the form; None when no row names any."""
    named = [sum(place is not None for place in match_columns(row, form_columns, {}).columns) for row in rows[:10]]
    most = max(named, default=0)
    return named.index(most) if most else None


def fill(
    rows: Sequence[Sequence[str]], header_at: int, matching: Matching, form_columns: Sequence[Column]
) -> tuple[list[list[str]], list[str] | None]:
    """The rows under the header in the form's columns, and the row of sums where the last one is such.

    Raises NotATable naming the row and column of the first cell that doesn't fit.
    """
    filled = []
    for number, row in enumerate(rows[header_at + 1 :], header_at + 2):
        cells = [
            _fitted(row[place], column, number) if place is not None and place < len(row) else ""
            for place, column in zip(matching.columns, form_columns, strict=True)
        ]
        if any(cells):
            filled.append(cells)
    if not filled:
        raise NotATable("表头下面没有内容，请检查是不是选错了工作表。")
    total = filled.pop() if len(filled) > 1 and any(_is_total(cell) for cell in filled[-1]) else None
    return filled, total


def _is_total(cell: str) -> bool:
    return "".join(cell.split()) in TOTALS


def _fitted(cell: str, column: Column, row: int) -> str:
    text = unicodedata.normalize("NFKC", cell).strip() if column.type != "text" else cell.strip()
    if column.type == "money" and text not in ("", "-", "—"):
        try:
            return canonical_money(text)
        except NotMoney as error:
            raise NotATable(f"第{row}行“{column.label}”：{error}") from error
    if column.type == "number" and text:
        number = money_of(text)
        if number is None:
            raise NotATable(f"第{row}行“{column.label}”：“{cell}”不是数字，请只填数字。")
        return f"{number.normalize():f}"
    if column.type == "date" and (found := DATE.fullmatch(text)):
        try:
            return date(*(int(part) for part in found.groups())).isoformat()
        except ValueError as error:
            raise NotATable(f"第{row}行“{column.label}”：没有“{cell}”这一天，请改正。") from error
    return "" if column.type == "money" else text
