"""Every read of this app: what is on show, and in which state each obligation is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from mingbai.carriers.models import Posting
from mingbai.carriers.tally import Tally, tally_of
from mingbai.catalogues.models import Carrier, CatalogueVersion, Item
from mingbai.catalogues.queries import catalogue_in_force, items_of
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, revision_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import still_naming, visible_of_items, visible_versions
from mingbai.obligations.models import Obligation
from mingbai.rules.state import Shown, State, met_on, missing_carriers, obligation_state

# More obligations than this aren't named one by one in a query: all are loaded, and looked through.
CHOSEN_AT_MOST = 1000
# So many of the last versions are looked through for the last one of each item.
LATEST = 400
ITEM_CODE = "disclosure__obligation__occurrence__item__code"


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A published version and where it was shown, as a list names it."""

    pk: int
    code: str
    title: str
    published_on: date
    kind: str
    postings: tuple[Shown, ...]

    @property
    def is_postponement(self) -> bool:
        """It says that something will come later, and meets nothing."""
        return self.kind == Version.Kind.POSTPONEMENT


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an obligation stands on one day, with what a page says of it. ``pk`` is the obligation's."""

    pk: int
    item: Item
    on: date
    what: str
    due_on: date | None
    certain: bool
    state: State
    met_on: date | None
    missing: tuple[str, ...]
    versions: tuple[ShownVersion, ...]

    @property
    def public_versions(self) -> tuple[ShownVersion, ...]:
        """The versions that anyone may see: none of an item that is for specific parties or on request."""
        return self.versions if self.item.is_public else ()

    @property
    def is_open(self) -> bool:
        return self.met_on is None


def with_postings(versions: QuerySet[Version]) -> QuerySet[Version]:
    return versions.prefetch_related(Prefetch("postings", Posting.objects.select_related("carrier")))


