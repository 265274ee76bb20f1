"""How dates, money and states are written on pages."""

from __future__ import annotations

import re
from datetime import date, datetime

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mingbai.disclosures.content import STATEMENTS, SUMMED_TYPES, decimal_of
from mingbai.rules.days import WEEKDAYS, chinese_date, legal_day
from mingbai.rules.state import State
from mingbai.rules.wording import STATES

register = template.Library()

# A landline with its area code, as committees write them: 0531-0000 1201.
TELEPHONE = re.compile(r"(?<![\d-])(0\d{2,3}-\d{4} ?\d{3,4})(?![\d-])")


@register.filter
def cn(day: date | None) -> str:
    """2026年10月14日; an empty text for None."""
    return chinese_date(day) if day is not None else ""


@register.filter
def iso(day: date | None) -> str:
    """2026-10-14: for what reads a date; an empty text for None."""
    return day.isoformat() if day is not None else ""


@register.filter
def legal(moment: datetime) -> date:
    """The legal day of a moment."""
    return legal_day(moment)


@register.filter
def month_day(day: date) -> str:
    """10月14日: where the year goes without saying."""
    return f"{day.month}月{day.day}日"


@register.filter
def cn_weekday(day: date) -> str:
    """周三."""
    return f"周{WEEKDAYS[day.weekday()]}"


@register.filter
def state_name(state: State) -> str:
    return STATES[state]


@register.filter
def statement_name(statement: str) -> str:
    return STATEMENTS[statement]


@register.filter
def is_number(column: dict[str, str]) -> bool:
    return column["type"] in SUMMED_TYPES


@register.filter
def cell(text: str, column: dict[str, str]) -> str:
    """A cell as people read it: money with thousands separators and two decimals."""
    number = decimal_of(text) if column["type"] in SUMMED_TYPES else None
    if number is None:
        return text or "—"
    return f"{number:,.2f}" if column["type"] == "money" else f"{number:,}"


@register.filter
def cells(row: list[str], columns: list[dict[str, str]]) -> list[tuple[str, bool]]:
    """(text, is a number) for each cell of a row."""
    return [(cell(text, column), is_number(column)) for text, column in zip(row, columns, strict=True)]


@register.filter
def labelled(row: list[str], columns: list[dict[str, str]]) -> list[tuple[str, bool, str]]:
    """(text, is a number, the column's label) for each cell of a row: what a telephone shows below one another."""
    return [(*shown, column["label"]) for shown, column in zip(cells(row, columns), columns, strict=True)]


@register.filter
def spaced(code: str) -> str:
    """ABCD EFGH: a short code in two halves, easier to read aloud."""
    return f"{code[:4]} {code[4:]}"


@register.filter
def telephones(text: str) -> SafeString:
    """The text with its telephone numbers as links that dial, each kept on one line."""
    parts = TELEPHONE.split(text)
    links = [format_html('<a href="tel:{}">{}</a>', number.replace(" ", ""), number) for number in parts[1::2]]
    return format_html_join("", "{}{}", zip(parts[::2], [*links, ""], strict=True))


@register.simple_tag
def as_published(part: str, **values: object) -> SafeString:
    """A part of the residents' pages, ``public/_<part>.html``, as they show it, on a page of the desk."""
    made = render_to_string(f"public/_{part}.html", values)
    return mark_safe(made)  # noqa: S308 — the template has escaped what it shows
