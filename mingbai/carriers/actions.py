"""Every write of this app: putting a version on show and taking it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from mingbai.carriers.hanging import Place, come_off, hang_in
from mingbai.carriers.models import Posting
from mingbai.carriers.photos import forget_photos
from mingbai.carriers.windows import refuse, why_not_yet, why_waits
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import User, one_at_a_time, record
from mingbai.communities.queries import roles_of
from mingbai.disclosures.absence import about_of, state_absence
from mingbai.disclosures.actions import FIRST, About, NotPublishable, Upload, issue_version, remove_content
from mingbai.disclosures.checks import as_published, check
from mingbai.disclosures.drafts import NotReady
from mingbai.disclosures.models import Draft, Version, Withdrawal
from mingbai.disclosures.queries import content_hash
from mingbai.disclosures.reviews import NotReviewable, all_signed, review_draft
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.flow import Step, check_reviewer
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
    about: About = FIRST,
) -> Version:
    """Issue the next version and put it on every carrier that shows at once (the digital ones), without a review.

    For loading what was published before the platform was there; people publish by signing (``review``).

    Raises NotPublishable or ContentError, and then nothing has changed.
    """
    one_at_a_time(obligation.community_id)
    refuse(why_not_yet(obligation, legal_day(at)))
    version = issue_version(
        obligation=obligation, content=content, dated_on=dated_on, by=by, at=at, files=files, about=about
    )
    show_at_once(version=version, by=by, at=at)
    return version


@transaction.atomic
def publish_absence(
    *,
    obligations: Sequence[Obligation],
    reason: str,
    by: User | None,
    at: datetime,
) -> list[Version]:
    """State 本期无 for several silent items in one act, on every carrier that shows at once, without a review.

    For loading what was stated before the platform was there; people propose (``propose_absence``) and sign.
    """
    versions = state_absence(obligations=obligations, reason=reason, by=by, at=at)
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
    *,
    version: Version,
    carrier: Carrier,
    on: date,
    by: User | None,
    at: datetime,
    evidence: str = "",
    places: Sequence[Place] = (),
) -> Posting:
    """Register that a version is on show on one carrier from ``on``; its end follows from the rules.

    ``places``: the slots of the carrier's boards where the sheet hangs, if the clerk says so. The version that it
    replaces comes off the same carrier first. Raises NotPostable for a carrier that isn't the item's, a day before
    publication or in the future, a version that has been replaced, or one that hangs there already; NotHangable for a
    place that isn't free.
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
    until = derived.shown_until
    if version.replaces is not None:
        if not version.restarts_clock:
            until = _rest_of(version.replaces, carrier, on, until)
        _come_off(version.replaces, carrier, on)
    posting = Posting.objects.create(
        community=version.community,
        version=version,
        carrier=carrier,
        from_on=on,
        until_on=until,
        legal_floor_days=derived.legal_floor_days,
        evidence=evidence,
        posted_by=by,
        posted_at=at,
    )
    hang_in(posting, places, on)
    record(version.community, "posted", posting, by=by, at=at, digest=version.digest)
    return posting


@transaction.atomic
def put_up_all(*, sheets: Sequence[tuple[Version, Carrier]], on: date, by: User | None, at: datetime) -> list[Posting]:
    """Register a whole batch that was hung up in one go: all of it or, with NotPostable naming the sheet, nothing."""
    hung = []
    for version, carrier in sheets:
        try:
            hung.append(put_up(version=version, carrier=carrier, on=on, by=by, at=at))
        except NotPostable as error:
            raise NotPostable(f"《{version.title}》：{error}") from None
    return hung


def _rest_of(replaced: Version, carrier: Carrier, on: date, otherwise: date | None) -> date | None:
    """The end of the display that a version on show still has; ``otherwise`` where it is over or never was."""
    posting = replaced.postings.filter(carrier=carrier, ended_on=None).first()
    if posting is None or (posting.until_on is not None and posting.until_on < on):
        return otherwise
    return posting.until_on


def _come_off(replaced: Version, carrier: Carrier, on: date) -> None:
    """The old version leaves the carrier on the eve of the new one's first day (or that day, when it came then)."""
    for posting in replaced.postings.filter(carrier=carrier, ended_on=None):
        expired = posting.until_on is not None and posting.until_on < on
        posting.ended_on = posting.until_on if expired else max(posting.from_on, on - timedelta(days=1))
        posting.ended_as = Posting.Ended.EXPIRED if expired else Posting.Ended.REPLACED
        posting.save(update_fields=["ended_on", "ended_as"])
        come_off(posting, posting.ended_on or on)


@transaction.atomic
def take_down(*, posting: Posting, on: date, by: User | None, at: datetime, lost: bool = False) -> Posting:
    """Register that a posting came down; ``on`` is its last day on show.

    Ending a display early is refused. What came off by itself (``lost``: torn, blown away, taken) is a fact: it is
    kept as an early end and counts as not shown. Raises NotPostable for that, for a posting that is down already, or
    for a day out of its range.
    """
    one_at_a_time(posting.community_id)
    posting = Posting.objects.get(pk=posting.pk)
    if posting.ended_on is not None:
        raise NotPostable("这次张贴已经登记撤下。")
    if not posting.from_on <= on <= legal_day(at):
        raise NotPostable("撤下日期应在张贴日期和今天之间，请改正。")
    early = posting.until_on is None or on < posting.until_on
    if early and not lost:
        until = chinese_date(posting.until_on) if posting.until_on else "有新版替换"
        raise NotPostable(f"公示期到{until}为止，不能提前撤下。如果纸张丢失或损坏，请登记为“丢失”，再重新张贴。")
    return _end(posting, on, early=early, by=by, at=at)


