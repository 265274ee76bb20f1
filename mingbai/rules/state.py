"""The state of an obligation, derived from its dates whenever it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

Carrier = TypeVar("Carrier")


class State(StrEnum):
    """应公开的状态."""

    OWED = "owed"
    IN_PREPARATION = "in_preparation"
    MET = "met"
    MET_LATE = "met_late"
    OVERDUE = "overdue"
    NOT_STATED = "not_stated"


# In which one wants to know: what is open first, the worst before the rest.
STATE_ORDER = (State.OVERDUE, State.OWED, State.IN_PREPARATION, State.NOT_STATED, State.MET_LATE, State.MET)


@dataclass(frozen=True, slots=True)
class Shown:
    """One posting: on which carrier, from when, until when it must stay (None: long-term), and when it was ended.

    ``replaced``: it ended because a newer version took its place, which isn't an early end.
    """

    carrier: str
    from_on: date
    until_on: date | None
    ended_on: date | None = None
    replaced: bool = False

    @property
    def counts(self) -> bool:
        """Shown too short, or taken down early, counts as not shown."""
        if self.ended_on is None or self.replaced:
            return True
        return self.until_on is not None and self.ended_on >= self.until_on


def met_on(carriers: Iterable[str], shown: Iterable[Shown], today: date) -> date | None:
    """The day on which the last of ``carriers`` was met, or None while one of them isn't.

    Each carrier has its own clock; a posting planned for after ``today`` meets nothing yet.
    """
    first: dict[str, date] = {}
    for posting in shown:
        if posting.counts and posting.from_on <= today:
            first[posting.carrier] = min(posting.from_on, first.get(posting.carrier, posting.from_on))
    return met_when(carriers, first)


def met_when(carriers: Iterable[Carrier], first: Mapping[Carrier, date]) -> date | None:
    """The same, where the first day on which each carrier showed something that counts is known."""
    try:
        return max((first[carrier] for carrier in carriers), default=None)
    except KeyError:
        return None


def obligation_state(*, due_on: date | None, met: date | None, prepared: bool, today: date) -> State:
    """``due_on`` None: no layer states a deadline, so the obligation can be open but never overdue."""
    if met is not None:
        return State.MET_LATE if due_on is not None and met > due_on else State.MET
    if due_on is not None and today > due_on:
        return State.OVERDUE
    if prepared:
        return State.IN_PREPARATION
    return State.NOT_STATED if due_on is None else State.OWED


def missing_carriers(carriers: Iterable[str], shown: Iterable[Shown], today: date) -> tuple[str, ...]:
    """The carriers on which nothing has been shown that counts, in the given order."""
    by_carrier: Mapping[str, bool] = {
        posting.carrier: True for posting in shown if posting.counts and posting.from_on <= today
    }
    return tuple(name for name in carriers if name not in by_carrier)
