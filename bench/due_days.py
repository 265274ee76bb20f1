"""Bulk due days: «+20 working days» for a million triggers, against `holidays` and numpy's `busday_offset`.

    python -m bench.due_days

Every contender answers the same question over the same triggers (fixed seed), and its answers are compared with our
calendar's. `holidays` walks day by day, so it gets a smaller sample, scaled to the million. numpy gets its best case:
the triggers already an array, and seven working weekdays with every single day off listed, so that make-up Saturdays
and Sundays count. Each time is the best of three; compare ratios, not seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import holidays
import numpy as np

from bench.rows import Row
from mingbai.data.calendars import packaged_calendar
from mingbai.rules.workdays import WorkCalendar, days_from

Answers = TypeVar("Answers")

TRIGGERS = 1_000_000
SLOW_SAMPLE = 5_000
COUNT = 20
SEED = 20260101
# `holidays` and the notices agree on every day of these years.
FIRST, LAST = date(2019, 1, 1), date(2026, 11, 15)


def measure() -> list[Row]:
    """One row a contender; the ratio is its time divided by ours."""
    calendar = packaged_calendar()
    triggers = _triggers()
    ours, answers = _best(lambda: calendar.add_working_days_bulk(triggers, COUNT))
    offset, by_numpy = _numpy(calendar, triggers)
    assert by_numpy == answers, "numpy disagrees"

    sample, scale = triggers[:SLOW_SAMPLE], TRIGGERS / SLOW_SAMPLE
    few = [date.fromordinal(trigger) for trigger in sample]
    single, _ = _best(lambda: [calendar.add_working_days(day, COUNT) for day in few])
    walk, by_holidays = _holidays(sample)
    assert by_holidays == answers[:SLOW_SAMPLE], "holidays disagrees"
    return [
        Row(f"mingbai, {TRIGGERS:,} triggers at once", ours, None, None),
        Row("mingbai, one by one (scaled)", single * scale, single * scale / ours, None),
        Row("numpy busday_offset", offset, offset / ours, 1.0),
        Row("holidays (scaled)", walk * scale, walk * scale / ours, 100.0),
    ]


def _triggers() -> list[int]:
    chance = random.Random(SEED)
    return [chance.randint(FIRST.toordinal(), LAST.toordinal()) for _ in range(TRIGGERS)]


def _best(run: Callable[[], Answers]) -> tuple[float, Answers]:
    """The shortest of three times, in seconds, and the last answers."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        answers = run()
        times.append(time.perf_counter() - started)
    return min(times), answers


def _numpy(calendar: WorkCalendar, triggers: list[int]) -> tuple[float, list[int]]:
    """busday_offset from the last working day on or before the trigger; its answers as ordinals."""
    off = [day for day in days_from(calendar.first_day, calendar.last_day) if not calendar.is_working(day)]
    epoch = date(1970, 1, 1).toordinal()
    days = (np.array(triggers) - epoch).astype("datetime64[D]")
    busdays = np.busdaycalendar(weekmask=[True] * 7, holidays=np.array(off, dtype="datetime64[D]"))
    seconds, answers = _best(lambda: np.busday_offset(days, COUNT, roll="backward", busdaycal=busdays))
    return seconds, (answers.astype("int64") + epoch).tolist()


def _holidays(triggers: list[int]) -> tuple[float, list[int]]:
    china = holidays.country_holidays("CN", years=range(FIRST.year - 1, LAST.year + 2))
    days = [date.fromordinal(trigger) for trigger in triggers]
    seconds, answers = _best(lambda: [china.get_nth_working_day(day, COUNT) for day in days])
    return seconds, [answer.toordinal() for answer in answers]


if __name__ == "__main__":
    Row.show("due days: +20 working days", measure())
