"""Versions by what may be said of them on a day, as the database can choose them."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.disclosures.models import Version

STATUSES = ("current", "replaced", "over", "taken_down", "not_posted")


def with_status(versions: QuerySet[Version], status: str, today: date) -> QuerySet[Version]:
    """Those whose status on ``today`` is ``status``: the same judgement as of one version, made for all at once."""
    postings = Posting.objects.filter(version=OuterRef("pk"))
    withdrawn = Q(withdrawal__confirmed_at__isnull=False)
    replaced = Q(replaced_by__isnull=False)
    posted = Exists(postings)
    early = Exists(postings.filter(ended_as=Posting.Ended.EARLY))
    lasting = Exists(postings.filter(Q(until_on=None) | Q(until_on__gte=today)))
    standing = ~withdrawn & ~replaced
    chosen = {
        "replaced": ~withdrawn & replaced,
        "not_posted": standing & ~Q(posted),
        "taken_down": withdrawn | (standing & Q(early)),
        "over": standing & Q(posted) & ~Q(early) & ~Q(lasting),
        "current": standing & Q(posted) & ~Q(early) & Q(lasting),
    }
    return versions.filter(chosen[status])


def on_carrier(versions: QuerySet[Version], carrier: int) -> QuerySet[Version]:
    """Those that are or were on the carrier with this key."""
    return versions.filter(Exists(Posting.objects.filter(version=OuterRef("pk"), carrier=carrier)))
