"""How many obligations are in which state, counted by the database: the same answer as ``rules.state``, without
loading what was met long ago. A test holds the two together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from mingbai.rules.state import STATE_ORDER, State

# shown: the first day on which each carrier of its item counted for an obligation; met: where no carrier is missing.
JUDGED = """
WITH shown AS (
  SELECT d.obligation_id, s.item_id, p.carrier_id, MIN(p.from_on) AS first_on
  FROM carriers_posting p
  JOIN disclosures_version v ON v.id = p.version_id
  JOIN disclosures_disclosure d ON d.id = v.disclosure_id
  JOIN obligations_obligation o ON o.id = d.obligation_id
  JOIN obligations_occurrence s ON s.id = o.occurrence_id
  JOIN catalogues_item_carriers c ON c.item_id = s.item_id AND c.carrier_id = p.carrier_id
  WHERE p.community_id IN ({communities}) AND p.from_on <= %(today)s AND v.kind <> 'postponement'
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
), judged AS (
  SELECT i.code, o.id, o.due_on, o.community_id, CASE
    WHEN met.met_on > o.due_on THEN 'met_late'
    WHEN met.met_on IS NOT NULL THEN 'met'
    WHEN o.due_on < %(today)s THEN 'overdue'
    WHEN d.id IS NOT NULL THEN 'in_preparation'
    WHEN o.due_on IS NULL THEN 'not_stated'
    ELSE 'owed' END AS state
  FROM obligations_obligation o
  JOIN obligations_occurrence s ON s.id = o.occurrence_id AND s.voided_at IS NULL
  JOIN catalogues_item i ON i.id = s.item_id
  LEFT JOIN disclosures_disclosure d ON d.obligation_id = o.id
  LEFT JOIN met ON met.obligation_id = o.id
  WHERE o.community_id IN ({communities})
)
"""
COUNTED = """
SELECT code, state, COUNT(*), CASE WHEN state IN ('met', 'met_late') THEN 0 ELSE id END AS unmet, MIN(due_on) AS due
FROM judged GROUP BY code, state, unmet ORDER BY due, unmet
"""
UNMET = """
SELECT community_id, id FROM judged WHERE state NOT IN ('met', 'met_late') AND due_on IS NOT NULL
"""


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


def tally_of(community_id: int, today: date) -> Tally:
    rows = _judged([community_id], COUNTED, today=today)
    counts: Counter[tuple[str, State]] = Counter()
    unmet: dict[State, list[int]] = defaultdict(list)
    for code, state, count, pk, _ in rows:
        counts[code, State(state)] += count
        if pk:
            unmet[State(state)].append(pk)
    return Tally(counts, {state: tuple(keys) for state, keys in unmet.items()})


def unmet_of(communities: Collection[int], today: date) -> list[tuple[int, int]]:
    """Community and key of each obligation that has a deadline and isn't met on every carrier; one query."""
    return [(community, pk) for community, pk in _judged(communities, UNMET, today=today)]


def _judged(communities: Collection[int], asked: str, **values: date) -> list[tuple[Any, ...]]:
    """Rows of ``asked`` over the obligations of some communities, each with its state."""
    if not communities:
        return []
    names = {f"c{place}": pk for place, pk in enumerate(communities)}
    query = JUDGED.format(communities=", ".join(f"%({name})s" for name in names)) + asked
    with connection.cursor() as cursor:
        cursor.execute(query, {**names, **values})
        return list(cursor.fetchall())
