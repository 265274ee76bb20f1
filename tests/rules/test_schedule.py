"""Due days, displays and floors: law as tables, and what must hold for every phrase."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.data.calendars import packaged_calendar
from mingbai.data.profiles import UnknownProfile, packaged_profile, profile_codes
from mingbai.rules.duties import (
    AfterPeriod,
    AtLeast,
    DisplayUnspecified,
    DueUnspecified,
    Duty,
    Immediate,
    LongTerm,
    PeriodDay,
    Prompt,
    Trigger,
    Unit,
    Within,
)
from mingbai.rules.profiles import BadPolicy, Policy
from mingbai.rules.schedule import Schedule, explain, period_ends, schedule
from mingbai.rules.timelimit import parse
from mingbai.rules.workdays import OutOfCalendar
from tests.conftest import golden

CALENDAR = packaged_calendar()
CN = packaged_profile("cn")
DAYS = st.dates(date(2005, 1, 1), date(2029, 6, 30))
COUNTS = st.integers(1, 90)


def run(duty: Duty, on: date, **options: Any) -> Schedule:
    return schedule(duty, on, calendar=CALENDAR, profile=options.pop("profile", CN), **options)


def within(count: int, unit: Unit = Unit.WORKING_DAY) -> Duty:
    return Duty(None, Trigger.FORMATION, Within(count, unit), DisplayUnspecified())


@pytest.mark.parametrize("case", golden("due_dates.json")["cases"], ids=lambda case: case["note"])
def test_the_right_answers_come_out(case: dict[str, Any]) -> None:
    posted_on = date.fromisoformat(case["posted_on"]) if case["posted_on"] else None
    derived = run(parse(case["text"]).duties[0], date.fromisoformat(case["trigger_on"]), posted_on=posted_on)
    assert {key: derived.to_json()[key] for key in ("due_on", "shown_until", "legal_floor_days")} == {
        key: case[key] for key in ("due_on", "shown_until", "legal_floor_days")
    }
    assert derived.certain
    assert Schedule.from_json(derived.to_json()) == derived


PERIOD = Duty(None, Trigger.ACCOUNTING_PERIOD, DueUnspecified(), AtLeast(5, Unit.CALENDAR_DAY))
PROMPT = Duty(None, Trigger.FORMATION, Prompt(), DisplayUnspecified())


@pytest.mark.parametrize(
    ("duty", "on", "profile", "due_on"),
    [
        pytest.param(PERIOD, "2026-09-30", "cn", None, id="nation-states-no-period-deadline"),
        pytest.param(PERIOD, "2026-09-30", "cn-sichuan", "2026-10-10", id="sichuan-ten-days-on-a-make-up-saturday"),
        pytest.param(PERIOD, "2026-06-30", "cn-sichuan", "2026-07-10", id="sichuan-ten-days"),
        pytest.param(PERIOD, "2026-06-30", "cn-chongqing", "2026-07-15", id="chongqing-the-15th"),
        pytest.param(PERIOD, "2026-06-30", "cn-shandong", None, id="shandong-states-nothing"),
        pytest.param(PROMPT, "2026-09-10", "cn", None, id="prompt-without-a-number"),
        pytest.param(PROMPT, "2026-09-10", "cn-sichuan", "2026-09-20", id="sichuan-prompt"),
        pytest.param(PROMPT, "2026-09-10", "cn-chongqing", "2026-09-20", id="chongqing-prompt"),
    ],
)
def test_a_province_fills_what_the_catalogue_leaves_open(duty: Duty, on: str, profile: str, due_on: str | None) -> None:
    derived = run(duty, date.fromisoformat(on), profile=packaged_profile(profile))
    assert derived.to_json()["due_on"] == due_on


def test_the_policy_answers_only_what_catalogue_and_profile_leave_open() -> None:
    policy = Policy(prompt=Within(3, Unit.WORKING_DAY), after_period=PeriodDay(1, 20))
    assert run(PROMPT, date(2026, 9, 10), policy=policy).due_on == date(2026, 9, 15)
    assert run(PERIOD, date(2026, 9, 30), policy=policy).due_on == date(2026, 10, 20)
    assert run(within(5), date(2026, 9, 10), policy=policy).due_on == date(2026, 9, 17)
    sichuan = packaged_profile("cn-sichuan")
    assert run(PROMPT, date(2026, 9, 10), policy=policy, profile=sichuan).due_on == date(2026, 9, 20)


def test_the_policy_survives_json_and_refuses_what_cannot_be_meant() -> None:
    policy = Policy(prompt=Within(3, Unit.WORKING_DAY), after_period=AfterPeriod(10, Unit.CALENDAR_DAY), absence=False)
    assert Policy.from_json(policy.to_json()) == policy
    with pytest.raises(BadPolicy):
        Policy(accounting_period=Trigger.CHANGE)


def test_a_day_that_a_month_lacks_is_its_last_day() -> None:
    duty = Duty(None, Trigger.MONTH, PeriodDay(1, 31), DisplayUnspecified())
    assert run(duty, date(2026, 8, 31)).due_on == date(2026, 9, 30)


def test_long_term_has_no_last_day_and_keeps_the_floor() -> None:
    duty = Duty(None, Trigger.CHANGE, Within(20, Unit.WORKING_DAY), LongTerm())
    derived = run(duty, date(2026, 3, 2), posted_on=date(2026, 3, 9))
    assert (derived.shown_until, derived.legal_floor_days) == (None, 15)


def test_every_step_says_why_in_chinese() -> None:
    text = explain(run(within(20), date(2026, 9, 10), posted_on=date(2026, 10, 14)))
    for words in ("《民法典》第二百零一条", "国庆节放假", "调休上班", "2026年10月14日", "第三十四条"):
        assert words in text


def test_a_projected_year_is_said_to_be_one() -> None:
    derived = run(within(20), date(2026, 12, 20))
    assert not derived.certain
    assert any(step.kind == "projected" for step in derived.steps)
    with pytest.raises(OutOfCalendar, match="2031"):
        run(within(60), date(2030, 12, 1))


@pytest.mark.parametrize(
    ("trigger", "ends"),
    [
        (Trigger.MONTH, ["2026-02-28", "2026-03-31", "2026-04-30"]),
        (Trigger.QUARTER, ["2026-03-31"]),
        (Trigger.ACCOUNTING_PERIOD, ["2026-03-31"]),
        (Trigger.HALF_YEAR, []),
    ],
)
def test_periods_end_on_their_last_day(trigger: Trigger, ends: list[str]) -> None:
    found = period_ends(trigger, date(2026, 1, 31), date(2026, 5, 1), Policy())
    assert [day.isoformat() for day in found] == ends


def test_every_packaged_profile_names_article_and_source() -> None:
    assert set(profile_codes()) == {"cn", "cn-sichuan", "cn-chongqing", "cn-shandong"}
    for code in profile_codes():
        assert all(rule.law and rule.text for rule in packaged_profile(code).rules)
    floor = CN.display_floor(date(2026, 1, 1))
    assert floor is not None and floor.value == 15
    assert CN.display_floor(date(2025, 12, 31)) is None
    with pytest.raises(UnknownProfile):
        packaged_profile("nowhere")


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 40), COUNTS, st.sampled_from(Unit))
def test_a_later_trigger_is_never_due_earlier(on: date, later: int, count: int, unit: Unit) -> None:
    first, second = run(within(count, unit), on), run(within(count, unit), on + timedelta(days=later))
    assert first.due_on is not None and second.due_on is not None and first.due_on <= second.due_on


@settings(max_examples=60, deadline=None)
@given(DAYS, COUNTS, st.sampled_from(Unit))
def test_one_day_more_is_never_earlier_and_a_deadline_works(on: date, count: int, unit: Unit) -> None:
    due, longer = run(within(count, unit), on).due_on, run(within(count + 1, unit), on).due_on
    assert due is not None and longer is not None and longer >= due
    assert CALENDAR.is_working(due)


@settings(max_examples=40, deadline=None)
@given(DAYS)
def test_at_once_is_the_same_day_even_when_it_is_off(on: date) -> None:
    derived = run(Duty(None, Trigger.FORMATION, Immediate(), DisplayUnspecified()), on)
    assert derived.due_on == on and derived.certain


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 9, 1), date(2027, 3, 1)), st.integers(1, 40))
def test_projection_is_flagged_exactly_when_a_projected_day_was_counted(on: date, count: int) -> None:
    derived = run(within(count), on)
    assert derived.due_on is not None
    counted = [on + timedelta(days=n) for n in range(1, (derived.due_on - on).days + 1)]
    assert derived.certain == all(CALENDAR.is_official(day) for day in counted)
