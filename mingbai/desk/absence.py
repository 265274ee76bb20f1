"""One page that states 本期无 for everything that was silent, or 暂缓公开 with a reason and a new date."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.actions import publish_absence
from mingbai.carriers.queries import situation_of
from mingbai.desk.common import community_or_404, me, page, today
from mingbai.disclosures.actions import NotPublishable
from mingbai.disclosures.content import ContentError
from mingbai.disclosures.models import Draft
from mingbai.obligations.models import Obligation

STATEMENTS = {"none_this_period": "本期无", "postponed": "暂缓公开"}


def absence(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, {"clerk", "director"})
    drafted = set(
        Draft.objects.filter(community=community, version=None, abandoned_at=None).values_list("obligation", flat=True)
    )
    waiting = [
        standing
        for standing in situation_of(community, today()).unmet
        if not standing.versions and standing.pk not in drafted
    ]
    silent_ids = set(
        Obligation.objects.filter(pk__in=[standing.pk for standing in waiting], occurrence__kind="silence").values_list(
            "pk", flat=True
        )
    )
    error = ""
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("owed") if pk.isdigit() and len(pk) < 12}
        allowed = silent_ids if request.POST.get("statement") != "postponed" else {one.pk for one in waiting}
        error = _state(request, sorted(chosen & allowed))
        if not error:
            return redirect("desk_todo", slug)
    context = {
        "silent": [one for one in waiting if one.pk in silent_ids],
        "others": [one for one in waiting if one.pk not in silent_ids],
        "statements": STATEMENTS,
        "typed": request.POST,
        "error": error,
    }
    return page(request, "absence", community, context, 422 if error else 200)


def _state(request: HttpRequest, chosen: list[int]) -> str:
    """State it; returns what is wrong, in Chinese, or an empty text."""
    statement, until = request.POST.get("statement", ""), request.POST.get("until", "")
    if statement not in STATEMENTS:
        return "请选择“本期无”或“暂缓公开”。"
    if statement == "postponed" and not until:
        return "暂缓公开要写明改在哪一天公开。"
    reason = request.POST.get("reason", "").strip()
    if statement == "postponed" and reason:
        reason = f"{reason}。改在 {until} 公开。"
    obligations = list(Obligation.objects.filter(pk__in=chosen).select_related("occurrence__item", "occurrence__duty"))
    try:
        versions = publish_absence(
            obligations=obligations, reason=reason, statement=statement, by=me(request), at=timezone.now()
        )
    except (NotPublishable, ContentError) as error:
        return str(error)
    messages.success(request, f"已公开 {len(versions)} 份“{STATEMENTS[statement]}”。纸张也要张贴，见待办。")
    return ""
