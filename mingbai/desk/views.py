"""The desk's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mingbai.communities.queries import communities_of, subdistricts_of
from mingbai.desk.common import community_or_404, me, page, today
from mingbai.desk.todo import groups_for


def desk(request: HttpRequest) -> HttpResponse:
    """Straight to the only community where one serves, or to the subdistrict; a choice where there are more."""
    mine = communities_of(me(request))
    if not mine and subdistricts_of(me(request)):
        return redirect("oversight")
    if len(mine) == 1:
        return redirect("desk_todo", mine[0].slug)
    return page(request, "communities", None, {"communities": mine})


def todo(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    return page(request, "todo", community, {"groups": groups_for(me(request), community, today())})
