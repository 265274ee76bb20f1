"""Every write of this app: opening a consultation, taking in opinions, answering them, drafting the result."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from mingbai.catalogues.models import Duty
from mingbai.communities.models import User, one_at_a_time, record
from mingbai.communities.receipts import NotTaken, receipt_hash, receipt_of
from mingbai.consultations.models import Consultation, Opinion, Question, Reply
from mingbai.consultations.queries import asked_of, consultation_on, heard, is_notice, notice_places, without_result
from mingbai.consultations.results import result_content
from mingbai.disclosures.drafts import NotDraftable, start_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import visible_versions
from mingbai.obligations.actions import NotRecordable, record_occurrence
from mingbai.obligations.models import Obligation
from mingbai.privacy.findings import Severity
from mingbai.privacy.text import find_in_text, mask_text
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.duties import Trigger
from mingbai.rules.opinions import Answers, Asked, BadAnswer, Kind, Stage, checked_answers

log = logging.getLogger(__name__)

MAX_QUESTIONS, MAX_OPTIONS, MAX_WORDS, MAX_REASON = 20, 20, 200, 300
# What may come in by the web on one day for one consultation before the form asks to come in person.
WEB_A_DAY = 1000


class NotOpenable(ValueError):
    """The consultation can't be set up like this; the message says what to change."""


class NotAnswerable(ValueError):
    """The opinions can't be answered like this; the message says why."""


class NoResult(ValueError):
    """The result can't be made yet; the message says what is missing."""


@transaction.atomic
def open_consultation(
    *,
    version: Version,
    title: str,
    opens_on: date,
    closes_on: date,
    questions: Sequence[Asked],
    by: User,
    at: datetime,
) -> Consultation:
    """Ask residents the ``questions`` from one day to another, on a notice that is published.

    Raises NotOpenable for what isn't a public notice of a consultation, has one already, ends before it begins or
    is over, or asks nothing that can be answered.
    """
    community = version.community
    one_at_a_time(community.pk)
    public = visible_versions(community).filter(pk=version.pk, replaced_by=None).first()
    if public is None or not is_notice(public, notice_places([public])):
        raise NotOpenable("这一份不是已经公开的意见征集公告，请先发布公告。")
    if consultation_on(version) is not None:
        raise NotOpenable("这份公告已经设置了意见征集。")
    if not title.strip() or len(title.strip()) > MAX_WORDS:
        raise NotOpenable(f"请填写标题，{MAX_WORDS}字以内。")
    if closes_on < opens_on:
        raise NotOpenable("截止日期早于开始日期，请改正。")
    if closes_on < legal_day(at):
        raise NotOpenable("截止日期已经过去，请改成今天或者以后。")
    consultation = Consultation.objects.create(
        community=community,
        version=version,
        title=title.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        opened_by=by,
        opened_at=at,
    )
    Question.objects.bulk_create(
        Question(
            consultation=consultation,
            position=position,
            text=asked.text.strip(),
            kind=asked.kind,
            options=list(asked.options),
            splits=asked.splits,
        )
        for position, asked in enumerate(_checked_questions(questions), 1)
    )
    record(community, "consultation_opened", consultation, by=by, at=at)
    return consultation


def _checked_questions(questions: Sequence[Asked]) -> Sequence[Asked]:
    if not questions or len(questions) > MAX_QUESTIONS:
        raise NotOpenable(f"请写1到{MAX_QUESTIONS}个问题。")
    for position, asked in enumerate(questions, 1):
        where = f"第{position}题"
        if not asked.text.strip() or len(asked.text.strip()) > MAX_WORDS:
            raise NotOpenable(f"{where}没有写问题，或者超过{MAX_WORDS}字。")
        if asked.kind is Kind.TEXT and asked.options:
            raise NotOpenable(f"{where}是写文字的题，不用写选项。")
        if asked.kind is not Kind.TEXT and not 2 <= len(set(asked.options)) == len(asked.options) <= MAX_OPTIONS:
            raise NotOpenable(f"{where}要有2到{MAX_OPTIONS}个不同的选项，一行一个。")
        if any(len(option) > MAX_WORDS for option in asked.options):
            raise NotOpenable(f"{where}有选项超过{MAX_WORDS}字。")
        if asked.splits and asked.kind is not Kind.CHOICE:
            raise NotOpenable(f"{where}不是选一项的题，不能用来分组。")
    if sum(asked.splits for asked in questions) > 1:
        raise NotOpenable("最多按一题分组。")
    return questions


