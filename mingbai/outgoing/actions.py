"""The one write of this app: that a file was taken away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.outgoing.models import Download


@transaction.atomic
def hand_out(*, community: Community, kind: Download.Kind, name: str, by: User, at: datetime) -> Download:
    """Write down who takes which file away; called before the file is sent. Each time counts."""
    one_at_a_time(community.pk)
    download = Download.objects.create(community=community, kind=kind, name=name, by=by, at=at)
    record(community, "file_downloaded", download, by=by, at=at)
    return download
