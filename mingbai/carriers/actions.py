"""Every write of this app: putting a version on show and taking it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import User, one_at_a_time, record
from mingbai.disclosures.actions import Upload, issue_version, state_absence
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.schedule import schedule


class NotPostable(ValueError):
    """The version can't go on, or come off, the carrier like this; the message says what to do."""


@transaction.atomic
def publish(
    *,
    obligation: Obligation,
    content: Mapping[str, Any],
    dated_on: date,
    by: User | None,
    at: datetime,
    files: Sequence[Upload] = (),
) -> Version:
    """Issue the next version and put it on every carrier that shows at once (the digital ones).

    Raises NotPublishable or ContentError, and then nothing has changed.
    """
    version = issue_version(obligation=obligation, content=content, dated_on=dated_on, by=by, at=at, files=files)
    show_at_once(version=version, by=by, at=at)
    return version


@transaction.atomic
def publish_absence(
    *,
    obligations: Sequence[Obligation],
    reason: str,
    by: User | None,
    at: datetime,
    statement: str = "none_this_period",
) -> list[Version]:
    """State 本期无 for several silent items in one act, on every carrier that shows at once."""
    versions = state_absence(obligations=obligations, reason=reason, statement=statement, by=by, at=at)
    for version in versions:
        show_at_once(version=version, by=by, at=at)
    return versions


@transaction.atomic
def show_at_once(*, version: Version, by: User | None, at: datetime) -> list[Posting]:
    """Post a version on the item's digital carriers on the day of ``at``, in place of the version it replaces."""
    item = version.disclosure.obligation.occurrence.item
    return [
        put_up(version=version, carrier=carrier, on=legal_day(at), by=by, at=at)
        for carrier in item.carriers.all()
        if carrier.kind == Carrier.Kind.DIGITAL
    ]


@transaction.atomic
def put_up(
    *, version: Version, carrier: Carrier, on: date, by: User | None, at: datetime, evidence: str = ""
) -> Posting:
    """Register that a version is on show on one carrier from ``on``; its end follows from the rules.

    The version that it replaces comes off the same carrier. Raises NotPostable for a carrier that isn't the item's,
    a day before publication or in the future, a version that has been replaced, or one that hangs there already.
    """
    one_at_a_time(version.community_id)
    version = Version.objects.get(pk=version.pk)
    occurrence = version.disclosure.obligation.occurrence
    if not occurrence.item.carriers.filter(pk=carrier.pk).exists():
        raise NotPostable(f"目录没有要求本事项在“{carrier}”公开，请核对载体。")
    if on < version.published_on:
        raise NotPostable(f"张贴日期早于发布日期 {chinese_date(version.published_on)}，请改正。")
    if on > legal_day(at):
        raise NotPostable("张贴日期不能晚于今天，请改正。")
    if Version.objects.filter(replaces=version).exists():
        raise NotPostable("这一版已被新版替换，请张贴新版。")
    if version.postings.filter(carrier=carrier, ended_on=None).exists():
        raise NotPostable(f"这一版已经登记在“{carrier}”上，不需要再登记。")
    derived = schedule(
        occurrence.duty.value,
        occurrence.on,
        calendar=current_calendar(),
        profile=profile_of(version.community),
        policy=version.community.policy,
        posted_on=on,
    )
    if version.replaces is not None:
        _come_off(version.replaces, carrier, on)
    posting = Posting.objects.create(
        community=version.community,
        version=version,
        carrier=carrier,
        from_on=on,
        until_on=derived.shown_until,
        legal_floor_days=derived.legal_floor_days,
        evidence=evidence,
        posted_by=by,
        posted_at=at,
    )
    record(version.community, "posted", posting, by=by, at=at, digest=version.digest)
    return posting


def _come_off(replaced: Version, carrier: Carrier, on: date) -> None:
    """The old version leaves the carrier on the eve of the new one's first day (or that day, when it came then)."""
    for posting in replaced.postings.filter(carrier=carrier, ended_on=None):
        expired = posting.until_on is not None and posting.until_on < on
        posting.ended_on = posting.until_on if expired else max(posting.from_on, on - timedelta(days=1))
        posting.ended_as = Posting.Ended.EXPIRED if expired else Posting.Ended.REPLACED
        posting.save(update_fields=["ended_on", "ended_as"])


@transaction.atomic
def take_down(*, posting: Posting, on: date, by: User | None, at: datetime) -> Posting:
    """Register that a posting came down; ``on`` is its last day on show.

    Before its end this is kept as an early end and counts as not shown. Raises NotPostable for a posting that is
    down already or a day out of its range.
    """
    one_at_a_time(posting.community_id)
    posting = Posting.objects.get(pk=posting.pk)
    if posting.ended_on is not None:
        raise NotPostable("这次张贴已经登记撤下。")
    if not posting.from_on <= on <= legal_day(at):
        raise NotPostable("撤下日期应在张贴日期和今天之间，请改正。")
    early = posting.until_on is None or on < posting.until_on
    posting.ended_on = on
    posting.ended_as = Posting.Ended.EARLY if early else Posting.Ended.EXPIRED
    posting.save(update_fields=["ended_on", "ended_as"])
    record(posting.community, "taken_down_early" if early else "taken_down", posting, by=by, at=at)
    return posting
