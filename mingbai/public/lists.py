"""Lists of published versions: everything, a year's, and what a search finds; twenty a page, by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import Situation, last_day_on_show, situation_of
from mingbai.carriers.statuses import Status, on_carrier, version_status, with_status
from mingbai.catalogues.queries import carriers_at
from mingbai.communities.prepared import Prepared, padded
from mingbai.communities.queries import revision_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, published_by_year, visible_of_items, visible_versions
from mingbai.disclosures.searching import COUNTED, Query, newest_keys, pieces_of
from mingbai.followups.queries import follows
from mingbai.obligations.queries import owed_by_item
from mingbai.public.pages import by_state, item_context, tally
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.grams import MAX_LETTERS, around, fold, marked

A_PAGE = 20
# So many of the newest stand on an item's own page at least, once there are older pages.
NEWEST = 10
WITHDRAWAL = ("withdrawal__confirmed_at", "withdrawal__kind", "withdrawal__reason")
# What was met long ago stands on the pages of its item.
MET_LISTED = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One version as a list names it; ``title`` and ``piece`` in parts, each with whether it is a hit."""

    version: Version
    status: Status
    carriers: tuple[str, ...]
    title: list[tuple[str, bool]]
    piece: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page stands among its pages; addresses are empty where there is none."""

    number: int
    pages: int
    before: str
    after: str


def _named(versions: QuerySet[Version], *more: str) -> QuerySet[Version]:
    """What a row needs, with ``more`` of the version's fields, and nothing else: least of all its texts."""
    return (
        versions.select_related(None)
        .select_related("withdrawal", "replaced_by")
        .annotate(item_name=F("disclosure__obligation__occurrence__item__name"))
        .only("title", "code", "published_on", *WITHDRAWAL, "replaced_by__id", *more)
    )


def _hung() -> QuerySet[Posting]:
    hung = Posting.objects.select_related("carrier")
    return hung.only("version", "carrier__name", "from_on", "until_on", "ended_on", "ended_as")


# By their keys, which are a community's: beside it, SQLite would take the community's index and read it all.
_listed: Prepared[Version] = Prepared(lambda *keys: _named(visible_versions()).filter(pk__in=keys), numbers=A_PAGE)
_found: Prepared[Version] = Prepared(
    lambda *keys: _named(visible_versions(), "content_data").filter(pk__in=keys).order_by(), numbers=A_PAGE
)
_postings: Prepared[Posting] = Prepared(
    lambda *versions: (
        Posting.objects.filter(version__in=versions)
        .annotate(carrier_name=F("carrier__name"))
        .only("version", "from_on", "until_on", "ended_on", "ended_as")
    ),
    numbers=A_PAGE,
)


def rows_of(versions: Sequence[Version], day: date, terms: Sequence[str] = ()) -> list[Row]:
    """At most a page of versions as rows."""
    hung: dict[int, list[Any]] = {version.pk: [] for version in versions}
    for posting in _postings(*padded(list(hung), A_PAGE)) if hung else ():
        hung[posting.version_id].append(posting)
    return [_row(version, hung[version.pk], day, list(terms)) for version in versions]


def _row(version: Version, postings: list[Any], day: date, terms: list[str]) -> Row:
    """``postings``: each with its ``carrier_name``."""
    piece = _piece(version, postings, day, terms) if terms else None
    return Row(
        version=version,
        status=version_status(version, postings, day),
        carriers=tuple(dict.fromkeys(posting.carrier_name for posting in postings)),
        title=marked(version.title, terms),
        piece=marked(piece, terms) if piece else [],
    )


def _piece(version: Version, postings: list[Posting], day: date, terms: list[str]) -> str | None:
    """Where the words stand, of what may be shown on the day."""
    content = content_on(version, last_day_on_show(postings), day)
    return next((found for text in pieces_of(content) if (found := around(text, terms)) is not None), None)


