"""What a reviewer sees is what the public will get; one signs it or returns it with reasons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.actions import publish_in_emergency
from mingbai.carriers.actions import review as take_step
from mingbai.carriers.queries import last_day_on_show
from mingbai.carriers.windows import why_waits
from mingbai.communities.queries import roles_of
from mingbai.desk.common import draft_or_404, me, page, today
from mingbai.disclosures.actions import NotPublishable
from mingbai.disclosures.checks import as_published, check
from mingbai.disclosures.content import ContentError
from mingbai.disclosures.drafts import NotReady
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import content_hash, content_on, elements_of, open_step, previous_version
from mingbai.disclosures.reviews import NotReviewable
from mingbai.rules.difference import differences
from mingbai.rules.flow import STEPS, NotYourStep, check_reviewer


def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    draft = draft_or_404(request, slug, pk, closed=True)
    if request.method != "POST":
        return _shown(request, draft)
    reasons = {key.removeprefix("reason-"): request.POST[key] for key in request.POST if key.startswith("reason-")}
    approved = "approve" in request.POST
    try:
        version = take_step(
            draft=draft,
            approved=approved,
            seen=request.POST.get("seen", ""),
            by=me(request),
            at=timezone.now(),
            reasons=reasons,
        )
    except (NotReviewable, NotYourStep, NotPublishable, ContentError) as error:
        draft.refresh_from_db()
        return _shown(request, draft, error=str(error), status=409)
    if version is not None:
        messages.success(request, "已签发，网上已经公开。请打印纸张，张贴后登记。")
        return redirect("desk_version", slug, version.code)
    messages.success(request, "已通过，交给下一步。" if approved else "已退回，编写人会在待办里看到理由。")
    return redirect("desk_todo", slug)


def _shown(request: HttpRequest, draft: Draft, *, error: str = "", status: int = 200) -> HttpResponse:
    step = open_step(draft)
    before = draft.corrects or previous_version(draft.obligation)
    content = _said(draft)
    context = {
        "draft": draft,
        "item": draft.obligation.occurrence.item,
        "obligation": draft.obligation,
        "content": content,
        "elements": elements_of(draft.obligation),
        "checks": check(draft),
        "explained": [(one.text, draft.reasons.get(one.key, "")) for one in check(draft).differences],
        "confirmed": [(one.sentence, draft.reasons.get(one.key, "")) for one in check(draft).to_confirm],
        "before": before,
        "changes": differences(before.content_data, content) if before is not None else [],
        "seen": content_hash(draft),
        "not_yet": why_waits(draft, today()) if draft.is_open else [],
        "step": STEPS[step] if step is not None else "",
        "refusal": _refusal(request, draft),
        "reviews": draft.reviews.select_related("by"),
        "steps": STEPS,
        "may_publish_now": draft.is_open and "director" in roles_of(me(request), draft.community),
        "error": error,
    }
    return page(request, "review", draft.community, context, status)


def _said(draft: Draft) -> dict[str, Any]:
    """What the public would get, or gets: of a published one what may still be shown."""
    version = draft.version
    if version is None:
        return as_published(draft)
    return content_on(version, last_day_on_show(version.postings.all()), today()).to_json()


def _refusal(request: HttpRequest, draft: Draft) -> str:
    """Why who looks can't take the open step; an empty text: it is theirs."""
    step = open_step(draft)
    if step is None:
        return "这份内容现在没有等待审核的步骤。"
    signed = draft.reviews.filter(approved=True, content_hash=content_hash(draft)).values_list("by", flat=True)
    try:
        check_reviewer(
            step,
            person=me(request).pk,
            roles=roles_of(me(request), draft.community),
            preparers=set(draft.preparers.values_list("pk", flat=True)),
            signed=set(signed),
        )
    except NotYourStep as error:
        return str(error)
    return ""


def emergency(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Publish before the review, with a reason that is shown."""
    draft = draft_or_404(request, slug, pk, {"director"})
    if request.method != "POST":
        raise Http404("没有这一页")
    try:
        version = publish_in_emergency(
            draft=draft, reason=request.POST.get("reason", ""), by=me(request), at=timezone.now()
        )
    except (NotReviewable, NotReady, NotYourStep, NotPublishable, ContentError) as error:
        return _shown(request, draft, error=str(error), status=422)
    messages.success(request, "已紧急发布，理由已公开。请尽快补办审核。")
    return redirect("desk_version", slug, version.code)
