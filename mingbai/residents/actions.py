"""Every write of this app: taking in what residents say, answering it, withholding its text, hearing the asker out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from mingbai.carriers.windows import hold, release
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.communities.receipts import NotTaken, receipt_hash, receipt_of
from mingbai.disclosures.models import Version
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.privacy.findings import Severity
from mingbai.privacy.text import find_in_text, mask_text
from mingbai.residents.models import Answer, Feedback
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.replies import reply_term

MAX_TEXT, MAX_ANSWER = 1000, 2000
# What may come in by the web on one day for one community before the form asks to come by phone or in person.
WEB_A_DAY = 200
# How long after it came something may be taken down.
LATE = timedelta(days=31)


class NotAnswerable(ValueError):
    """It can't be answered, withheld or closed like this; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """What feedback is about: a version, an element of it, a row of that element's table (1-based); or an item."""

    version: Version | None = None
    element: int | None = None
    row: int | None = None
    item: Item | None = None

    @classmethod
    def of(cls, version: Version | None, spot: str, offered: Collection[str]) -> Place:
        """From what a form says: «element» or «element-row», one of ``offered``. Raises NotTaken for another."""
        if not spot:
            return cls(version)
        if spot not in offered:
            raise NotTaken("所选的那一处已经不在了，请重新选择。")
        element, _, row = spot.partition("-")
        return cls(version, int(element), int(row) if row else None)


@transaction.atomic
def take_feedback(
    *,
    community: Community,
    kind: str,
    text: str,
    place: Place,
    nonce: str,
    at: datetime,
    channel: str = Feedback.Channel.WEB,
    by: User | None = None,
    received_on: date | None = None,
) -> tuple[Feedback, str]:
    """Take in a question, suggestion or objection; returns it with its receipt code, which is stored only hashed.

    ``nonce`` names the opened form: the same one twice is one piece of feedback. ``by``: who took it down from the
    telephone, a slip or the counter; None by the web. ``received_on``: when it came, if it is taken down later. An
    objection to a version whose objection window was open on that day holds the matter up until its outcome is
    published. Raises NotTaken naming what to change.
    """
    one_at_a_time(community.pk)
    receipt = receipt_of(nonce)
    hashed = receipt_hash(receipt)
    known = Feedback.objects.filter(community=community, receipt_hash=hashed).first()
    if known is not None:
        return known, receipt
    said = _checked(text, MAX_TEXT, "内容")
    if kind not in Feedback.Kind.values:
        raise NotTaken("请选择是提问、建议还是异议。")
    if channel not in Feedback.Channel.values or (channel == Feedback.Channel.WEB) != (by is None):
        raise NotTaken("请选择是从电话、纸条还是窗口收到的。")
    today = legal_day(at)
    came_on = _checked_day(received_on, today, by, place.version)
    of_today = Feedback.objects.filter(community=community, received_on=today, channel=Feedback.Channel.WEB)
    if by is None and of_today.count() >= WEB_A_DAY:
        raise NotTaken("今天网上收到的意见太多，请改打电话或者到居委会当面提出。")
    item = place.item if place.version is None else place.version.disclosure.obligation.occurrence.item
    term = reply_term(came_on, profile=profile_of(community), policy=community.policy, calendar=current_calendar())
    last = Feedback.objects.filter(community=community, year=today.year).aggregate(last=Max("number"))["last"] or 0
    feedback = Feedback(
        community=community,
        year=today.year,
        number=last + 1,
        kind=kind,
        channel=channel,
        item=item,
        version=place.version,
        element=place.element,
        row=place.row,
        text=mask_text(said, listed=True),
        received_on=came_on,
        due_on=term.due_on,
        basis=term.basis,
        receipt_hash=hashed,
        taken_by=by,
    )
    if kind == Feedback.Kind.OBJECTION and place.version is not None:
        feedback.hold = hold(version=place.version, reference=str(feedback), on=came_on)
    feedback.save()
    record(community, "feedback_received", feedback, by=by, at=at)
    return feedback, receipt


def _checked_day(received_on: date | None, today: date, by: User | None, version: Version | None) -> date:
    """The day on which it came: today, or one that the clerk names."""
    if received_on is None or by is None:
        return today
    if not today - LATE <= received_on <= today:
        raise NotTaken(f"收到日期要在今天和{LATE.days}天前之间，请改正。")
    if version is not None and received_on < version.published_on:
        raise NotTaken(f"收到日期早于这份内容发布的{chinese_date(version.published_on)}，请改正。")
    return received_on


def _checked(text: str, longest: int, what: str) -> str:
    said = text.strip()
    if not said:
        raise NotTaken(f"{what}没有填写，请写上。")
    if len(said) > longest:
        raise NotTaken(f"{what}太长（{len(said)}字），请缩短到{longest}字以内。")
    return said


@transaction.atomic
def answer_feedback(*, feedback: Feedback, text: str, by: User, at: datetime, outcome: str = "") -> Answer:
    """Answer in public. An objection that was made inside its window gets an ``outcome``, and with it the matter may
    go on. Raises NotAnswerable for a blank, for personal data in the answer, or for a missing or idle outcome."""
    one_at_a_time(feedback.community_id)
    try:
        said = _checked(text, MAX_ANSWER, "答复")
    except NotTaken as error:
        raise NotAnswerable(str(error)) from error
    blocked = [one for one in find_in_text(said, "答复") if one.severity is Severity.BLOCK]
    if blocked:
        raise NotAnswerable(blocked[0].sentence)
    held = feedback.hold
    if held is not None and outcome not in Answer.Outcome.values:
        raise NotAnswerable("这是异议期内的异议，请选择处理结果：成立、部分成立还是不成立。")
    if held is None and outcome:
        raise NotAnswerable("只有异议期内的异议才选处理结果。")
    answer = Answer.objects.create(feedback=feedback, text=said, outcome=outcome, on=legal_day(at), at=at, by=by)
    if held is not None:
        release(held, at=at)
    record(feedback.community, "feedback_answered", answer, by=by, at=at)
    return answer


@transaction.atomic
def withhold_feedback(*, feedback: Feedback, kind: str, note: str, by: User, at: datetime) -> Feedback:
    """Keep the text of feedback from the public for a typed reason; its number, its kind and the reason stay public."""
    one_at_a_time(feedback.community_id)
    if kind not in Feedback.Withheld.values:
        raise NotAnswerable("请选择不公开内容的原因。")
    done = Feedback.objects.filter(pk=feedback.pk, withheld="").update(
        withheld=kind, withheld_note=mask_text(note.strip()[:200]), withheld_by=by
    )
    if not done:
        raise NotAnswerable("这条意见的内容已经不公开。")
    feedback.refresh_from_db()
    record(feedback.community, "feedback_withheld", feedback, by=by, at=at)
    return feedback


@transaction.atomic
def settle_feedback(*, feedback: Feedback, settled: bool, at: datetime) -> Feedback:
    """The asker says whether the answer settles it, once after each answer. Raises NotAnswerable before any answer."""
    one_at_a_time(feedback.community_id)
    feedback = Feedback.objects.get(pk=feedback.pk)
    if not feedback.answers.exists():
        raise NotAnswerable("还没有答复，请等答复后再表态。")
    feedback.settled, feedback.settled_on = settled, legal_day(at)
    feedback.save(update_fields=["settled", "settled_on"])
    record(feedback.community, "feedback_settled" if settled else "feedback_not_settled", feedback, by=None, at=at)
    return feedback
