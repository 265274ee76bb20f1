"""Years projected from the law of 2024, against the text of the law and an independent almanac."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from mingbai.rules.holidays import FIRST_YEAR, LAST_YEAR, NotProjectable, project
from mingbai.rules.workdays import days_from

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
DAYS_BY_LAW = {"元旦": 1, "春节": 4, "清明节": 1, "劳动节": 2, "端午节": 1, "中秋节": 1, "国庆节": 3}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        pytest.param(date(2027, 1, 1), "元旦", id="new-year"),
        pytest.param(date(2027, 2, 5), "春节", id="new-years-eve-is-a-holiday-since-2025"),
        pytest.param(date(2027, 2, 8), "春节", id="third-day-of-the-first-month"),
        pytest.param(date(2027, 4, 5), "清明节", id="qingming"),
        pytest.param(date(2027, 5, 2), "劳动节", id="second-of-may-since-2025"),
        pytest.param(date(2027, 6, 9), "端午节", id="dragon-boat"),
        pytest.param(date(2027, 9, 15), "中秋节", id="mid-autumn"),
        pytest.param(date(2027, 10, 1), "国庆节", id="national-day"),
        pytest.param(date(2027, 2, 10), "春节", id="a-sunday-given-back"),
        pytest.param(date(2027, 5, 4), "劳动节", id="two-weekend-days-given-back"),
        pytest.param(date(2028, 10, 4), "国庆节", id="given-back-on-the-next-day-that-is-free"),
    ],
)
def test_a_statutory_day_or_the_working_day_given_back_for_it_is_off(day: date, name: str) -> None:
    assert project(day.year).off[day] == name


@pytest.mark.parametrize("year", YEARS)
def test_a_projection_is_not_official_and_has_no_make_up_days(year: int) -> None:
    table = project(year)
    assert (table.official, dict(table.work)) == (False, {})
    assert f"{year}年的放假通知尚未公布" in table.source
    assert "2024年11月10日修订" in table.source


@pytest.mark.parametrize("year", YEARS)
def test_as_many_weekdays_are_off_as_the_law_gives_days(year: int) -> None:
    weekdays = [day for day in project(year).off if day.weekday() < 5]
    shared = {2028: 1, 2031: 1}.get(year, 0)  # 中秋节 within 国庆节 counts once: the law gives nothing back for that
    assert len(weekdays) == sum(DAYS_BY_LAW.values()) - shared


@pytest.mark.parametrize("year", range(2027, LAST_YEAR + 1))
def test_the_days_are_those_of_the_holidays_library(year: int) -> None:
    assert set(project(year).off) == set(holidays.country_holidays("CN", years=year))


def test_2027_has_no_other_weekdays_off() -> None:
    off = {day for day in project(2027).off if day.weekday() < 5}
    expected = [
        *days_from(date(2027, 2, 8), date(2027, 2, 10)),
        *days_from(date(2027, 5, 3), date(2027, 5, 4)),
        *days_from(date(2027, 10, 4), date(2027, 10, 5)),
    ]
    single = [(1, 1), (2, 5), (4, 5), (6, 9), (9, 15), (10, 1)]
    assert off == {*expected, *(date(2027, month, day) for month, day in single)}


@pytest.mark.parametrize("year", [2025, 2036])
def test_a_year_outside_the_almanac_is_refused(year: int) -> None:
    with pytest.raises(NotProjectable, match=f"没有{year}年的农历日期.*请载入该年的通知"):
        project(year)
