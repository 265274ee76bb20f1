"""The nightly sweep makes what the calendar owes and lets names leave; twice is as good as once."""

from __future__ import annotations

from datetime import date
from typing import Any

from mingbai.carriers.actions import publish, put_up
from mingbai.disclosures.models import Version
from mingbai.jobs.tick import Ticked, tick
from tests.conftest import Cast, names_list, noon


def test_names_leave_the_day_after_the_last_carriers_display(cast: Cast, owe: Any) -> None:
    """The board is a day later than the page: the names stay in the database until the board's display is over."""
    tick(noon("2026-02-09"))
    obligation = owe(15, "2026-02-10")
    version = publish(
        obligation=obligation, content=names_list(), dated_on=date(2026, 2, 11), by=cast.clerk, at=noon("2026-02-11")
    )
    board = obligation.occurrence.item.carriers.get(kind="paper_board")
    posting = put_up(version=version, carrier=board, on=date(2026, 2, 12), by=cast.clerk, at=noon("2026-02-12"))
    assert posting.until_on == date(2026, 2, 27)
    assert tick(noon("2026-02-27")).reduced == 0
    assert "张*" in str(Version.objects.get(pk=version.pk).content_data)
    assert tick(noon("2026-02-28")) == Ticked(owed=0, reduced=1, reminded=0)
    left = Version.objects.get(pk=version.pk)
    assert "张*" not in str(left.content_data) and left.nonce == ""
    assert tick(noon("2026-02-28")) == Ticked(owed=0, reduced=0, reminded=0)


def test_missed_nights_are_caught_up(cast: Cast) -> None:
    """Nobody ran it for half a year: both quarters' ends are there, once."""
    first = tick(noon("2026-07-01"))
    ends = set(cast.community.occurrences.filter(kind="period").values_list("on", flat=True))
    assert first.owed > 0 and ends == {date(2026, 3, 31), date(2026, 6, 30)}
    assert tick(noon("2026-07-01")) == Ticked(owed=0, reduced=0, reminded=0)