@transaction.atomic
def take_opinion(*, consultation: Consultation, answers: Answers, nonce: str, at: datetime) -> tuple[Opinion, str]:
    """Take in what somebody sent by the web; returns it with its receipt code, which is stored only hashed.

    The same ``nonce`` twice is one opinion. Raises NotTaken before the opening, after the closing, or naming the
    question that isn't answered as it can be.
    """
    one_at_a_time(consultation.community_id)
    known = _known(consultation, nonce)
    if known is not None:
        return known
    today = legal_day(at)
    _check_day(consultation, today)
    of_today = consultation.opinions.filter(received_on=today, channel=Opinion.Channel.WEB)
    if of_today.count() >= WEB_A_DAY:
        raise NotTaken("今天网上收到的意见太多，请改用纸面的征求意见表，或者到居委会当面填写。")
    (taken,) = _take(consultation, [answers], [nonce], Opinion.Channel.WEB, today, None)
    record(consultation.community, "opinion_received", taken[0], by=None, at=at)
    return taken


@transaction.atomic
def take_slips(
    *, consultation: Consultation, slips: Sequence[Answers], received_on: date, nonce: str, by: User, at: datetime
) -> list[tuple[Opinion, str]]:
    """Enter paper slips, several at once, into the same tally; each with its own number and receipt code.

    ``received_on``: when they were handed in, which may be before they are entered. The same ``nonce`` twice is one
    entry. Raises NotTaken naming the slip.
    """
    one_at_a_time(consultation.community_id)
    if not slips:
        raise NotTaken("一份都没有填，请至少登记一份。")
    nonces = [f"{nonce}|{number}" for number in range(len(slips))]
    known = [_known(consultation, each) for each in nonces]
    if known[0] is not None:
        return [each for each in known if each is not None]
    if received_on > legal_day(at):
        raise NotTaken("收到日期不能晚于今天，请改正。")
    _check_day(consultation, received_on)
    if _is_told(consultation):
        raise NotTaken("征集结果已经在准备公开，不能再登记答卷。")
    taken = _take(consultation, slips, nonces, Opinion.Channel.PAPER, received_on, by)
    record(consultation.community, "opinions_taken_down", consultation, by=by, at=at)
    return taken


def _is_told(consultation: Consultation) -> bool:
    """Whether the result is being drafted or is published: what it counts stands still from then on."""
    drafts = Draft.objects.filter(obligation__consultation=consultation, abandoned_at=None)
    versions = Version.objects.filter(disclosure__obligation__consultation=consultation)
    return drafts.exists() or versions.exists()


def _known(consultation: Consultation, nonce: str) -> tuple[Opinion, str] | None:
    receipt = receipt_of(nonce)
    found = Opinion.objects.filter(consultation=consultation, receipt_hash=receipt_hash(receipt)).first()
    return (found, receipt) if found is not None else None


def _check_day(consultation: Consultation, day: date) -> None:
    stage = consultation.stage(day)
    if stage is Stage.TO_COME:
        raise NotTaken(f"这次征集{chinese_date(consultation.opens_on)}才开始，请那天以后再提交。")
    if stage is Stage.CLOSED:
        raise NotTaken(f"这次征集{chinese_date(consultation.closes_on)}已经截止，不能再提交。")


def _take(
    consultation: Consultation,
    slips: Sequence[Answers],
    nonces: Sequence[str],
    channel: str,
    received_on: date,
    by: User | None,
) -> list[tuple[Opinion, str]]:
    questions = asked_of(consultation)
    last = consultation.opinions.aggregate(last=Max("number"))["last"] or 0
    receipts = [receipt_of(nonce) for nonce in nonces]
    made = []
    for number, slip in enumerate(slips, 1):
        try:
            kept = checked_answers(questions, slip)
        except BadAnswer as error:
            raise NotTaken(f"第{number}份：{error}" if len(slips) > 1 else str(error)) from error
        masked = {key: mask_text(said, listed=True) if isinstance(said, str) else said for key, said in kept.items()}
        made.append(
            Opinion(
                consultation=consultation,
                number=last + number,
                channel=channel,
                received_on=received_on,
                receipt_hash=receipt_hash(receipts[number - 1]),
                answers_data=masked,
                taken_by=by,
            )
        )
    return list(zip(Opinion.objects.bulk_create(made), receipts, strict=True))


