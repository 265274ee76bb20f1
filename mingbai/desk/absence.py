"""One page that states 本期无 for all that was silent, or 暂缓公开 with its reason and new date; one to sign them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.actions import review_together
from mingbai.carriers.queries import Standing, situation_of
from mingbai.communities.models import Community
from mingbai.communities.queries import roles_of
from mingbai.desk.common import REVIEWERS, community_or_404, me, page, today
from mingbai.disclosures.absence import NONE_THIS_PERIOD, POSTPONED, propose_absence
from mingbai.disclosures.actions import NotPublishable
from mingbai.disclosures.content import ContentError
from mingbai.disclosures.drafts import NotDraftable, NotReady
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import awaited_step, content_hash, open_drafts, open_step
from mingbai.disclosures.reviews import NotReviewable
from mingbai.obligations.models import Obligation
from mingbai.rules.flow import STEPS, NotYourStep

STATEMENTS = {NONE_THIS_PERIOD: "本期无", POSTPONED: "暂缓公开"}


def absence(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: what was silent, what waits for a signature. POST: a statement for the chosen ones goes to its reviewers."""
    community = community_or_404(request, slug, {"clerk", "director"})
    drafts = [draft for draft in open_drafts(community) if draft.is_open]
    drafted = {draft.obligation_id for draft in drafts}
    waiting = [
        standing
        for standing in situation_of(community, today()).unmet
        if not standing.versions and standing.pk not in drafted
    ]
    silent = _silent(waiting)
    error = ""
    if request.method == "POST":
        error = _propose(request, {one.pk for one in waiting}, silent)
        if not error:
            return redirect("desk_todo", slug)
    context = {
        "silent": [one for one in waiting if one.pk in silent],
        "others": [one for one in waiting if one.pk not in silent],
        "proposed": [(draft, STEPS[step]) for draft in drafts if draft.is_absence and (step := open_step(draft))],
        "statements": STATEMENTS,
        "typed": request.POST,
        "error": error,
    }
    return page(request, "absence", community, context, 422 if error else 200)


def _silent(waiting: Sequence[Standing]) -> set[int]:
    keys = [standing.pk for standing in waiting]
    return set(Obligation.objects.filter(pk__in=keys, occurrence__kind="silence").values_list("pk", flat=True))


def _numbers(told: Sequence[str]) -> set[int]:
    return {int(pk) for pk in told if pk.isdigit() and len(pk) < 12}


def _propose(request: HttpRequest, waiting: set[int], silent: set[int]) -> str:
    """Hand the statement in; returns what is wrong, in Chinese, or an empty text."""
    statement, told = request.POST.get("statement", ""), request.POST.get("until", "")
    try:
        until = date.fromisoformat(told) if told else None
    except ValueError:
        return "改在哪一天公开：日期不对，请写成 2026-11-23 这样的形式。"
    chosen = _numbers(request.POST.getlist("owed")) & (waiting if statement == POSTPONED else silent)
    owed = Obligation.objects.filter(pk__in=chosen).select_related("occurrence__item", "occurrence__duty", "community")
    try:
        drafts = propose_absence(
            obligations=list(owed.order_by("pk")),
            statement=statement,
            reason=request.POST.get("reason", "").strip()[:200],
            until=until,
            by=me(request),
            at=timezone.now(),
        )
    except (NotPublishable, ContentError, NotDraftable) as error:
        return str(error)
    except NotReady as error:
        found = [one.sentence for one in error.checks.found]
        return f"理由不能这样公开：{found[0]}" if found else str(error)
    messages.success(request, f"已把 {len(drafts)} 项“{STATEMENTS[statement]}”送审，签字后公开。")
    return ""


def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement that waits for who asks, on one page with one signature."""
    community = community_or_404(request, slug, REVIEWERS)
    rows = _awaited(request, community)
    error = ""
    if request.method == "POST":
        chosen = _numbers(request.POST.getlist("draft"))
        seen = {draft: request.POST.get(f"seen-{draft.pk}", "") for draft, *_ in rows if draft.pk in chosen}
        approved = "approve" in request.POST
        try:
            published = review_together(
                seen=seen, approved=approved, by=me(request), at=timezone.now(), reason=request.POST.get("reason", "")
            )
        except (NotReviewable, NotYourStep, NotPublishable, ContentError) as wrong:
            error = str(wrong)
        else:
            done = f"已公开 {len(published)} 项。纸张也要张贴，见待办。" if published else "已通过，交给下一步。"
            messages.success(request, done if approved else "已退回，编写人会在待办里看到理由。")
            return redirect("desk_todo", slug)
    context = {"rows": rows, "error": error, "typed": request.POST}
    return page(request, "absence_review", community, context, 422 if error else 200)


def _awaited(request: HttpRequest, community: Community) -> list[tuple[Draft, str, str]]:
    """(draft, the step's name, the hash of what is shown) of each statement that who asks may sign."""
    roles = roles_of(me(request), community)
    rows = []
    for draft in open_drafts(community):
        step = awaited_step(draft, me(request), roles) if draft.is_open and draft.is_absence else None
        if step is not None:
            rows.append((draft, STEPS[step], content_hash(draft)))
    return rows
