"""What a process keeps of a community's obligations is, after every act, what the database says afresh."""

# ruff: noqa: F811 — fixtures of other modules are taken as arguments under their names

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mingbai.carriers import tally
from mingbai.carriers.actions import confirm_withdrawal, publish, put_up, take_down
from mingbai.communities.actions import grant_role
from mingbai.communities.models import Role
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.obligations.actions import void_occurrence
from mingbai.supervision.models import Pending
from mingbai.supervision.pending import pending_of
from tests.apps.export.conftest import few, issued, owed  # noqa: F401 — fixtures
from tests.apps.export.test_acts import acts_of_a_year
from tests.apps.test_store import db  # noqa: F401 — everything is really committed
from tests.conftest import Cast, noon, paragraphs


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> list[Any]:
    """Of which obligations of the community the database was asked; None: of all."""
    found: list[Any] = []
    real = tally.found_of

    def noted(community_id: int, chosen: Any = None) -> dict[int, tally.Met]:
        if community_id == cast.community.pk:
            found.append(chosen)
        return real(community_id, chosen)

    monkeypatch.setattr(tally, "found_of", noted)
    return found


def test_after_every_act_of_a_year(
    cast: Cast,
    owed: Callable[..., Any],
    issued: Callable[..., Version],
    asked: list[Any],
) -> None:
    seen = []
    for act, on in acts_of_a_year(cast, owed, issued):
        kept = tally.obligations_of(cast.community.pk)
        whole = asked[-1] is None if asked else False
        seen.append((act, whole))
        assert kept == tally.found_of(cast.community.pk), act
        today = date.fromisoformat(on)
        states = tally.tally_of(cast.community.pk, today)
        assert sum(states.counts.values()) == len(kept), act
        asked.clear()
    assert {act for act, whole in seen if whole} <= {
        "a community that published nothing yet",
        "a catalogue adopted again",
    }


def test_an_act_costs_what_it_is_about_and_a_further_look_nothing(
    cast: Cast,
    owed: Callable[..., Any],
    issued: Callable[..., Version],
    asked: list[Any],
) -> None:
    pk = cast.community.pk
    first, second = issued(22, "2026-02-10"), issued(22, "2026-02-11")
    assert len(tally.obligations_of(pk)) == 2 and asked == [None]
    board = first.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")
    hung = put_up(version=first, carrier=board, on=date(2026, 2, 12), by=cast.clerk, at=noon("2026-02-12"))
    mine, others = first.disclosure.obligation_id, second.disclosure.obligation_id
    assert tally.obligations_of(pk)[mine].met_on == date(2026, 2, 12)
    assert tally.obligations_of(pk)[mine].met_on == date(2026, 2, 12)
    take_down(posting=hung, on=date(2026, 2, 13), by=cast.clerk, at=noon("2026-02-13"), lost=True)
    assert tally.obligations_of(pk)[mine].met_on is None
    assert asked == [None, {mine}, {mine}]
    grant_role(community=cast.community, user=cast.member, kind=Role.Kind.CLERK, by=None, at=noon("2026-02-13"))
    tally.obligations_of(pk)
    assert len(asked) == 3, "an act on something else asks for nothing"
    proposed = propose_withdrawal(
        version=second, kind="personal_data", reason="写了住址", by=cast.clerk, at=noon("2026-02-14")
    )
    confirm_withdrawal(withdrawal=proposed, by=cast.director, at=noon("2026-02-14"))
    assert tally.obligations_of(pk)[others].met_on is None
    void_occurrence(
        occurrence=first.disclosure.obligation.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-02-15")
    )
    assert mine not in tally.obligations_of(pk)
    later = publish(
        obligation=owed(22, "2026-02-16"),
        content=paragraphs(1),
        dated_on=date(2026, 2, 16),
        by=cast.clerk,
        at=noon("2026-02-16"),
    )
    assert tally.obligations_of(pk)[later.disclosure.obligation_id].is_prepared
    assert None not in asked[1:]


def test_what_is_kept_for_reminders_follows_every_act(
    cast: Cast, owed: Callable[..., Any], issued: Callable[..., Version]
) -> None:
    """Only what each act was about is looked for, and it comes to the same as looking through everything."""
    seen = []
    for act, on in acts_of_a_year(cast, owed, issued):
        today = date.fromisoformat(on)
        kept = pending_of([cast.community, cast.neighbour], today)
        unmet, sheets = set(kept[cast.community.pk].unmet), sorted(kept[cast.community.pk].sheets)
        again = pending_of([cast.community], today)[cast.community.pk]
        assert (set(again.unmet), sorted(again.sheets)) == (unmet, sheets)
        Pending.objects.all().delete()
        afresh = pending_of([cast.community], today)[cast.community.pk]
        assert (set(afresh.unmet), sorted(afresh.sheets)) == (unmet, sheets), act
        assert len(kept[cast.community.pk].unmet) == len(unmet), act
        seen.append((len(unmet), len(sheets)))
    assert len(set(seen)) > 4
