"""Which days work, counting them, and the packaged years against independent tables."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from chinese_calendar.constants import holidays as off
from chinese_calendar.constants import workdays
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.data.calendars import official_tables, packaged_calendar
from mingbai.rules.workdays import (
    BadTable,
    DayKind,
    MissingYears,
    OutOfCalendar,
    WorkCalendar,
    YearTable,
    days_from,
)
from tools.workdays_from_chinesecalendar import tables

CALENDAR = packaged_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2030, 8, 1))
COUNTS = st.integers(1, 40)
FEW = settings(max_examples=40, deadline=None)


def table(year: int, off: str = "", work: str = "", *, official: bool = True, source: str = "通知") -> YearTable:
    """A table from days written 2026-01-01 2026-01-02."""
    return YearTable(
        year=year,
        off={date.fromisoformat(day): "节" for day in off.split()},
        work={date.fromisoformat(day): "节" for day in work.split()},
        source=source,
        official=official,
    )


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        pytest.param(date(2026, 9, 21), DayKind.WORKDAY, None, id="an-ordinary-monday"),
        pytest.param(date(2026, 9, 19), DayKind.WEEKEND, None, id="an-ordinary-saturday"),
        pytest.param(date(2026, 10, 1), DayKind.HOLIDAY, "国庆节", id="a-holiday-on-a-weekday"),
        pytest.param(date(2026, 10, 4), DayKind.HOLIDAY, "国庆节", id="a-sunday-inside-a-holiday"),
        pytest.param(date(2026, 9, 20), DayKind.MAKE_UP, "国庆节", id="a-make-up-sunday"),
        pytest.param(date(2011, 12, 31), DayKind.MAKE_UP, "元旦", id="a-make-up-day-named-by-the-next-years-notice"),
        pytest.param(date(2022, 12, 31), DayKind.HOLIDAY, "元旦", id="a-holiday-named-by-the-next-years-notice"),
        pytest.param(date(2027, 10, 1), DayKind.HOLIDAY, "国庆节", id="a-projected-holiday"),
    ],
)
def test_a_day_is_what_its_notice_makes_it(day: date, kind: DayKind, name: str | None) -> None:
    assert (CALENDAR.kind(day), CALENDAR.name(day)) == (kind, name)
    assert CALENDAR.is_working(day) is (kind in {DayKind.WORKDAY, DayKind.MAKE_UP})


@pytest.mark.parametrize(
    ("start", "count", "answer"),
    [
        pytest.param(date(2026, 9, 10), 20, date(2026, 10, 14), id="national-day-and-its-make-up-days"),
        pytest.param(date(2026, 9, 18), 1, date(2026, 9, 20), id="make-up-sunday-counts"),
        pytest.param(date(2026, 10, 3), 1, date(2026, 10, 8), id="from-a-day-off"),
        pytest.param(date(2025, 12, 31), 1, date(2026, 1, 4), id="across-the-year"),
        pytest.param(date(2026, 12, 25), 5, date(2027, 1, 4), id="into-a-projected-year"),
    ],
)
def test_the_nth_working_day_skips_days_off_and_counts_make_up_days(start: date, count: int, answer: date) -> None:
    assert CALENDAR.add_working_days(start, count) == answer


@given(DAYS, COUNTS)
@FEW
def test_the_prefix_array_equals_a_day_by_day_walk(start: date, count: int) -> None:
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working(day)
    assert CALENDAR.add_working_days(start, count) == day
    assert CALENDAR.add_working_days_bulk([start.toordinal()], count) == [day.toordinal()]
    assert CALENDAR.working_days_between(start, day) == count


@given(DAYS, COUNTS)
@FEW
def test_n_working_days_are_at_least_n_days_and_a_later_start_never_ends_earlier(start: date, count: int) -> None:
    answer = CALENDAR.add_working_days(start, count)
    assert answer >= start + timedelta(days=count)
    assert answer <= CALENDAR.add_working_days(start + timedelta(days=1), count)
    assert answer < CALENDAR.add_working_days(start, count + 1)
    assert CALENDAR.is_working(answer)


@given(DAYS)
@FEW
def test_rolling_forward_gives_the_day_itself_or_the_next_working_day(day: date) -> None:
    rolled = CALENDAR.roll_forward(day)
    assert CALENDAR.is_working(rolled)
    assert not any(CALENDAR.is_working(between) for between in days_from(day, rolled - timedelta(days=1)))


def test_the_count_between_is_nothing_when_the_end_is_not_later() -> None:
    assert CALENDAR.working_days_between(date(2026, 3, 5), date(2026, 3, 5)) == 0
    assert CALENDAR.working_days_between(date(2026, 3, 9), date(2026, 3, 5)) == 0


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: CALENDAR.kind(date(2031, 1, 1)), id="a-day-after-it"),
        pytest.param(lambda: CALENDAR.add_working_days(date(2030, 12, 20), 20), id="an-answer-after-it"),
        pytest.param(lambda: CALENDAR.roll_forward(date(2031, 5, 1)), id="rolling-from-after-it"),
        pytest.param(
            lambda: CALENDAR.add_working_days_bulk([date(2030, 12, 20).toordinal()], 20), id="a-bulk-answer-after-it"
        ),
        pytest.param(
            lambda: CALENDAR.add_working_days_bulk([date(2031, 12, 20).toordinal()], 1), id="a-bulk-start-after-it"
        ),
    ],
)
def test_a_day_outside_the_known_years_is_refused_naming_the_year(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(OutOfCalendar, match="没有2031年的放假安排.*请先载入2031年的通知") as refused:
        ask()
    assert refused.value.year == 2031


def test_a_day_before_the_calendar_is_refused_and_never_counted_from_its_end() -> None:
    with pytest.raises(OutOfCalendar, match="没有2003年"):
        CALENDAR.is_working(date(2003, 12, 31))
    with pytest.raises(OutOfCalendar, match="没有2003年"):
        CALENDAR.add_working_days_bulk([date(2003, 12, 31).toordinal()], 1)


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_below_one_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1以上"):
        CALENDAR.add_working_days(date(2026, 1, 5), count)
    with pytest.raises(ValueError, match="1以上"):
        CALENDAR.add_working_days_bulk([date(2026, 1, 5).toordinal()], count)


def test_a_loaded_table_replaces_the_years_projection_and_leaves_the_old_calendar_alone() -> None:
    loaded = CALENDAR.with_table(table(2027, off="2027-01-01", work="2027-01-09", source="《2027年的通知》"))
    assert not loaded.is_working(date(2027, 1, 1))
    assert loaded.is_working(date(2027, 1, 9))
    assert loaded.is_working(date(2027, 10, 1)), "the projection's days must be gone"
    assert loaded.is_official(date(2027, 6, 1))
    assert loaded.source(date(2027, 6, 1)) == "《2027年的通知》"
    assert not CALENDAR.is_working(date(2027, 10, 1))
    assert not CALENDAR.is_official(date(2027, 6, 1))


def test_the_version_changes_with_a_table_and_only_then() -> None:
    changed = CALENDAR.with_table(table(2027, off="2027-01-01"))
    assert CALENDAR.version == WorkCalendar(reversed(CALENDAR.tables)).version
    assert changed.version != CALENDAR.version
    assert changed.with_table(CALENDAR.table(2027)).version == CALENDAR.version
    assert 8 <= len(CALENDAR.version) <= 16


def test_a_days_source_and_officialness_are_those_of_the_notice_that_names_it() -> None:
    assert CALENDAR.source(date(2011, 12, 31)) == "《国务院办公厅关于2012年部分节假日安排的通知》"
    assert CALENDAR.source(date(2011, 12, 30)) == "《国务院办公厅关于2011年部分节假日安排的通知》"
    assert CALENDAR.is_official(date(2026, 12, 31))
    assert not CALENDAR.is_official(date(2027, 1, 1))


def test_of_two_tables_that_name_a_day_an_official_one_wins_and_then_the_later_years() -> None:
    base = table(2030, off="2030-12-31")
    official = WorkCalendar([base, table(2031, work="2030-12-28")])
    assert official.kind(date(2030, 12, 28)) is DayKind.MAKE_UP
    named_twice = WorkCalendar([table(2030, work="2030-12-28"), table(2031, off="2030-12-28")])
    assert named_twice.kind(date(2030, 12, 28)) is DayKind.HOLIDAY
    projected = WorkCalendar([table(2030, work="2030-12-28"), table(2031, off="2030-12-28", official=False)])
    assert projected.kind(date(2030, 12, 28)) is DayKind.MAKE_UP


def test_years_with_a_gap_or_no_years_make_no_calendar() -> None:
    with pytest.raises(MissingYears, match="缺2028年、2029年"):
        WorkCalendar([table(2027), table(2030)])
    with pytest.raises(MissingYears, match="一年的放假安排也没有"):
        WorkCalendar([])


@pytest.mark.parametrize(
    ("off", "work", "message"),
    [
        pytest.param("2026-01-03", "2026-01-03", "既放假又上班", id="off-and-on"),
        pytest.param("", "2026-01-05", "不是周六、周日", id="a-make-up-weekday"),
        pytest.param("2024-10-01", "", "不属于该年", id="another-year"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(off: str, work: str, message: str) -> None:
    with pytest.raises(BadTable, match=message):
        table(2026, off, work)


def test_a_table_survives_json_and_anything_else_is_refused() -> None:
    for packaged in official_tables():
        assert YearTable.from_json(packaged.to_json()) == packaged
    assert CALENDAR.table(2026).to_json()["work"]["2026-01-04"] == "元旦"
    for broken in ({}, {"year": "x"}, {**table(2026).to_json(), "off": ["2026-01-01"]}):
        with pytest.raises(BadTable):
            YearTable.from_json(broken)


def test_the_packaged_files_are_what_the_tool_makes_of_chinesecalendar() -> None:
    assert official_tables() == tables()
    assert [each.year for each in official_tables()] == list(range(2004, 2027))


def test_every_packaged_day_works_as_chinesecalendar_says() -> None:
    def works(day: date) -> bool:
        return day in workdays or (day.weekday() < 5 and day not in off)

    days = days_from(date(2004, 1, 1), date(2026, 12, 31))
    assert [day for day in days if works(day) != CALENDAR.is_working(day)] == []


def test_every_day_works_as_the_holidays_library_says_also_in_projected_years() -> None:
    china = holidays.country_holidays("CN", years=range(2026, 2029))
    days = days_from(date(2026, 1, 1), date(2027, 12, 31))
    assert [day for day in days if china.is_working_day(day) != CALENDAR.is_working(day)] == []
