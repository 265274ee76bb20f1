"""What the acts of this app share: what was typed is checked, what happened is owed, what was wrong is taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Disclosure
from mingbai.followups.models import Decision, Passage, Step
from mingbai.followups.queries import duty_for, may_hang_on
from mingbai.obligations.actions import NotRecordable, go_on, record_occurrence, void_occurrence
from mingbai.obligations.models import Obligation
from mingbai.privacy.findings import Severity
from mingbai.privacy.text import find_in_text

MAX_REASON = 200


class BadEntry(ValueError):
    """The entry can't be kept like this; the message names the field and says what to change."""


def checked_text(text: str, field: str, most: int) -> str:
    """What was typed, if it says something, isn't too long and holds no personal data that may not be public."""
    said = text.strip()
    if not said:
        raise BadEntry(f"请填写“{field}”。")
    if len(said) > most:
        raise BadEntry(f"“{field}”太长，请缩短到{most}字以内。")
    blocked = [one for one in find_in_text(said, field) if one.severity is Severity.BLOCK]
    if blocked:
        raise BadEntry(blocked[0].sentence)
    return said


def owe(
    community: Community,
    purpose: str,
    on: date,
    what: str,
    known: Obligation | None,
    *,
    by: User,
    at: datetime,
    continues: Collection[int] = (),
    opens_window: bool = False,
) -> tuple[Obligation, bool]:
    """Within an act: what is owed because of something on a day, and whether it was recorded just now.

    ``continues``, ``opens_window``: as with an occurrence.
    """
    duty = duty_for(community, purpose)
    if duty is None:
        raise BadEntry("现行目录里没有公开这类事的事项，请管理员检查目录和表单。")
    if known is not None:
        if not may_hang_on(community, duty.item.code, on).filter(pk=known.pk).exists():
            raise BadEntry(
                "选的那件事不能算在一起：它要属于同一个事项，发生日期不能晚于这一天，也不能在这一天以前就公开了。"
            )
        go_on(obligation=known, continues=continues, opens_window=opens_window)
        return known, False
    try:
        made = record_occurrence(
            community=community,
            duty=duty,
            on=on,
            what=what[:200],
            by=by,
            at=at,
            continues=continues,
            opens_window=opens_window,
        )
    except NotRecordable as error:
        raise BadEntry(str(error)) from error
    return made, True


def let_go(obligation: Obligation | None, owes: bool, reason: str, *, by: User, at: datetime) -> None:
    """Take back what an entry owed, unless it is published or drafted, or another entry hangs on it."""
    if obligation is None or not owes or obligation.occurrence.voided_at is not None:
        return
    steps = Step.objects.filter(obligation=obligation, decision__voided_at=None)
    entries = Decision.objects.filter(obligation=obligation, voided_at=None)
    passages = Passage.objects.filter(obligation=obligation, voided_at=None)
    drafts = obligation.drafts.filter(abandoned_at=None)
    published = Disclosure.objects.filter(obligation=obligation)
    if not any(found.exists() for found in (steps, entries, passages, drafts, published)):
        void_occurrence(occurrence=obligation.occurrence, reason=reason, by=by, at=at)