@transaction.atomic
def answer_opinions(
    *, consultation: Consultation, numbers: Collection[int], outcome: str, reason: str, by: User, at: datetime
) -> list[Reply]:
    """Say of opinions in words whether they are adopted, partly or not, and why; alike ones at once.

    A text that may not be public is withheld by the same act. Raises NotAnswerable without a reason, for personal data
    in it, for opinions without words, and once the result is being published.
    """
    one_at_a_time(consultation.community_id)
    said = reason.strip()
    if outcome not in Reply.Outcome.values:
        raise NotAnswerable("请选择采纳、部分采纳还是未采纳。")
    if not said or len(said) > MAX_REASON:
        raise NotAnswerable(f"请写明理由，{MAX_REASON}字以内。")
    blocked = [one for one in find_in_text(said, "理由") if one.severity is Severity.BLOCK]
    if blocked:
        raise NotAnswerable(blocked[0].sentence)
    if _is_told(consultation):
        raise NotAnswerable("征集结果已经在准备公开，要改处理意见，请先放弃那份草稿，或者更正公开的结果。")
    opinions = [one for one in consultation.opinions.filter(number__in=set(numbers)) if one.text]
    if not opinions or len(opinions) != len(set(numbers)):
        raise NotAnswerable("请选择要处理的意见：只有写了文字的答卷才需要处理。")
    replies = Reply.objects.bulk_create(
        Reply(opinion=opinion, outcome=outcome, reason=said, by=by, at=at) for opinion in opinions
    )
    record(consultation.community, "opinions_answered", consultation, by=by, at=at)
    return replies


@transaction.atomic
def owe_result(
    *, consultation: Consultation, by: User | None, at: datetime, known: Obligation | None = None
) -> Obligation:
    """From the closing day the result is owed: an obligation of its own, with its own deadline. Twice is once.

    ``known``: one that somebody recorded by hand already. Raises NoResult before the closing is over, for another
    item's obligation, or naming why nothing can be owed.
    """
    one_at_a_time(consultation.community_id)
    consultation = Consultation.objects.select_related("community", "result").get(pk=consultation.pk)
    if consultation.result is not None:
        return consultation.result
    if consultation.stage(legal_day(at)) is not Stage.CLOSED:
        raise NoResult(f"征集到{chinese_date(consultation.closes_on)}才截止，请截止以后再做结果。")
    notice = consultation.version.disclosure.obligation.occurrence
    if known is None:
        try:
            known = record_occurrence(
                community=consultation.community,
                duty=result_duty(notice.duty),
                on=consultation.closes_on,
                what=f"意见征集结果形成：{consultation.title}"[:200],
                by=by,
                at=at,
            )
        except NotRecordable as error:
            raise NoResult(str(error)) from error
    elif known.community_id != consultation.community_id or known.occurrence.item.code != notice.item.code:
        raise NoResult("这条事由不属于这次征集的事项。")
    consultation.result = known
    consultation.save(update_fields=["result"])
    record(consultation.community, "consultation_result_owed", consultation, by=by, at=at)
    return known


def owe_results(at: datetime) -> int:
    """Owe the result of every consultation that has closed; how many there were. One that can't be owed is skipped."""
    owed = 0
    for consultation in without_result(legal_day(at)):
        try:
            owe_result(consultation=consultation, by=None, at=at)
        except NoResult as error:
            log.warning("the result of consultation %s can't be owed: %s", consultation.pk, error)
        else:
            owed += 1
    return owed


def result_duty(notice: Duty) -> Duty:
    """The duty of the feedback, where the item has one of its own; otherwise the one that the notice met.

    Looked up in the catalogue in force, which may be a later version than the notice's.
    """
    duties = Duty.objects.filter(
        item__code=notice.item.code,
        item__catalogue__community=notice.item.catalogue.community_id,
        item__catalogue__superseded_on=None,
    ).select_related("item__catalogue")
    usable = [duty for duty in duties.order_by("position") if not Trigger(duty.trigger).is_period]
    covered = set(notice.element_positions)
    others = [duty for duty in usable if covered and not covered & set(duty.element_positions or covered)]
    same = [duty for duty in usable if duty.position == notice.position]
    return next(iter([*others, *same, *usable]), notice)


@transaction.atomic
def draft_result(*, consultation: Consultation, by: User, at: datetime) -> Draft:
    """Begin the draft of the result: the tally, and every opinion in words with what became of it and why.

    Raises NoResult before the closing is over, while opinions wait for an answer, or once there is a draft.
    """
    one_at_a_time(consultation.community_id)
    obligation = owe_result(consultation=consultation, by=by, at=at)
    told = heard(consultation)
    if told.open:
        raise NoResult(f"还有{len(told.open)}条文字意见没有处理，请逐条说明采纳不采纳和理由，再做结果。")
    try:
        return start_draft(obligation=obligation, by=by, at=at, content=result_content(consultation, told, obligation))
    except NotDraftable as error:
        raise NoResult(str(error)) from error
