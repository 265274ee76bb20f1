"""The annual report: what was owed in a year, and what had become of it by the report's day.

Only what had been recorded by that day counts, so a report of a past year is never changed by a later act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Outcome(StrEnum):
    """What had become of an obligation: done or open × in time or late; apart from both, with no deadline stated."""

    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"
    OPEN_NOT_DUE = "open_not_due"
    OPEN_OVERDUE = "open_overdue"
    DONE_NOT_STATED = "done_not_stated"
    OPEN_NOT_STATED = "open_not_stated"


def report_day(year: int, today: date) -> date:
    """The day as of which a year is reported: its last one, or today while it runs."""
    return min(date(year, 12, 31), today)


def year_of(on: date, recorded_on: date, *, by_calendar: bool) -> int:
    """The year in whose report something that happened on a day is counted first.

    What a person recorded later than it happened belongs to the year in which it was recorded: an earlier report stays
    as it was. What the calendar makes needs nobody, so it belongs to its own day.
    """
    return on.year if by_calendar else max(on, recorded_on).year


def is_reported(first_year: int, year: int, *, met_by_eve: bool, met_now: bool) -> bool:
    """Whether an obligation stands in the report of ``year``: one of that year, or an earlier one that was still open
    on the last day of the year before, or is open (again) now."""
    return first_year == year or (first_year < year and not (met_by_eve and met_now))


def due_as_of(due_on: date | None, earlier: Iterable[tuple[date, date | None]], day: date) -> date | None:
    """The deadline as it stood on ``day``. ``earlier``: (replaced on, the answer until then), oldest first."""
    return next((answer for replaced_on, answer in earlier if replaced_on > day), due_on)


def outcome_of(due_on: date | None, met_on: date | None, day: date) -> Outcome:
    if due_on is None:
        return Outcome.OPEN_NOT_STATED if met_on is None else Outcome.DONE_NOT_STATED
    if met_on is None:
        return Outcome.OPEN_OVERDUE if day > due_on else Outcome.OPEN_NOT_DUE
    return Outcome.DONE_LATE if met_on > due_on else Outcome.DONE_IN_TIME


@dataclass(frozen=True, slots=True)
class Counts:
    """How many obligations came to each outcome."""

    done_in_time: int = 0
    done_late: int = 0
    open_not_due: int = 0
    open_overdue: int = 0
    done_not_stated: int = 0
    open_not_stated: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(self.row, other.row, strict=True)))

    @property
    def total(self) -> int:
        return sum(self.row)

    @property
    def colour(self) -> str:
        """red: something is overdue now; amber: nothing is, but something was late; green: neither. Facts alone."""
        if self.open_overdue:
            return "red"
        return "amber" if self.done_late else "green"

    @property
    def row(self) -> tuple[int, ...]:
        """The six numbers in the order of :class:`Outcome`."""
        return (
            self.done_in_time,
            self.done_late,
            self.open_not_due,
            self.open_overdue,
            self.done_not_stated,
            self.open_not_stated,
        )

    @property
    def judged(self) -> int:
        """How many can be called in time or late: the divisor of the rate."""
        return self.done_in_time + self.done_late + self.open_overdue

    @property
    def rate(self) -> Fraction | None:
        """按时率 = 按时公开 ÷（按时公开＋逾期公开＋逾期未公开）; None when there is nothing to judge."""
        return Fraction(self.done_in_time, self.judged) if self.judged else None


def count(outcomes: Sequence[Outcome]) -> Counts:
    return Counts(**{outcome.value: outcomes.count(outcome) for outcome in Outcome})


def percent(rate: Fraction | None) -> str:
    """«93.8%», rounded down so that 100 % means all of them; «无» for None."""
    if rate is None:
        return "无"
    thousandths = rate.numerator * 1000 // rate.denominator
    return f"{thousandths // 10}%" if thousandths % 10 == 0 else f"{thousandths // 10}.{thousandths % 10}%"
