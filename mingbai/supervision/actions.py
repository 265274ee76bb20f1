"""Every write of this app."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from mingbai.carriers.asof import stood
from mingbai.communities.models import User, record
from mingbai.rules.days import legal_day
from mingbai.rules.report import Outcome
from mingbai.supervision.models import Digest, Figures, Reach
from mingbai.supervision.reminders import lines_for
from mingbai.supervision.sending import NotSent, check_address, send

Rows = dict[str, list[int]]
# A try that has neither succeeded nor failed after this long was cut off; it is begun again.
CUT_OFF = timedelta(hours=1)
PLACES = {outcome: place for place, outcome in enumerate(Outcome)}


@transaction.atomic
def keep_figures(*, revisions: Mapping[int, int], on: date) -> list[Figures]:
    """Count how some communities (id → revision) stood at the end of ``on`` and keep it, a row for each year.

    Derived from the records and nothing of its own, so it leaves no event behind.
    """
    counted: dict[tuple[int, int], tuple[Rows, Rows]] = {(pk, on.year): ({}, {}) for pk in revisions}
    for one in stood(list(revisions), on):
        by_item, by_month = counted.setdefault((one.community, one.on.year), ({}, {}))
        for counts, key in ((by_item, one.code), (by_month, f"{one.on.month:02d}")):
            counts.setdefault(key, [0] * len(PLACES))[PLACES[one.outcome]] += 1
    rows = [
        Figures(community_id=community, on=on, year=year, revision=revisions[community], by_item=items, by_month=months)
        for (community, year), (items, months) in counted.items()
    ]
    return Figures.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("community", "on", "year"),
        update_fields=("revision", "by_item", "by_month"),
        batch_size=500,
    )


def forget_figures(*, before: date, keep: Collection[date] = ()) -> int:
    """Drop what was counted for days before one; whoever asks for them has them counted again."""
    return Figures.objects.filter(on__lt=before).exclude(on__in=list(keep)).delete()[0]


@transaction.atomic
def set_reach(*, user: User, email: str, address: str, at: datetime) -> Reach:
    """Where a person wants to be reminded; both blank: nowhere. Raises BadAddress for an address that can't be used."""
    if address:
        check_address(address)
    reach, _ = Reach.objects.update_or_create(user=user, defaults={"email": email, "address": address})
    record(None, "reach_set", reach, by=user, at=at)
    return reach


def remind(*, at: datetime) -> int:
    """Send each person the day's reminders in one message, once; returns how many went out.

    The claim is a row that exists once for a person and a day, so two sweeps send one message. What failed, and what
    was cut off half-way, is tried again by the next sweep of the same day.
    """
    today, sent = legal_day(at), 0
    wanted = Reach.objects.exclude(email="", address="").filter(user__is_active=True).select_related("user")
    for reach in wanted.order_by("pk"):
        digest = _claim(reach.user, today, at)
        if digest is not None and _sent(digest, reach, at):
            sent += 1
    return sent


def _claim(user: User, today: date, at: datetime) -> Digest | None:
    """The digest, if it is this sweep's to send."""
    known = Digest.objects.filter(user=user, on=today).first()
    if known is None:
        lines = [line.to_json() for line in lines_for(user, today)]
        if not lines:
            return None
        known, _ = Digest.objects.get_or_create(user=user, on=today, defaults={"lines": lines})
    free = Q(tried_at=None) | Q(failed=True) | Q(tried_at__lt=at - CUT_OFF)
    mine = Digest.objects.filter(free, pk=known.pk, sent_at=None).update(tried_at=at, failed=False)
    return known if mine else None


def _sent(digest: Digest, reach: Reach, at: datetime) -> bool:
    try:
        send(digest, reach)
    except NotSent:
        Digest.objects.filter(pk=digest.pk).update(failed=True)
        return False
    Digest.objects.filter(pk=digest.pk).update(sent_at=at)
    return True
