"""Every public route: what of it is exported, or why not. A test holds ``ROUTES`` against the URL configuration."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from django.urls import URLPattern, URLResolver

from mingbai.carriers.reports import years_of
from mingbai.communities.queries import revision_of
from mingbai.disclosures.queries import published_by_year
from mingbai.followups.queries import followed, public_decisions, timeline
from mingbai.public import urls
from mingbai.public.exporting.state import CommunityState, ItemState, ObligationState, VersionState, of_item
from mingbai.public.exporting.tables import fingerprint
from mingbai.residents.queries import feedback_list


class Options(NamedTuple):
    """``sheets``: the papers whose sheets are exported."""

    sheets: tuple[str, ...] = ("a4",)


class Page(NamedTuple):
    """One address of a route. ``key``: it is rendered again when this changes.

    ``daily``: the key changes with the day, so the page may say of which day it is.
    ``optional``: the site itself may answer that there is no such page; then there is no file either.
    """

    values: dict[str, str]
    key: str
    daily: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class OfTheSite:
    """A route that belongs to no community: enumerated once, from all that are exported."""

    pages: Callable[[Sequence[CommunityState], Options], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class OfACommunity:
    """A route that shows more than one item: its pages change with every act and every day."""

    pages: Callable[[CommunityState, Options], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class OfAnItem:
    """A route that shows one item: not looked at when no act was about that item."""

    pages: Callable[[str, ItemState], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class OfAnObligation:
    """A route that shows one obligation: not looked at when no act was about it."""

    pages: Callable[[str, ObligationState], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class OfAVersion:
    """A route that shows one version: not looked at when no act was about its obligation or one beside it."""

    pages: Callable[[str, VersionState, Options], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class OfAYear:
    """A route with one page for each year of a community: rendered again after an act on something of that year."""

    years: Callable[[CommunityState], Iterable[int]]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A route that is not exported. Links to it lead to the living site where its address is known, else they go."""

    reason: str


def front(states: Sequence[CommunityState], options: Options) -> Iterator[Page]:
    """Which communities there are."""
    about = [(state.community.slug, state.community.name, str(state.community.subdistrict)) for state in states]
    yield Page({}, fingerprint(options, about))


def home(state: CommunityState, options: Options) -> Iterator[Page]:
    yield Page({"slug": state.community.slug}, state.key, daily=True)


def catalogue(state: CommunityState, options: Options) -> Iterator[Page]:
    if state.has_catalogue:
        yield Page({"slug": state.community.slug}, state.key, daily=True)


def years(state: CommunityState) -> Iterable[int]:
    return published_by_year(state.community.pk, revision_of(state.community))


def reported(state: CommunityState) -> Iterable[int]:
    return years_of(state.community, state.today)


def of_year(year: int) -> str:
    """What the pages of a year belong to; no item has such a code."""
    return f"@{year}"


def year_in(name: str) -> int | None:
    """The year that pages belong to; None: they are an item's."""
    return int(name[1:]) if name.startswith("@") else None


def _of_years(how: OfAYear, state: CommunityState) -> Iterator[tuple[str, Page]]:
    if state.years == frozenset():  # nothing was touched: the years needn't even be known
        return
    for year in how.years(state):
        if state.years is None or year in state.years:
            page = Page({"slug": state.community.slug, "year": str(year)}, state.key, daily=True)
            yield f"{state.community.slug}/{of_year(year)}", page


def feedback_one(state: CommunityState, options: Options) -> Iterator[Page]:
    """All that was asked is read, what changed is rendered."""
    for told in feedback_list(state.community, state.today):
        asked = told.feedback
        shown = (told.state, told.label, told.where, asked.version and asked.version.code)
        rows = [
            [getattr(row, column.attname) for column in row._meta.concrete_fields] for row in (asked, *told.answers)
        ]
        day = "" if told.answers or asked.withheld else state.today.isoformat()
        values = {"slug": state.community.slug, "year": str(asked.year), "number": str(asked.number)}
        yield Page(values, fingerprint(state.wide, shown, rows, day), daily=bool(day))


