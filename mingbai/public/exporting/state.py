"""How a community stands on one day, as fingerprints: one for each version, obligation and item, one for the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Carrier, CatalogueVersion, Duty, Item
from mingbai.catalogues.queries import catalogue_in_force, items_of
from mingbai.communities.models import Community
from mingbai.communities.queries import revision_of
from mingbai.disclosures.models import Attachment, Version
from mingbai.disclosures.queries import is_reviewed, visible_versions
from mingbai.obligations.models import Obligation
from mingbai.public.exporting.tables import OBLIGATION, TO_ITEM, VERSION, Hanging, Touched, fingerprint, wide_rows

# The page of a version may compare with so many earlier disclosures of the same duty, and name so many later ones.
EARLIER, LATER = 12, 1


class VersionState(NamedTuple):
    """A version that anyone may see. ``key``: all that its page shows; ``sheet_key``: all that its board sheet shows.

    ``daily``: its page may say something else tomorrow although nobody does anything. ``files``: (name, fingerprint).
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
class ItemState:
    """One item with its versions and obligations. ``key``: what its own pages depend on; None: it isn't in force."""

    community: Community
    code: str
    key: str | None
    versions: Sequence[VersionState]
    obligations: Sequence[ObligationState]


@dataclass(frozen=True, slots=True)
class CommunityState:
    """A community at one revision on one day, which ``key`` stands for: what lists more than one thing holds for that.

    ``items``: those that were asked for, by code; what was published under an older catalogue is there too.
    ``years``: those whose pages were asked for; None: all.
    """

    community: Community
    today: date
    revision: int
    key: str
    has_catalogue: bool
    items: Mapping[str, ItemState]
    years: frozenset[int] | None


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


class _Own(NamedTuple):
    """What hangs on one version or obligation, as a fingerprint; ``daily``: for this day only."""

    key: str
    daily: bool


def wide_key(community: Community, site_key: str) -> str:
    """What every page of a community depends on. ``site_key``: what all pages of the site do."""
    return fingerprint(site_key, wide_rows(community))


def state_of(community: Community, today: date, wide: str, about: Touched | None = None) -> CommunityState:
    """Everything, or only what ``about`` names, in a number of queries that doesn't grow with the versions."""
    codes = about.items if about is not None else None
    revision = revision_of(community)
    reading = _Reading(community, today, wide, codes)
    versions: dict[str, list[VersionState]] = defaultdict(list)
    for version in reading.versions():
        versions[version.item].append(version)
    obligations: dict[str, list[ObligationState]] = defaultdict(list)
    for obligation in reading.obligations.values():
        obligations[obligation.item].append(obligation)
    catalogue = catalogue_in_force(community.pk)
    in_force = {item.code for item in items_of(catalogue.pk)} if catalogue is not None else set()
    items = {}
    for code in sorted(in_force | set(versions) | set(obligations) if codes is None else codes):
        key = fingerprint(
            wide, reading.day, [one.key for one in versions[code]] + [one.key for one in obligations[code]]
        )
        shown = key if code in in_force else None
        items[code] = ItemState(community, code, shown, versions[code], obligations[code])
    key = fingerprint(wide, reading.day, revision)
    years = about.years if about is not None else None
    return CommunityState(community, today, revision, key, catalogue is not None, items, years)


