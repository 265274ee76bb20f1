"""Every write of a review: a signature under exactly what was seen, or a return with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mingbai.communities.models import User, one_at_a_time, record
from mingbai.communities.queries import roles_of
from mingbai.disclosures.models import Draft, Review, Version, Withdrawal
from mingbai.disclosures.queries import content_hash, flow_for, open_step
from mingbai.rules.flow import check_reviewer


class NotReviewable(ValueError):
    """The draft can't be reviewed now; the message says why and what to do."""


@transaction.atomic
def review_draft(
    *, draft: Draft, approved: bool, seen: str, by: User, at: datetime, reasons: Mapping[str, str] | None = None
) -> Review:
    """Take the next step of the flow. ``seen`` is the hash of what the reviewer was shown.

    Raises NotReviewable when nothing waits for review, when the text has changed since, or for a return without a
    reason; NotYourStep when another person has to do it (art. 36).
    """
    one_at_a_time(draft.community_id)
    current = Draft.objects.get(pk=draft.pk)
    step = open_step(current)
    if step is None:
        raise NotReviewable("这份内容现在没有等待审核的步骤，可能已经有人办理，请刷新页面。")
    if content_hash(current) != seen:
        raise NotReviewable("内容在您打开之后有改动，之前的审核已经失效，请重新查看后再决定。")
    given = {key: text.strip() for key, text in (reasons or {}).items() if text.strip()}
    if not approved and not given:
        raise NotReviewable("退回要写明理由，请在需要改的那一项下面写。")
    approvals = current.reviews.filter(approved=True, content_hash=seen)
    check_reviewer(
        step,
        person=by.pk,
        roles=roles_of(by, current.community),
        preparers=set(current.preparers.values_list("pk", flat=True)),
        signed=set(approvals.values_list("by", flat=True)),
    )
    review = Review.objects.create(
        draft=current,
        step=step,
        approved=approved,
        content_hash=seen,
        reasons={} if approved else given,
        by=by,
        preparer=current.started_by,
        at=at,
    )
    if not approved and current.version_id is None:
        current.submitted_hash = ""
        current.save(update_fields=["submitted_hash"])
    record(current.community, "draft_approved" if approved else "draft_returned", review, by=by, at=at, digest=seen)
    return review


def all_signed(draft: Draft) -> bool:
    """Whether every step of the flow is approved for what the draft says now."""
    return bool(flow_for(draft.community)) and open_step(draft) is None and bool(draft.submitted_hash)


@transaction.atomic
def propose_withdrawal(*, version: Version, kind: str, reason: str, by: User, at: datetime) -> Withdrawal:
    """The first of two people who take a version down before its time. Raises NotReviewable for a blank reason, an
    unknown kind, or a version that is being withdrawn already."""
    one_at_a_time(version.community_id)
    if kind not in Withdrawal.Kind.values:
        raise NotReviewable("公示期内只有法律要求时才能提前撤下，请选择是哪一种。")
    if not reason.strip():
        raise NotReviewable("请写明撤下的理由，理由会公开。")
    if Withdrawal.objects.filter(version=version).exists():
        raise NotReviewable("这一版已经有人提出撤下，请由另一个人确认。")
    withdrawal = Withdrawal.objects.create(version=version, kind=kind, reason=reason.strip()[:300], by=by, at=at)
    record(version.community, "withdrawal_proposed", withdrawal, by=by, at=at, digest=version.digest)
    return withdrawal
