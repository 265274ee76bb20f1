"""What isn't for everybody: asking to be shown something, and reading by the code of a household or of a receipt.

Codes travel in the form and never in an address. What they open is answered at once, whole, and may be kept nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from mingbai.communities.models import Community
from mingbai.communities.receipts import NotTaken, in_fours, nonce_of, same_token
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.onrequest.actions import MAX_TEXT, take_request
from mingbai.onrequest.households import count_wrong_code, household_of, too_many_wrong
from mingbai.onrequest.models import Request, RequestAnswer
from mingbai.onrequest.queries import (
    Shown,
    file_of,
    given_with,
    items_on_request,
    opened_by,
    request_by_receipt,
    request_list,
    told,
)
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.replies import request_term


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """How many requests there were, how each stands, and the answers that were published."""
    community = community_or_404(slug)
    everything = request_list(community, today())
    counts = Counter(one.answer.outcome for one in everything if one.answer is not None)
    context = {
        "everything": everything,
        "outcomes": [(name, counts[key]) for key, name in RequestAnswer.Outcome.choices if counts[key]],
        "open": sum(1 for one in everything if one.answer is None),
        "published": [one for one in everything if one.answer is not None and one.answer.published_on],
        "term": request_term(
            today(), profile=profile_of(community), policy=community.policy, calendar=current_calendar()
        ),
    }
    return page(request, "requests", community, context)


@csrf_exempt  # nobody is signed in here, so there is nobody whose name could be misused
@never_cache
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the form. POST: the request is taken in, and the receipt is shown once."""
    community = community_or_404(slug)
    posted, error = request.POST, ""
    items = items_on_request(community)
    if request.method == "POST":
        try:
            taken, receipt = _take(request, community)
        except NotTaken as wrong:
            error = str(wrong)
        else:
            return page(request, "requested", community, {"taken": taken, "receipt": in_fours(receipt)}, 201)
    context: dict[str, Any] = {
        "items": items,
        "ways": Request.Way.choices,
        "typed": posted,
        "chosen": posted.get("item", "") or request.GET.get("item", ""),
        "token": same_token(posted.get("token", ""), timezone.now().timestamp()),
        "term": request_term(
            today(), profile=profile_of(community), policy=community.policy, calendar=current_calendar()
        ),
        "max_text": MAX_TEXT,
        "error": error,
    }
    return page(request, "request_new", community, context, 422 if error else 200)


def _take(request: HttpRequest, community: Community) -> tuple[Request, str]:
    posted, now = request.POST, timezone.now()
    if posted.get("website"):
        raise NotTaken("请把“网址”一栏清空：那一栏是留给机器的，人不用填。")
    nonce = nonce_of(posted.get("token", ""), now.timestamp())
    wanted = posted.get("item", "")
    item = next((one for one in items_on_request(community) if one.code == wanted), None)
    if wanted and item is None:
        raise NotTaken("“哪一项”里所选的事项已经不在了，请重新选择。")
    text, way = posted.get("text", ""), posted.get("way", "")
    return take_request(community=community, text=text, way=way, item=item, nonce=nonce, at=now)


@csrf_exempt
@never_cache
def receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer to a request, for who has its receipt; with the text that was given, and its files."""
    community = community_or_404(slug)
    code = request.POST.get("receipt", "")
    context: dict[str, Any] = {"code": code}
    if request.method != "POST":
        return _alone(page(request, "request_receipt", community, context))
    found = request_by_receipt(community, code)
    if found is None:
        context["error"] = "没有找到这个回执号，请核对20位数字。"
        return _alone(page(request, "request_receipt", community, context, 422))
    one = told(found, today())
    shown = given_with(one.answer, today()) if one.answer is not None else []
    if "file" in request.POST:
        return _file(shown, request.POST["file"])
    context |= {"told": one, "shown": shown, "field": "receipt"}
    return _alone(page(request, "request_receipt", community, context))


@csrf_exempt
@never_cache
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: where a household types its code. POST: what is for it, whole; or one file of it."""
    community = community_or_404(slug)
    code = request.POST.get("code", "")
    context: dict[str, Any] = {"code": code}
    if request.method != "POST":
        return _alone(page(request, "mine", community, context))
    if too_many_wrong(community, today()):
        context["error"] = "今天输错的次数太多，请明天再试，或者带上纸条到居委会看。"
        return _alone(page(request, "mine", community, context, 429))
    household = household_of(community, code)
    if household is None:
        count_wrong_code(community=community, on=today())
        context["error"] = "没有找到这个住户码，请核对纸条上的16位数字。纸条旧了或者丢了，请到居委会换新。"
        return _alone(page(request, "mine", community, context, 422))
    shown = opened_by(household, today())
    if "file" in request.POST:
        return _file(shown, request.POST["file"])
    context |= {"opened": True, "shown": shown, "field": "code"}
    return _alone(page(request, "mine", community, context))


def _file(shown: Iterable[Shown], wanted: str) -> HttpResponse:
    found = file_of(shown, wanted)
    if found is None:
        raise Http404("没有这个附件")
    response = HttpResponse(bytes(found.data), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return _alone(response)


def _alone(response: HttpResponse) -> HttpResponse:
    """Nothing that is opened from here learns where it was opened from, and no search engine keeps it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
