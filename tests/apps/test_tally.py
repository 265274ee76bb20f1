"""What the database counts is what the rules say of each obligation, on every day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bench.published import load
from mingbai.carriers import queries
from mingbai.carriers.actions import publish, put_up, take_down
from mingbai.carriers.queries import on_show, situation_of
from mingbai.carriers.tally import unmet_of
from mingbai.communities.models import Community
from mingbai.disclosures.absence import absence_content
from mingbai.disclosures.actions import About, issue_version
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import visible_versions
from mingbai.obligations.actions import make_occurrences, void_occurrence
from mingbai.obligations.models import Obligation
from mingbai.rules.state import State
from tests.conftest import Cast, noon, paragraphs


def check(community: Community, today: date) -> Counter[State]:
    """Compare both ways of asking; the states that there were."""
    situation = situation_of(community, today)
    standings = situation.standings
    assert situation.tally.counts == Counter((s.item.code, s.state) for s in standings)
    assert situation.unmet == tuple(s for s in standings if s.is_open)
    assert set(situation.last_met(10_000)) == {s for s in standings if not s.is_open}
    unmet = unmet_of([community.pk], today)
    assert unmet == [(community.pk, s.pk) for s in standings if s.is_open and s.due_on is not None]
    for item in situation.items:
        assert situation.of_item(item.code) == tuple(s for s in standings if s.item.code == item.code)
        mine = [v for s in standings if s.item.code == item.code for v in s.public_versions]
        last = max(mine, key=lambda v: (v.published_on, v.pk), default=None)
        newest = situation.newest.get(item.code)
        assert (newest and newest.pk) == (last and last.pk)
    for standing in standings[::17]:
        assert situation.standing(standing.pk) == standing
    return Counter(s.state for s in standings)


def test_on_the_days_of_the_demo(demo_for_once: Community) -> None:
    """The year is loaded up to its end and looked at from earlier days too: what comes later isn't counted yet."""
    seen: Counter[State] = Counter()
    for days in (0, 60, 200):
        seen += check(demo_for_once, date(2026, 11, 23) - timedelta(days=days))
    assert {State.MET, State.MET_LATE, State.OVERDUE, State.OWED} <= set(seen)


@pytest.mark.parametrize("more", [1, 1000], ids=["few-by-name", "many-by-looking-through"])
def test_on_every_kind_of_end(
    cast: Cast, owe: Callable[..., Obligation], monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """Lost from the board, replaced, postponed, published twice, void, not stated, planned, and never published."""
    monkeypatch.setattr(queries, "CHOSEN_AT_MOST", more)
    lost, replaced, postponed, void = (owe(22, f"2026-09-0{n}") for n in range(1, 5))
    owe(22, "2026-09-05")
    make_occurrences(community=cast.community, through=date(2026, 3, 31), at=noon("2026-04-01"))
    boards: list[Any] = []
    for obligation in (lost, replaced, replaced):
        version = publish(
            obligation=obligation,
            content=paragraphs(1),
            dated_on=date(2026, 9, 8),
            by=cast.clerk,
            at=noon("2026-09-08"),
        )
        board = obligation.occurrence.item.carriers.get(kind="paper_board")
        on = date(2026, 9, 9)
        boards.append(put_up(version=version, carrier=board, on=on, by=cast.clerk, at=noon(on)))
    take_down(posting=boards[0], on=date(2026, 9, 12), by=cast.clerk, at=noon("2026-09-12"), lost=True)
    issue_version(
        obligation=postponed,
        content=absence_content(postponed, "postponed", "等审计", date(2026, 12, 31)),
        dated_on=date(2026, 9, 9),
        by=cast.clerk,
        at=noon("2026-09-09"),
        about=About(Version.Kind.POSTPONEMENT, "等审计"),
    )
    void_occurrence(occurrence=void.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-09-09"))
    seen: Counter[State] = Counter()
    for day in ("2026-09-07", "2026-09-08", "2026-09-09", "2026-09-13", "2026-12-01"):
        seen += check(cast.community, date.fromisoformat(day))
    assert set(seen) == set(State) - {State.MET_LATE}


def test_the_measured_community_is_like_a_real_one(db: None) -> None:
    """What speed is measured on keeps every rule that the rest of the product counts on."""
    today = date(2026, 11, 23)
    load(120, today)
    community = Community.objects.get(slug="bench")
    assert visible_versions(community).count() == 120
    items = set(visible_versions(community).values_list("disclosure__obligation__occurrence__item", flat=True))
    assert len(items) == 24
    states = check(community, today)
    assert states[State.MET] > 60 and states[State.OVERDUE] + states[State.OWED] + states[State.IN_PREPARATION] > 0
    assert {posting.version.published_on for posting in on_show(community, today)} >= {today}
    for version in Version.objects.all():
        assert version.content.blocks


def test_long_lists_come_by_twenty_and_name_everything_once(db: None, django_assert_max_num_queries: Any) -> None:
    """The pages of an item name every version and obligation of it; the list of what is owed, what is open first."""
    load(1200, date(2026, 11, 23))
    client, item = Client(), "/c/bench/items/22/"
    with time_machine.travel(noon("2026-11-23"), tick=False):
        community = Community.objects.get(slug="bench")
        situation = situation_of(community, date(2026, 11, 23))
        standings = sorted(situation.of_item("22"), key=lambda one: (one.on, one.pk), reverse=True)
        seen, owed = [], []
        # The newest stand on the item's own page; the older pages are full and numbered from the oldest.
        blocks = (len(standings) - 10) // 20
        for number in range(blocks + 1, 0, -1):
            with django_assert_max_num_queries(19):
                answer = client.get(item if number > blocks else f"{item}page/{number}/").content.decode()
            assert (f'href="{item}page/{number - 1}/" rel="next"' in answer) == (number > 1)
            newer = item if number == blocks else f"{item}page/{number + 1}/"
            assert (f'href="{newer}" rel="prev"' in answer) == (number <= blocks)
            assert len(re.findall(r"/c/bench/owed/(\d+)/", answer)) in ([20] if number <= blocks else range(10, 30))
            seen += re.findall(r"/c/bench/v/(\w+)/", answer)
            owed += re.findall(r"/c/bench/owed/(\d+)/", answer)
        assert len(standings) > 40 and owed == [str(one.pk) for one in standings]
        assert sorted(seen) == sorted(version.code for one in standings for version in one.versions)
        assert client.get(f"{item}page/{blocks + 1}/").status_code == client.get(f"{item}page/0/").status_code == 404
        listed = []
        for number in range(1, -(-(len(situation.unmet) + 200) // 20) + 1):
            with django_assert_max_num_queries(16):
                answer = client.get(f"/c/bench/owed/page/{number}/").content.decode()
            listed += re.findall(r"/c/bench/owed/(\d+)/", answer)
        assert client.get(f"/c/bench/owed/page/{number + 1}/").status_code == 404
    met = {standing.pk for standing in situation.last_met(200)}
    assert set(listed) == {str(pk) for pk in met | set(situation.tally.unmet)} and len(listed) == len(set(listed))
    assert {int(pk) for pk in listed[: len(situation.unmet)]} == set(situation.tally.unmet)
