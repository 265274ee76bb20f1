"""Consultations: setting one up for a published notice, entering paper slips, answering opinions, making the result."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date

from mingbai.communities.models import Community
from mingbai.communities.receipts import NotTaken, in_fours, nonce_of, same_token
from mingbai.consultations import queries
from mingbai.consultations.actions import (
    NoResult,
    NotAnswerable,
    NotOpenable,
    answer_opinions,
    draft_result,
    open_consultation,
    take_slips,
)
from mingbai.consultations.forms import answers_from, is_blank, questions_from
from mingbai.consultations.models import Consultation, Opinion, Question, Reply
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.disclosures.models import Draft, Version
from mingbai.rules.opinions import KINDS, MAX_TEXT, Kind, Stage

QUESTION_ROWS = 8
SLIPS = 6
# Enough to read a notice, talk it over and fill in a slip.
USUAL_DAYS = 21
# What most consultations ask.
PROPOSED = {
    "text-1": "您同意吗",
    "options-1": "同意\n同意，但有建议\n不同意",
    "text-2": "您的意见和建议",
    "kind-2": "text",
}


def consultations(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, REVIEWERS)
    found = queries.consultations(community)
    context = {
        "everything": [(one, one.stage(today()).value, queries.stage_name(one, today())) for one in found],
        "notices": queries.notices_without(community),
    }
    return page(request, "consultations", community, context)


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the notice, the days, the questions. POST: the consultation is set up."""
    community = community_or_404(request, slug, PREPARERS)
    notices = queries.notices_without(community)
    posted, error = request.POST, ""
    code = posted.get("v", "") or request.GET.get("v", "")
    chosen = notices[:1] if not code else [one for one in notices if one.code == code]
    version = next(iter(chosen), None)
    if request.method == "POST":
        try:
            if version is None:
                raise NotOpenable("请选择一份已经公开、还没有设置征集的公告。")
            opens_on, closes_on = parse_day(posted.get("opens_on", "")), parse_day(posted.get("closes_on", ""))
            made = open_consultation(
                version=version,
                title=posted.get("title", ""),
                opens_on=opens_on,
                closes_on=closes_on,
                questions=questions_from(posted, QUESTION_ROWS),
                by=me(request),
                at=timezone.now(),
            )
        except NotOpenable as wrong:
            error = str(wrong)
        else:
            messages.success(request, "已设置好，网上可以填写，纸面答卷也可以登记。")
            return redirect("desk_consultation", slug, made.pk)
    typed = posted if request.method == "POST" else PROPOSED
    context = {
        "notices": notices,
        "version": version,
        "title": posted.get("title", version.title if version is not None else ""),
        "opens_on": posted.get("opens_on", today().isoformat()),
        "closes_on": posted.get("closes_on", (today() + timedelta(days=USUAL_DAYS)).isoformat()),
        "rows": [_row(typed, number) for number in range(1, QUESTION_ROWS + 1)],
        "splits": posted.get("splits", ""),
        "kinds": KINDS.items(),
        "error": error,
    }
    return page(request, "consultation_new", community, context, 422 if error else 200)


def _row(typed: Any, number: int) -> tuple[int, str, str, str]:
    return (
        number,
        typed.get(f"text-{number}", ""),
        typed.get(f"kind-{number}", Kind.CHOICE.value),
        typed.get(f"options-{number}", ""),
    )


def parse_day(text: str) -> date:
    """Raises NotOpenable for what isn't a day."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise NotOpenable("请填写开始和截止的日期。")
    return day


def _consultation_or_404(community: Community, pk: int) -> Consultation:
    found = queries.consultation_of(community, pk)
    if found is None:
        raise Http404("没有这次征集")
    return found


def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: how it stands, the opinions in words. POST: what becomes of those that are ticked, and why."""
    posts = request.method == "POST"
    community = community_or_404(request, slug, PREPARERS if posts else REVIEWERS)
    consultation, error = _consultation_or_404(community, pk), ""
    ticked = [int(number) for number in request.POST.getlist("number") if number.isdecimal()]
    if posts:
        try:
            outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "")
            replies = answer_opinions(
                consultation=consultation,
                numbers=ticked,
                outcome=outcome,
                reason=reason,
                by=me(request),
                at=timezone.now(),
            )
        except NotAnswerable as wrong:
            error = str(wrong)
        else:
            messages.success(request, f"已处理 {len(replies)} 条意见。")
            return redirect("desk_consultation", slug, pk)
    return _shown(request, consultation, error, ticked)


