"""The residents' pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone

from mingbai.carriers.queries import last_day_on_show, situation_of
from mingbai.carriers.sheets import shown_until
from mingbai.carriers.statuses import version_status
from mingbai.catalogues.queries import catalogue_value
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, public_community
from mingbai.data.words import money_words
from mingbai.disclosures.meetings import read_moment
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, is_reviewed, visible_version
from mingbai.obligations.queries import current_calendar, obligation_of, profile_of
from mingbai.public import linked, pages, scans
from mingbai.public.accounts import tell
from mingbai.public.around import around
from mingbai.public.elder import modes
from mingbai.public.front import home_context
from mingbai.residents.queries import in_window
from mingbai.rules.days import legal_day
from mingbai.rules.difference import differences
from mingbai.rules.findings import find


def today() -> date:
    return legal_day(timezone.now())


def community_or_404(slug: str) -> Community:
    community = public_community(slug)
    if community is None:
        raise Http404("没有这个社区")
    return community


def version_or_404(community: Community, code: str) -> Version:
    version = visible_version(code, community)
    if version is None:
        raise Http404("没有这个短码")
    return version


def page(
    request: HttpRequest, name: str, community: Community | None, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that is the same for everyone: rendered without the request, so that it can't know who asks.

    All that it knows of the request is its address. A page that depends on its query says so by a ``path`` with it.
    """
    path = context.get("path", quote(request.path_info))
    values = {"community": community, "today": today(), **modes(path), **context}
    return HttpResponse(render_to_string(f"public/{name}.html", values), status=status)


def front(request: HttpRequest) -> HttpResponse:
    """All communities; straight to the only one where there is one."""
    known = communities()
    if len(known) == 1:
        return redirect("home", slug=known[0].slug)
    return page(request, "front", None, {"communities": known})


def home(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(slug)
    situation = situation_of(community, today())
    context = home_context(community, situation, today()) | {"linked": linked.of_community(community)}
    return page(request, "home", community, context)


def catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    """The catalogue as a table like the document itself, with the state of each item."""
    community = community_or_404(slug)
    situation = situation_of(community, today())
    if situation.catalogue is None:
        raise Http404("本社区还没有采用目录")
    context = {
        "catalogue": situation.catalogue,
        "rows": pages.catalogue_rows(situation),
        "findings": find(catalogue_value(situation.catalogue), profile_of(community), today()),
    }
    return page(request, "catalogue", community, context)


def why(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Why this date: the phrase, the rule, the days skipped, as a small calendar."""
    community = community_or_404(slug)
    obligation = obligation_of(community, pk)
    standing = situation_of(community, today()).standing(pk)
    if obligation is None or standing is None:
        raise Http404("没有这条应公开记录")
    context = {
        "obligation": obligation,
        "standing": standing,
        "months": pages.calendar_months(obligation, current_calendar()),
        "earlier": list(obligation.earlier_answers.all()),
    }
    return page(request, "why", community, context)


def version(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    community = community_or_404(slug)
    found = version_or_404(community, code)
    if found.code != code:
        return redirect("version", slug=slug, code=found.code)
    beside = around(found, today())
    postings = beside.postings
    content = content_on(found, last_day_on_show(postings), today())
    blocks, status = content.blocks, version_status(found, postings, today())
    successor = getattr(found, "replaced_by", None)
    context = {
        "version": found,
        "item": found.disclosure.obligation.occurrence.item,
        "obligation": found.disclosure.obligation,
        "content": content,
        "tables": tell(found, content, today()),
        "postings": postings,
        "until": shown_until(postings),
        "status": status,
        "decisions": beside.decisions,
        "successor": successor,
        "history": pages.history(found),
        "changes": pages.changes(found, today()),
        "reviewed": is_reviewed(found),
        "linked": linked.of_version(found, content, status),
        "asked": beside.asked,
        "window": in_window(found, beside.asked, today()) if successor is None else None,
        "consultation": beside.consultation,
        "concerns": beside.concerns,
        "meeting_time": any(block["kind"] == "meeting" and read_moment(block["time"]) for block in blocks),
    }
    return page(request, "version", community, context)


def changes(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What a version changed against the one that it replaced."""
    community = community_or_404(slug)
    found = version_or_404(community, code)
    if found.replaces is None:
        raise Http404("这一版前面没有别的版")
    old, new = pages.comparable(found, today())
    context = {
        "version": found,
        "item": found.disclosure.obligation.occurrence.item,
        "changes": differences(old.to_json(), new.to_json()) if old.blocks and new.blocks else [],
        "shown": old.blocks and new.blocks,
        "reduced": new.is_reduced,
    }
    return page(request, "changes", community, context)


def words(request: HttpRequest, slug: str) -> HttpResponse:
    """The words of accounts in plain language."""
    return page(request, "words", community_or_404(slug), {"words": money_words()})


def sheet_status(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR on a paper sheet opens: is this sheet current, replaced, over or taken down."""
    if scans.MARKER in request.GET:
        return scans.scanned(request, code, timezone.now())
    found = visible_version(code)
    if found is None:
        return page(request, "sheet_unknown", None, {"code": code}, status=404)
    if found.code != code:
        return redirect("sheet_status", code=found.code)
    postings = list(found.postings.select_related("carrier"))
    context = {
        "version": found,
        "postings": postings,
        "until": shown_until(postings),
        "status": version_status(found, postings, today()),
        "successor": pages.newest(found),
    }
    return page(request, "sheet_status", found.community, context)