@dataclass(frozen=True)
class Situation:
    """A community on one day: the catalogue in force (None: none adopted yet), its items in printed order, and where
    its obligations stand. What is asked for is loaded when it is asked for, and kept: a page that needs what is open
    doesn't load what was met in ten years."""

    community_id: int
    revision: int
    today: date
    catalogue: CatalogueVersion | None
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    @cached_property
    def tally(self) -> Tally:
        """How many obligations of which item are in which state."""
        return tally_of(self.community_id, self.today)

    @cached_property
    def unmet(self) -> tuple[Standing, ...]:
        """Where each obligation stands that isn't met on every carrier, the first due first."""
        return self.among(self.tally.unmet)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Where each obligation stands, the first due first. All of them: for lists that show all of them."""
        return tuple(_standings(self.community_id, self.today))

    def standing(self, pk: int) -> Standing | None:
        return next(iter(_standings(self.community_id, self.today, pk=pk)), None)

    def of_item(self, code: str) -> tuple[Standing, ...]:
        """Where each obligation of one item stands, over all versions of the catalogue."""
        return tuple(_standings(self.community_id, self.today, occurrence__item__code=code))

    def last_met(self, most: int) -> tuple[Standing, ...]:
        """The last obligations that were met, at most so many, the first due first."""
        return self.among(self._last_met(most))

    def listed(self, most: int) -> tuple[int, ...]:
        """The keys of the obligations that the list of them names, in its order: what is open by its state, the first
        due first, then so many of those that were met, the last first."""
        return (*self.tally.unmet, *self._last_met(most))

    def _last_met(self, most: int) -> list[int]:
        unmet = set(self.tally.unmet)
        owed = Obligation.objects.filter(community=self.community_id, occurrence__voided_at=None)
        newest = owed.order_by("-occurrence__on", "-pk").values_list("pk", flat=True)[: most + len(unmet)]
        return [pk for pk in newest if pk not in unmet][:most]

    def among(self, chosen: Collection[int]) -> tuple[Standing, ...]:
        """Where the chosen ones stand, the first due first."""
        if len(chosen) <= CHOSEN_AT_MOST:
            return tuple(_standings(self.community_id, self.today, pk__in=list(chosen))) if chosen else ()
        return tuple(standing for standing in self.standings if standing.pk in set(chosen))

    @cached_property
    def newest(self) -> dict[str, Version]:
        """Item code → the version of it that was published last, of those that anyone may see."""
        # The last of all tell most items; only one that has long said nothing is asked for by itself.
        latest = visible_versions().filter(community=self.community_id).values_list(ITEM_CODE, "pk")[:LATEST]
        keys = {code: pk for code, pk in reversed(latest)}
        if len(latest) == LATEST:
            for code in {item.code for item in self.items} - set(keys):
                last = visible_of_items(self.community_id, [code]).values_list("pk", flat=True).first()
                if last is not None:
                    keys[code] = last
        found = Version.objects.only("code", "title", "published_on").in_bulk(keys.values())
        return {code: found[pk] for code, pk in keys.items()}


def situation_of(community: Community, today: date) -> Situation:
    """How a community stands on ``today``: what every list of the site, the API and the jobs is made from.

    One query while the community's revision stays the same and nothing new is asked for; none of the others loads a
    text or an explanation.
    """
    return _situation(community.pk, revision_of(community), today)


@kept(maxsize=32)
def _situation(community_id: int, revision: int, today: date) -> Situation:
    catalogue = catalogue_in_force(community_id)
    items = items_of(catalogue.pk) if catalogue is not None else ()
    return Situation(community_id, revision, today, catalogue, items)


def _standings(community_id: int, today: date, **chosen: Any) -> list[Standing]:
    owed = {"community": community_id, "occurrence__voided_at": None, **chosen}
    rows = (
        Obligation.objects.filter(**owed)
        .order_by("due_on", "pk")
        .values_list(
            "occurrence__item__catalogue",
            "occurrence__item",
            "disclosure",
            "pk",
            "occurrence__on",
            "occurrence__what",
            "due_on",
            "certain",
        )
    )
    items = {item.pk: item for catalogue in {row[0] for row in rows} for item in items_of(catalogue)}
    versions = _versions_by_disclosure({f"disclosure__obligation__{name}": value for name, value in owed.items()})
    carriers_of = {pk: tuple(carrier.name for carrier in item.carriers.all()) for pk, item in items.items()}
    standings = []
    for _, item_id, disclosure, obligation, on, what, due_on, certain in rows:
        item, issued, carriers = items[item_id], tuple(versions.get(disclosure, ())), carriers_of[item_id]
        shown = [posting for version in issued if not version.is_postponement for posting in version.postings]
        met = met_on(carriers, shown, today)
        standings.append(
            Standing(
                pk=obligation,
                item=item,
                on=on,
                what=what,
                due_on=due_on,
                certain=certain,
                state=obligation_state(due_on=due_on, met=met, prepared=disclosure is not None, today=today),
                met_on=met,
                missing=missing_carriers(carriers, shown, today),
                versions=issued,
            )
        )
    return standings


def _versions_by_disclosure(chosen: dict[str, Any]) -> dict[int | None, list[ShownVersion]]:
    rows = (
        Version.objects.filter(**chosen)
        .order_by("number", "pk", "postings__from_on", "postings__pk")
        .values_list(
            "disclosure",
            "pk",
            "code",
            "title",
            "published_on",
            "kind",
            "postings__carrier__name",
            "postings__from_on",
            "postings__until_on",
            "postings__ended_on",
            "postings__ended_as",
        )
    )
    found: dict[int | None, list[ShownVersion]] = {}
    for (disclosure, pk, code, title, published_on, kind), group in groupby(rows, key=itemgetter(0, 1, 2, 3, 4, 5)):
        postings = tuple(
            Shown(carrier, from_on, until_on, ended_on, ended_as == Posting.Ended.REPLACED)
            for *_, carrier, from_on, until_on, ended_on, ended_as in group
            if carrier is not None
        )
        found.setdefault(disclosure, []).append(ShownVersion(pk, code, title, published_on, kind, postings))
    return found


def open_obligations(today: date) -> list[Obligation]:
    """What isn't met on every carrier yet, of every community."""
    unmet = [pk for community in communities() for pk in situation_of(community, today).tally.unmet]
    selected = Obligation.objects.select_related("community", "occurrence__item", "occurrence__duty")
    return list(selected.select_related("occurrence__community").in_bulk(unmet).values())