def _shown(request: HttpRequest, consultation: Consultation, error: str, ticked: list[int]) -> HttpResponse:
    heard = queries.heard(consultation)
    result = consultation.result
    drafts = Draft.objects.filter(obligation=result, abandoned_at=None)
    versions = Version.objects.filter(disclosure__obligation=result, replaced_by=None)
    context = {
        "consultation": consultation,
        "stage": consultation.stage(today()).value,
        "stage_name": queries.stage_name(consultation, today()),
        "days_left": (consultation.closes_on - today()).days,
        "is_closed": consultation.stage(today()) is Stage.CLOSED,
        "has_begun": consultation.stage(today()) is not Stage.TO_COME,
        "heard": heard,
        "answered": [(reply, group) for reply, group in heard.together if reply is not None],
        "outcomes": Reply.Outcome.choices,
        "draft": drafts.order_by("-pk").first() if result is not None else None,
        "published": versions.first() if result is not None else None,
        "typed": request.POST,
        "ticked": ticked,
        "error": error,
    }
    return page(request, "consultation", consultation.community, context, 422 if error else 200)


def slips(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Several paper slips on one page; those left blank aren't counted."""
    community = community_or_404(request, slug, PREPARERS)
    consultation, error = _consultation_or_404(community, pk), ""
    questions, posted = list(consultation.questions.all()), request.POST
    if request.method == "POST":
        try:
            taken = _take(request, consultation, questions)
        except (NotTaken, NotOpenable) as wrong:
            error = str(wrong)
        else:
            shown = {"consultation": consultation, "taken": [(one, in_fours(receipt)) for one, receipt in taken]}
            return page(request, "slips_taken", community, shown, 201)
    last_day = min(today(), consultation.closes_on)
    context = {
        "consultation": consultation,
        "slips": [_slip(number, posted, questions) for number in range(1, SLIPS + 1)],
        "received_on": posted.get("received_on", last_day.isoformat()),
        "token": same_token(posted.get("token", ""), timezone.now().timestamp()),
        "max_text": MAX_TEXT,
        "error": error,
    }
    return page(request, "slips", community, context, 422 if error else 200)


def _slip(number: int, posted: Any, questions: list[Question]) -> tuple[int, list[tuple[Question, str, Any]]]:
    typed = answers_from(posted, questions, f"s{number}-")
    return number, [(one, f"s{number}-{one.position}", typed[str(one.position)]) for one in questions]


def _take(request: HttpRequest, consultation: Consultation, questions: list[Question]) -> list[tuple[Opinion, str]]:
    posted, now = request.POST, timezone.now()
    filled = [answers_from(posted, questions, f"s{number}-") for number in range(1, SLIPS + 1)]
    return take_slips(
        consultation=consultation,
        slips=[answers for answers in filled if not is_blank(answers)],
        received_on=parse_day(posted.get("received_on", "")),
        nonce=nonce_of(posted.get("token", ""), now.timestamp(), quickest=0),
        by=me(request),
        at=now,
    )


def result(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The draft of the result, filled in with the tally and the opinions."""
    community = community_or_404(request, slug, PREPARERS)
    if request.method != "POST":
        raise Http404("没有这一页")
    consultation = _consultation_or_404(community, pk)
    try:
        draft = draft_result(consultation=consultation, by=me(request), at=timezone.now())
    except NoResult as wrong:
        return _shown(request, consultation, str(wrong), [])
    messages.success(request, "结果的草稿已填好统计和每条意见的处理，请核对后送审。")
    return redirect("desk_draft", slug, draft.pk)
