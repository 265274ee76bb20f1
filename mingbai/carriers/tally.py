"""How many obligations are in which state, without loading any: the database finds what each has met, the rules judge.

What an obligation has met changes only by an act on it, so each process keeps what it has found of a community and asks
again only for the obligations that later events are about. Inside a transaction nothing is kept (see ``keeping``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from mingbai.communities.models import Event
from mingbai.rules.state import STATE_ORDER, State, obligation_state

# which: the chosen keys where there are any; by the community, each of its postings would be read.
# shown: the first day on which each carrier of its item counted for an obligation; met: where no carrier is missing.
FOUND = """
WITH shown AS (
  SELECT d.obligation_id, s.item_id, p.carrier_id, MIN(p.from_on) AS first_on
  FROM carriers_posting p
  JOIN disclosures_version v ON v.id = p.version_id
  JOIN disclosures_disclosure d ON d.id = v.disclosure_id
  JOIN obligations_obligation o ON o.id = d.obligation_id
  JOIN obligations_occurrence s ON s.id = o.occurrence_id
  JOIN catalogues_item_carriers c ON c.item_id = s.item_id AND c.carrier_id = p.carrier_id
  WHERE {which} AND v.kind <> 'postponement'
    AND (p.ended_on IS NULL OR p.ended_as = 'replaced' OR p.ended_on >= p.until_on)
  GROUP BY d.obligation_id, s.item_id, p.carrier_id
), needed AS (
  SELECT n.item_id, COUNT(*) AS carriers
  FROM catalogues_item_carriers n JOIN catalogues_carrier b ON b.id = n.carrier_id
  WHERE b.community_id IN ({communities}) GROUP BY n.item_id
), met AS (
  SELECT shown.obligation_id, MAX(first_on) AS met_on
  FROM shown JOIN needed ON needed.item_id = shown.item_id
  GROUP BY shown.obligation_id, needed.carriers HAVING COUNT(*) = needed.carriers
)
SELECT o.id, o.community_id, i.code, o.due_on, met.met_on, d.id
FROM obligations_obligation o
JOIN obligations_occurrence s ON s.id = o.occurrence_id AND s.voided_at IS NULL
JOIN catalogues_item i ON i.id = s.item_id
LEFT JOIN disclosures_disclosure d ON d.obligation_id = o.id
LEFT JOIN met ON met.obligation_id = o.id
WHERE o.community_id IN ({communities}) {chosen}
"""
# What an event's subject is → the obligations of which it can change what they have met. A version is the subject of
# what happens to the one that it replaces, too.
LINE = ("", "replaces__", "replaced_by__")
OF_A_VERSION = tuple(f"{other}disclosure__obligation" for other in LINE)
ABOUT: dict[str, tuple[str, ...]] = {
    "obligations.obligation": ("pk",),
    "obligations.occurrence": ("obligation",),
    "disclosures.draft": ("obligation",),
    "disclosures.review": ("draft__obligation",),
    "disclosures.version": OF_A_VERSION,
    "disclosures.withdrawal": tuple(f"version__{path}" for path in OF_A_VERSION),
    "carriers.posting": tuple(f"version__{path}" for path in OF_A_VERSION),
}
# Acts on anything else of these apps may be about any obligation. An act of another app changes one of these through an
# act of theirs, which writes its own event.
OURS = ("catalogues.", "obligations.", "disclosures.", "carriers.")
NOTHING_MET = frozenset(
    {"carriers.board", "carriers.hanging", "carriers.photo", "disclosures.impact", "disclosures.columnmemory"}
)
KEPT = 64
ASKED_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """Per item code and state how many obligations there are, and the keys of those that aren't met, by state, the
    first due first."""

    counts: dict[tuple[str, State], int]
    unmet_by_state: dict[State, tuple[int, ...]]

    @property
    def unmet(self) -> tuple[int, ...]:
        return tuple(pk for state in STATE_ORDER for pk in self.unmet_by_state.get(state, ()))

    @property
    def by_state(self) -> dict[State, int]:
        found: Counter[State] = Counter()
        for (_, state), count in self.counts.items():
            found[state] += count
        return found

    def states_of(self, code: str) -> frozenset[State]:
        """The states in which obligations of an item are."""
        return frozenset(state for item, state in self.counts if item == code)


class Met(NamedTuple):
    """What an obligation is measured by, whatever day it is. ``met_on``: when the last of its carriers shows it first,
    as far as is known today; it may be planned for later."""

    community: int
    code: str
    due_on: date | None
    met_on: date | None
    is_prepared: bool


class Known(NamedTuple):
    """What was found of a community, and the last event that had happened before."""

    event: int
    obligations: dict[int, Met]


def tally_of(community_id: int, today: date) -> Tally:
    counts: Counter[tuple[str, State]] = Counter()
    unmet: dict[State, list[tuple[date, int]]] = defaultdict(list)
    for pk, (_, code, due_on, met_on, is_prepared) in obligations_of(community_id).items():
        met = met_on if met_on is not None and met_on <= today else None
        state = obligation_state(due_on=due_on, met=met, prepared=is_prepared, today=today)
        counts[code, state] += 1
        if met is None:
            unmet[state].append((due_on or date.max, pk))
    return Tally(counts, {state: tuple(pk for _, pk in sorted(keys)) for state, keys in unmet.items()})


@lru_cache(maxsize=KEPT)
def _place(community_id: int) -> list[Known]:
    """Where a process keeps what it knows of a community; empty at first."""
    return []


def obligations_of(community_id: int) -> dict[int, Met]:
    """Every obligation that isn't void, with what it has met: as it stands now."""
    if connection.in_atomic_block:
        return found_of(community_id)
    place = _place(community_id)
    before = place[0] if place else None
    events = Event.objects.filter(community=community_id).order_by("-pk")
    about: set[int] | None = None
    if before is None:
        last = events.values_list("pk", flat=True).first() or 0
    else:
        rows = list(events.filter(pk__gt=before.event).values_list("pk", "subject"))
        last = rows[0][0] if rows else before.event
        subjects = {subject for _, subject in rows}
        if not any(map(may_be_about_any, subjects)):
            about = about_obligations(subjects)
    if before is None or about is None or len(about) > ASKED_AT_MOST:
        found = found_of(community_id)
    elif about:
        kept = {pk: met for pk, met in before.obligations.items() if pk not in about}
        found = kept | found_of(community_id, about)
    else:
        found = before.obligations
    place[:] = [Known(last, found)]
    return found


