"""How many obligations are in which state, counted by the database: the same answer as ``rules.state``, without
loading what was met long ago. A test holds the two together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F, Q

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Item
from mingbai.disclosures.models import Disclosure, Version
from mingbai.obligations.models import Obligation
from mingbai.rules.state import STATE_ORDER, State

# shown: the first day on which each carrier of its item counted for an obligation; met: where no carrier is missing.
COUNTED = """
WITH shown AS (
  SELECT d.obligation_id, s.item_id, p.carrier_id, MIN(p.from_on) AS first_on
  FROM carriers_posting p
  JOIN disclosures_version v ON v.id = p.version_id
  JOIN disclosures_disclosure d ON d.id = v.disclosure_id
  JOIN obligations_obligation o ON o.id = d.obligation_id
  JOIN obligations_occurrence s ON s.id = o.occurrence_id
  JOIN catalogues_item_carriers c ON c.item_id = s.item_id AND c.carrier_id = p.carrier_id
  WHERE p.community_id = %(community)s AND p.from_on <= %(today)s AND v.kind <> 'postponement'
    AND (p.ended_on IS NULL OR p.ended_as = 'replaced' OR p.ended_on >= p.until_on)
  GROUP BY d.obligation_id, s.item_id, p.carrier_id
), needed AS (
  SELECT n.item_id, COUNT(*) AS carriers
  FROM catalogues_item_carriers n JOIN catalogues_carrier b ON b.id = n.carrier_id
  WHERE b.community_id = %(community)s GROUP BY n.item_id
), met AS (
  SELECT shown.obligation_id, MAX(first_on) AS met_on
  FROM shown JOIN needed ON needed.item_id = shown.item_id
  GROUP BY shown.obligation_id, needed.carriers HAVING COUNT(*) = needed.carriers
), judged AS (
  SELECT i.code, o.id, o.due_on, CASE
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
  WHERE o.community_id = %(community)s
)
SELECT code, state, COUNT(*), CASE WHEN state IN ('met', 'met_late') THEN 0 ELSE id END AS unmet, MIN(due_on) AS due
FROM judged GROUP BY code, state, unmet ORDER BY due, unmet
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
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"community": community_id, "today": today})
        rows = cursor.fetchall()
    counts: Counter[tuple[str, State]] = Counter()
    unmet: dict[State, list[int]] = defaultdict(list)
    for code, state, count, pk, _ in rows:
        counts[code, State(state)] += count
        if pk:
            unmet[State(state)].append(pk)
    return Tally(counts, {state: tuple(keys) for state, keys in unmet.items()})


def unmet_of(communities: Collection[int], today: date) -> list[tuple[int, int]]:
    """Community and key of each obligation that has a deadline and isn't met on every carrier.

    Of many communities at once: each table is asked by the community alone, and joined here. Joined by the database,
    the tables of all communities were read.
    """
    of = {"community__in": communities}
    needed: dict[int, set[int]] = defaultdict(set)
    named = Item.carriers.through.objects.filter(carrier__community__in=communities)
    for item, carrier in named.values_list("item", "carrier"):
        needed[item].add(carrier)
    disclosed = dict(Disclosure.objects.filter(**of).values_list("pk", "obligation"))
    issued = Version.objects.filter(**of).exclude(kind=Version.Kind.POSTPONEMENT)
    obligation_of = {pk: disclosed[disclosure] for pk, disclosure in issued.order_by().values_list("pk", "disclosure")}
    counts = Q(ended_on=None) | Q(ended_as=Posting.Ended.REPLACED) | Q(ended_on__gte=F("until_on"))
    shown: dict[int, set[int]] = defaultdict(set)
    postings = Posting.objects.filter(counts, from_on__lte=today, **of).order_by()
    for version, carrier in postings.values_list("version", "carrier"):
        if version in obligation_of:
            shown[obligation_of[version]].add(carrier)
    owed = Obligation.objects.filter(due_on__isnull=False, occurrence__voided_at=None, **of).order_by("due_on", "pk")
    return [
        (community, pk)
        for community, pk, item in owed.values_list("community", "pk", "occurrence__item")
        if not needed[item] or not needed[item] <= shown[pk]
    ]
