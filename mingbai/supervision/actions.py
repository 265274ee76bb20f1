"""Every write of this app."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from mingbai.carriers.asof import stood
from mingbai.communities.models import User, record
from mingbai.rules.days import legal_day
from mingbai.rules.report import Outcome
from mingbai.supervision.models import Digest, Figures, Reach
from mingbai.supervision.reminders import Line, lines_by_person
from mingbai.supervision.sending import NotSent, check_address, send

log = logging.getLogger(__name__)

# Whose reminders are read together.
PEOPLE_AT_ONCE = 200
# A try that has neither succeeded nor failed after this long was cut off; it is begun again.
CUT_OFF = timedelta(hours=1)
PLACES = {outcome: place for place, outcome in enumerate(Outcome)}


@transaction.atomic
def keep_figures(*, revisions: Mapping[int, int], on: date, year: int) -> list[Figures]:
    """Count how some communities (id → their last event by then) stood at the end of ``on``, and keep it.

    ``year``: of the occurrences that are counted. Derived from the records and nothing of its own, so it leaves no
    event behind.
    """
    rows = {
        pk: Figures(community_id=pk, on=on, year=year, revision=revision, by_item={}, by_month={})
        for pk, revision in revisions.items()
    }
    for one in stood(list(revisions), on, year=year):
        row = rows[one.community]
        for counts, key in ((row.by_item, one.code), (row.by_month, f"{one.on.month:02d}")):
            counts.setdefault(key, [0] * len(PLACES))[PLACES[one.outcome]] += 1
        if one.due_on is not None and one.outcome is Outcome.OPEN_OVERDUE:
            row.overdue.append([one.due_on.isoformat(), one.pk])
        elif one.due_on is not None and one.outcome is Outcome.OPEN_NOT_DUE:
            row.holds_until = min(one.due_on, row.holds_until or one.due_on)
    return Figures.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=("community", "on", "year"),
        update_fields=("revision", "by_item", "by_month", "overdue", "holds_until"),
        batch_size=500,
    )


def forget_figures(*, before: date) -> int:
    """Drop what was counted for days before one; whoever asks for them has them counted again."""
    return Figures.objects.filter(on__lt=before).delete()[0]


@transaction.atomic
def set_reach(*, user: User, email: str, address: str, at: datetime) -> Reach:
    """Where a person wants to be reminded; both blank: nowhere. Raises BadAddress for an address that can't be used."""
    if address:
        check_address(address)
    reach, _ = Reach.objects.update_or_create(user=user, defaults={"email": email, "address": address})
    record(None, "reach_set", reach, by=user, at=at)
    return reach


def remind(*, at: datetime, failed: list[str] | None = None) -> int:
    """Send each person the day's reminders in one message, once; returns how many went out.

    The claim is a row that exists once for a person and a day, so two sweeps send one message. What failed, and what
    was cut off half-way, is tried again by the next sweep of the same day. Whose reminders can't be made is named in
    ``failed``, and keeps nobody else's back.
    """
    today, sent = legal_day(at), 0
    failed = [] if failed is None else failed
    wanted = Reach.objects.exclude(email="", address="").filter(user__is_active=True).select_related("user")
    reaches = list(wanted.order_by("pk"))
    for start in range(0, len(reaches), PEOPLE_AT_ONCE):
        some = reaches[start : start + PEOPLE_AT_ONCE]
        claimed = _claimed(_digests(some, today, failed), at)
        for reach in some:
            digest = claimed.get(reach.user_id)
            if digest is not None and _sent(digest, reach, at):
                sent += 1
    return sent


def _digests(reaches: Sequence[Reach], today: date, failed: list[str]) -> QuerySet[Digest]:
    """The day's digests; those that nobody has made yet are made."""
    mine = Digest.objects.filter(on=today, user__in=[reach.user_id for reach in reaches])
    known = set(mine.values_list("user", flat=True))
    lines = _lines([reach.user for reach in reaches if reach.user_id not in known], today, failed)
    fresh = [
        Digest(user_id=user, on=today, lines=[line.to_json() for line in told]) for user, told in lines.items() if told
    ]
    Digest.objects.bulk_create(fresh, ignore_conflicts=True)
    return mine


def _lines(users: Sequence[User], today: date, failed: list[str]) -> dict[int, list[Line]]:
    """What each is reminded of: asked for all at once; where that fails, one by one."""
    try:
        return lines_by_person(users, today)
    except Exception:
        if len(users) == 1:
            log.exception("the reminders of %s can't be made", users[0].username)
            failed.append(f"提醒 {users[0].username}")
            return {}
    return {pk: told for user in users for pk, told in _lines([user], today, failed).items()}


@transaction.atomic
def _claimed(digests: QuerySet[Digest], at: datetime) -> dict[int, Digest]:
    """Person → a digest that is this sweep's to send."""
    free = digests.filter(Q(tried_at=None) | Q(failed=True) | Q(tried_at__lt=at - CUT_OFF), sent_at=None)
    mine = {digest.user_id: digest for digest in free.select_for_update(of=("self",)).order_by("pk")}
    Digest.objects.filter(pk__in=[digest.pk for digest in mine.values()]).update(tried_at=at, failed=False)
    return mine


def _sent(digest: Digest, reach: Reach, at: datetime) -> bool:
    try:
        send(digest, reach)
    except NotSent:
        Digest.objects.filter(pk=digest.pk).update(failed=True)
        return False
    Digest.objects.filter(pk=digest.pk).update(sent_at=at)
    return True
