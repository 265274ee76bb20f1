"""Pairs of characters find what looking through every text would find, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.grams import MAX_TERMS, around, coded, fold, grams_of, marked, pairs_of, runs, terms_of

LETTERS = st.text(alphabet="公示栏社区财务年月1 2a。，\n", max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("２０２６年", "2026年", id="full-width"),
        pytest.param("2026 年 3 月", "2026年3月", id="spaces-beside-chinese"),
        pytest.param("LED lamp", "led lamp", id="spaces-between-latin-stay"),
        pytest.param("甲\n乙", "甲\n乙", id="lines-stay-apart"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text).text == folded
    assert len(fold(text).places) == len(folded)


def test_a_run_is_its_pairs_and_its_last_character() -> None:
    assert grams_of("公示栏，社") == [coded(gram) for gram in ("公示", "示栏", "栏", "社")]
    assert pairs_of("公示栏") == [coded("公示"), coded("示栏")] and pairs_of("社") == [coded("社")]


def _found(text: str, term: str) -> bool:
    """What the database's index does with the grams: a phrase of pairs, or the beginning of one."""
    grams, pairs = grams_of(fold(text).text), pairs_of(term)
    if len(term) == 1:
        return any(gram.startswith(pairs[0]) for gram in grams)
    return any(grams[n : n + len(pairs)] == pairs for n in range(len(grams)))


@given(LETTERS, LETTERS)
def test_recall_and_precision_are_those_of_looking_through(text: str, asked: str) -> None:
    for term in terms_of(asked):
        assert _found(text, term) == (term in fold(text).text)


def test_a_query_is_a_few_terms_however_much_is_typed() -> None:
    assert terms_of("财务 公示") == ["财务", "公示"]
    assert terms_of("“%_*\"' OR 1=1--") == ["or", "1"]
    assert len(terms_of("a b c d e f g h")) == MAX_TERMS and terms_of("。，！") == []
    assert all(run.isalnum() for run in runs(fold("财务，(公示)*").text))


@given(LETTERS, LETTERS)
def test_marking_changes_no_character(text: str, asked: str) -> None:
    parts = marked(text, terms_of(asked))
    assert "".join(part for part, _ in parts) == text


def test_marking_shows_the_hits_in_the_original_writing() -> None:
    assert marked("２０２６ 年收支", ["2026年"]) == [("２０２６ 年", True), ("收支", False)]
    assert marked("收支表", ["无"]) == [("收支表", False)]


def test_the_piece_around_a_hit() -> None:
    long = "前" * 100 + "路灯" + "后" * 100
    piece = around(long, ["路灯"])
    assert piece is not None and "路灯" in piece and len(piece) < 70 and piece.startswith("…") and piece.endswith("…")
    assert around("没有", ["路灯"]) is None


@given(st.text())
def test_a_short_way_folds_as_letter_by_letter(text: str) -> None:
    """Reading it with a space at its end takes the long way."""
    told = text.replace("\n", "")
    assert fold(told).text == fold(f"{told} ").text
    assert tuple(fold(told).places) == tuple(fold(f"{told} ").places)
