"""How a table is laid on a page: how wide each column is, whether its type has to shrink, which rows may be torn."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NUMBERS = frozenset({"money", "number", "date"})
# All in ems: the sides of a cell, what a column of text should have and must have, one that needs no more, a line.
INSET = 1.3
GOOD, NARROWEST, WIDEST = 9.0, 4.0, 34.0
LINE = 1.6
UNBROKEN = re.compile(r"[!-~]{11,}")


@dataclass(frozen=True, slots=True)
class Fit:
    """``widths``: the columns' shares of the line; ``scale``: of the table's type; ``tall``: rows that fill so much
    of a page that they have to break; ``short``: the whole table fills so little that it isn't torn at all."""

    widths: tuple[float, ...]
    scale: float
    tall: frozenset[int]
    short: bool


def width(text: str) -> float:
    """How wide a text is set, in ems, roughly."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.6 for sign in text)


def breakable(text: str) -> str:
    """A text whose long unbroken runs (addresses, numbers of documents) may go on in the next line of a cell."""
    return UNBROKEN.sub(lambda run: "\u200b".join(run[0][at : at + 4] for at in range(0, len(run[0]), 4)), text)


def fit(
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[str]],
    line: float,
    page: float,
    *,
    good: float,
    least: float,
) -> Fit:
    """Share a line of ``line`` ems, on pages of ``page`` ems, among the columns by what stands in them.

    The type shrinks to ``good`` so that columns of text are wide enough to be read, and to ``least`` so that they fit.
    """
    needs = [_need(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    wide, narrow = (sum(min(need.whole, max(need.least, bound)) for need in needs) for bound in (GOOD, NARROWEST))
    scale = min(1.0, max(good, line / wide))
    scale = min(scale, max(least, line / narrow))
    room = line / scale
    low = [min(need.whole, max(need.least, NARROWEST)) for need in needs]
    extra = [max(0.0, need.whole - bottom) for need, bottom in zip(needs, low, strict=True)]
    spare = max(0.0, room - sum(low))
    given = min(spare, sum(extra))
    share = given / sum(extra) if sum(extra) else 0.0
    rest = (spare - given) / len(columns)
    widths = tuple(bottom + want * share + rest for bottom, want in zip(low, extra, strict=True))
    heights = [_lines(row, widths) * LINE for row in rows]
    return Fit(
        widths,
        round(scale, 3),
        tall=frozenset(number for number, height in enumerate(heights) if height > page / scale / 2),
        short=sum(heights) < page / scale / 3,
    )


@dataclass(frozen=True, slots=True)
class _Need:
    """What a column can't do without, and what it needs at most."""

    least: float
    whole: float


def _need(column: Mapping[str, Any], cells: Sequence[str]) -> _Need:
    longest, head = max((width(cell) for cell in cells), default=0.0), width(column["label"])
    if column["type"] in NUMBERS:  # figures stay on one line; their head may take two
        needed = max(longest, min(head, head / 2 + 1)) + INSET
        return _Need(needed, needed)
    return _Need(0.0, min(max(longest, min(head, 6.0)), WIDEST) + INSET)


def _lines(row: Sequence[str], widths: Sequence[float]) -> int:
    return max(1, *(math.ceil(width(cell) / max(1.0, room - INSET)) for cell, room in zip(row, widths, strict=True)))
