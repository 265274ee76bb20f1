"""Type grows with the distance it is read from, within what eyes need and a paper can carry."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.legibility import (
    FARTHEST_CM,
    GLYPH,
    LEAST_POINTS,
    NEAREST_CM,
    POINT_MM,
    farthest_for,
    largest_on,
    points_for,
    points_on,
)

distances = st.integers(NEAREST_CM, FARTHEST_CM)


@pytest.mark.parametrize(
    ("distance_cm", "points"),
    [
        pytest.param(40, 13.5, id="near-by-an-old-eye-still-needs-13.5"),
        pytest.param(75, 13.5, id="the-last-that-13.5-reaches"),
        pytest.param(100, 17.9, id="one-metre"),
        pytest.param(200, 35.9, id="two-metres"),
        pytest.param(500, 89.6, id="five-metres"),
    ],
)
def test_the_size_for_a_distance(distance_cm: int, points: float) -> None:
    assert points_for(distance_cm) == points


@given(distances)
def test_a_character_subtends_twenty_minutes_of_arc_or_more(distance_cm: int) -> None:
    height_mm = points_for(distance_cm) * POINT_MM * GLYPH
    minutes = math.degrees(2 * math.atan(height_mm / 2 / (distance_cm * 10))) * 60
    assert minutes > 19.9
    assert points_for(distance_cm) == LEAST_POINTS or minutes < 20.1


@given(distances, distances, st.floats(100, 600), st.floats(1, 2))
def test_farther_is_never_smaller(one: int, other: int, narrow_mm: float, longer: float) -> None:
    near, far = sorted((one, other))
    line_mm = narrow_mm * longer
    assert points_on(narrow_mm, line_mm, near) <= points_on(narrow_mm, line_mm, far) <= largest_on(narrow_mm)


@given(st.floats(120, 600), st.floats(1, 1.5), distances)
def test_a_line_holds_between_18_and_45_characters(narrow_mm: float, longer: float, distance_cm: int) -> None:
    em = points_on(narrow_mm, narrow_mm * longer, distance_cm) * POINT_MM
    assert narrow_mm / em >= 18
    assert narrow_mm * longer / em <= 45.5


@given(st.floats(120, 600))
def test_what_a_paper_promises_it_keeps(narrow_mm: float) -> None:
    farthest = farthest_for(narrow_mm)
    assert points_on(narrow_mm, narrow_mm, farthest) >= points_for(farthest)
    assert farthest == FARTHEST_CM or points_for(farthest + 10) > largest_on(narrow_mm)
