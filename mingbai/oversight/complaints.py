"""The supervisors' side of the second door. A passphrase lives as long as one request; what it opens, as one answer."""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from mingbai.communities.models import Subdistrict, Supervisor
from mingbai.oversight.views import me, page, subdistrict_or_404, today
from mingbai.sealed.actions import AlreadyMade, NoKeyYet, answer_complaint, make_key
from mingbai.sealed.boxes import SHORTEST_PASSPHRASE, SIZES, NotOpened
from mingbai.sealed.messages import MAX_TEXT
from mingbai.sealed.queries import (
    Opened,
    complaint_for,
    complaints_of,
    current_key,
    is_sealed_to,
    messages_for,
    supervisor_for,
)

SIZE_NAMES = dict(
    zip(SIZES, ("短（4 KB 以内）", "中（256 KB 以内）", "大（2 MB 以内）", "很大（8 MB 以内）"), strict=True)
)


def _mine(request: HttpRequest, slug: str) -> tuple[Subdistrict, Supervisor]:
    subdistrict = subdistrict_or_404(request, slug)
    supervisor = supervisor_for(me(request), subdistrict)
    if supervisor is None:
        raise Http404("没有这个街道")
    return subdistrict, supervisor


@never_cache
@sensitive_post_parameters()
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a key with a passphrase; again: a new one, for what comes later."""
    subdistrict, supervisor = _mine(request, slug)
    error, made = "", False
    if request.method == "POST":
        error = _unfit(request) or _make(request, supervisor)
        made = not error
    key = current_key(supervisor)
    context = {
        "subdistrict": subdistrict,
        "key": key,
        "instead_of": key.pk if key is not None else "",
        "made": made,
        "shortest": SHORTEST_PASSPHRASE,
        "error": error,
    }
    return page(request, "keys", context, 422 if error else 200)


def _make(request: HttpRequest, supervisor: Supervisor) -> str:
    """What was wrong with making it; empty: it is made."""
    passphrase, instead_of = request.POST["passphrase"], request.POST.get("instead_of", "")
    try:
        make_key(supervisor=supervisor, passphrase=passphrase, on=today(), instead_of=instead_of)
    except AlreadyMade:
        return "刚才已经设过另一个口令。要换成这一个，请再输入一次，再点“换新口令”。"
    return ""


def _unfit(request: HttpRequest) -> str:
    """What is wrong with the passphrase; empty: nothing."""
    passphrase, again = request.POST.get("passphrase", ""), request.POST.get("again", "")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        return f"“口令”至少{SHORTEST_PASSPHRASE}个字，现在有{len(passphrase)}个，请写长一些。"
    if passphrase != again:
        return "两次输入的口令不一样，请两栏都重新输入。"
    if me(request).check_password(passphrase):
        return "“口令”不能和登录密码一样，请另想一句话。"
    return ""


@never_cache
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Day, size, whether it was answered: nothing else is known without opening."""
    subdistrict, supervisor = _mine(request, slug)
    if current_key(supervisor) is None:
        return redirect("oversight_keys", slug)
    rows = [(one, SIZE_NAMES.get(one.size, "—")) for one in complaints_of(subdistrict)]
    return page(request, "complaints", {"subdistrict": subdistrict, "rows": rows})


@never_cache
@sensitive_post_parameters()
def one(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """POST with a passphrase: opened, in this answer only. POST with a text: answered, sealed to the receipt."""
    subdistrict, supervisor = _mine(request, slug)
    if current_key(supervisor) is None:
        return redirect("oversight_keys", slug)
    standing = complaint_for(supervisor, pk)
    if standing is None:
        raise Http404("没有这件举报")
    complaint, posted = standing.complaint, request.POST
    context: dict[str, Any] = {}
    if "text" in posted:
        context["error"] = _answer(request, complaint, supervisor)
        context["answered"] = not context["error"]
        standing = complaint_for(supervisor, pk) or standing
    elif request.method == "POST":
        try:
            context["messages"], context["closed"] = _shown(
                messages_for(complaint, supervisor, posted.get("passphrase", ""))
            )
        except NotOpened:
            context["error"] = "打不开：口令不对，或者这件是用您另一个口令封的。请核对以后再输入。"
    context |= {
        "subdistrict": subdistrict,
        "standing": standing,
        "size": SIZE_NAMES.get(standing.size, "—"),
        "sealed_to_me": is_sealed_to(complaint, supervisor),
        "typed": posted.get("text", ""),
        "nonce": posted.get("nonce", "") or secrets.token_hex(16),
        "max_text": MAX_TEXT,
    }
    return page(request, "complaint", context, 422 if context.get("error") else 200)


def _answer(request: HttpRequest, complaint: Any, supervisor: Supervisor) -> str:
    """What was wrong with the answer; empty: it was given."""
    text, nonce = request.POST["text"].strip(), request.POST.get("nonce", "")
    if not text:
        return "请在“答复”一栏写下答复。"
    if len(text) > MAX_TEXT:
        return f"“答复”最多{MAX_TEXT}字，现在有{len(text)}字，请删短一些。"
    if len(nonce) != 32:
        return "这一页不完整，请把写的答复复制下来，重新打开这件举报再答复。"
    try:
        answer_complaint(complaint=complaint, text=text, by=supervisor, nonce=nonce, on=today())
    except NoKeyYet:
        return "现在没有监督员的口令可用，请先设口令。"
    return ""


def _shown(opened: Opened) -> tuple[list[dict[str, Any]], int]:
    """Pictures stand inside the page, so that none has an address of its own."""
    shown = [
        {
            "on": on,
            "message": message,
            "pictures": [f"data:image/jpeg;base64,{b64encode(one).decode()}" for one in message.pictures],
        }
        for on, message in opened.messages
    ]
    return shown, opened.closed
