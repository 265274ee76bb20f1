"""How figures are written on the subdistrict's pages."""

from __future__ import annotations

from typing import Any, TypeVar

from django import template
from django.utils.html import escape, format_html

from mingbai.rules.report import Counts, Outcome, percent
from mingbai.rules.wording import OUTCOMES

register = template.Library()
V = TypeVar("V")
COLOURS = {"red": "有逾期未公开", "amber": "曾经逾期", "green": "没有逾期"}


@register.filter
def outcome_name(outcome: Outcome) -> str:
    return OUTCOMES[outcome]


@register.filter
def colour_name(counts: Counts) -> str:
    return COLOURS[counts.colour]


@register.filter
def share(counts: Counts) -> str:
    """95.2%; 无 where nothing has come due."""
    return percent(counts.rate)


@register.filter
def looked_up(values: dict[Any, V], key: Any) -> V:
    return values[key]


@register.filter
def numbers(counts: Counts) -> list[tuple[Outcome, int]]:
    return list(zip(Outcome, counts.row, strict=True))


@register.filter
def bars(counts: Counts) -> list[tuple[Outcome, int, str, str]]:
    """(outcome, count, x, width) of a stacked bar 100 wide; what is empty is left out."""
    made, start = [], 0.0
    for outcome, count in numbers(counts):
        if count:
            width = 100 * count / counts.total
            made.append((outcome, count, f"{start:.2f}", f"{width:.2f}"))
            start += width
    return made


LINK = '<td class="number"><a href="{}{}{}"{}>{}</a></td>'
LATE = format_html(' class="{}"', "late")
NONE = format_html('<td class="number"><span class="muted">{}</span></td>', 0)


@register.simple_tag
def cells(counts: Counts, listed: str, more: str = "", value: object = "") -> str:
    """A row's numbers, each leading to the list behind it, their sum and the rate. A tag: a page has hundreds of them.

    ``more`` and ``value``: what the list is narrowed to, such as ``month`` and 3.
    """
    start, end = escape(f"{listed}&outcome="), escape(f"&{more}={value}") if more else ""
    told = [
        format_html(LINK, start, outcome.value, end, LATE if outcome is Outcome.OPEN_OVERDUE else "", count)
        if count
        else NONE
        for outcome, count in numbers(counts)
    ]
    sums = format_html('<td class="number">{}</td><td class="number">{}</td>', counts.total, share(counts))
    return format_html("{}" * (len(told) + 1), *told, sums)
