"""The nightly sweep: find what is due and not yet done, and do it. Two runs do no more than one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mingbai.carriers.photos import let_names_leave
from mingbai.carriers.queries import names_to_leave
from mingbai.communities.queries import communities, heal_revisions
from mingbai.communities.revisions import sweep_all
from mingbai.consultations.actions import owe_results
from mingbai.disclosures.actions import index_missing
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
    """Everything that the calendar asks for by the legal day of ``at``; missed nights are caught up.

    Afterwards pages of earlier days and revisions leave the store.
    """
    today = legal_day(at)
    owed = sum(len(make_occurrences(community=community, through=today, at=at)) for community in communities())
    owed += owe_results(at)
    leaving = names_to_leave(today)
    for version in leaving:
        let_names_leave(version=version, by=None, at=at)
    index_missing()
    heal_revisions()
    sweep_all(today.isoformat())
    return Ticked(owed, len(leaving), remind(at=at))
