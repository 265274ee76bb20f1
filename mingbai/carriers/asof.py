"""How communities stood at the end of a day, by what was known then: acts recorded later change nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Item
from mingbai.communities.models import Event
from mingbai.disclosures.models import Version
from mingbai.obligations.models import EarlierAnswer, Obligation
from mingbai.rules.days import SHANGHAI
from mingbai.rules.report import Outcome, outcome_of
from mingbai.rules.state import Shown, met_on

TAKEN_DOWN = ("taken_down", "taken_down_early")


@dataclass(frozen=True, slots=True)
class Stood:
    """One obligation as it stood: ``code`` and ``name`` of its item, the day and words of its occurrence."""

    community: int
    pk: int
    code: str
    name: str
    on: date
    what: str
    due_on: date | None
    met_on: date | None
    outcome: Outcome


def end_of(day: date) -> datetime:
    """The first moment after a legal day."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def stood(
    communities: Collection[int], on: date, *, year: int | None = None, keys: Collection[int] | None = None
) -> Iterator[Stood]:
    """Every obligation of some communities at the end of ``on``; six queries, however many there are.

    ``year``: only those whose occurrence is of it; ``keys``: only these.
    """
    after = end_of(on)
    chosen: dict[str, Any] = {"community__in": communities}
    chosen |= {} if year is None else {"occurrence__on__year": year}
    chosen |= {} if keys is None else {"pk__in": keys}
    postings = _postings(chosen, communities, after)
    carriers = _carriers(communities)
    earlier = _earlier(communities, after)
    rows = (
        Obligation.objects.filter(**chosen, occurrence__recorded_at__lt=after)
        .filter(Q(occurrence__voided_at=None) | Q(occurrence__voided_at__gte=after))
        .order_by("due_on", "pk")
        .values_list(
            "community",
            "pk",
            "occurrence__item",
            "occurrence__item__code",
            "occurrence__item__name",
            "occurrence__on",
            "occurrence__what",
            "due_on",
            "disclosure",
        )
    )
    for community, pk, item, code, name, happened, what, due, disclosure in rows:
        due_on = earlier.get(pk, due)
        met = met_on(carriers.get(item, ()), postings.get(disclosure, ()), on)
        yield Stood(community, pk, code, name, happened, what, due_on, met, outcome_of(due_on, met, on))


def _carriers(communities: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Item.objects.filter(catalogue__community__in=communities).values_list("pk", "carriers__name")
    for item, carrier in rows:
        if carrier is not None:
            found.setdefault(item, []).append(carrier)
    return found


def _postings(chosen: dict[str, Any], communities: Collection[int], after: datetime) -> dict[int, list[Shown]]:
    """Disclosure of a chosen obligation → what had been registered of its postings before a moment."""
    ended_later = _ended_later(communities, after)
    rows = (
        Posting.objects.filter(community__in=communities, posted_at__lt=after)
        .filter(**{f"version__disclosure__obligation__{name}": value for name, value in chosen.items()})
        .exclude(version__kind=Version.Kind.POSTPONEMENT)
        .values_list("version__disclosure", "pk", "carrier__name", "from_on", "until_on", "ended_on", "ended_as")
    )
    found: dict[int, list[Shown]] = {}
    for disclosure, pk, carrier, from_on, until_on, ended_on, ended_as in rows:
        if ended_on is not None and pk in ended_later:
            ended_on = None
        shown = Shown(carrier, from_on, until_on, ended_on, ended_as == Posting.Ended.REPLACED)
        found.setdefault(disclosure, []).append(shown)
    return found


def _ended_later(communities: Collection[int], after: datetime) -> set[int]:
    """The postings whose end was only registered after a moment."""
    subjects = Event.objects.filter(community__in=communities, at__gte=after, act__in=TAKEN_DOWN)
    return {int(subject.rpartition(":")[2]) for subject in subjects.values_list("subject", flat=True)}


def _earlier(communities: Collection[int], after: datetime) -> dict[int, date | None]:
    """Obligation → the due day that held at a moment, where a later notice has changed it since."""
    rows = EarlierAnswer.objects.filter(obligation__community__in=communities, replaced_at__gte=after)
    found: dict[int, date | None] = {}
    for obligation, due_on in rows.order_by("replaced_at", "pk").values_list("obligation", "due_on"):
        found.setdefault(obligation, due_on)
    return found
