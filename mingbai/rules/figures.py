"""Counting how obligations stand: done or open × in time or late, and what no layer gives a deadline, apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Bucket(StrEnum):
    """One of the classes that an obligation falls into on a day; which one follows from three dates."""

    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_LATE = "open_late"
    DONE_NOT_STATED = "done_not_stated"
    OPEN_NOT_STATED = "open_not_stated"


BUCKETS = {
    Bucket.DONE_IN_TIME: "按期公开",
    Bucket.DONE_LATE: "逾期公开",
    Bucket.OPEN_IN_TIME: "未到期",
    Bucket.OPEN_LATE: "逾期未公开",
    Bucket.DONE_NOT_STATED: "已公开（期限未载明）",
    Bucket.OPEN_NOT_STATED: "未公开（期限未载明）",
}
FORMULA = "按期率 ＝ 按期公开 ÷（按期公开 ＋ 逾期公开 ＋ 逾期未公开）；未到期和期限未载明的不计入。"


def bucket_of(*, due_on: date | None, met_on: date | None, on: date) -> Bucket:
    """Where an obligation stands at the end of the day ``on``."""
    if met_on is not None:
        if due_on is None:
            return Bucket.DONE_NOT_STATED
        return Bucket.DONE_LATE if met_on > due_on else Bucket.DONE_IN_TIME
    if due_on is None:
        return Bucket.OPEN_NOT_STATED
    return Bucket.OPEN_LATE if on > due_on else Bucket.OPEN_IN_TIME


@dataclass(frozen=True, slots=True)
class Tally:
    """How many obligations are in each bucket."""

    done_in_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_late: int = 0
    done_not_stated: int = 0
    open_not_stated: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @classmethod
    def of(cls, buckets: Iterable[Bucket]) -> Tally:
        counts = dict.fromkeys((bucket.value for bucket in Bucket), 0)
        for bucket in buckets:
            counts[bucket.value] += 1
        return cls(**counts)

    @property
    def counts(self) -> tuple[tuple[Bucket, int], ...]:
        return tuple((bucket, getattr(self, bucket.value)) for bucket in Bucket)

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def in_time_share(self) -> Decimal | None:
        """In per cent with one decimal, by FORMULA; None where nothing has come due."""
        due = self.done_in_time + self.done_late + self.open_late
        if due == 0:
            return None
        return (Decimal(100 * self.done_in_time) / due).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def colour(self) -> str:
        """red: something is overdue now; amber: nothing is, but something was late; green: neither. Facts alone."""
        if self.open_late:
            return "red"
        return "amber" if self.done_late else "green"
