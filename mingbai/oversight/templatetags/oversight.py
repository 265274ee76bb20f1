"""How figures are written on the subdistrict's pages."""

from __future__ import annotations

from typing import Any, TypeVar

from django import template

from mingbai.rules.figures import BUCKETS, Bucket, Tally

register = template.Library()
V = TypeVar("V")
COLOURS = {"red": "有逾期未公开", "amber": "曾经逾期", "green": "没有逾期"}


@register.filter
def bucket_name(bucket: Bucket) -> str:
    return BUCKETS[bucket]


@register.filter
def colour_name(tally: Tally) -> str:
    return COLOURS[tally.colour]


@register.filter
def share(tally: Tally) -> str:
    """95.2%; a dash where nothing has come due."""
    return f"{tally.in_time_share}%" if tally.in_time_share is not None else "—"


@register.filter
def looked_up(values: dict[Any, V], key: Any) -> V:
    return values[key]


@register.filter
def month_link(month: int) -> str:
    return f"&month={month}"


@register.filter
def bars(tally: Tally) -> list[tuple[Bucket, int, str, str]]:
    """(bucket, count, x, width) of a stacked bar 100 wide; what is empty is left out."""
    made, start = [], 0.0
    for bucket, count in tally.counts:
        if count:
            width = 100 * count / tally.total
            made.append((bucket, count, f"{start:.2f}", f"{width:.2f}"))
            start += width
    return made
