"""Boards and scans at once, on PostgreSQL: no scan is lost, no slot is taken twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from mingbai.carriers.actions import put_up
from mingbai.carriers.boards import Layout, hang, set_up_board
from mingbai.carriers.hanging import NotHangable, Place
from mingbai.carriers.models import Hanging, Sighting
from mingbai.carriers.sightings import count_scan
from mingbai.catalogues.models import Carrier
from mingbai.communities.queries import revision_of
from tests.conftest import Cast
from tests.races.test_races import AT, TODAY, at_once, errors, issue, on_postgresql

__all__ = ["on_postgresql"]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_scans_at_the_same_moment_are_all_counted_in_one_row(cast: Cast, owe: Callable[..., Any]) -> None:
    version = issue(owe(15, "2026-11-02"), cast)
    before = revision_of(cast.community)
    for _ in range(3):  # the first round also races for who makes the row
        assert at_once(*[lambda: count_scan(version=version, on=TODAY)] * 6) == [True] * 6
    assert Sighting.objects.get().count == 18
    assert revision_of(cast.community) == before


def test_a_scan_does_not_wait_for_a_busy_row(cast: Cast, owe: Callable[..., Any]) -> None:
    """Somebody holds the row and doesn't let go: the count is given up in a moment, the page goes on."""
    version = issue(owe(15, "2026-11-02"), cast)
    count_scan(version=version, on=TODAY)
    with transaction.atomic():
        Sighting.objects.select_for_update().get()
        assert at_once(lambda: count_scan(version=version, on=TODAY)) == [False]
    assert count_scan(version=version, on=TODAY) and Sighting.objects.get().count == 2
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "0"


def test_scans_count_while_the_community_acts(cast: Cast, owe: Callable[..., Any]) -> None:
    version, obligation = issue(owe(15, "2026-11-02"), cast), owe(15, "2026-11-03")
    results = at_once(*[lambda: count_scan(version=version, on=TODAY)] * 3, lambda: issue(obligation, cast))
    assert errors(results) == [] and results[:3] == [True] * 3


def test_a_slot_is_taken_once(cast: Cast, owe: Callable[..., Any]) -> None:
    carrier = Carrier.objects.get(community=cast.community, kind="paper_board")
    board = set_up_board(carrier=carrier, layout=Layout("门口", 1, 2), by=cast.clerk, at=AT)
    versions = [issue(owe(15, f"2026-11-0{day}"), cast) for day in (2, 3, 4)]
    results = at_once(
        *[
            lambda version=version: put_up(
                version=version, carrier=carrier, on=TODAY, by=cast.clerk, at=AT, places=[Place(board, (1,))]
            )
            for version in versions
        ]
    )
    assert errors(results) == [NotHangable.__name__] * 2
    assert Hanging.objects.filter(ended_on=None).count() == 1


def test_one_sheet_moved_twice_hangs_once(cast: Cast, owe: Callable[..., Any]) -> None:
    carrier = Carrier.objects.get(community=cast.community, kind="paper_board")
    board = set_up_board(carrier=carrier, layout=Layout("门口", 1, 3), by=cast.clerk, at=AT)
    posting = put_up(
        version=issue(owe(15, "2026-11-02"), cast),
        carrier=carrier,
        on=TODAY,
        by=cast.clerk,
        at=AT,
        places=[Place(board, (1,))],
    )
    results = at_once(
        *[
            lambda slot=slot: hang(posting=posting, board=board, slots=(slot,), on=TODAY, by=cast.clerk, at=AT)
            for slot in (2, 3)
        ]
    )
    assert errors(results) == []
    assert Hanging.objects.filter(ended_on=None).count() == 1
