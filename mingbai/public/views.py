"""The residents' pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone

from mingbai.carriers.queries import last_day_on_show, on_show, situation_of
from mingbai.carriers.sheets import shown_until
from mingbai.catalogues.queries import catalogue_value
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, community_by_slug
from mingbai.disclosures.meetings import read_moment
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, is_reviewed, visible_version, visible_versions
from mingbai.obligations.queries import current_calendar, obligation_of, profile_of
from mingbai.public import pages
from mingbai.residents.queries import feedback_on
from mingbai.rules.days import legal_day
from mingbai.rules.findings import find
from mingbai.rules.state import State


def today() -> date:
    return legal_day(timezone.now())


def community_or_404(slug: str) -> Community:
    community = community_by_slug(slug)
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
    """A page that is the same for everyone: rendered without the request, so that it can't know who asks."""
    values = {"community": community, "today": today(), **context}
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
    standings = situation.standings
    showing = pages.showing(on_show(community, today()), today())
    context = {
        "showing": showing,
        "overdue": [standing for standing in standings if standing.state is State.OVERDUE],
        "coming": pages.coming(standings, today()),
        "changed": list(visible_versions(community)[:6]),
        "tally": pages.tally(standings),
        "tally_total": len(standings),
        "item_count": len(situation.items),
    }
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


def owed(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(slug)
    standings = situation_of(community, today()).standings
    context = {
        "groups": pages.by_state(standings),
        "tally": pages.tally(standings),
        "tally_total": len(standings),
    }
    return page(request, "owed", community, context)


def item(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    community = community_or_404(slug)
    situation = situation_of(community, today())
    found = situation.item(code)
    if found is None:
        raise Http404("没有这个事项")
    return page(request, "item", community, pages.item_context(found, situation))


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
    postings = list(found.postings.select_related("carrier"))
    content = content_on(found, last_day_on_show(postings), today())
    blocks = content.blocks
    context = {
        "version": found,
        "item": found.disclosure.obligation.occurrence.item,
        "obligation": found.disclosure.obligation,
        "content": content,
        "postings": postings,
        "until": shown_until(postings),
        "status": pages.version_status(found, postings, today()),
        "successor": getattr(found, "replaced_by", None),
        "history": pages.history(found),
        "changes": pages.changes(found, today()),
        "reviewed": is_reviewed(found),
        "asked": feedback_on(found, today()),
        "meeting_time": any(block["kind"] == "meeting" and read_moment(block["time"]) for block in blocks),
    }
    return page(request, "version", community, context)


def sheet_status(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR on a paper sheet opens: is this sheet current, replaced, over or taken down."""
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
        "status": pages.version_status(found, postings, today()),
        "successor": pages.newest(found),
    }
    return page(request, "sheet_status", found.community, context)
