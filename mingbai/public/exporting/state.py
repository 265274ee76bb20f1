"""How a community stands on one day, as fingerprints: one for each version, obligation and item, one for the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Carrier, CatalogueVersion, Duty, Item
from mingbai.catalogues.queries import catalogue_in_force, items_of
from mingbai.communities.models import Community
from mingbai.communities.queries import revision_of
from mingbai.disclosures.models import Attachment, Version
from mingbai.disclosures.queries import is_reviewed, visible_versions
from mingbai.obligations.models import Obligation
from mingbai.public.exporting.tables import OBLIGATION, VERSION, Hanging, fingerprint, wide_rows

# The page of a version may compare with so many earlier disclosures of the same duty, and name so many later ones.
EARLIER, LATER = 12, 1


class VersionState(NamedTuple):
    """A version that anyone may see. ``key``: all that its page shows; ``sheet_key``: all that its board sheet shows.

    ``daily``: its page may say something else tomorrow although nobody does anything.
    """

    code: str
    item: str
    key: str
    sheet_key: str
    daily: bool
    files: tuple[tuple[str, str], ...]


class ObligationState(NamedTuple):
    pk: int
    item: str
    key: str
    daily: bool


@dataclass(frozen=True, slots=True)
class CommunityState:
    """``key`` stands for all of it, ``items`` for each item of the catalogue in force (none: none adopted yet).

    Items and everything that lists more than one thing change with the day, whatever happens.
    """

    community: Community
    key: str
    wide: str
    items: Mapping[str, str]
    versions: Sequence[VersionState]
    obligations: Sequence[ObligationState]


class _Row(NamedTuple):
    """A version and its place in the chain."""

    pk: int
    code: str
    kind: str
    emergency: str
    obligation: int
    item: int
    item_code: str
    duty: int
    position: int


def state_of(community: Community, today: date, site_key: str) -> CommunityState:
    """Read in a number of queries that doesn't grow with the versions. ``site_key``: what all pages depend on."""
    wide = fingerprint(site_key, wide_rows(community))
    items = _items_by_pk(community)
    posted = _posted_on(community)
    rows = _rows(community)
    own = _version_keys(community, rows, items, posted, today)
    obligations = _obligations(community, rows, items, posted, own, wide, today)
    versions = _versions(community, rows, posted, own, obligations, today)
    catalogue = catalogue_in_force(community.pk)
    in_force = items_of(catalogue.pk) if catalogue is not None else ()
    by_item: dict[str, list[str]] = defaultdict(list)
    for state in (*versions, *obligations.values()):
        by_item[state.item].append(state.key)
    day = today.isoformat()
    return CommunityState(
        community=community,
        key=fingerprint(wide, day, revision_of(community), by_item),
        wide=wide,
        items={item.code: fingerprint(wide, day, by_item[item.code]) for item in in_force},
        versions=versions,
        obligations=tuple(obligations.values()),
    )


def _items_by_pk(community: Community) -> dict[int, Item]:
    """The items of every catalogue that the community has followed."""
    catalogues = CatalogueVersion.objects.filter(community=community).values_list("pk", flat=True)
    return {item.pk: item for pk in catalogues for item in items_of(pk)}


def _posted_on(community: Community) -> dict[int, set[int]]:
    """Version → the carriers on which it hangs, or hung to the end of its display."""
    found: dict[int, set[int]] = defaultdict(set)
    postings = Posting.objects.filter(community=community).exclude(ended_as=Posting.Ended.EARLY)
    for version, carrier in postings.order_by().values_list("version", "carrier"):
        found[version].add(carrier)
    return found


def _rows(community: Community) -> list[_Row]:
    """Every version of the community, by item's duty, in the order of what happened."""
    occurrence = "disclosure__obligation__occurrence"
    versions = Version.objects.filter(community=community).order_by(
        f"{occurrence}__item__code", f"{occurrence}__duty__position", f"{occurrence}__on", "disclosure", "pk"
    )
    named = ("pk", "code", "kind", "emergency_reason", "disclosure__obligation", f"{occurrence}__item")
    places = (f"{occurrence}__item__code", f"{occurrence}__duty", f"{occurrence}__duty__position")
    return [_Row(*row) for row in versions.values_list(*named, *places)]


def _lacks_a_carrier(item: Item, hung: set[int]) -> bool:
    return any(carrier.pk not in hung for carrier in item.carriers.all())


