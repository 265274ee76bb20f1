"""The random sample of the supervision committee: which periods it is drawn from, and how anybody can draw it again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum


class Span(StrEnum):
    """抽查范围: the last whole period before the day of the draw, so that what it holds is settled before the seed."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


SPANS = {Span.MONTH: "上个月发布的", Span.QUARTER: "上个季度发布的", Span.YEAR: "去年发布的"}
MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
DIGEST = re.compile(r"[0-9a-f]{64}")
# Thrown or drawn in front of others: at least six digits, so that there are enough different outcomes.
LOTS = re.compile(r"[0-9]{6,64}")
METHOD = "把“抽签号码|短码”（中间是一条竖线）算出 SHA-256 摘要，按摘要从小到大排列，排在最前面的就是抽中的。"


def span_before(span: Span, drawn_on: date) -> tuple[date, date]:
    """The first and the last day of the last whole month, quarter or year before ``drawn_on``."""
    length = MONTHS[span]
    last = drawn_on.replace(month=(drawn_on.month - 1) // length * length + 1, day=1) - timedelta(days=1)
    return date(last.year, last.month - length + 1, 1), last


def seed_of_lots(typed: str) -> str | None:
    """The digits of thrown dice or of a lottery number, without spaces and signs between them; None: not enough."""
    digits = re.sub(r"[\s,，、.;；+\-]", "", typed)
    return digits if LOTS.fullmatch(digits) else None


def rank(seed: str, code: str) -> str:
    return hashlib.sha256(f"{seed}|{code}".encode()).hexdigest()


def draw(seed: str, codes: Iterable[str], size: int) -> list[str]:
    """``size`` of the codes (all, where there are fewer), in the order in which they are drawn."""
    return sorted(set(codes), key=lambda code: (rank(seed, code), code))[:size]