class _Reading:
    """One reading of a community's rows; each property is one query or a few."""

    def __init__(self, community: Community, today: date, wide: str, codes: Collection[str] | None) -> None:
        self.community, self.today, self.wide, self.codes = community, today, wide, codes
        self.day = today.isoformat()

    def chosen(self, rows: QuerySet[Any], to_item: str) -> QuerySet[Any]:
        return rows if self.codes is None else rows.filter(**{f"{to_item}__code__in": self.codes})

    @cached_property
    def carriers(self) -> dict[int, frozenset[int]]:
        """Item, of any catalogue that the community has followed → the carriers that it names."""
        catalogues = CatalogueVersion.objects.filter(community=self.community).values_list("pk", flat=True)
        items: list[Item] = [item for pk in catalogues for item in items_of(pk)]
        return {item.pk: frozenset(carrier.pk for carrier in item.carriers.all()) for item in items}

    @cached_property
    def rows(self) -> list[_Row]:
        """Versions by item's duty, in the order of what happened."""
        occurrence = "disclosure__obligation__occurrence"
        order = (f"{occurrence}__item__code", f"{occurrence}__duty__position", f"{occurrence}__on", "disclosure", "pk")
        named = ("pk", "code", "kind", "emergency_reason", "disclosure__obligation", f"{occurrence}__item")
        places = (f"{occurrence}__item__code", f"{occurrence}__duty", f"{occurrence}__duty__position")
        versions = self.chosen(Version.objects.filter(community=self.community), TO_ITEM[VERSION])
        return [_Row(*row) for row in versions.order_by(*order).values_list(*named, *places)]

    @cached_property
    def hung(self) -> dict[int, set[int]]:
        """Version → the carriers on which it hangs, or hung to the end of its display."""
        found: dict[int, set[int]] = defaultdict(set)
        postings = self.chosen(Posting.objects.filter(community=self.community), f"version__{TO_ITEM[VERSION]}")
        counting = postings.exclude(ended_as=Posting.Ended.EARLY)
        for version, carrier in counting.order_by().values_list("version", "carrier"):
            found[version].add(carrier)
        return found

    @cached_property
    def own(self) -> dict[int, _Own]:
        """Version → what hangs on it. It holds for this day only while a day of it isn't over, or a carrier is waited
        for."""
        hanging = Hanging(VERSION, self.community, self.codes, self.today)
        urgent = [row.pk for row in self.rows if row.emergency]
        reviewed = {version.pk: is_reviewed(version) for version in Version.objects.filter(pk__in=urgent)}
        found = {}
        for row in self.rows:
            daily = row.pk in hanging.running or not self.carriers[row.item] <= self.hung[row.pk]
            day = self.day if daily else ""
            found[row.pk] = _Own(fingerprint(hanging.rows[row.pk], reviewed.get(row.pk), day), daily)
        return found

    @cached_property
    def obligations(self) -> dict[int, ObligationState]:
        """What is owed or was. It holds for this day only while it is open, or a day of it isn't over."""
        hanging = Hanging(OBLIGATION, self.community, self.codes, self.today)
        issued: dict[int, list[_Own]] = defaultdict(list)
        hung: dict[int, set[int]] = defaultdict(set)
        for row in self.rows:
            issued[row.obligation].append(self.own[row.pk])
            if row.kind != Version.Kind.POSTPONEMENT:
                hung[row.obligation] |= self.hung[row.pk]
        rows = self.chosen(Obligation.objects.filter(community=self.community), TO_ITEM[OBLIGATION])
        owed = rows.filter(occurrence__voided_at=None).order_by("pk")
        found = {}
        for pk, item, code in owed.values_list("pk", "occurrence__item", "occurrence__item__code"):
            daily = pk in hanging.running or not self.carriers[item] <= hung[pk]
            daily = daily or any(own.daily for own in issued[pk])
            key = fingerprint(self.wide, hanging.rows[pk], issued[pk], self.day if daily else "")
            found[pk] = ObligationState(pk, code, key, daily)
        return found

    @cached_property
    def files(self) -> dict[int, list[tuple[str, str]]]:
        """Version → its attachments; a withdrawal may close the door to them."""
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        rows = Attachment.objects.filter(version__community=self.community)
        withdrawn = ("version__withdrawal__kind", "version__withdrawal__confirmed_at")
        attachments = self.chosen(rows, f"version__{TO_ITEM[VERSION]}").order_by("pk")
        for version, name, *rest in attachments.values_list("version", "name", "media_type", "sha256", *withdrawn):
            found[version].append((name, fingerprint(*rest)))
        return found

    def versions(self) -> Iterator[VersionState]:
        """The visible ones. A page names others of the same duty: all of them where there must always be one on show,
        otherwise those of the disclosures around it. So their fingerprints count for it too."""
        seen = self.chosen(visible_versions(self.community), TO_ITEM[VERSION])
        visible = set(seen.order_by().values_list("pk", flat=True))
        duties = Duty.objects.filter(item__catalogue__community=self.community)
        long_term = {duty.pk for duty in duties if duty.is_long_term}
        kind = Carrier.Kind.PAPER_BOARD
        boards = set(Carrier.objects.filter(community=self.community, kind=kind).values_list("pk", flat=True))
        for _, line in groupby(self.rows, key=lambda row: (row.item_code, row.position)):
            disclosures = [list(group) for _, group in groupby(line, key=lambda row: row.obligation)]
            whole = any(group[0].duty in long_term for group in disclosures)
            own = [[self.own[row.pk] for row in group] for group in disclosures]
            for place, group in enumerate(disclosures):
                around = own if whole else own[max(place - EARLIER, 0) : place + 1 + LATER]
                near = fingerprint(around)
                daily = any(one.daily for each in around for one in each)
                for row in group:
                    if row.pk in visible:
                        yield self._version(row, near, daily=daily, on_paper=bool(self.hung[row.pk] & boards))

    def _version(self, row: _Row, near: str, *, daily: bool, on_paper: bool) -> VersionState:
        """A sheet that doesn't hang is printed as if it went up today."""
        owed = self.obligations[row.obligation]
        return VersionState(
            code=row.code,
            item=row.item_code,
            key=fingerprint(row.pk, owed.key, near),
            sheet_key=fingerprint(row.pk, owed.key, self.own[row.pk], "" if on_paper else self.day),
            daily=daily or owed.daily,
            files=tuple(self.files[row.pk]),
        )