def _version_keys(
    community: Community, rows: Sequence[_Row], items: Mapping[int, Item], posted: Mapping[int, set[int]], today: date
) -> dict[int, tuple[str, bool]]:
    """Version → the fingerprint of all that hangs on it, and whether it holds for this day only.

    It does while a day of it isn't over, and while a carrier is waited for.
    """
    hanging = Hanging(VERSION, community, today)
    urgent = {row.pk for row in rows if row.emergency}
    reviewed = {version.pk: is_reviewed(version) for version in Version.objects.filter(pk__in=urgent)}
    found = {}
    for row in rows:
        daily = row.pk in hanging.running or _lacks_a_carrier(items[row.item], posted.get(row.pk, set()))
        day = today.isoformat() if daily else ""
        found[row.pk] = fingerprint(hanging.texts[row.pk], reviewed.get(row.pk), day), daily
    return found


def _obligations(
    community: Community,
    rows: Sequence[_Row],
    items: Mapping[int, Item],
    posted: Mapping[int, set[int]],
    own: Mapping[int, tuple[str, bool]],
    wide: str,
    today: date,
) -> dict[int, ObligationState]:
    """What is owed or was: each holds for one day only while it is open or one of its days isn't over."""
    hanging = Hanging(OBLIGATION, community, today)
    keys: dict[int, list[str]] = defaultdict(list)
    daily = set(hanging.running)
    hung: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        key, holds_today = own[row.pk]
        keys[row.obligation].append(key)
        if holds_today:
            daily.add(row.obligation)
        if row.kind != Version.Kind.POSTPONEMENT:
            hung[row.obligation] |= posted.get(row.pk, set())
    owed = Obligation.objects.filter(community=community, occurrence__voided_at=None).order_by("pk")
    found = {}
    for pk, item_pk in owed.values_list("pk", "occurrence__item"):
        item = items[item_pk]
        holds_today = pk in daily or _lacks_a_carrier(item, hung[pk])
        day = today.isoformat() if holds_today else ""
        found[pk] = ObligationState(
            pk, item.code, fingerprint(wide, hanging.texts[pk], keys[pk], day), daily=holds_today
        )
    return found


def _versions(
    community: Community,
    rows: Sequence[_Row],
    posted: Mapping[int, set[int]],
    own: Mapping[int, tuple[str, bool]],
    obligations: Mapping[int, ObligationState],
    today: date,
) -> tuple[VersionState, ...]:
    """The visible ones. A page names other versions of the same duty: all of them where there must always be one on
    show, otherwise those of the disclosures around it. So their fingerprints count for it too."""
    visible = set(visible_versions(community).order_by().values_list("pk", flat=True))
    boards = set(
        Carrier.objects.filter(community=community, kind=Carrier.Kind.PAPER_BOARD).values_list("pk", flat=True)
    )
    long_term = {duty.pk for duty in Duty.objects.filter(item__catalogue__community=community) if duty.is_long_term}
    files = _files(community)
    found = []
    for _, line in groupby(rows, key=lambda row: (row.item_code, row.position)):
        disclosures = [list(group) for _, group in groupby(line, key=lambda row: row.obligation)]
        whole = any(group[0].duty in long_term for group in disclosures)
        for place, group in enumerate(disclosures):
            around = disclosures if whole else disclosures[max(place - EARLIER, 0) : place + 1 + LATER]
            keys = [own[row.pk] for near in around for row in near]
            daily = any(holds_today for _, holds_today in keys)
            for row in group:
                if row.pk not in visible:
                    continue
                owed = obligations[row.obligation]
                key = fingerprint(row.pk, owed.key, keys)
                printed_today = "" if posted.get(row.pk, set()) & boards else today.isoformat()
                found.append(
                    VersionState(
                        row.code,
                        row.item_code,
                        key,
                        fingerprint(row.pk, owed.key, own[row.pk], printed_today),
                        daily or owed.daily,
                        files.get(row.pk, ()),
                    )
                )
    return tuple(found)


def _files(community: Community) -> dict[int, tuple[tuple[str, str], ...]]:
    """Version → (name, fingerprint) of its attachments; a withdrawal may close the door to them."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    named = ("version", "name", "media_type", "sha256", "version__withdrawal__kind", "version__withdrawal__confirmed_at")
    for version, name, *rest in (
        Attachment.objects.filter(version__community=community).order_by("pk").values_list(*named)
    ):
        found[version].append((name, fingerprint(*rest)))
    return {version: tuple(listed) for version, listed in found.items()}
