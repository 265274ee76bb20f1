"""What commands share: refusing what a person sent wrong, and finding the community that they named."""

from __future__ import annotations

from django.core.management.base import CommandError

from mingbai.communities.models import Community
from mingbai.communities.queries import communities, community_by_slug


def refuse(message: str) -> CommandError:
    """What a person or a file sent wrong, or what can't be done so: exit 2."""
    return CommandError(message, returncode=2)


def community_named(slug: str) -> Community:
    """Raises CommandError, naming those that there are."""
    found = community_by_slug(slug)
    if found is None:
        known = "、".join(community.slug for community in communities())
        raise refuse(f"没有网址名为“{slug}”的社区。现有：{known or '还没有社区'}。")
    return found
