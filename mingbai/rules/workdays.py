"""Which days are working days, and the N-th working day after a day.

Working days follow the State Council's yearly notice: a holiday is off even on a weekday, a make-up Saturday or
Sunday (调休上班) is on, and every other day is what its weekday makes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any

SATURDAY = 5


class DayKind(StrEnum):
    """What kind of day it is. WORKDAY and MAKE_UP are worked; WEEKEND and HOLIDAY are off."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


class BadTable(ValueError):
    """A year's table that contradicts itself or can't be read; the message says in Chinese what is wrong."""


class MissingYears(ValueError):
    """The tables leave a gap between years, so that days couldn't be counted across it."""


class OutOfCalendar(ValueError):
    """A day outside the years that the calendar knows; ``year`` is the year it would have to know."""

    def __init__(self, year: int, first: int, last: int) -> None:
        self.year = year
        super().__init__(
            f"工作日历只有{first}年至{last}年，没有{year}年的放假安排，算不出这一天；请先载入{year}年的通知。"
        )


@dataclass(frozen=True)
class YearTable:
    """What one year's notice, or the law where no notice is out, says about single days.

    ``off`` and ``work`` map a day to the holiday it belongs to (春节 …). ``off`` may include weekend days, ``work``
    holds only Saturdays and Sundays. Days of the neighbouring years are allowed: the notice for 2012 makes 2011-12-31
    a make-up day. ``source`` names the notice or the law; ``official`` is False for a projection. Raises BadTable.
    """

    year: int
    off: Mapping[date, str]
    work: Mapping[date, str]
    source: str
    official: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "off", dict(sorted(self.off.items())))
        object.__setattr__(self, "work", dict(sorted(self.work.items())))
        for day in (*self.off, *self.work):
            if abs(day.year - self.year) > 1:
                raise BadTable(f"{self.year}年的放假安排里有不属于该年的日期：{day.isoformat()}。")
        for day in self.work:
            if day in self.off:
                raise BadTable(f"{self.year}年的放假安排自相矛盾：{day.isoformat()}既放假又上班。")
            if day.weekday() < SATURDAY:
                raise BadTable(f"{self.year}年的放假安排有误：调休上班的{day.isoformat()}不是周六、周日。")

    def to_json(self) -> dict[str, Any]:
        """``{"year":2026,"off":{"2026-01-01":"元旦",…},"work":{…},"source":"…","official":true}``."""
        return {
            "year": self.year,
            "off": {day.isoformat(): name for day, name in self.off.items()},
            "work": {day.isoformat(): name for day, name in self.work.items()},
            "source": self.source,
            "official": self.official,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> YearTable:
        """The table that ``to_json`` wrote. Raises BadTable for anything else."""
        try:
            return cls(
                year=int(value["year"]),
                off={date.fromisoformat(day): str(name) for day, name in value["off"].items()},
                work={date.fromisoformat(day): str(name) for day, name in value["work"].items()},
                source=str(value["source"]),
                official=bool(value["official"]),
            )
        except BadTable:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadTable(f"读不懂的年度放假安排：{error}") from error


class WorkCalendar:
    """The working days of an unbroken run of years; immutable.

    A later table for a year replaces the earlier one, with all the days it named, also those in neighbouring years.
    When two years' tables name the same day, an official table is believed before a projected one, and then the later
    year's, since its notice came out later. Raises MissingYears when the years aren't consecutive, or there are none.
    """

    __slots__ = ("_first", "_named", "_rank", "_tables", "_working", "first_day", "last_day", "version")

    version: str
    """A short hash that changes iff a table does."""
    first_day: date
    last_day: date

    def __init__(self, tables: Iterable[YearTable]) -> None:
        by_year = {table.year: table for table in tables}
        self._tables = {year: by_year[year] for year in sorted(by_year)}
        _refuse_gaps(list(self._tables))
        self.first_day = date(min(by_year), 1, 1)
        self.last_day = date(max(by_year), 12, 31)
        self.version = _digest(self._tables.values())
        self._named = self._name_days()
        self._first = self.first_day.toordinal()
        days = range(self._first, self.last_day.toordinal() + 1)
        worked = [self._is_worked(date.fromordinal(day)) for day in days]
        # _rank[day number] = working days up to and including that day; _working[n] = the ordinal of the n-th one.
        # Together they make the N-th working day after any day two look-ups, whatever N is.
        self._rank = list(accumulate(worked))
        self._working = [day for day, on in zip(days, worked, strict=True) if on]

    def _name_days(self) -> dict[date, YearTable]:
        named: dict[date, YearTable] = {}
        for table in sorted(self._tables.values(), key=lambda each: (each.official, each.year)):
            for day in (*table.off, *table.work):
                named[day] = table
        return named

    def _is_worked(self, day: date) -> bool:
        table = self._named.get(day)
        return day in table.work if table else day.weekday() < SATURDAY

    @property
    def tables(self) -> tuple[YearTable, ...]:
        """The tables in force, by year."""
        return tuple(self._tables.values())

    def with_table(self, table: YearTable) -> WorkCalendar:
        """A calendar with this year's table added, or put in the place of the one it had."""
        return WorkCalendar([*self._tables.values(), table])

    def table(self, year: int) -> YearTable:
        """The table of a year. Raises OutOfCalendar."""
        if year not in self._tables:
            raise self._outside(year)
        return self._tables[year]

    def kind(self, day: date) -> DayKind:
        """What kind of day it is. Raises OutOfCalendar."""
        self._number(day)
        table = self._named.get(day)
        if table:
            return DayKind.MAKE_UP if day in table.work else DayKind.HOLIDAY
        return DayKind.WORKDAY if day.weekday() < SATURDAY else DayKind.WEEKEND

    def name(self, day: date) -> str | None:
        """The holiday (春节 …) that a holiday or a make-up day belongs to, else None. Raises OutOfCalendar."""
        self._number(day)
        table = self._named.get(day)
        return None if table is None else table.off.get(day, table.work.get(day))

    def is_working(self, day: date) -> bool:
        """Whether the day is worked. Raises OutOfCalendar."""
        self._number(day)
        return self._is_worked(day)

    def is_official(self, day: date) -> bool:
        """False when the day's year has no notice yet, so that the day is projected. Raises OutOfCalendar."""
        return self._deciding(day).official

    def source(self, day: date) -> str:
        """The notice (or the law, for a projection) that decides the day. Raises OutOfCalendar."""
        return self._deciding(day).source

    def add_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``, which is itself not counted. Raises OutOfCalendar.

        ``start`` may be a day off. ``count`` is at least 1 (ValueError).
        """
        _refuse_count(count)
        position = self._rank[self._number(start)] + count - 1
        if position >= len(self._working):
            raise self._outside(self.last_day.year + 1)
        return date.fromordinal(self._working[position])

    def add_working_days_bulk(self, starts: Sequence[int], count: int) -> list[int]:
        """``add_working_days`` for many days at once: day ordinals (``date.toordinal()``) in, day ordinals out.

        Raises OutOfCalendar when any of them, or its answer, is outside the calendar; ValueError for a count below 1.
        """
        _refuse_count(count)
        # One dictionary for this count answers every start with a single look-up and refuses what it doesn't know.
        answers = dict(zip(range(self._first, self._first + len(self._rank)), self._shifted(count), strict=False))
        try:
            return list(map(answers.__getitem__, starts))
        except KeyError as missing:
            ordinal = int(missing.args[0])
            self._number(date.fromordinal(ordinal))
            raise self._outside(self.last_day.year + 1) from None

    def _shifted(self, count: int) -> list[int]:
        """The answer for each day number in turn, for as many of the first days as have one."""
        working, last = self._working, len(self._working) - count
        return [working[rank + count - 1] for rank in self._rank if rank <= last]

    def roll_forward(self, day: date) -> date:
        """The day itself when it is worked, else the next working day (民法典 203条). Raises OutOfCalendar."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def working_days_between(self, after: date, through: date) -> int:
        """How many working days lie after ``after``, up to and including ``through``; 0 when it isn't later."""
        return max(0, self._rank[self._number(through)] - self._rank[self._number(after)])

    def _number(self, day: date) -> int:
        """The day's place in the arrays. Raises OutOfCalendar."""
        if not self.first_day <= day <= self.last_day:
            raise self._outside(day.year)
        return day.toordinal() - self._first

    def _deciding(self, day: date) -> YearTable:
        self._number(day)
        return self._named.get(day) or self._tables[day.year]

    def _outside(self, year: int) -> OutOfCalendar:
        return OutOfCalendar(year, self.first_day.year, self.last_day.year)


def days_from(first: date, last: date) -> list[date]:
    """Every day from ``first`` through ``last``; empty when ``last`` is earlier."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _refuse_count(count: int) -> None:
    if count < 1:
        raise ValueError(f"工作日数必须是1以上的整数，不能是{count}。")


def _refuse_gaps(years: list[int]) -> None:
    if not years:
        raise MissingYears("工作日历里一年的放假安排也没有。")
    missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if missing:
        listed = "、".join(f"{year}年" for year in missing)
        raise MissingYears(f"工作日历的年份不连续，缺{listed}；请先载入这些年份的放假安排。")


def _digest(tables: Iterable[YearTable]) -> str:
    text = json.dumps([table.to_json() for table in tables], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
