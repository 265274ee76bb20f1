"""What a process keeps: only what can't change, and never what a transaction may yet take back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from mingbai.carriers.queries import situation_of
from mingbai.communities import keeping
from mingbai.communities.actions import found_community, set_policy
from mingbai.communities.keeping import kept
from mingbai.communities.queries import community_by_slug, public_community, revision_of
from mingbai.obligations.actions import make_occurrences
from mingbai.rules.profiles import Policy
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


@pytest.mark.django_db
def test_a_community_for_its_pages_is_read_once_a_revision(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(keeping, "answers_last", lambda: True)  # as if each act were committed
    found_community(slug="once", name="一次社区", body="一次社区居民委员会", by=None, at=noon("2026-01-05"))
    before = public_community("once")
    assert before is not None
    with django_assert_num_queries(1):
        assert public_community("once") is before
    with django_assert_num_queries(0):
        assert revision_of(before) == before.revision
    own = community_by_slug("once")
    assert own is not None and own.revision is None and not own.policy.light_review
    set_policy(community=own, policy=Policy(light_review=True), by=None, at=noon("2026-01-06"))
    after = public_community("once")
    assert after is not None and after.policy.light_review
    assert after.revision is not None and before.revision is not None and after.revision > before.revision
    assert public_community("nowhere") is None
    monkeypatch.undo()
    with transaction.atomic():
        inside = public_community("once")
        assert inside is not None and inside is not after and inside.revision is None