def may_be_about_any(subject: str) -> bool:
    """Whether an event with this subject can be about any obligation, not only about those that it leads to."""
    label = subject.rpartition(":")[0]
    return label not in ABOUT and label.startswith(OURS) and label not in NOTHING_MET


def about_obligations(subjects: Iterable[str]) -> set[int]:
    """The obligations that events with these subjects lead to; of however many communities."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        label, _, pk = subject.rpartition(":")
        by_label[label].append(pk)
    found: set[int | None] = set()
    for label in ABOUT.keys() & by_label.keys():
        rows = apps.get_model(label)._default_manager.filter(pk__in=by_label[label])
        for row in rows.values_list(*ABOUT[label]):
            found.update(row)
    return {pk for pk in found if pk is not None}


def found_of(community_id: int, chosen: Collection[int] | None = None) -> dict[int, Met]:
    """What the database says now, of all obligations of a community or of the chosen ones."""
    return _found([community_id], chosen)


def _found(communities: Collection[int], chosen: Collection[int] | None) -> dict[int, Met]:
    whose = _listed(communities)
    which = f"p.community_id IN ({whose})" if chosen is None else f"o.id IN ({_listed(chosen)})"
    among = "" if chosen is None else f"AND {which}"
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(which=which, chosen=among, communities=whose))
        rows = cursor.fetchall()
    return {
        pk: Met(whose, code, _day(due), _day(met), prepared is not None) for pk, whose, code, due, met, prepared in rows
    }


def _listed(keys: Collection[int]) -> str:
    return ", ".join(str(int(pk)) for pk in keys) or "NULL"


def _day(told: date | str | None) -> date | None:
    """SQLite says days as text."""
    return date.fromisoformat(told) if isinstance(told, str) else told


def unmet_of(communities: Collection[int], today: date, chosen: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Community and key of each obligation that has a deadline and isn't met on every carrier, the first due first.

    Of the chosen ones, all are asked for at once; otherwise each community by itself: joined for many, the tables of
    all communities would be read.
    """
    parts = [_found([pk], None) for pk in communities] if chosen is None else [_found(communities, chosen)]
    unmet = [
        (one.due_on, pk, one.community)
        for part in parts
        for pk, one in part.items()
        if one.due_on is not None and (one.met_on is None or one.met_on > today)
    ]
    return [(community, pk) for _, pk, community in sorted(unmet)]
