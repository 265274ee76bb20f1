"""What residents ask to be shown: taking it down, extending once, answering, publishing what many want to know, and
putting an answer right."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.communities.models import Community
from mingbai.communities.receipts import NotTaken, in_fours, new_token, nonce_of
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import restricted_versions
from mingbai.onrequest.actions import (
    MAX_ANSWER,
    MAX_TEXT,
    NotDone,
    Reply,
    answer_request,
    correct_answer,
    extend_request,
    publish_answer,
    take_request,
    withdraw_answer,
)
from mingbai.onrequest.models import Request, RequestAnswer
from mingbai.onrequest.queries import Told, for_desk, items_on_request


def requests(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, REVIEWERS)
    return page(request, "requests", community, {"everything": for_desk(community, today())})


def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: one request. POST: its answer, a longer term with the reason, or the answer for everybody."""
    posts = request.method == "POST"
    community = community_or_404(request, slug, PREPARERS if posts else REVIEWERS)
    told, error = _told_or_404(community, pk), ""
    versions = restricted_versions(community).defer("content_data")
    if posts:
        try:
            messages.success(request, _do(request, told, community))
            return redirect("desk_request", slug, pk)
        except NotDone as wrong:
            error = str(wrong)
    answer = told.answer
    context = {
        "told": told,
        "now": _fields_of(answer) if answer is not None and "correct" not in request.POST else request.POST,
        "versions": versions,
        "outcomes": RequestAnswer.Outcome.choices,
        "typed": request.POST,
        "street": f"{community.subdistrict}" if community.subdistrict else "街道办事处",
        "max_answer": MAX_ANSWER,
        "error": error,
    }
    return page(request, "request", community, context, 422 if error else 200)


def _told_or_404(community: Community, pk: int) -> Told:
    found = next((told for told in for_desk(community, today()) if told.request.pk == pk), None)
    if found is None:
        raise Http404("没有这份申请")
    return found


def _do(request: HttpRequest, told: Told, community: Community) -> str:
    """What was pressed. Raises NotDone."""
    posted, by, at = request.POST, me(request), timezone.now()
    if "extend" in posted:
        extend_request(request=told.request, reason=posted.get("why", ""), to=_day(posted.get("to", "")), by=by, at=at)
        return "期限已延长，理由已公开。"
    if "publish" in posted:
        publish_answer(answer=_answer(told), title=posted.get("title", ""), by=by, at=at)
        return "答复已公开，没有写是谁申请的。"
    if "withdraw" in posted:
        withdraw_answer(answer=_answer(told), reason=posted.get("because", ""), by=by, at=at)
        return "答复已撤下，理由已公开。这份申请要重新答复。"
    reply = Reply(
        outcome=posted.get("outcome", ""),
        text=posted.get("text", ""),
        reason=posted.get("reason", ""),
        turn_to=posted.get("turn_to", ""),
        version=_version(community, posted.get("version", "")),
    )
    if "correct" in posted:
        because, title = posted.get("because", ""), posted.get("title", "")
        correct_answer(answer=_answer(told), reply=reply, reason=because, title=title, by=by, at=at)
        return "答复已更正，理由已公开。原来的答复留着，看得到。"
    answer_request(request=told.request, reply=reply, by=by, at=at)
    return "已答复，申请人凭回执号可以看到。"


def _answer(told: Told) -> RequestAnswer:
    if told.answer is None:
        raise NotDone("还没有答复，请先答复。")
    return told.answer


def _fields_of(answer: RequestAnswer) -> dict[str, str]:
    """An answer as the form shows it, to be corrected."""
    fields = {name: getattr(answer, name) for name in ("outcome", "text", "reason", "turn_to", "title")}
    return {**fields, "version": answer.version.code if answer.version is not None else ""}


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise NotDone("“延长到”的日期不对，请写成 2026-12-15 这样的形式。") from None


def _version(community: Community, code: str) -> Version | None:
    if not code:
        return None
    version = restricted_versions(community).filter(code=code).first()
    if version is None:
        raise NotDone("“提供的材料”里所选的那一份已经换了新版或者撤下，请重新选择。")
    return version


def take(request: HttpRequest, slug: str) -> HttpResponse:
    """What came by telephone, by letter or at the counter, under the same numbers and the same clock."""
    community = community_or_404(request, slug, PREPARERS)
    posted, error = request.POST, ""
    items = items_on_request(community)
    if request.method == "POST":
        try:
            taken, receipt = take_request(
                community=community,
                text=posted.get("text", ""),
                way=posted.get("way", ""),
                item=next((item for item in items if item.code == posted.get("item")), None),
                nonce=nonce_of(posted.get("token", ""), timezone.now().timestamp(), quickest=0),
                at=timezone.now(),
                channel=posted.get("channel", ""),
                by=me(request),
            )
        except NotTaken as wrong:
            error = str(wrong)
        else:
            shown = {"taken": taken, "receipt": in_fours(receipt)}
            return page(request, "request_taken", community, shown, 201)
    context = {
        "items": items,
        "channels": [choice for choice in Request.Channel.choices if choice[0] != Request.Channel.WEB],
        "ways": Request.Way.choices,
        "typed": posted,
        "token": posted.get("token") if error else new_token(timezone.now().timestamp()),
        "max_text": MAX_TEXT,
        "error": error,
    }
    return page(request, "request_take", community, context, 422 if error else 200)