def decision(state: CommunityState, options: Options) -> Iterator[Page]:
    """All decisions are read, those of which something else is to be told are rendered."""
    for one in followed(state.community, public_decisions(state.community), state.today):
        row = [getattr(one.decision, column.attname) for column in one.decision._meta.concrete_fields]
        day = state.today.isoformat() if one.next_step is not None else ""
        key = fingerprint(state.wide, row, one.state, timeline(one, state.today), one.settled, day)
        values = {"slug": state.community.slug, "year": str(one.decision.year), "number": str(one.decision.number)}
        yield Page(values, key, daily=bool(day))


def item(slug: str, state: ItemState) -> Iterator[Page]:
    yield Page({"slug": slug, "code": state.code}, state.key, daily=True)


def item_pages(slug: str, state: ItemState) -> Iterator[Page]:
    """Its versions and its obligations side by side, from the oldest."""
    for number, (key, daily) in enumerate(state.older, 1):
        yield Page({"slug": slug, "code": state.code, "number": str(number)}, key, daily)


def why(slug: str, one: ObligationState) -> Iterator[Page]:
    yield Page({"slug": slug, "pk": str(one.pk)}, one.key, one.daily)


def version(slug: str, one: VersionState, options: Options) -> Iterator[Page]:
    yield Page({"slug": slug, "code": one.code}, one.key, one.daily)


def changes(slug: str, one: VersionState, options: Options) -> Iterator[Page]:
    """Only a version that replaced another one has changes to show."""
    yield Page({"slug": slug, "code": one.code}, one.key, one.daily, optional=True)


def sheet_status(slug: str, one: VersionState, options: Options) -> Iterator[Page]:
    yield Page({"code": one.code}, one.key, one.daily)


def sheet_pdf(slug: str, one: VersionState, options: Options) -> Iterator[Page]:
    """The sheets that can be printed: a text without a glyph in the font has none."""
    for paper in options.sheets:
        yield Page({"slug": slug, "code": one.code, "paper": paper}, one.sheet_key, optional=True)


def meeting(slug: str, one: VersionState, options: Options) -> Iterator[Page]:
    """Few versions announce a meeting; the answer that this one doesn't is remembered like a file."""
    yield Page({"slug": slug, "code": one.code}, one.key, optional=True)


def attachment(slug: str, one: VersionState, options: Options) -> Iterator[Page]:
    for name, key in one.files:
        yield Page({"slug": slug, "code": one.code, "name": name}, key, optional=True)


Route = OfTheSite | OfACommunity | OfAYear | OfAnItem | OfAnObligation | OfAVersion | LeftOut
ROUTES: dict[str, Route] = {
    "front": OfTheSite(front),
    "sheet_status": OfAVersion(sheet_status),
    "home": OfACommunity(home),
    "catalogue": OfACommunity(catalogue),
    "owed": OfACommunity(home),
    "checks": OfACommunity(home),
    "why": OfAnObligation(why),
    "item": OfAnItem(item),
    "item_page": OfAnItem(item_pages),
    "owed_page": LeftOut("every act would move them all; the pages of the items list everything"),
    "version": OfAVersion(version),
    "sheet_pdf": OfAVersion(sheet_pdf),
    "sheet_png": LeftOut("the same as the PDF in more bytes"),
    "meeting": OfAVersion(meeting),
    "attachment": OfAVersion(attachment),
    "changes": OfAVersion(changes),
    "aloud": OfAVersion(version),
    "versions": OfACommunity(home),
    "versions_of_year": OfAYear(years),
    "words": OfACommunity(home),
    "carriers": OfACommunity(home),
    "guide": OfACommunity(catalogue),
    "rules": OfACommunity(home),
    "contact": OfACommunity(home),
    "report": OfAYear(reported),
    "report_csv": OfAYear(reported),
    "report_pdf": OfAYear(reported),
    "feedback": OfACommunity(home),
    "feedback_one": OfACommunity(feedback_one),
    "decisions": OfACommunity(home),
    "decision": OfACommunity(decision),
    "applications": OfACommunity(home),
    "versions_page": LeftOut("every publication would move them all; the pages of the items list everything"),
    "versions_of_year_page": LeftOut("every publication would move them all; the pages of the items list everything"),
    "search": LeftOut("searching needs the server"),
    "ask": LeftOut("asking needs the server"),
    "receipt": LeftOut("so does following up"),
    "second_door": LeftOut("a complaint is sealed by the server"),
    "second_door_receipt": LeftOut("so is what follows"),
    "requests": OfACommunity(home),
    "request_new": LeftOut("asking needs the server"),
    "request_receipt": LeftOut("so does following up"),
    "mine": LeftOut("what a household's code opens is nowhere but in the answer to that code"),
    "screen": LeftOut("a screen asks the server for news"),
    "screen_worker": LeftOut("it belongs to the screen"),
    "photo": LeftOut("photographs stay where they can be taken back"),
    "leaflet": LeftOut("the community prints it"),
    "leaflet_a4": LeftOut("the community prints it"),
    "aloud_pdf": LeftOut("the same as the page"),
    "table": LeftOut("the same rows as on the page"),
    "feed": LeftOut("a feed is read from where it is renewed"),
    "item_feed": LeftOut("a feed is read from where it is renewed"),
    "meetings": LeftOut("a calendar is read from where it is renewed"),
    "data": LeftOut("open data are read from the living site"),
    "data_dictionary": LeftOut("open data are read from the living site"),
    "data_file": LeftOut("open data are read from the living site"),
    "sitemap": LeftOut("it is about the living site"),
    "community_sitemap": LeftOut("it is about the living site"),
    "robots": LeftOut("it is about the living site"),
    "consultations": LeftOut("opinions are given on the living site; the notice and the result are versions"),
    "consultation": LeftOut("opinions are given on the living site; the notice and the result are versions"),
}


