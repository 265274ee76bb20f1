"""How communities stood at the end of a day, by what was known then: acts recorded later change nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Item
from mingbai.communities.models import Event
from mingbai.disclosures.models import Version
from mingbai.obligations.models import EarlierAnswer, Obligation
from mingbai.rules.days import SHANGHAI
from mingbai.rules.report import Outcome, outcome_of
from mingbai.rules.state import met_when


class Stood(NamedTuple):
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
    """Every obligation of some communities at the end of ``on``; five queries, however many there are.

    ``year``: only those whose occurrence is of it; ``keys``: only these.
    """
    after = end_of(on)
    chosen: dict[str, Any] = {"community__in": communities}
    chosen |= {} if year is None else {"occurrence__on__year": year}
    chosen |= {} if keys is None else {"pk__in": keys}
    shown = _shown(chosen, communities, on)
    items = _items(communities, keys)
    earlier = _earlier(communities, after)
    rows = (
        Obligation.objects.filter(**chosen, occurrence__recorded_at__lt=after)
        .filter(Q(occurrence__voided_at=None) | Q(occurrence__voided_at__gte=after))
        .order_by("due_on", "pk")
        .values_list("community", "pk", "occurrence__item", "occurrence__on", "occurrence__what", "due_on")
    )
    for community, pk, item, happened, what, due in rows:
        code, name, carriers = items[item]
        due_on = earlier.get(pk, due)
        met = met_when(carriers, shown.get(pk, {}))
        yield Stood(community, pk, code, name, happened, what, due_on, met, outcome_of(due_on, met, on))


def _items(communities: Collection[int], keys: Collection[int] | None) -> dict[int, tuple[str, str, list[int]]]:
    """Item → its code, its name and the carriers that it names; ``keys``: only those of these obligations."""
    items = Item.objects.filter(catalogue__community__in=communities)
    if keys is not None:
        items = items.filter(pk__in=Obligation.objects.filter(pk__in=keys).values("occurrence__item"))
    found: dict[int, tuple[str, str, list[int]]] = {}
    for item, code, name, carrier in items.order_by().values_list("pk", "code", "name", "carriers"):
        named = found.setdefault(item, (code, name, []))[2]
        if carrier is not None:
            named.append(carrier)
    return found


def _shown(chosen: dict[str, Any], communities: Collection[int], on: date) -> dict[int, dict[int, date]]:
    """Chosen obligation → carrier → the first day of what had been registered there by the end of ``on`` and counts:
    what was shown too short, or taken down early, doesn't (as ``rules.state.Shown.counts``)."""
    after = end_of(on)
    counts = (
        Q(ended_on=None)
        | Q(ended_as=Posting.Ended.REPLACED)
        | Q(ended_on__gte=F("until_on"))
        | Q(pk__in=_ended_later(communities, after))
    )
    rows = (
        Posting.objects.filter(counts, community__in=communities, posted_at__lt=after, from_on__lte=on)
        .filter(**{f"version__disclosure__obligation__{name}": value for name, value in chosen.items()})
        .exclude(version__kind=Version.Kind.POSTPONEMENT)
        .order_by()
        .values_list("version__disclosure__obligation", "carrier", "from_on")
    )
    found: dict[int, dict[int, date]] = {}
    for obligation, carrier, from_on in rows:
        days = found.setdefault(obligation, {})
        days[carrier] = min(from_on, days.get(carrier, from_on))
    return found


def _ended_later(communities: Collection[int], after: datetime) -> set[int]:
    """The postings whose early end was only registered after a moment; any other end changes nothing of what counts."""
    subjects = Event.objects.filter(community__in=communities, at__gte=after, act="taken_down_early")
    return {int(subject.rpartition(":")[2]) for subject in subjects.values_list("subject", flat=True)}


def _earlier(communities: Collection[int], after: datetime) -> dict[int, date | None]:
    """Obligation → the due day that held at a moment, where a later notice has changed it since."""
    rows = EarlierAnswer.objects.filter(obligation__community__in=communities, replaced_at__gte=after)
    found: dict[int, date | None] = {}
    for obligation, due_on in rows.order_by("replaced_at", "pk").values_list("obligation", "due_on"):
        found.setdefault(obligation, due_on)
    return found
