"""Every write about requests: taking one in, extending its clock once, answering it, publishing the answer, correcting
or withdrawing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.communities.receipts import NotTaken, receipt_hash, receipt_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import restricted_versions
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.onrequest.models import Request, RequestAnswer
from mingbai.privacy.findings import Severity
from mingbai.privacy.text import find_in_text, mask_text
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.replies import request_term

MAX_TEXT, MAX_ANSWER, MAX_REASON, MAX_TITLE = 1000, 4000, 300, 100
# What may come in by the web on one day for one community before the form asks to come by phone or in person.
WEB_A_DAY = 100


class NotDone(ValueError):
    """It can't be extended, answered or published like this; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered: ``reason`` for what isn't given, ``turn_to`` where else to go, ``version`` a text
    behind no public door that is given with it."""

    outcome: str
    text: str = ""
    reason: str = ""
    turn_to: str = ""
    version: Version | None = None


@transaction.atomic
def take_request(
    *,
    community: Community,
    text: str,
    way: str,
    nonce: str,
    at: datetime,
    item: Item | None = None,
    channel: str = Request.Channel.WEB,
    by: User | None = None,
) -> tuple[Request, str]:
    """Take in a request; returns it with its receipt code, which is stored only hashed.

    ``nonce`` names the opened form: the same one twice is one request. ``by``: who took it down from the telephone, a
    letter or the counter; None by the web. Raises NotTaken naming what to change.
    """
    one_at_a_time(community.pk)
    receipt = receipt_of(f"request|{nonce}")
    hashed = receipt_hash(receipt)
    known = Request.objects.filter(community=community, receipt_hash=hashed).first()
    if known is not None:
        return known, receipt
    said = text.strip()
    if not said:
        raise NotTaken("“想看什么”没有填写，请写上。")
    if len(said) > MAX_TEXT:
        raise NotTaken(f"“想看什么”太长（{len(said)}字），请缩短到{MAX_TEXT}字以内。")
    if way not in Request.Way.values:
        raise NotTaken("“怎么答复”没有选，请选一种。")
    if channel not in Request.Channel.values or (channel == Request.Channel.WEB) != (by is None):
        raise NotTaken("“怎么收到的”没有选，请选电话、书面或者窗口。")
    today = legal_day(at)
    of_today = Request.objects.filter(community=community, received_on=today, channel=Request.Channel.WEB)
    if by is None and of_today.count() >= WEB_A_DAY:
        raise NotTaken("今天网上收到的申请太多，请改打电话或者到居委会当面申请。")
    term = request_term(today, profile=profile_of(community), policy=community.policy, calendar=current_calendar())
    last = Request.objects.filter(community=community, year=today.year).aggregate(last=Max("number"))["last"] or 0
    taken = Request.objects.create(
        community=community,
        year=today.year,
        number=last + 1,
        channel=channel,
        way=way,
        item=item,
        text=mask_text(said, listed=True),
        received_on=today,
        due_on=term.due_on,
        basis=term.basis,
        receipt_hash=hashed,
        taken_by=by,
    )
    record(community, "request_received", taken, by=by, at=at)
    return taken, receipt


def _said(text: str, longest: int, what: str, *, needed: bool) -> str:
    """A field as it is kept. Raises NotDone for one that is missing, too long or names somebody's numbers."""
    said = text.strip()
    if needed and not said:
        raise NotDone(f"“{what}”没有填写，请写上。")
    if len(said) > longest:
        raise NotDone(f"“{what}”太长（{len(said)}字），请缩短到{longest}字以内。")
    blocked = [one for one in find_in_text(said, what) if one.severity is Severity.BLOCK]
    if blocked:
        raise NotDone(blocked[0].sentence)
    return said


def _open(request: Request) -> Request:
    """The request as it stands, while no other act of the community runs. Raises NotDone for one that is answered."""
    one_at_a_time(request.community_id)
    found = Request.objects.select_related("community").get(pk=request.pk)
    if found.answers.filter(withdrawn_on=None, replaced_by=None).exists():
        raise NotDone("这份申请已经答复，不能再改。")
    return found


@transaction.atomic
def extend_request(*, request: Request, reason: str, to: date, by: User, at: datetime) -> Request:
    """Move the last day once, with a reason that is public, before the old one has passed. Raises NotDone."""
    found = _open(request)
    today = legal_day(at)
    if found.due_on is None:
        raise NotDone("这份申请没有确定的答复期限，不需要延长。")
    if found.extended_to is not None:
        raise NotDone(f"已经延长过一次，到{chinese_date(found.extended_to)}，不能再延长。")
    if today > found.due_on:
        raise NotDone(f"答复期限{chinese_date(found.due_on)}已经过去，不能再延长，请尽快答复。")
    if to <= found.due_on:
        raise NotDone(f"“延长到”要晚于原来的{chinese_date(found.due_on)}，请改正。")
    found.extended_reason = _said(reason, MAX_REASON, "延长的理由", needed=True)
    found.extended_to, found.extended_on, found.extended_by = to, today, by
    found.save(update_fields=["extended_to", "extended_reason", "extended_on", "extended_by"])
    record(found.community, "request_extended", found, by=by, at=at)
    return found