class Address(NamedTuple):
    """A page with its address on the site (not percent-encoded), its file in the export, and ``of``: what it belongs
    to: «slug/code» of an item, «slug/code/pk» of an obligation, «slug/@2026» of a year, or an empty text."""

    url: str
    file: str
    of: str
    page: Page


def public_routes(patterns: Iterable[URLPattern | URLResolver] | None = None, prefix: str = "/") -> dict[str, str]:
    """Route name → its address with {names} for the parts that vary, as the URL configuration says."""
    found: dict[str, str] = {}
    for pattern in urls.urlpatterns if patterns is None else patterns:
        written = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            found |= public_routes(pattern.url_patterns, written)
        else:
            found[str(pattern.name)] = written
    return found


def addresses(states: Sequence[CommunityState], options: Options) -> Iterator[Address]:
    """Everything to export of what these states hold."""
    templates = public_routes()
    for name, how in ROUTES.items():
        for of, page in _pages(how, states, options):
            url = templates[name].format(**page.values)
            yield Address(url, file_of(url), of, page)


def _pages(how: Route, states: Sequence[CommunityState], options: Options) -> Iterator[tuple[str, Page]]:
    if isinstance(how, OfTheSite):
        yield from (("", page) for page in how.pages(states, options))
    for state in states:
        slug = state.community.slug
        if isinstance(how, OfACommunity):
            yield from (("", page) for page in how.pages(state, options))
        elif isinstance(how, OfAYear):
            yield from _of_years(how, state)
        elif isinstance(how, OfAnItem):
            yield from (
                (of_item(state.community, item.code), page) for item in state.items for page in how.pages(slug, item)
            )
        elif isinstance(how, OfAnObligation):
            yield from ((one.of, page) for one in state.obligations for page in how.pages(slug, one))
        elif isinstance(how, OfAVersion):
            yield from ((one.of, page) for one in state.versions for page in how.pages(slug, one, options))


PLAIN = re.compile(r"/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,150}/)*(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,150})?")
UNSAFE = re.compile(r'[\x00-\x1f<>:"|?*\\]|^\.|[. ]$')
MOST_BYTES = 150


def file_of(url: str) -> str:
    """Where an address lies in the export, for any file system that a memory stick may have."""
    written = url[1:] if PLAIN.fullmatch(url) else "/".join(_safe(part) for part in url[1:].split("/"))
    return f"{written}index.html" if not written or written.endswith("/") else written


def _safe(name: str) -> str:
    """A name that every system takes; one that had to be altered gets a mark of its own, so that no two are alike."""
    if len(name.encode()) <= MOST_BYTES and not UNSAFE.search(name):
        return name
    path = PurePosixPath(UNSAFE.sub("_", name))
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    suffix = path.suffix if len(path.suffix.encode()) <= 10 else ""
    stem = path.stem.encode()[: MOST_BYTES - 20].decode(errors="ignore")
    return f"{stem}-{mark}{suffix}"
