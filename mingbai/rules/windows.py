"""Objection windows (公示期): for how many days a printed phrase lets people object, and which days these are.

Kept apart from the display: 公示7日 is shown for fifteen days where the law says so, but objected to in seven.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mingbai.rules.duties import AtLeast, Display, Unit
from mingbai.rules.numerals import SIGNS, number_at
from mingbai.rules.phrase import plain
from mingbai.rules.workdays import WorkCalendar

# 公示7日, 公示期不少于七天, 公示时间为5个工作日; neither 公布时间不少于15日 nor 公示之日起公开30日.
SIGN = f"0-9{''.join(sorted(SIGNS))}"
SHOWN = re.compile(rf"公示[,(]?(?:(?!公开|公布)[^,;。(){SIGN}]){{0,8}}([{SIGN}]+)")
UNIT = re.compile("个?(?:(工作日)|自然日|[日天]|(周|星期))")
WEEK = 7


@dataclass(frozen=True, slots=True)
class Window:
    """One run of days on which people can object, the first and the last of them."""

    from_on: date
    until_on: date

    def holds(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


def objection_days(phrase: str, display: Display) -> AtLeast | None:
    """The days that ``phrase`` states in words of 公示, if they are those of ``display``; None: the days are said of
    something else (公开5天), or of another part of the item."""
    if not isinstance(display, AtLeast):
        return None
    text = plain(phrase).replace("一般", "")
    for found in SHOWN.finditer(text):
        number, unit = number_at(text, found.start(1)), UNIT.match(text, found.end(1))
        if number is not None and unit is not None and number[1] == found.end(1):
            count = number[0] * WEEK if unit[2] else number[0]
            said = AtLeast(count, Unit.WORKING_DAY if unit[1] else Unit.CALENDAR_DAY)
            if said == display:
                return said
    return None


def last_day_of(days: AtLeast, posted_on: date, calendar: WorkCalendar) -> date:
    """Through the end of day posting + N, like the display itself; calendar days don't move."""
    if days.unit is Unit.WORKING_DAY:
        return calendar.add_working_days(posted_on, days.count)
    return posted_on + timedelta(days=days.count)


def joined(windows: Iterable[Window]) -> list[Window]:
    """The runs of days that they make together, the first one first: two carriers with overlapping days make one."""
    runs: list[Window] = []
    for one in sorted(windows, key=lambda each: each.from_on):
        if runs and one.from_on <= runs[-1].until_on + timedelta(days=1):
            runs[-1] = Window(runs[-1].from_on, max(runs[-1].until_on, one.until_on))
        else:
            runs.append(one)
    return runs
