"""Every read of this app: what is on show, and in which state each obligation is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Carrier, CatalogueVersion, Item
from mingbai.catalogues.queries import catalogue_in_force, items_of
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, revision_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import still_naming, visible_versions
from mingbai.obligations.models import Obligation
from mingbai.rules.state import Shown, State, met_on, missing_carriers, obligation_state


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


@dataclass(frozen=True, slots=True)
class Situation:
    """A community on one day: the catalogue in force (None: none adopted yet), its items in printed order, and where
    each obligation stands, the first due first."""

    catalogue: CatalogueVersion | None
    items: tuple[Item, ...]
    standings: tuple[Standing, ...]

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def standing(self, pk: int) -> Standing | None:
        return next((standing for standing in self.standings if standing.pk == pk), None)


def situation_of(community: Community, today: date) -> Situation:
    """How a community stands on ``today``: what every list of the site, the API and the jobs is made from.

    One query while the community's revision stays the same; otherwise a few more, however many obligations there
    are, and none of them loads a text or an explanation.
    """
    return _situation(community.pk, revision_of(community), today)


@kept(maxsize=32)
def _situation(community_id: int, revision: int, today: date) -> Situation:
    catalogue = catalogue_in_force(community_id)
    items = items_of(catalogue.pk) if catalogue is not None else ()
    return Situation(catalogue, items, tuple(_standings(community_id, today)))


def _standings(community_id: int, today: date) -> list[Standing]:
    owed = {"community": community_id, "occurrence__voided_at": None}
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
    standings = []
    for _, item_id, disclosure, obligation, on, what, due_on, certain in rows:
        item, issued = items[item_id], tuple(versions.get(disclosure, ()))
        carriers = [carrier.name for carrier in item.carriers.all()]
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
    unmet = [s.pk for community in communities() for s in situation_of(community, today).standings if s.is_open]
    selected = Obligation.objects.select_related("community", "occurrence__item", "occurrence__duty")
    return list(selected.select_related("occurrence__community").in_bulk(unmet).values())


def on_show(community: Community, today: date) -> list[Posting]:
    """What hangs on a digital or paper carrier of the community on ``today``, newest first, public only."""
    return list(
        Posting.objects.filter(
            community=community, from_on__lte=today, version__in=visible_versions(community).order_by()
        )
        .filter(Q(until_on=None) | Q(until_on__gte=today))
        .filter(Q(ended_on=None) | Q(ended_on__gte=today))
        .select_related("version__disclosure__obligation__occurrence__item", "carrier")
        .order_by("-from_on", "-pk")
    )


def sheets_to_put_up(community: Community) -> list[tuple[Version, Carrier]]:
    """Current versions that don't hang on a paper board that their item names: never put up, or lost from it."""
    versions = Version.objects.filter(
        community=community, replaced_by=None, withdrawal=None, disclosure__obligation__occurrence__voided_at=None
    ).select_related("disclosure__obligation__occurrence__item")
    missing = []
    versions = versions.prefetch_related("disclosure__obligation__occurrence__item__carriers")
    for version in with_postings(versions).order_by("published_at", "pk"):
        carriers = version.disclosure.obligation.occurrence.item.carriers.all()
        hung = {posting.carrier_id for posting in version.postings.all() if posting.shown.counts}
        boards = [carrier for carrier in carriers if carrier.kind == Carrier.Kind.PAPER_BOARD]
        missing += [(version, board) for board in boards if board.pk not in hung]
    return missing


def sheets_to_take_down(community: Community, today: date) -> list[Posting]:
    """What still hangs on a paper board although its display is over."""
    return list(
        Posting.objects.filter(
            community=community, carrier__kind=Carrier.Kind.PAPER_BOARD, ended_on=None, until_on__lt=today
        )
        .select_related("version", "carrier")
        .order_by("until_on", "pk")
    )


def names_to_leave(today: date) -> list[Version]:
    """The versions that still hold names although no carrier has to show them any more."""
    return [
        version
        for version in still_naming().prefetch_related("postings")
        if (last := last_day_on_show(version.postings.all())) is not None
        and date.min < last < today
        and version.content.has_persons
    ]


def last_day_on_show(postings: Iterable[Posting]) -> date | None:
    """The last day on which any of a version's postings is to be seen; None while one has no end.

    A version that was never posted isn't on show at all: its day is the first that there is.
    """
    days = [posting.ended_on or posting.until_on for posting in postings]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    return max(known, default=date.min)