@transaction.atomic
def answer_request(*, request: Request, reply: Reply, by: User, at: datetime) -> RequestAnswer:
    """Answer: given, given in part, refused or not held. Only who has the receipt reads it. Again only after the answer
    before was withdrawn. Raises NotDone."""
    found = _open(request)
    answer = _answered(found, reply, found.answers.last(), by=by, on=legal_day(at))
    record(found.community, "request_answered", answer, by=by, at=at)
    return answer


def _answered(
    found: Request, reply: Reply, replaces: RequestAnswer | None, *, by: User, on: date, **more: Any
) -> RequestAnswer:
    """The row of an answer. Raises NotDone."""
    outcome, kinds = reply.outcome, RequestAnswer.Outcome
    if outcome not in kinds.values:
        raise NotDone("“结果”没有选，请选一种。")
    gives = outcome in (kinds.GIVEN, kinds.PART)
    version = reply.version
    if version is not None and not gives:
        raise NotDone("选了“提供的材料”，结果就要选“提供了”或者“提供了一部分”。")
    if version is not None and not restricted_versions(found.community).filter(pk=version.pk).exists():
        raise NotDone("所选的材料已经被新版替换或者撤下，请重新选择。")
    return RequestAnswer.objects.create(
        request=found,
        replaces=replaces,
        outcome=outcome,
        text=_said(reply.text, MAX_ANSWER, "答复", needed=gives),
        reason=_said(reply.reason, MAX_REASON, "理由", needed=outcome in (kinds.PART, kinds.REFUSED)),
        turn_to=_said(reply.turn_to, MAX_REASON, "可以去哪里", needed=not gives),
        version=version,
        on=on,
        by=by,
        **more,
    )


def _standing(answer: RequestAnswer) -> RequestAnswer:
    """The answer, while no other act of the community runs. Raises NotDone for one that is withdrawn or corrected."""
    one_at_a_time(answer.request.community_id)
    found = RequestAnswer.objects.select_related("request__community", "replaced_by").get(pk=answer.pk)
    if found.withdrawn_on is not None:
        raise NotDone("这份答复已经撤下，请重新答复。")
    if getattr(found, "replaced_by", None) is not None:
        raise NotDone("这份答复已经更正过，请看更正后的答复。")
    return found


@transaction.atomic
def correct_answer(
    *, answer: RequestAnswer, reply: Reply, reason: str, by: User, at: datetime, title: str = ""
) -> RequestAnswer:
    """Put a wrong answer right, with a public reason; the old one stays to be read beside it. A public one is corrected
    in public, under its title or a new one. Raises NotDone."""
    found = _standing(answer)
    said = _said(reason, MAX_REASON, "更正的理由", needed=True)
    public: dict[str, Any] = {}
    if found.published_on is not None:
        named = _said(title or found.title, MAX_TITLE, "公开的题目", needed=True)
        public = {"title": named, "published_on": legal_day(at), "published_by": by}
    made = _answered(found.request, reply, found, by=by, on=legal_day(at), correction_reason=said, **public)
    same = ("outcome", "text", "reason", "turn_to", "version_id", "title")
    if all(getattr(made, name) == getattr(found, name) for name in same):
        raise NotDone("没有改动任何一项，请先改再保存。")
    record(found.request.community, "request_answer_corrected", made, by=by, at=at)
    return made


@transaction.atomic
def withdraw_answer(*, answer: RequestAnswer, reason: str, by: User, at: datetime) -> RequestAnswer:
    """Take an answer back, with a public reason: nobody but those who serve reads it any more, and the request waits
    for another one. Raises NotDone."""
    found = _standing(answer)
    found.withdrawn_reason = _said(reason, MAX_REASON, "撤下的理由", needed=True)
    found.withdrawn_on, found.withdrawn_by = legal_day(at), by
    found.save(update_fields=["withdrawn_on", "withdrawn_reason", "withdrawn_by"])
    record(found.request.community, "request_answer_withdrawn", found, by=by, at=at)
    return found


@transaction.atomic
def publish_answer(*, answer: RequestAnswer, title: str, by: User, at: datetime) -> RequestAnswer:
    """Put an answer of general interest on the public list under a title; the request's own words stay unpublished.

    A text that was given with it stays behind its own door. Raises NotDone.
    """
    found = _standing(answer)
    if found.published_on is not None:
        raise NotDone("这份答复已经公开。")
    found.title = _said(title, MAX_TITLE, "公开的题目", needed=True)
    found.published_on, found.published_by = legal_day(at), by
    found.save(update_fields=["title", "published_on", "published_by"])
    record(found.request.community, "request_answer_published", found, by=by, at=at)
    return found
