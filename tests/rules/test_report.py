"""The annual report: which obligations it counts, what it calls them, and the rate."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from mingbai.rules.report import (
    Counts,
    Outcome,
    count,
    due_as_of,
    is_reported,
    outcome_of,
    percent,
    report_day,
    year_of,
)

DUE = date(2026, 5, 18)


def on(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(
    ("due", "met", "day", "outcome"),
    [
        pytest.param("2026-05-18", "2026-05-18", "2026-12-31", Outcome.DONE_IN_TIME, id="met-on-the-last-day"),
        pytest.param("2026-05-18", "2026-05-19", "2026-12-31", Outcome.DONE_LATE, id="met-a-day-late"),
        pytest.param("2026-05-18", None, "2026-05-18", Outcome.OPEN_NOT_DUE, id="the-last-day-isn't-over"),
        pytest.param("2026-05-18", None, "2026-05-19", Outcome.OPEN_OVERDUE, id="the-day-after"),
        pytest.param(None, "2026-05-19", "2026-12-31", Outcome.DONE_NOT_STATED, id="no-deadline-and-done"),
        pytest.param(None, None, "2026-12-31", Outcome.OPEN_NOT_STATED, id="no-deadline-is-never-late"),
    ],
)
def test_what_became_of_an_obligation(due: str | None, met: str | None, day: str, outcome: Outcome) -> None:
    assert outcome_of(on(due), on(met), date.fromisoformat(day)) is outcome


@pytest.mark.parametrize(
    ("year", "today", "day"),
    [
        (2026, "2026-11-23", "2026-11-23"),
        (2026, "2026-12-31", "2026-12-31"),
        (2026, "2027-01-01", "2026-12-31"),
        (2026, "2031-06-01", "2026-12-31"),
    ],
)
def test_a_year_is_reported_as_of_its_last_day_or_today(year: int, today: str, day: str) -> None:
    assert report_day(year, date.fromisoformat(today)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("happened", "recorded", "by_calendar", "year"),
    [
        pytest.param("2026-12-31", "2026-12-31", False, 2026, id="recorded-the-same-day"),
        pytest.param("2026-12-30", "2027-01-04", False, 2027, id="recorded-next-year-doesn't-change-last-year"),
        pytest.param("2026-12-31", "2027-01-01", True, 2026, id="the-calendar's-own-belongs-to-its-day"),
        pytest.param("2027-01-05", "2026-12-20", False, 2027, id="recorded-before-it-happens"),
    ],
)
def test_the_year_in_which_something_counts_first(happened: str, recorded: str, by_calendar: bool, year: int) -> None:
    assert year_of(date.fromisoformat(happened), date.fromisoformat(recorded), by_calendar=by_calendar) == year


@pytest.mark.parametrize(
    ("first", "eve", "now", "reported"),
    [
        pytest.param(2026, False, True, True, id="this-year's"),
        pytest.param(2025, True, True, False, id="last-year's-and-done-then"),
        pytest.param(2025, False, True, True, id="carried-over-and-done-now"),
        pytest.param(2025, False, False, True, id="carried-over-and-still-open"),
        pytest.param(2025, True, False, True, id="done-then-but-shown-too-short"),
        pytest.param(2027, False, False, False, id="next-year's"),
    ],
)
def test_what_was_open_is_carried_over(first: int, eve: bool, now: bool, reported: bool) -> None:
    assert is_reported(first, 2026, met_by_eve=eve, met_now=now) is reported


def test_a_deadline_is_the_one_that_stood_on_the_day() -> None:
    earlier = [(date(2026, 11, 20), date(2027, 2, 9)), (date(2027, 1, 8), None)]
    assert due_as_of(DUE, earlier, date(2026, 11, 19)) == date(2027, 2, 9)
    assert due_as_of(DUE, earlier, date(2026, 12, 31)) is None
    assert due_as_of(DUE, earlier, date(2027, 1, 8)) == DUE
    assert due_as_of(DUE, [], date(2026, 12, 31)) == DUE


def test_the_rate_leaves_out_what_cannot_be_late_yet() -> None:
    counts = Counts(done_in_time=48, done_late=3, open_not_due=2, open_overdue=1, done_not_stated=28, open_not_stated=4)
    assert counts.total == 86 and counts.judged == 52
    assert counts.rate == Fraction(12, 13) and percent(counts.rate) == "92.3%"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "无"),
        (Fraction(1), "100%"),
        (Fraction(0), "0%"),
        (Fraction(1, 2), "50%"),
        (Fraction(2, 3), "66.6%"),
        pytest.param(Fraction(9999, 10000), "99.9%", id="one-late-is-never-100"),
    ],
)
def test_a_rate_is_rounded_down(rate: Fraction | None, text: str) -> None:
    assert percent(rate) == text


def test_nothing_to_judge_is_no_rate() -> None:
    assert Counts(open_not_due=3, done_not_stated=1).rate is None
    assert count([]).total == 0


def test_every_outcome_is_counted_once() -> None:
    outcomes = [outcome for n, outcome in enumerate(Outcome, 1) for _ in range(n)]
    assert count(outcomes).row == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("counts", "colour"),
    [
        pytest.param(Counts(), "green", id="nothing-owed"),
        pytest.param(Counts(done_in_time=9, done_late=1), "amber", id="late-once"),
        pytest.param(Counts(done_in_time=9, done_late=1, open_overdue=1), "red", id="overdue-now"),
        pytest.param(Counts(open_not_due=3, open_not_stated=3), "green", id="open-is-not-late"),
    ],
)
def test_colours_follow_from_facts(counts: Counts, colour: str) -> None:
    assert counts.colour == colour


def test_counting_apart_or_together_is_the_same() -> None:
    assert Counts(1, 2, 3, 4, 5, 6) + Counts(6, 5, 4, 3, 2, 1) == Counts(7, 7, 7, 7, 7, 7)
