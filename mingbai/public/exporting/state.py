"""How a community stands on one day, as fingerprints: one for each version, obligation and item, one for the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
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
from mingbai.public.exporting.listed import Listed, blocks, listed_of
from mingbai.public.exporting.tables import OBLIGATION, TO_OBLIGATION, VERSION, Hanging, Touched, fingerprint, wide_rows

# The page of a version may compare with so many earlier disclosures of the same duty, and name so many later ones.
EARLIER, LATER = 12, 1


class VersionState(NamedTuple):
    """A version that anyone may see. ``key``: all that its page shows; ``sheet_key``: all that its board sheet shows.

    ``daily``: its page may say something else tomorrow although nobody does anything. ``files``: (name, fingerprint).
    ``of``: what its files belong to.
    """

    code: str
    of: str
    key: str
    sheet_key: str
    daily: bool
    files: tuple[tuple[str, str], ...]


class ObligationState(NamedTuple):
    pk: int
    of: str
    key: str
    daily: bool


class ItemState(NamedTuple):
    """An item in force. ``key``: all that its own page shows; ``older``: the same of its older pages, from the oldest,
    each with whether it may say something else tomorrow."""

    code: str
    key: str
    older: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class CommunityState:
    """A community at one revision on one day, which ``key`` stands for: what lists more than one thing holds for that.

    ``wide``: what every page of it depends on. ``items``, ``versions``, ``obligations``: those that were asked for,
    also of an older catalogue. ``years``: those whose pages were asked for; None: all. ``looked_at``: what the files
    belong to of which there is nothing but what is here; empty too where all was asked for.
    """

    community: Community
    today: date
    revision: int
    wide: str
    key: str
    has_catalogue: bool
    items: Sequence[ItemState]
    versions: Sequence[VersionState]
    obligations: Sequence[ObligationState]
    years: frozenset[int] | None
    looked_at: frozenset[str]


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
    revision = revision_of(community)
    reading = _Reading(community, today, wide, about)
    is_empty = about is not None and not about.items
    catalogue = catalogue_in_force(community.pk)
    in_force = {item.code for item in items_of(catalogue.pk)} if catalogue is not None else set()
    codes = in_force if about is None else in_force & about.items
    listed = {} if is_empty else listed_of(community, today, None if about is None else codes, reading.carriers)
    return CommunityState(
        community=community,
        today=today,
        revision=revision,
        wide=wide,
        key=fingerprint(wide, reading.day, revision),
        has_catalogue=catalogue is not None,
        items=[_item(code, wide, reading.day, listed[code]) for code in sorted(codes)],
        versions=[] if is_empty else list(reading.versions()),
        obligations=[] if is_empty else reading.asked(),
        years=about.years if about is not None else None,
        looked_at=frozenset() if is_empty else reading.looked_at(),
    )


def _item(code: str, wide: str, day: str, listed: Listed) -> ItemState:
    older = [(fingerprint(wide, code, block), block.daily) for block in blocks(listed)]
    return ItemState(code, fingerprint(wide, day, code, listed), older)


def of_item(community: Community, code: str) -> str:
    """What the pages of an item belong to."""
    return f"{community.slug}/{code}"


def of_obligation(community: Community, code: str, pk: int) -> str:
    """What the pages of an obligation and of its versions belong to."""
    return f"{community.slug}/{code}/{pk}"


class _Reading:
    """One reading of a community's rows; each property is one query or a few. ``about``: only of what is near that."""

    def __init__(self, community: Community, today: date, wide: str, about: Touched | None) -> None:
        self.community, self.today, self.wide, self.about = community, today, wide, about
        self.day = today.isoformat()

    def chosen(self, rows: QuerySet[Any], owner: str, to_obligation: str) -> QuerySet[Any]:
        """The community's rows, or those of the obligations that were asked for: by these alone, or SQLite would walk
        through everything that the community ever published. ``owner``: where a row says whose it is."""
        if self.near is None:
            return rows.filter(**{owner: self.community})
        return rows.filter(**{f"{to_obligation}__in": self.near})

    def asked(self) -> list[ObligationState]:
        """The obligations of which something may have changed, and those beside them."""
        return [one for pk, one in self.obligations.items() if self.about is None or pk in self.shown]

    def looked_at(self) -> frozenset[str]:
        """What the files belong to that this reading tells all of."""
        if self.about is None:
            return frozenset()
        codes = {row.obligation: row.item_code for row in self.rows if row.obligation in self.shown}
        groups = {
            of_obligation(self.community, code, pk) for pk, code in (codes | dict(self.about.obligations)).items()
        }
        return frozenset(groups | {of_item(self.community, code) for code in self.about.items})

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
        if self.about is None:
            versions = Version.objects.filter(community=self.community)
        else:
            items = Item.objects.filter(catalogue__community=self.community, code__in=self.about.items)
            versions = Version.objects.filter(**{f"{occurrence}__item__in": list(items)})
        return [_Row(*row) for row in versions.order_by(*order).values_list(*named, *places)]

    @cached_property
    def lines(self) -> list[tuple[bool, list[list[_Row]]]]:
        """Of each item's duty the disclosures in the order of what happened, each with its versions; and whether there
        must always be one on show."""
        duties = Duty.objects.filter(item__catalogue__community=self.community)
        long_term = {duty.pk for duty in duties if duty.is_long_term}
        lines = []
        for _, line in groupby(self.rows, key=lambda row: (row.item_code, row.position)):
            disclosures = [list(group) for _, group in groupby(line, key=lambda row: row.obligation)]
            lines.append((any(group[0].duty in long_term for group in disclosures), disclosures))
        return lines

    def _around(self, before: int, after: int) -> set[int]:
        """What was asked for and so many obligations before and after it in its line, or all of the line where its
        versions stand for one another."""
        asked = set(self.about.obligations if self.about is not None else ())
        found = set(asked)
        for whole, disclosures in self.lines:
            places = [place for place, group in enumerate(disclosures) if group[0].obligation in asked]
            for place in places:
                part = disclosures if whole else disclosures[max(place - before, 0) : place + after + 1]
                found.update(group[0].obligation for group in part)
        return found

    @cached_property
    def shown(self) -> set[int]:
        """The obligations whose versions' pages may say something else because of what was asked for."""
        return self._around(LATER, EARLIER)

    @cached_property
    def near(self) -> set[int] | None:
        """The obligations that those pages name; None: all."""
        return None if self.about is None else self._around(LATER + EARLIER, EARLIER + LATER)

    @cached_property
    def hung(self) -> dict[int, set[int]]:
        """Version → the carriers on which it hangs, or hung to the end of its display."""
        found: dict[int, set[int]] = defaultdict(set)
        postings = self.chosen(Posting.objects.all(), "community", f"version__{TO_OBLIGATION[VERSION]}")
        counting = postings.exclude(ended_as=Posting.Ended.EARLY)
        for version, carrier in counting.order_by().values_list("version", "carrier"):
            found[version].add(carrier)
        return found

    @cached_property
    def own(self) -> dict[int, _Own]:
        """Version → what hangs on it. It holds for this day only while a day of it isn't over, or a carrier is waited
        for."""
        hanging = Hanging(VERSION, self.community, self.near, self.today)
        rows = [row for row in self.rows if self.near is None or row.obligation in self.near]
        urgent = [row.pk for row in rows if row.emergency]
        reviewed = {version.pk: is_reviewed(version) for version in Version.objects.filter(pk__in=urgent)}
        found = {}
        for row in rows:
            daily = row.pk in hanging.running or not self.carriers[row.item] <= self.hung[row.pk]
            day = self.day if daily else ""
            found[row.pk] = _Own(fingerprint(hanging.rows[row.pk], reviewed.get(row.pk), day), daily)
        return found

    @cached_property
    def obligations(self) -> dict[int, ObligationState]:
        """What is owed or was. It holds for this day only while it is open, or a day of it isn't over."""
        hanging = Hanging(OBLIGATION, self.community, self.near, self.today)
        issued: dict[int, list[_Own]] = defaultdict(list)
        hung: dict[int, set[int]] = defaultdict(set)
        for row in self.rows:
            if row.pk not in self.own:
                continue
            issued[row.obligation].append(self.own[row.pk])
            if row.kind != Version.Kind.POSTPONEMENT:
                hung[row.obligation] |= self.hung[row.pk]
        rows = self.chosen(Obligation.objects.all(), "community", TO_OBLIGATION[OBLIGATION])
        owed = rows.filter(occurrence__voided_at=None).order_by("pk")
        found = {}
        for pk, item, code in owed.values_list("pk", "occurrence__item", "occurrence__item__code"):
            daily = pk in hanging.running or not self.carriers[item] <= hung[pk]
            daily = daily or any(own.daily for own in issued[pk])
            key = fingerprint(self.wide, hanging.rows[pk], issued[pk], self.day if daily else "")
            found[pk] = ObligationState(pk, of_obligation(self.community, code, pk), key, daily)
        return found

    @cached_property
    def files(self) -> dict[int, list[tuple[str, str]]]:
        """Version → its attachments; a withdrawal may close the door to them."""
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        withdrawn = ("version__withdrawal__kind", "version__withdrawal__confirmed_at")
        rows = self.chosen(Attachment.objects.all(), "version__community", f"version__{TO_OBLIGATION[VERSION]}")
        attachments = rows.order_by("pk")
        for version, name, *rest in attachments.values_list("version", "name", "media_type", "sha256", *withdrawn):
            found[version].append((name, fingerprint(*rest)))
        return found

    def versions(self) -> Iterator[VersionState]:
        """The visible ones. A page names others of the same duty: all of them where there must always be one on show,
        otherwise those of the disclosures around it. So their fingerprints count for it too."""
        seen = self.chosen(visible_versions(), "community", TO_OBLIGATION[VERSION])
        visible = set(seen.order_by().values_list("pk", flat=True))
        kind = Carrier.Kind.PAPER_BOARD
        boards = set(Carrier.objects.filter(community=self.community, kind=kind).values_list("pk", flat=True))
        for whole, disclosures in self.lines:
            own = [[self.own[row.pk] for row in group if row.pk in self.own] for group in disclosures]
            for place, group in enumerate(disclosures):
                if self.about is not None and group[0].obligation not in self.shown:
                    continue
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
            of=of_obligation(self.community, row.item_code, row.obligation),
            key=fingerprint(row.pk, owed.key, near),
            sheet_key=fingerprint(row.pk, owed.key, self.own[row.pk], "" if on_paper else self.day),
            daily=daily or owed.daily,
            files=tuple(self.files[row.pk]),
        )
