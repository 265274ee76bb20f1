"""The nightly sweep: find what is due and not yet done, and do it. Two runs do no more than one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from mingbai.carriers.photos import let_names_leave
from mingbai.carriers.queries import names_to_leave
from mingbai.communities.models import Community
from mingbai.communities.queries import heal_revisions
from mingbai.communities.revisions import sweep_all
from mingbai.consultations.actions import owe_results
from mingbai.disclosures.actions import index_missing
from mingbai.disclosures.models import Version
from mingbai.obligations.actions import make_occurrences_of
from mingbai.obligations.queries import may_owe_more
from mingbai.rules.days import legal_day
from mingbai.supervision.actions import forget_figures, remind
from mingbai.supervision.queries import KEPT_FOR, refresh_figures

log = logging.getLogger(__name__)
T = TypeVar("T")

# Whose occurrences are made together. Acts of these communities wait meanwhile, a good second at most.
MADE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one sweep did: new obligations, versions whose names left, people reminded; and what couldn't be done."""

    owed: int
    reduced: int
    reminded: int
    failed: tuple[str, ...] = ()


@dataclass(slots=True)
class Sweep:
    """Does one thing after the other; what fails is said and keeps nothing else back."""

    failed: list[str] = field(default_factory=list)

    def attempt(self, what: str, act: Callable[[], T], otherwise: T) -> T:
        try:
            return act()
        except Exception:
            log.exception("tick: %s failed", what)
            self.failed.append(what)
            return otherwise


def tick(at: datetime) -> Ticked:
    """Everything that the calendar asks for by the legal day of ``at``; missed nights are caught up.

    Only communities where something can have become due are looked at, some together. Afterwards pages of earlier days
    and revisions leave the store.
    """
    today, sweep, owed, reduced = legal_day(at), Sweep(), 0, 0
    stale = list(may_owe_more(today))
    for start in range(0, len(stale), MADE_AT_ONCE):
        owed += _make(stale[start : start + MADE_AT_ONCE], sweep, at)
    owed += sweep.attempt("征集结果", lambda: owe_results(at), 0)
    for version in names_to_leave(today):

        def leave(version: Version = version) -> int:
            let_names_leave(version=version, by=None, at=at)
            return 1

        reduced += sweep.attempt(f"隐去个人信息 {version.code}", leave, 0)
    sweep.attempt("检索", index_missing, 0)
    sweep.attempt("统计", lambda: refresh_figures(today), None)
    sweep.attempt("统计", lambda: forget_figures(before=today - KEPT_FOR), 0)
    sweep.attempt("网页存放", heal_revisions, None)
    sweep.attempt("网页存放", lambda: sweep_all(today.isoformat()), 0)
    reminded = sweep.attempt("提醒", lambda: remind(at=at, failed=sweep.failed), 0)
    return Ticked(owed, reduced, reminded, tuple(sweep.failed))


def _make(communities: Sequence[Community], sweep: Sweep, at: datetime) -> int:
    """What the calendar makes of some communities, in one transaction; where that fails, in halves, down to the one
    that is to blame."""

    def make() -> int:
        return make_occurrences_of(communities=[one.pk for one in communities], through=legal_day(at), at=at)

    if len(communities) == 1:
        return sweep.attempt(f"生成应公开 {communities[0].slug}", make, 0)
    try:
        return make()
    except Exception:
        log.warning("tick: one of %s communities can't be swept; looking for it", len(communities), exc_info=True)
    half = len(communities) // 2
    return _make(communities[:half], sweep, at) + _make(communities[half:], sweep, at)
