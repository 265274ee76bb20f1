"""Legal days are Asia/Shanghai dates and end at midnight there."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

# China has kept one offset, without summer time, since 1991.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


class NaiveMoment(ValueError):
    """A moment without a time zone: nobody could say on which legal day it falls."""


def legal_day(at: datetime) -> date:
    """The legal day of a moment. Raises NaiveMoment for one without a time zone."""
    if at.tzinfo is None:
        raise NaiveMoment(at.isoformat())
    return at.astimezone(SHANGHAI).date()


def chinese_date(day: date) -> str:
    """2026年10月14日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_day(day: date) -> str:
    """10月14日（周三）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
