"""A year whose notice isn't out, projected from the law alone.

The law is the 全国年节及纪念日放假办法 as revised on 2024-11-10, in force from 2025-01-01. A projection holds what
that law states and nothing that only a notice can state, so it never has make-up days.
"""

from __future__ import annotations

from datetime import date, timedelta

from mingbai.rules.workdays import SATURDAY, YearTable, days_from

LAW = "《全国年节及纪念日放假办法》（2024年11月10日修订，2025年1月1日起施行）"
ONE_DAY = timedelta(days=1)

# (清明, 春节 = 正月初一, 端午 = 五月初五, 中秋 = 八月十五) as (month, day), from the Chinese calendar as
# GB/T 33661-2017 defines it. The tests compare every one with the `holidays` library.
_ALMANAC: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2026: ((4, 5), (2, 17), (6, 19), (9, 25)),
    2027: ((4, 5), (2, 6), (6, 9), (9, 15)),
    2028: ((4, 4), (1, 26), (5, 28), (10, 3)),
    2029: ((4, 4), (2, 13), (6, 16), (9, 22)),
    2030: ((4, 5), (2, 3), (6, 5), (9, 12)),
    2031: ((4, 5), (1, 23), (6, 24), (10, 1)),
    2032: ((4, 4), (2, 11), (6, 12), (9, 19)),
    2033: ((4, 4), (1, 31), (6, 1), (9, 8)),
    2034: ((4, 5), (2, 19), (6, 20), (9, 27)),
    2035: ((4, 5), (2, 8), (6, 10), (9, 16)),
}
FIRST_YEAR, LAST_YEAR = min(_ALMANAC), max(_ALMANAC)


class NotProjectable(ValueError):
    """A year whose lunar days aren't in the almanac; the message says so in Chinese."""


def project(year: int) -> YearTable:
    """The year's days off by law: ``official`` is False and ``work`` is empty. Raises NotProjectable.

    Art. 2 gives the statutory days. Art. 6: one that falls on a Saturday or Sunday is given back on a working day
    (应当在工作日补假); the law doesn't say which, so it is the next working day that isn't yet off. Two statutory days
    on one date (中秋 on 2028-10-03) count once: the law gives nothing back for that.
    """
    off = _statutory(year)
    for day, name in sorted(off.items()):
        if day.weekday() >= SATURDAY:
            off[_next_free_weekday(day, off)] = name
    return YearTable(year=year, off=off, work={}, source=f"按{LAW}推算，{year}年的放假通知尚未公布", official=False)


def _statutory(year: int) -> dict[date, str]:
    if year not in _ALMANAC:
        raise NotProjectable(
            f"没有{year}年的农历日期，推算不出放假安排（能推算{FIRST_YEAR}年至{LAST_YEAR}年）；请载入该年的通知。"
        )
    qingming, spring, dragon_boat, mid_autumn = (date(year, month, day) for month, day in _ALMANAC[year])
    return {
        mid_autumn: "中秋节",  # first, so that a day it shares with 国庆节 keeps the name of the longer holiday
        date(year, 1, 1): "元旦",
        **dict.fromkeys(days_from(spring - ONE_DAY, spring + 2 * ONE_DAY), "春节"),  # 除夕 to 正月初三
        qingming: "清明节",
        **dict.fromkeys(days_from(date(year, 5, 1), date(year, 5, 2)), "劳动节"),
        dragon_boat: "端午节",
        **dict.fromkeys(days_from(date(year, 10, 1), date(year, 10, 3)), "国庆节"),
    }


def _next_free_weekday(day: date, off: dict[date, str]) -> date:
    while day.weekday() >= SATURDAY or day in off:
        day += ONE_DAY
    return day
