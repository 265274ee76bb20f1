"""Statements of absence: 本期无 for what was silent, 暂缓公开 for what comes later; many items in one act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from mingbai.communities.models import User
from mingbai.disclosures.actions import About, NotPublishable, issue_version
from mingbai.disclosures.content import STATEMENTS, ContentError, Json
from mingbai.disclosures.drafts import start_draft, submit_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import elements_of
from mingbai.obligations.models import Obligation
from mingbai.rules.days import chinese_date, legal_day

NONE_THIS_PERIOD, POSTPONED = "none_this_period", "postponed"


def absence_content(obligation: Obligation, statement: str, reason: str, until: date | None = None) -> Json:
    """What a statement says: the same sentence for every element that the duty covers."""
    occurrence = obligation.occurrence
    said = f"{reason.strip().rstrip('。')}。改在{chinese_date(until)}公开。" if until is not None else reason.strip()
    blocks = [
        {
            "element": position,
            "heading": text[:40],
            "kind": "nothing",
            "statement": statement,
            "reason": said,
            "until": until.isoformat() if until is not None else None,
        }
        for position, text in elements_of(obligation).items()
    ]
    title = f"{occurrence.item.name}：{STATEMENTS[statement]}（{occurrence.what}）"
    return {"title": title[:200], "blocks": blocks}


def _check(obligations: Sequence[Obligation], statement: str, reason: str, until: date | None, today: date) -> None:
    if not obligations:
        raise NotPublishable("没有选择任何事项，请至少选择一项。")
    if statement not in (NONE_THIS_PERIOD, POSTPONED):
        raise ContentError("请选择“本期无”或“暂缓公开”。")
    if not reason.strip():
        raise ContentError("请写明理由，理由会公开。")
    if statement == POSTPONED and until is None:
        raise ContentError("暂缓公开要写明改在哪一天公开。")
    if until is not None and until <= today:
        raise ContentError("改在哪一天公开：请填写今天以后的日期。")


@transaction.atomic
def propose_absence(
    *, obligations: Sequence[Obligation], statement: str, reason: str, until: date | None, by: User, at: datetime
) -> list[Draft]:
    """Prepare one statement for several items and hand each to its reviewers: nobody alone says that there was nothing.

    ``until``: the day on which what is postponed will come. Raises ContentError for a blank, an unknown statement or a
    day that isn't ahead, NotPublishable for no items, NotDraftable and NotReady as drafts do.
    """
    _check(obligations, statement, reason, until, legal_day(at))
    day = until if statement == POSTPONED else None
    drafts = []
    for obligation in obligations:
        content = absence_content(obligation, statement, reason, day)
        draft = start_draft(obligation=obligation, by=by, at=at, content=content)
        drafts.append(submit_draft(draft=draft, revision=draft.revision, by=by, at=at))
    return drafts


@transaction.atomic
def state_absence(*, obligations: Sequence[Obligation], reason: str, by: User | None, at: datetime) -> list[Version]:
    """本期无 as a published version for each of several items, without a review: for loading what was stated before."""
    today = legal_day(at)
    _check(obligations, NONE_THIS_PERIOD, reason, None, today)
    versions = []
    for obligation in obligations:
        content = absence_content(obligation, NONE_THIS_PERIOD, reason)
        versions.append(issue_version(obligation=obligation, content=content, dated_on=today, by=by, at=at))
    return versions


def about_of(draft: Draft, emergency_reason: str = "") -> About:
    """What is said of the version that a draft becomes; a draft that only postpones becomes a postponement."""
    blocks = draft.content_data["blocks"]
    postpones = bool(blocks) and all(b["kind"] == "nothing" and b["statement"] == POSTPONED for b in blocks)
    if postpones and draft.corrects_id is None:
        return About(Version.Kind.POSTPONEMENT, blocks[0]["reason"][:300], emergency_reason, draft.material)
    return About(draft.kind, draft.reason, emergency_reason, draft.material)
