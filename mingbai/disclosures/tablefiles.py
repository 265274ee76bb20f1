"""A table of a version as CSV and as an Excel workbook: its figures as numbers, nothing of it as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from mingbai.disclosures.content import SUMMED_TYPES, decimal_of
from mingbai.privacy.limits import FORMULA

# A spreadsheet keeps fifteen digits of a number; a longer one is written as text.
DIGITS = 15
WIDEST, NARROWEST = 48, 10
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table is from, as the file says it."""

    title: str
    community: str
    code: str
    address: str
    published_at: datetime


def neutralised(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula, also after spaces."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA) or text.startswith(" ") else text


def csv_of(block: Mapping[str, Any]) -> bytes:
    """The table with its header and its total, UTF-8 with a mark so that Excel reads it. Money as plain decimals."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutralised(column["label"]) for column in block["columns"]])
    for row in _rows(block):
        writer.writerow([_plain(text, column) for text, column in zip(row, block["columns"], strict=True)])
    return out.getvalue().encode("utf-8-sig")


def _rows(block: Mapping[str, Any]) -> list[Sequence[str]]:
    return [*block["rows"], *([block["total"]] if block.get("total") else [])]


def _plain(text: str, column: Mapping[str, str]) -> str:
    is_figure = column["type"] in SUMMED_TYPES and decimal_of(text) is not None
    return text.strip() if is_figure else neutralised(text)


def xlsx_of(block: Mapping[str, Any], origin: Origin, *, chart_column: int | None = None) -> bytes:
    """One sheet: the title, where it is from, then the table. ``chart_column``: the column of figures that a chart of
    Excel's own shows beside it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": origin.title, "created": origin.published_at.replace(tzinfo=None)})
        sheet = book.add_worksheet("公开的表")
        sheet.write_string(0, 0, origin.title, book.add_format({"bold": True, "font_size": 16}))
        sheet.write_string(1, 0, f"{block['heading']}　{block.get('caption') or ''}".strip())
        sheet.write_string(2, 0, f"{origin.community}　短码 {origin.code}　{origin.address}")
        first = 4
        last = _write_table(book, sheet, block, first)
        if chart_column is not None and block["rows"]:
            _add_chart(book, sheet, block, first, chart_column)
        sheet.freeze_panes(first + 1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, last, len(block["columns"]) - 1)
    return out.getvalue()


def _write_table(book: Any, sheet: Any, block: Mapping[str, Any], first: int) -> int:
    """Header, rows and total from row ``first`` on; the number of the last row."""
    head = {"bold": True, "border": 1, "bg_color": "#F1EDE4"}
    kinds = {"text": {}, "money": {"num_format": "#,##0.00"}, "number": {"num_format": "#,##0.######"}}
    bodies = {name: book.add_format({"border": 1, "text_wrap": name == "text", **kind}) for name, kind in kinds.items()}
    totals = {name: book.add_format({"border": 1, "bold": True, **kind}) for name, kind in kinds.items()}
    header, headed = book.add_format(head), book.add_format({**head, "align": "right"})
    for place, column in enumerate(block["columns"]):
        figure = column["type"] in SUMMED_TYPES
        sheet.write_string(first, place, column["label"], headed if figure else header)
        texts = [column["label"], *(row[place] for row in _rows(block))]
        sheet.set_column(place, place, min(WIDEST, max(NARROWEST, *(2 * len(text) + 2 for text in texts))))
    for number, row in enumerate(_rows(block), first + 1):
        formats = totals if number > first + len(block["rows"]) else bodies
        for place, (text, column) in enumerate(zip(row, block["columns"], strict=True)):
            _write(sheet, number, place, text, column["type"], formats)
    return first + len(_rows(block))


def _write(sheet: Any, row: int, place: int, text: str, kind: str, formats: Mapping[str, Any]) -> None:
    figure = decimal_of(text) if kind in SUMMED_TYPES else None
    if figure is not None and len(figure.as_tuple().digits) <= DIGITS:
        sheet.write_number(row, place, float(figure), formats[kind])
    elif text:
        sheet.write_string(row, place, text, formats["text"])
    else:
        sheet.write_blank(row, place, None, formats["text"])


def _add_chart(book: Any, sheet: Any, block: Mapping[str, Any], first: int, column: int) -> None:
    chart = book.add_chart({"type": "bar"})
    rows = (first + 1, first + len(block["rows"]))
    name = sheet.get_name()
    chart.add_series(
        {
            "name": [name, first, column],
            "categories": [name, rows[0], 0, rows[1], 0],
            "values": [name, rows[0], column, rows[1], column],
            "fill": {"color": "#565D66"},
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": block["heading"]})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    sheet.insert_chart(first, len(block["columns"]) + 1, chart, {"description": f"{block['heading']}的条形图"})
