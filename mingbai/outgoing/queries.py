"""Every read of what was taken away."""

from __future__ import annotations

from mingbai.communities.models import Community
from mingbai.outgoing.models import Download


def last_downloads(community: Community, most: int) -> list[Download]:
    """The last files that were taken away, the newest first."""
    return list(Download.objects.filter(community=community).select_related("by")[:most])
