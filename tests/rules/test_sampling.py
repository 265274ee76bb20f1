"""Anybody draws the same sample from the same seed, with nothing but SHA-256."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.concerns import ConcernState, concern_state
from mingbai.rules.sampling import Span, draw, rank, seed_of_lots, span_before

CODES = st.lists(st.text("23456789ABCDEFGH", min_size=8, max_size=8), unique=True, max_size=40)


@given(CODES, st.integers(1, 50), st.randoms())
def test_a_draw_depends_on_nothing_but_seed_and_codes(codes: list[str], size: int, chance: object) -> None:
    shuffled = list(codes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    drawn = draw("314159", codes, size)
    assert draw("314159", [*shuffled, *shuffled], size) == drawn
    assert len(drawn) == min(size, len(codes)) and len(set(drawn)) == len(drawn)
    assert draw("314159", codes, size + 1)[: len(drawn)] == drawn


def test_the_published_method_gives_the_same_on_a_command_line() -> None:
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("no sha256sum here")
    codes = ["K7M2P9QX", "A3B4C5D6", "ZZ22YY33", "H8J9K2M3"]
    said = {
        code: subprocess.run([program], input=f"163452|{code}".encode(), capture_output=True, check=True).stdout[:64]
        for code in codes
    }
    assert draw("163452", codes, 2) == sorted(codes, key=lambda code: said[code])[:2]
    assert rank("163452", codes[0]) == said[codes[0]].decode()


def test_every_code_is_drawn_about_as_often() -> None:
    codes = [f"CODE{n:04d}" for n in range(10)]
    counted = Counter(code for seed in range(2000) for code in draw(f"{seed:06d}", codes, 3))
    assert all(500 < counted[code] < 700 for code in codes)  # 600 ± 5 standard deviations


@pytest.mark.parametrize(
    ("span", "on", "first", "last"),
    [
        (Span.MONTH, "2026-03-01", "2026-02-01", "2026-02-28"),
        (Span.MONTH, "2026-01-31", "2025-12-01", "2025-12-31"),
        (Span.QUARTER, "2026-10-12", "2026-07-01", "2026-09-30"),
        (Span.QUARTER, "2026-02-10", "2025-10-01", "2025-12-31"),
        (Span.YEAR, "2026-12-31", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_span_is_the_last_whole_one(span: Span, on: str, first: str, last: str) -> None:
    day = date.fromisoformat
    assert span_before(span, day(on)) == (day(first), day(last))


@given(st.sampled_from(Span), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_span_is_over_before_the_draw_and_the_next_day_begins_another(span: Span, on: date) -> None:
    first, last = span_before(span, on)
    assert first.day == 1 and first <= last < on
    assert span_before(span, first)[1] < first


@pytest.mark.parametrize(
    ("typed", "seed"),
    [("3 1 4 1 5 9", "314159"), ("03,12-25+08", "03122508"), ("12345", None), ("三一四", None), ("", None)],
)
def test_lots_are_at_least_six_digits(typed: str, seed: str | None) -> None:
    assert seed_of_lots(typed) == seed


@pytest.mark.parametrize(
    ("due_on", "replied", "resolution", "state"),
    [
        (date(2026, 3, 10), False, "", ConcernState.WAITING),
        (date(2026, 3, 9), False, "", ConcernState.OVERDUE),
        (None, False, "", ConcernState.WAITING),
        (date(2026, 3, 9), True, "", ConcernState.REPLIED),
        (None, True, "not_accepted", ConcernState.NOT_ACCEPTED),
    ],
)
def test_how_a_finding_stands(due_on: date | None, replied: bool, resolution: str, state: ConcernState) -> None:
    today = date(2026, 3, 10)
    assert concern_state(due_on=due_on, replied=replied, resolution=resolution, today=today) is state
