"""Every read of this app."""

from __future__ import annotations

from django.db.models import Max

from mingbai.communities.models import Community, Event


def community_by_slug(slug: str) -> Community | None:
    return Community.objects.filter(slug=slug).first()


def communities() -> list[Community]:
    return list(Community.objects.order_by("slug"))


def revision_of(community: Community) -> int:
    """The number of the community's last event. While it stays the same, nothing of the community has changed:
    every act writes one event in its own transaction, one act at a time (see ``one_at_a_time``)."""
    return Event.objects.filter(community=community).aggregate(last=Max("pk"))["last"] or 0
