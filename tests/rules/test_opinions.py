"""A consultation's tally: what a slip may say, how slips are counted, which cells of a breakdown are told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.opinions import SMALL, Asked, Away, BadAnswer, Kind, Stage, checked_answers, guarded, stage_on, tally

QUESTIONS = [
    Asked("住在哪里", Kind.CHOICE, ("东区", "西区"), splits=True),
    Asked("同意吗", Kind.CHOICE, ("同意", "不同意")),
    Asked("要什么", Kind.CHOICES, ("灯", "棚", "椅")),
    Asked("还有什么", Kind.TEXT),
]


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        pytest.param("2026-08-23", Stage.TO_COME, id="the-eve"),
        pytest.param("2026-08-24", Stage.OPEN, id="the-first-day"),
        pytest.param("2026-09-14", Stage.OPEN, id="the-last-day"),
        pytest.param("2026-09-15", Stage.CLOSED, id="the-day-after"),
    ],
)
def test_both_days_count_in(day: str, stage: Stage) -> None:
    assert stage_on(date(2026, 8, 24), date(2026, 9, 14), date.fromisoformat(day)) is stage


def test_a_slip_keeps_what_was_answered_and_nothing_else() -> None:
    slip = {"1": [2], "2": [], "3": [3, 1, 3], "4": "  多种树 ", "9": [1]}
    assert checked_answers(QUESTIONS, slip) == {"1": [2], "3": [1, 3], "4": "多种树"}


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        pytest.param({}, "至少回答一题", id="nothing"),
        pytest.param({"4": "   "}, "至少回答一题", id="only-blanks"),
        pytest.param({"2": [3]}, "第2题请从列出的选项里选", id="no-such-option"),
        pytest.param({"2": [0]}, "第2题请从列出的选项里选", id="not-a-number"),
        pytest.param({"2": [1, 2]}, "第2题只能选一项", id="two-of-one"),
        pytest.param({"2": "同意"}, "第2题请从列出的选项里选", id="words-for-a-choice"),
        pytest.param({"4": [1]}, "第4题要写文字", id="a-choice-for-words"),
        pytest.param({"4": "长" * 1001}, "第4题写得太长", id="too-long"),
    ],
)
def test_what_a_slip_cant_say_is_named(slip: dict[str, list[int] | str], told: str) -> None:
    with pytest.raises(BadAnswer, match=told):
        checked_answers(QUESTIONS, slip)


def test_everything_is_counted_once_and_broken_down_by_the_question_that_splits() -> None:
    slips: list[dict[str, list[int] | str]] = [{"1": [1], "2": [1], "3": [1, 2]}] * 10
    slips += [{"1": [2], "2": [1]}] * 6 + [{"1": [1], "2": [2]}] * 7 + [{"1": [2], "2": [2]}] * 8
    where, agree, wants = tally(QUESTIONS, slips)
    assert [one.count for one in where.options] == [17, 14] and where.groups == ()
    assert [(one.count, one.cells) for one in agree.options] == [(16, (10, 6)), (15, (7, 8))]
    assert agree.groups == ("东区", "西区") and agree.answered == 31
    assert [one.count for one in wants.options] == [10, 10, 0] and wants.answered == 10


def test_slips_without_a_group_have_a_column_of_their_own_where_there_are_any() -> None:
    slips: list[dict[str, list[int] | str]] = [{"2": [1]}] * 5 + [{"1": [1], "2": [1]}] * 5
    assert tally(QUESTIONS, slips)[1].groups == ("东区", "西区", "没有写明")


def test_a_small_cell_takes_a_second_one_with_it() -> None:
    assert guarded([[40, 30, 2], [50, 20, 30]]) == [
        (40, Away.GUARD, Away.SMALL),
        (50, Away.GUARD, Away.GUARD),
    ]


@given(st.integers(1, 4).flatmap(lambda w: st.lists(st.lists(st.integers(0, 20), min_size=w, max_size=w), max_size=4)))
def test_no_small_cell_is_told_or_follows_from_a_total(rows: list[list[int]]) -> None:
    cells = guarded(rows)
    assert [len(row) for row in cells] == [len(row) for row in rows]
    turned = [list(column) for column in zip(*rows, strict=True)]
    for counts, told in [*zip(rows, cells, strict=True), *zip(turned, zip(*cells, strict=True), strict=True)]:
        away = [count for count, cell in zip(counts, told, strict=True) if isinstance(cell, Away)]
        assert all(count >= SMALL for count, cell in zip(counts, told, strict=True) if not isinstance(cell, Away))
        assert not away or len(away) == len(counts) or (len(away) > 1 and sum(away) >= SMALL)
