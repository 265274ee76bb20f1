"""Objection windows: what a phrase lets people object to, for how long, and which days that makes."""

from __future__ import annotations

from datetime import date

import pytest

from mingbai.data.calendars import packaged_calendar
from mingbai.rules.duties import AtLeast, LongTerm, Unit
from mingbai.rules.timelimit import parse
from mingbai.rules.windows import Window, joined, last_day_of, objection_days
from tests.conftest import seed_catalogue


def days(count: int, unit: Unit = Unit.CALENDAR_DAY) -> AtLeast:
    return AtLeast(count, unit)


@pytest.mark.parametrize(
    ("phrase", "stated"),
    [
        pytest.param("自信息形成公示7日", [days(7)], id="the-seeds-row-19"),
        pytest.param("自信息形成之日起2个工作日内公示，公示期不少于5个工作日", [days(5, Unit.WORKING_DAY)], id="label"),
        pytest.param("公示期：七天", [days(7)], id="chinese-number"),
        pytest.param("公示一周", [days(7)], id="a-week"),
        pytest.param("公示期一般为7个自然日", [days(7)], id="一般-is-no-number"),
        pytest.param("公示（7个工作日）", [days(7, Unit.WORKING_DAY)], id="in-brackets"),
        pytest.param("政策文件长期公开，名单公示7日", [None, days(7)], id="only-the-part-that-says-so"),
        pytest.param("按照会计记账周期公开，一次公开5天", [None], id="公开-is-no-公示"),
        pytest.param("自信息形成7日内及时公开，时限不少于15日", [None], id="no-word-of-公示"),
        pytest.param("会议情况即时公开，公布时间不少于15日", [None], id="公布-is-no-公示"),
        pytest.param("公示期满后3日内公布", [None], id="a-deadline-after-it"),
        pytest.param("长期公示", [None], id="without-an-end"),
    ],
)
def test_what_a_phrase_states(phrase: str, stated: list[AtLeast | None]) -> None:
    assert [objection_days(phrase, duty.display) for duty in parse(phrase).duties] == stated


def test_of_the_seeds_items_only_19_has_a_window() -> None:
    found = {
        item.number: objection_days(item.time_limit.text, duty.display)
        for item in seed_catalogue().items
        for duty in item.time_limit.duties
    }
    assert {number: said for number, said in found.items() if said} == {19: days(7)}


def test_the_days_of_another_duty_arent_taken() -> None:
    assert objection_days("自公示之日起公开30日", days(30)) is None
    assert objection_days("名单公示7日", days(15)) is None and objection_days("名单公示7日", LongTerm()) is None


def test_calendar_days_end_where_they_end_and_working_days_skip_the_holiday() -> None:
    calendar = packaged_calendar()
    assert last_day_of(days(7), date(2026, 9, 26), calendar) == date(2026, 10, 3), "National Day moves no display"
    assert last_day_of(days(5, Unit.WORKING_DAY), date(2026, 9, 28), calendar) == date(2026, 10, 10)


def test_two_carriers_make_one_run_and_a_second_posting_another() -> None:
    web, paper = Window(date(2026, 3, 2), date(2026, 3, 9)), Window(date(2026, 3, 4), date(2026, 3, 11))
    again = Window(date(2026, 4, 1), date(2026, 4, 8))
    assert joined([again, paper, web]) == [Window(date(2026, 3, 2), date(2026, 3, 11)), again]
    assert joined([web, Window(date(2026, 3, 10), date(2026, 3, 12))]) == [Window(date(2026, 3, 2), date(2026, 3, 12))]
    assert web.holds(date(2026, 3, 9)) and not web.holds(date(2026, 3, 10))
