"""Four buckets and what no layer gives a deadline; a share by the printed formula; colours by facts alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.figures import BUCKETS, Bucket, Tally, bucket_of

ON = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("due", "met", "bucket"),
    [
        pytest.param("2026-05-20", "2026-05-20", Bucket.DONE_IN_TIME, id="on-the-last-day"),
        pytest.param("2026-05-20", "2026-05-21", Bucket.DONE_LATE, id="a-day-late"),
        pytest.param("2026-06-01", None, Bucket.OPEN_IN_TIME, id="due-today-is-not-late"),
        pytest.param("2026-05-31", None, Bucket.OPEN_LATE, id="due-yesterday"),
        pytest.param(None, "2026-05-21", Bucket.DONE_NOT_STATED, id="done-without-a-deadline"),
        pytest.param(None, None, Bucket.OPEN_NOT_STATED, id="open-without-a-deadline-is-never-late"),
    ],
)
def test_where_an_obligation_stands(due: str | None, met: str | None, bucket: Bucket) -> None:
    days = [date.fromisoformat(day) if day else None for day in (due, met)]
    assert bucket_of(due_on=days[0], met_on=days[1], on=ON) is bucket


def test_every_bucket_has_its_word() -> None:
    assert set(BUCKETS) == set(Bucket)


@pytest.mark.parametrize(
    ("tally", "share", "colour"),
    [
        pytest.param(Tally(), None, "green", id="nothing-came-due"),
        pytest.param(Tally(done_in_time=2, done_late=1), Decimal("66.7"), "amber", id="late-once"),
        pytest.param(Tally(done_in_time=3, open_late=1), Decimal("75.0"), "red", id="overdue-now"),
        pytest.param(Tally(3, open_in_time=9, open_not_stated=9), Decimal("100.0"), "green", id="the-rest-is-apart"),
    ],
)
def test_the_share_is_the_printed_formula(tally: Tally, share: Decimal | None, colour: str) -> None:
    assert tally.in_time_share == share and tally.colour == colour


@given(st.lists(st.sampled_from(list(Bucket))), st.lists(st.sampled_from(list(Bucket))))
def test_counting_apart_or_together_is_the_same(one: list[Bucket], two: list[Bucket]) -> None:
    assert Tally.of(one) + Tally.of(two) == Tally.of(one + two)
    assert Tally.of(one).total == len(one)