def on_show(community: Community, today: date) -> list[Posting]:
    """What hangs on a digital or paper carrier of the community on ``today``, newest first, public only."""
    postings = list(
        Posting.objects.filter(community=community, from_on__lte=today)
        .filter(Q(until_on=None) | Q(until_on__gte=today))
        .filter(Q(ended_on=None) | Q(ended_on__gte=today))
        .select_related("carrier")
        .order_by("-from_on", "-pk")
    )
    # What hangs is asked for first: it is little, and what was ever published is much.
    hanging = visible_versions().filter(pk__in={posting.version_id for posting in postings})
    versions = {version.pk: version for version in hanging.defer("content_data")}
    shown = [posting for posting in postings if posting.version_id in versions]
    for posting in shown:
        posting.version = versions[posting.version_id]
    return shown


def sheets_to_put_up(*communities: Community, owed: Collection[int] | None = None) -> list[tuple[Version, Carrier]]:
    """Current versions that don't hang on a paper board that their item names: never put up, or lost from it.

    ``owed``: only those that meet one of these obligations (their keys).
    """
    named: dict[int, list[int]] = {}
    paper = {"carrier__community__in": communities, "carrier__kind": Carrier.Kind.PAPER_BOARD}
    for item, board in Item.carriers.through.objects.filter(**paper).order_by("carrier").values_list("item", "carrier"):
        named.setdefault(item, []).append(board)
    # Only keys are asked of everything that was ever published; texts only of what is found.
    current = Version.objects.filter(
        community__in=communities, replaced_by=None, withdrawal=None, disclosure__obligation__occurrence__voided_at=None
    )
    if owed is not None:
        current = current.filter(disclosure__obligation__in=owed)
    items = current.order_by("published_at", "pk").values_list("pk", "disclosure__obligation__occurrence__item")
    counts = Q(ended_on=None) | Q(ended_as=Posting.Ended.REPLACED) | Q(ended_on__gte=F("until_on"))
    postings = Posting.objects.filter(counts, community__in=communities, carrier__kind=Carrier.Kind.PAPER_BOARD)
    if owed is not None:
        postings = postings.filter(version__disclosure__obligation__in=owed)
    hung = set(postings.order_by().values_list("version", "carrier"))
    missing = [(pk, board) for pk, item in items for board in named.get(item, ()) if (pk, board) not in hung]
    related = Version.objects.select_related("disclosure__obligation__occurrence__item")
    versions = related.in_bulk({pk for pk, _ in missing})
    boards = Carrier.objects.in_bulk({board for _, board in missing})
    return [(versions[pk], boards[board]) for pk, board in missing]


def sheets_to_take_down(community: Community, today: date) -> list[Posting]:
    """What still hangs on a paper board although its display is over."""
    return list(sheets_over(today).filter(community=community))


def sheets_over(today: date) -> QuerySet[Posting]:
    """The same, of every community."""
    over = Posting.objects.filter(carrier__kind=Carrier.Kind.PAPER_BOARD, ended_on=None, until_on__lt=today)
    return over.select_related("version", "carrier").order_by("until_on", "pk")


def names_to_leave(today: date) -> list[Version]:
    """The versions that still hold names although no carrier has to show them any more."""
    ends = Coalesce("version__postings__ended_on", "version__postings__until_on")
    endless = Q(version__postings__isnull=False, version__postings__ended_on=None, version__postings__until_on=None)
    over = still_naming().annotate(last=Max(ends), endless=Count("version__postings", filter=endless))
    chosen = over.filter(endless=0, last__lt=today).values("version")
    return list(Version.objects.filter(pk__in=chosen).order_by("pk").defer("content_data"))


def last_day_on_show(postings: Iterable[Posting]) -> date | None:
    """The last day on which any of a version's postings is to be seen; None while one has no end.

    A version that was never posted isn't on show at all: its day is the first that there is.
    """
    return last_day(posting.ended_on or posting.until_on for posting in postings)


def last_day(days: Iterable[date | None]) -> date | None:
    """The last of the days on which postings end; None while one has no end, the first day of all where there are
    none."""
    known = list(days)
    return None if None in known else max((day for day in known if day is not None), default=date.min)
