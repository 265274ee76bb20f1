"""What the desk's pages share: whose community this is, how a page is rendered, what day it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingbai.communities.models import Community, Role, User
from mingbai.communities.queries import communities_of, community_for, roles_of
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import draft_for
from mingbai.rules.days import legal_day

PREPARERS = frozenset({Role.Kind.CLERK, Role.Kind.COMMITTEE_MEMBER, Role.Kind.DIRECTOR})
REVIEWERS = PREPARERS | {Role.Kind.SUPERVISION_MEMBER}
ADMINISTRATORS = frozenset({Role.Kind.ADMINISTRATOR})
# Who sets up boards, and who may look at what hangs there.
KEEPERS = PREPARERS | ADMINISTRATORS
# Who hands tables to other platforms and offices.
PACKERS = frozenset({Role.Kind.CLERK, Role.Kind.DIRECTOR, Role.Kind.SUPERVISION_MEMBER}) | ADMINISTRATORS
HANDS_OVER = frozenset({Role.Kind.DIRECTOR}) | ADMINISTRATORS
SERVES = REVIEWERS | ADMINISTRATORS


def today() -> date:
    return legal_day(timezone.now())


def me(request: HttpRequest) -> User:
    """Who is signed in; the gate has seen to it that somebody is."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user


def community_or_404(request: HttpRequest, slug: str, kinds: Collection[str] | None = None) -> Community:
    """The community, if who asks holds one of ``kinds`` there; 404 otherwise, whether it exists or not."""
    community = community_for(me(request), slug, kinds)
    if community is None:
        raise Http404("没有这一页")
    return community


def draft_or_404(
    request: HttpRequest, slug: str, pk: int, kinds: Collection[str] = REVIEWERS, *, closed: bool = False
) -> Draft:
    """A draft that is still open; with ``closed`` also one that was published or given up.

    What a closed draft said is looked at as the version that it became, where names leave with the display.
    """
    draft = draft_for(me(request), community_or_404(request, slug, kinds), pk)
    if draft is None or not (draft.is_open or closed):
        raise Http404("没有这份草稿，或者它已经发布")
    return draft


def page(
    request: HttpRequest, name: str, community: Community | None, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the desk: who is signed in, in which roles, and what may be done from here."""
    user = me(request)
    roles = roles_of(user, community) if community is not None else frozenset()
    shared = {
        "community": community,
        "today": today(),
        "person": user,
        "role_names": [Role.Kind(role).label for role in sorted(roles)],
        "may_prepare": bool(roles & PREPARERS),
        "may_review": bool(roles & REVIEWERS),
        "may_watch": Role.Kind.SUPERVISION_MEMBER in roles,
        "may_administrate": bool(roles & ADMINISTRATORS),
        "may_keep": bool(roles & KEEPERS),
        "may_pack": bool(roles & PACKERS),
        "elsewhere": [other for other in communities_of(user) if community is None or other.pk != community.pk],
    }
    return render(request, f"desk/{name}.html", {**shared, **context}, status=status)
