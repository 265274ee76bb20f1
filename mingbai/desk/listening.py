"""What residents asked: answering it, taking it down from telephone, slip or counter, withholding a text."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.queries import last_day_on_show
from mingbai.communities.models import Community
from mingbai.communities.receipts import NotTaken, in_fours, new_token, nonce_of
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_version, visible_versions
from mingbai.residents.actions import (
    MAX_TEXT,
    NotAnswerable,
    Place,
    answer_feedback,
    take_feedback,
    withhold_feedback,
)
from mingbai.residents.forms import spots
from mingbai.residents.models import Answer, Feedback
from mingbai.residents.queries import Told, for_desk

RECENT = 40


def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, REVIEWERS)
    everything = for_desk(community, today())
    held = [told for told in everything if told.feedback.hold is not None]
    context = {"everything": everything, "held": held, "waiting": [told for told in held if not told.outcome]}
    return page(request, "feedback", community, context)


def _told_or_404(community: Community, pk: int) -> Told:
    found = next((told for told in for_desk(community, today()) if told.feedback.pk == pk), None)
    if found is None:
        raise Http404("没有这条意见")
    return found


def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: one piece of feedback. POST: its answer, or the reason for which its text isn't public."""
    posts = request.method == "POST"
    community = community_or_404(request, slug, PREPARERS if posts else REVIEWERS)
    told, error = _told_or_404(community, pk), ""
    if posts:
        by, at = me(request), timezone.now()
        try:
            if "withhold" in request.POST:
                kind, note = request.POST.get("kind", ""), request.POST.get("note", "")
                withhold_feedback(feedback=told.feedback, kind=kind, note=note, by=by, at=at)
                messages.success(request, "内容已不公开，编号和原因仍然公开。")
            else:
                text, outcome = request.POST.get("text", ""), request.POST.get("outcome", "")
                answer_feedback(feedback=told.feedback, text=text, outcome=outcome, by=by, at=at)
                messages.success(request, "答复已公开，下次打印的公示纸上也会有。")
            return redirect("desk_feedback", slug)
        except NotAnswerable as wrong:
            error = str(wrong)
    context = {
        "told": told,
        "kinds": Feedback.Withheld.choices,
        "outcomes": Answer.Outcome.choices,
        "typed": request.POST,
        "error": error,
    }
    return page(request, "feedback_one", community, context, 422 if error else 200)


def take(request: HttpRequest, slug: str) -> HttpResponse:
    """What came by telephone, on a slip or at the counter, under the same numbers and the same clock."""
    community = community_or_404(request, slug, PREPARERS)
    posted, error = request.POST, ""
    code = posted.get("v", "") or request.GET.get("v", "")
    version = visible_version(code, community) if code else None
    if request.method == "POST":
        try:
            taken, receipt = _take(request, community, version)
        except NotTaken as wrong:
            error = str(wrong)
        else:
            shown = {"feedback": taken, "receipt": in_fours(receipt)}
            return page(request, "feedback_taken", community, shown, 201)
    context = {
        "version": version,
        "versions": list(visible_versions(community).defer("content_data")[:RECENT]),
        "spots": _spots(version),
        "kinds": Feedback.Kind.choices,
        "channels": [choice for choice in Feedback.Channel.choices if choice[0] != Feedback.Channel.WEB],
        "typed": posted,
        "token": posted.get("token") if error else new_token(timezone.now().timestamp()),
        "max_text": MAX_TEXT,
        "error": error,
    }
    return page(request, "feedback_take", community, context, 422 if error else 200)


def _spots(version: Version | None) -> list[tuple[str, str]]:
    if version is None:
        return []
    return spots(content_on(version, last_day_on_show(version.postings.all()), today()))


def _take(request: HttpRequest, community: Community, version: Version | None) -> tuple[Feedback, str]:
    posted, now = request.POST, timezone.now()
    return take_feedback(
        community=community,
        kind=posted.get("kind", ""),
        text=posted.get("text", ""),
        place=Place.of(version, posted.get("spot", ""), [value for value, _ in _spots(version)]),
        nonce=nonce_of(posted.get("token", ""), now.timestamp(), quickest=0),
        at=now,
        channel=posted.get("channel", ""),
        by=me(request),
        received_on=_day(posted.get("received_on", "")),
    )


def _day(typed: str) -> date | None:
    """When it came; None: today."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise NotTaken("收到日期不对，请写成 2026-11-23 这样的形式。") from None
