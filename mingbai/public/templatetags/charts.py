"""How a mark of a chart is painted: grey for what stands, plain for income, hatched for expense."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def paint(mark: str, drawing: str) -> SafeString:
    """The attributes of a filled shape; ``drawing``: the id under which the drawing keeps its hatching.

    What stands has none: the style sheet fills it.
    """
    if mark == "expense":
        return format_html(' fill="url(#{}h)" stroke="#a3281e"', drawing)
    return format_html(' fill="{}"', "#1d5b3a") if mark == "income" else SafeString()


@register.filter
def stroke(mark: str) -> SafeString:
    """The attributes of a line."""
    if mark == "expense":
        return format_html('stroke="{}" stroke-width="2.5" stroke-dasharray="7 4"', "#a3281e")
    return format_html('stroke="{}" stroke-width="2.5"', "#565d66")


@register.filter
def column_left(middle: int, wide: int) -> int:
    return middle - wide // 2 + 1
