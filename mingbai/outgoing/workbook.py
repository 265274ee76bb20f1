"""Tables as an Excel workbook, row by row: figures and days as such, all else as text and never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter

from mingbai.disclosures.tablefiles import NARROWEST, OPTIONS, WIDEST
from mingbai.outgoing.spreadsheets import cell_of

MEASURED = 100
# Excel takes a little more, and a longer text not at all.
MOST_IN_A_CELL = 32_000


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_workbook(out: IO[bytes], title: str, on: date, tables: Iterable[Table]) -> None:
    """The same bytes for the same tables: ``on`` is the day that the file says it was made."""
    options = {**OPTIONS, "in_memory": False, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "created": datetime.combine(on, time())})
        formats = {
            "head": book.add_format({"bold": True, "border": 1, "bg_color": "#F1EDE4", "text_wrap": True}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
        }
        for table in tables:
            _write_table(book.add_worksheet(table.name), table, formats)


def _write_table(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    rows = iter(table.rows)
    first = list(islice(rows, MEASURED))
    for place, heading in enumerate(table.headings):
        longest = max(2 * len(text) for text in [heading, *(cell_of(row[place]) for row in first)])
        sheet.set_column(place, place, min(WIDEST, max(NARROWEST, longest + 2)))
        sheet.write_string(0, place, cell_of(heading), formats["head"])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for number, row in enumerate(chain(first, rows), 1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value, formats)


def _write(sheet: Any, row: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(row, place, datetime.combine(value, time()), formats["day"])
    elif value is not None and value != "":
        text = cell_of(value)
        if len(text) > MOST_IN_A_CELL:
            text = text[:MOST_IN_A_CELL] + "……（太长，后面略去）"
        sheet.write_string(row, place, text, formats["text"])