def pages_of(count: int) -> int:
    """How many pages a list of so many has."""
    return max(1, -(-count // A_PAGE))


def _pager(number: int, pages: int, base: str) -> Pager:
    if not 1 <= number <= pages:
        raise Http404("没有这一页")
    before = _address(base, number - 1) if number > 1 else ""
    after = _address(base, number + 1) if number < pages else ""
    return Pager(number, pages, before, after)


def _address(base: str, number: int) -> str:
    return base if number == 1 else f"{base}page/{number}/"


def versions(request: HttpRequest, slug: str, year: int | None = None, number: int = 1) -> HttpResponse:
    """Everything that was published, newest first; of one year where ``year`` is given."""
    community = community_or_404(slug)
    published = published_by_year(community.pk, revision_of(community))
    keys = list(chain.from_iterable(published.values())) if year is None else published.get(year, ())
    if year is not None and not keys:
        raise Http404("没有这一年")
    base = reverse("versions", args=[slug]) if year is None else reverse("versions_of_year", args=[slug, year])
    pager = _pager(number, pages_of(len(keys)), base)
    part = keys[(number - 1) * A_PAGE : number * A_PAGE]
    shown = _listed(*padded(part, A_PAGE)) if part else []
    context = {
        "rows": rows_of(shown, today()),
        "pager": pager,
        "count": len(keys),
        "year": year,
        "years": list(published),
    }
    return page(request, "versions", community, context)


def blocks_of(count: int) -> int:
    """How many pages of older entries an item's list of so many has, beside its newest.

    They are counted from the oldest and full, so what comes in changes none of them: the newest 10 to 29 stand on the
    item's own page.
    """
    return max(0, (count - NEWEST) // A_PAGE)


def block_of(count: int, number: int | None) -> slice:
    """Where a block of a list of so many lies, the newest first; None: the newest. Empty where there is no such."""
    blocks = blocks_of(count)
    if number is None:
        return slice(0, count - blocks * A_PAGE)
    return slice(count - number * A_PAGE, count - (number - 1) * A_PAGE) if number <= blocks else slice(0, 0)


@dataclass(frozen=True, slots=True)
class Older:
    """Where a page of an item stands (None: its own, with the newest); addresses are empty where there is none."""

    number: int | None
    newer: str
    older: str


def _older(number: int | None, blocks: int, slug: str, code: str) -> Older:
    if number is not None and not 1 <= number <= blocks:
        raise Http404("没有这一页")
    base = reverse("item", args=[slug, code])
    below = blocks if number is None else number - 1
    older = f"{base}page/{below}/" if below else ""
    newer = "" if number is None else base if number == blocks else f"{base}page/{number + 1}/"
    return Older(number, newer, older)


def item(request: HttpRequest, slug: str, code: str, number: int | None = None) -> HttpResponse:
    """An item with what was published of it and what it made due, both newest first, page by page side by side."""
    community = community_or_404(slug)
    situation = situation_of(community, today())
    found_item = situation.item(code)
    if found_item is None:
        raise Http404("没有这个事项")
    published = _named(visible_of_items(community.pk, [code])).prefetch_related(Prefetch("postings", _hung()))
    published = published.order_by("-published_on", "-pk") if found_item.is_public else published.none()
    owed_of_it = owed_by_item(community, code)
    issued, due = published.order_by().count(), owed_of_it.count()
    pager = _older(number, max(blocks_of(issued), blocks_of(due)), slug, code)
    keys = list(owed_of_it.values_list("pk", flat=True)[block_of(due, number)])
    context = {
        **item_context(found_item),
        "follows": follows(found_item) if found_item.is_public else "",
        "versions": published[block_of(issued, number)],
        "standings": sorted(situation.among(keys), key=lambda standing: keys.index(standing.pk)),
        "pager": pager,
        # A shorter list ends on an older page than the one that is shown.
        "versions_from": blocks_of(issued),
        "owed_from": blocks_of(due),
    }
    return page(request, "item", community, context)


def owed(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """What is open, the overdue first, and then what was met of late; how many there are in all stands above."""
    community = community_or_404(slug)
    situation = situation_of(community, today())
    counted = situation.tally.by_state
    keys = situation.listed(MET_LISTED)
    pager = _pager(number, pages_of(len(keys)), reverse("owed", args=[slug]))
    standings = situation.among(keys[(number - 1) * A_PAGE : number * A_PAGE])
    context = {
        "groups": by_state(standings, counted),
        "tally": tally(counted),
        "tally_total": sum(counted.values()),
        "pager": pager,
    }
    return page(request, "owed", community, context)


STATES = {"current": "现行有效", "replaced": "已被新版替换", "over": "公示期已满", "taken_down": "已撤下"}


def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Search what is visible: words, item, year, carrier, state. Nothing asked for: the form with its hints."""
    community = community_or_404(slug)
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()
        for name in ("q", "item", "year", "carrier", "state")
    }
    asked["q"] = asked["q"][:MAX_LETTERS]
    query = Query.of(asked["q"], item=asked["item"] or None, year=_number(asked["year"]))
    situation = situation_of(community, today())
    items = situation.items
    context: dict[str, Any] = {
        "asked": asked,
        "items": items,
        "years": list(published_by_year(community.pk, situation.revision)),
        "carriers": carriers_at(community.pk, situation.revision),
        "states": STATES,
        "terms": query.terms,
        "counted": COUNTED,
    }
    # Marks and symbols alone ask for nothing; a range without words asks for everything in it.
    if query.terms or (any(asked.values()) and not asked["q"]):
        context |= _results(situation, query, asked, _number(request.GET.get("page", "")) or 1)
        if not context["rows"]:
            like = (item for item in items if any(term in fold(item.name).text for term in query.terms))
            context["nearby"] = list(islice(like, 5))
    return page(request, "search", community, context)


def _number(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else None


def _results(situation: Situation, query: Query, asked: dict[str, str], number: int) -> dict[str, Any]:
    carrier, state = _number(asked["carrier"]), asked["state"]

    def narrowed(hits: QuerySet[Version]) -> QuerySet[Version]:
        hits = with_status(hits, state, today()) if state in STATES else hits
        return hits if carrier is None else on_carrier(hits, carrier)

    keys = newest_keys(
        situation.community_id, situation.revision, query, narrowed if state in STATES or carrier is not None else None
    )
    pages = pages_of(min(len(keys), COUNTED))
    number = min(number, pages)
    part = keys[:COUNTED][(number - 1) * A_PAGE : number * A_PAGE]
    chosen = {version.pk: version for version in _found(*padded(part, A_PAGE))} if part else {}
    words = urlencode({name: value for name, value in asked.items() if value})
    pager = Pager(
        number,
        pages,
        f"?{words}&page={number - 1}" if number > 1 else "",
        f"?{words}&page={number + 1}" if number < pages else "",
    )
    rows = rows_of([chosen[pk] for pk in part if pk in chosen], today(), query.terms)
    return {"rows": rows, "count": len(keys), "pager": pager}
