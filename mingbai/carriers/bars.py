"""The bar chart beneath a table of money on paper: the same figures, told apart by grey and hatching alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mingbai.rules.arithmetic import money_of

FEWEST, MOST = 3, 12
WHOLE = "合计"


@dataclass(frozen=True, slots=True)
class Bars:
    """``series``: names of one or two columns; ``rows``: a label, and for each series the share (0 to 1) of the
    longest bar and the figure as it is read."""

    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[float, str], ...]], ...]


def bars_of(block: Mapping[str, Any]) -> Bars | None:
    """Bars where they help: 3 to 12 rows told apart by their first column, one or two columns of money (or a 合计),
    nothing negative. None otherwise."""
    if block["kind"] != "table" or not FEWEST <= len(block["rows"]) <= MOST:
        return None
    columns, rows = block["columns"], block["rows"]
    labels = [row[0] for row in rows]
    if columns[0]["type"] != "text" or len(set(labels)) < len(labels) or not all(labels):
        return None
    money = [place for place, column in enumerate(columns) if column["type"] == "money"]
    if len(money) > 2:
        money = [place for place in money if columns[place]["label"].startswith(WHOLE)]
    if not 1 <= len(money) <= 2:
        return None
    figures = [[money_of(row[place]) or Decimal(0) for place in money] for row in rows]
    longest = max(max(row) for row in figures)
    if longest <= 0 or min(min(row) for row in figures) < 0:
        return None
    drawn = [tuple((float(figure / longest), f"{figure:,.2f}") for figure in row) for row in figures]
    return Bars(tuple(columns[place]["label"] for place in money), tuple(zip(labels, drawn, strict=True)))
