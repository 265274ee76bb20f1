"""Where residents say what they think of something: the questions, the days left, and afterwards what came of it.

No account, no cookie, no address kept; a receipt code to see one's own slip again.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt

from mingbai.communities.receipts import NotTaken, in_fours, nonce_of, same_token
from mingbai.consultations.actions import take_opinion
from mingbai.consultations.forms import answers_from
from mingbai.consultations.models import Consultation, Opinion
from mingbai.consultations.queries import (
    answers_in_words,
    consultation_of,
    consultations,
    heard,
    opinion_by_receipt,
    stage_name,
)
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import visible_versions
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.opinions import MAX_TEXT, SMALL, Stage


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What is being asked now, what is to come and what is over."""
    community = community_or_404(slug)
    found = [(one, one.stage(today())) for one in consultations(community, public=True)]
    titles = ((Stage.OPEN, "正在征集"), (Stage.TO_COME, "就要开始"), (Stage.CLOSED, "已经截止"))
    groups = [
        (title, stage.value, [(one, (one.closes_on - today()).days) for one, mine in found if mine is stage])
        for stage, title in titles
    ]
    return page(request, "consultations", community, {"groups": [group for group in groups if group[2]]})


@csrf_exempt  # nobody is signed in here, so there is nobody whose name could be misused
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: the questions, or the result. POST: an opinion, whose receipt is shown once; or a receipt to follow up."""
    community = community_or_404(slug)
    consultation = consultation_of(community, pk, public=True)
    if consultation is None:
        raise Http404("没有这次征集")
    stage = consultation.stage(today())
    context: dict[str, Any] = {
        "consultation": consultation,
        "stage": stage.value,
        "stage_name": stage_name(consultation, today()),
        "days_left": (consultation.closes_on - today()).days,
        "days_to_come": (consultation.opens_on - today()).days,
        "max_text": MAX_TEXT,
    }
    if request.method == "POST":
        answer = _posted(request, consultation, context)
    else:
        context |= _shown(consultation, stage, QueryDict())
        answer = page(request, "consultation", community, context)
    if request.method == "POST" or stage is Stage.OPEN:
        add_never_cache_headers(answer)  # an opened form is one person's
    return answer


def _posted(request: HttpRequest, consultation: Consultation, context: dict[str, Any]) -> HttpResponse:
    community, stage = consultation.community, consultation.stage(today())
    if "receipt" in request.POST:
        return _follow_up(request, consultation, context)
    try:
        opinion, receipt = _take(request, consultation)
    except NotTaken as wrong:
        context |= {"error": str(wrong)} | _shown(consultation, stage, request.POST)
        return page(request, "consultation", community, context, 422)
    return page(request, "consulted", community, {**context, "opinion": opinion, "receipt": in_fours(receipt)}, 201)


def _follow_up(request: HttpRequest, consultation: Consultation, context: dict[str, Any]) -> HttpResponse:
    code = request.POST["receipt"]
    said = opinion_by_receipt(consultation, code)
    if said is not None:
        words = answers_in_words(consultation.questions.all(), said.opinion)
        return page(request, "consulted", consultation.community, {**context, "said": said, "words": words})
    context |= {"code": code, "error": "没有找到这个回执号，请核对20位数字。"}
    context |= _shown(consultation, consultation.stage(today()), QueryDict())
    return page(request, "consultation", consultation.community, context, 422)


def _take(request: HttpRequest, consultation: Consultation) -> tuple[Opinion, str]:
    posted, now = request.POST, timezone.now()
    if posted.get("website"):
        raise NotTaken("请把“网址”一栏清空：那一栏是留给机器的，人不用填。")
    nonce = nonce_of(posted.get("token", ""), now.timestamp())
    answers = answers_from(posted, list(consultation.questions.all()))
    return take_opinion(consultation=consultation, answers=answers, nonce=nonce, at=now)


def _shown(consultation: Consultation, stage: Stage, posted: QueryDict) -> dict[str, Any]:
    """The form while it is open, the result once it is closed; what was typed stays."""
    if stage is Stage.CLOSED:
        return {"heard": heard(consultation), "small": SMALL, "result": _result(consultation)}
    questions = list(consultation.questions.all())
    typed = answers_from(posted, questions)
    token = same_token(posted.get("token", ""), timezone.now().timestamp())
    return {"asked": [(question, typed[str(question.position)]) for question in questions], "token": token}


def _result(consultation: Consultation) -> Version | None:
    """The result as it is published now."""
    found = visible_versions(consultation.community).filter(
        disclosure__obligation=consultation.result_id, replaced_by=None
    )
    return found.first() if consultation.result_id is not None else None
