"""What a process keeps: only what can't change, and never what a transaction may yet take back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction

from mingbai.carriers.queries import situation_of
from mingbai.communities.keeping import kept
from mingbai.obligations.actions import make_occurrences
from tests.conftest import Cast, noon


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_worked_out_once_outside_a_transaction_and_every_time_inside() -> None:
    calls: list[int] = []

    @kept(maxsize=2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    assert not connection.in_atomic_block
    assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert calls == [1, 2]
    with transaction.atomic():
        assert double(1) == 2
    assert calls == [1, 2, 1]


def test_a_situation_follows_every_act(cast: Cast) -> None:
    before = situation_of(cast.community, date(2026, 4, 1)).standings
    make_occurrences(community=cast.community, through=date(2026, 4, 1), at=noon("2026-04-01"))
    assert len(situation_of(cast.community, date(2026, 4, 1)).standings) > len(before)
