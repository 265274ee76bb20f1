"""What was decided and what became of it, each decision on one timeline; how many applications are at which stage."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from mingbai.followups.counting import tallies
from mingbai.followups.queries import followed, public_decisions, timeline
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.followups import DECISION_STATES
from mingbai.rules.opinions import SMALL


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Late ones first, then those being carried out, those done, and entries that were wrong."""
    community = community_or_404(slug)
    found = followed(community, public_decisions(community), today())
    groups = [(name, [one for one in found if one.state is state]) for state, name in DECISION_STATES.items()]
    return page(request, "decisions", community, {"groups": [group for group in groups if group[1]]})


def one(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """From the meeting through every step to what is still to come."""
    community = community_or_404(slug)
    found = followed(community, public_decisions(community).filter(year=year, number=number), today())
    if not found:
        raise Http404("没有这个决定")
    entries = timeline(found[0], today())
    context = {
        "one": found[0],
        "decision": found[0].decision,
        "behind": [entry for entry in entries if not entry.is_ahead],
        "ahead": [entry for entry in entries if entry.is_ahead],
    }
    return page(request, "decision", community, context)


def applications(request: HttpRequest, slug: str) -> HttpResponse:
    """How many of each kind are at which stage, by the year in which they came in; who they are is nowhere."""
    community = community_or_404(slug)
    return page(request, "applications", community, {"years": tallies(community), "small": SMALL})
