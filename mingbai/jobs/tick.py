"""The nightly sweep: find what is due and not yet done, and do it. Two runs do no more than one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mingbai.carriers.queries import names_to_leave
from mingbai.communities.queries import communities
from mingbai.disclosures.actions import reduce_personal
from mingbai.obligations.actions import make_occurrences
from mingbai.rules.days import legal_day
from mingbai.supervision.actions import remind


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one sweep did: new obligations, versions whose names left, people who were reminded."""

    owed: int
    reduced: int
    reminded: int


def tick(at: datetime) -> Ticked:
    """Everything that the calendar asks for by the legal day of ``at``; missed nights are caught up."""
    today = legal_day(at)
    owed = sum(len(make_occurrences(community=community, through=today, at=at)) for community in communities())
    leaving = names_to_leave(today)
    for version in leaving:
        reduce_personal(version=version, by=None, at=at)
    return Ticked(owed, len(leaving), remind(at=at))