def _end(posting: Posting, on: date, *, early: bool, by: User | None, at: datetime) -> Posting:
    posting.ended_on = on
    posting.ended_as = Posting.Ended.EARLY if early else Posting.Ended.EXPIRED
    posting.save(update_fields=["ended_on", "ended_as"])
    come_off(posting, on)
    record(posting.community, "taken_down_early" if early else "taken_down", posting, by=by, at=at)
    return posting


@transaction.atomic
def review(
    *, draft: Draft, approved: bool, seen: str, by: User, at: datetime, reasons: Mapping[str, str] | None = None
) -> Version | None:
    """Sign or return a draft; the last signature publishes it, and then the version is returned.

    Raises NotReviewable, NotYourStep, or NotPublishable and ContentError as publishing does.
    """
    review_draft(draft=draft, approved=approved, seen=seen, by=by, at=at, reasons=reasons)
    current = Draft.objects.get(pk=draft.pk)
    if not approved or current.version_id is not None or not all_signed(current):
        return None
    return _publish_draft(current, by=by, at=at)


@transaction.atomic
def review_together(
    *, seen: Mapping[Draft, str], approved: bool, by: User, at: datetime, reason: str = ""
) -> list[Version]:
    """Take the next step of several drafts in one act: all of them or none.

    ``seen``: draft → the hash of what was shown. Returns what the last signature published. Raises as ``review`` does.
    """
    if not seen:
        raise NotReviewable("没有选择任何一项，请至少选择一项。")
    reasons = {"0": reason}
    taken = [
        review(draft=draft, approved=approved, seen=digest, by=by, at=at, reasons=reasons)
        for draft, digest in seen.items()
    ]
    return [version for version in taken if version is not None]


@transaction.atomic
def publish_in_emergency(*, draft: Draft, reason: str, by: User, at: datetime) -> Version:
    """Publish before the review, for a reason that is shown in public; the signatures follow.

    Only the director does this. Raises NotReady, NotYourStep, or NotReviewable without a reason.
    """
    one_at_a_time(draft.community_id)
    current = Draft.objects.get(pk=draft.pk)
    if not current.is_open:
        raise NotReviewable("这份草稿已经发布或放弃。")
    if not reason.strip():
        raise NotReviewable("请写明为什么等不及审核，理由会公开。")
    check_reviewer(
        Step.DIRECTOR, person=by.pk, roles=roles_of(by, current.community), preparers=frozenset(), signed=frozenset()
    )
    checks = check(current)
    if not checks.ready:
        raise NotReady(checks)
    current.submitted_hash, current.submitted_at = content_hash(current), at
    current.save(update_fields=["submitted_hash", "submitted_at"])
    return _publish_draft(current, by=by, at=at, emergency_reason=reason.strip()[:300])


def _publish_draft(draft: Draft, *, by: User, at: datetime, emergency_reason: str = "") -> Version:
    files = [Upload(file.name, file.media_type, bytes(file.data)) for file in draft.files.all()]
    if draft.dated_on is None:
        raise NotPublishable("成文日期没有填写，请补上。")
    refuse(why_waits(draft, legal_day(at)))
    version = issue_version(
        obligation=draft.obligation,
        content=as_published(draft),
        dated_on=draft.dated_on,
        by=by,
        at=at,
        files=files,
        about=about_of(draft, emergency_reason),
    )
    show_at_once(version=version, by=by, at=at)
    draft.version = version
    draft.save(update_fields=["version"])
    return version


@transaction.atomic
def confirm_withdrawal(*, withdrawal: Withdrawal, by: User, at: datetime) -> Version:
    """The second person takes the version off every carrier at once; its display counts as not shown.

    Because of personal data, everything that it said leaves with it. Raises NotReviewable for the same person twice
    or a withdrawal that is done.
    """
    version = withdrawal.version
    one_at_a_time(version.community_id)
    if withdrawal.by_id == by.pk:
        raise NotReviewable("撤下要由两个人办理：您已经提出，请由另一个人确认。")
    done = Withdrawal.objects.filter(pk=withdrawal.pk, confirmed_at=None).update(confirmed_by=by, confirmed_at=at)
    if not done:
        raise NotReviewable("这一版已经撤下。")
    today = legal_day(at)
    for posting in version.postings.filter(ended_on=None):
        over = posting.until_on is not None and posting.until_on < today
        _end(posting, posting.until_on if over and posting.until_on else today, early=not over, by=by, at=at)
    if withdrawal.kind == Withdrawal.Kind.PERSONAL_DATA:
        remove_content(version=version, by=by, at=at)
        forget_photos(version)
    record(version.community, "withdrawn", withdrawal, by=by, at=at, digest=version.digest)
    return version
