"""Where residents ask and object, without an account: no cookie, no address kept, a receipt code to follow up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from mingbai.carriers.queries import last_day_on_show
from mingbai.carriers.windows import window_on
from mingbai.communities.models import Community
from mingbai.communities.receipts import NotTaken, in_fours, nonce_of, same_token
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_version
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.public.views import community_or_404, page, today
from mingbai.residents.actions import MAX_TEXT, NotAnswerable, Place, settle_feedback, take_feedback
from mingbai.residents.forms import spots
from mingbai.residents.models import Feedback
from mingbai.residents.queries import feedback_by_receipt, feedback_list, feedback_of, told
from mingbai.rules.replies import reply_term


@csrf_exempt  # nobody is signed in here, so there is nobody whose name could be misused
@never_cache
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the form, about a version where ``v`` names one. POST: it is taken in, and the receipt is shown once."""
    community = community_or_404(slug)
    posted = request.POST
    code = posted.get("v", "") or request.GET.get("v", "")
    version = visible_version(code, community) if code else None
    if code and version is None:
        raise Http404("没有这个短码")
    content = _content(version)
    error = ""
    if request.method == "POST":
        try:
            feedback, receipt = _take(request, community, version, content)
        except NotTaken as wrong:
            error = str(wrong)
        else:
            shown = {"feedback": feedback, "receipt": in_fours(receipt)}
            return page(request, "asked", community, shown, 201)
    term = reply_term(today(), profile=profile_of(community), policy=community.policy, calendar=current_calendar())
    context: dict[str, Any] = {
        "version": version,
        "spots": spots(content) if content is not None else [],
        "kinds": Feedback.Kind.choices,
        "typed": posted,
        "chosen": posted.get("spot", "") or request.GET.get("at", ""),
        "token": same_token(posted.get("token", ""), timezone.now().timestamp()),
        "term": term,
        "window": window_on(version.disclosure.obligation, today()) if version is not None else None,
        "max_text": MAX_TEXT,
        "error": error,
    }
    return page(request, "ask", community, context, 422 if error else 200)


def _content(version: Version | None) -> Content | None:
    return content_on(version, last_day_on_show(version.postings.all()), today()) if version is not None else None


def _take(
    request: HttpRequest, community: Community, version: Version | None, content: Content | None
) -> tuple[Feedback, str]:
    posted, now = request.POST, timezone.now()
    if posted.get("website"):
        raise NotTaken("请把“网址”一栏清空：那一栏是留给机器的，人不用填。")
    nonce = nonce_of(posted.get("token", ""), now.timestamp())
    offered = [value for value, _ in spots(content)] if content is not None else []
    place = Place.of(version, posted.get("spot", ""), offered)
    kind, text = posted.get("kind", ""), posted.get("text", "")
    return take_feedback(community=community, kind=kind, text=text, place=place, nonce=nonce, at=now)


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question and objection with its clock and its answer, and what was withheld, counted."""
    community = community_or_404(slug)
    everything = feedback_list(community, today())
    withheld: dict[str, int] = {}
    for one in everything:
        if one.feedback.withheld:
            withheld[one.feedback.withheld_name] = withheld.get(one.feedback.withheld_name, 0) + 1
    answered = [one for one in everything if one.answers]
    context = {
        "everything": everything,
        "answered": len(answered),
        "in_time": sum(1 for one in answered if one.feedback.due_on and one.answers[0].on <= one.feedback.due_on),
        "open": [one for one in everything if one.is_open],
        "withheld": withheld,
    }
    return page(request, "feedback", community, context)


def one(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    community = community_or_404(slug)
    found = feedback_of(community, year, number, today())
    if found is None:
        raise Http404("没有这个编号")
    return page(request, "feedback_one", community, {"told": found})


@csrf_exempt
@never_cache
def receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow up with the receipt code, which travels in the form and never in an address."""
    community = community_or_404(slug)
    code = request.POST.get("receipt", "")
    context: dict[str, Any] = {"code": code}
    if request.method != "POST":
        return page(request, "receipt", community, context)
    found = feedback_by_receipt(code)
    if found is None or found.community_id != community.pk:
        context["error"] = "没有找到这个回执号，请核对20位数字。"
        return page(request, "receipt", community, context, 422)
    if "settled" in request.POST:
        try:
            found = settle_feedback(feedback=found, settled=request.POST["settled"] == "yes", at=timezone.now())
        except NotAnswerable as error:
            context["error"] = str(error)
    context["told"] = told(found, today())
    return page(request, "receipt", community, context, 422 if "error" in context else 200)
