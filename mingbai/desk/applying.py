"""Applications: taking them in by number, and entering how far they are. No name is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.communities.models import Community, User
from mingbai.communities.receipts import NotTaken, nonce_of, same_token
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.desk.following import day_of, known_of
from mingbai.followups import applying, counting, queries
from mingbai.followups.counting import Placed
from mingbai.followups.models import Application, Passage
from mingbai.followups.owing import BadEntry


def applications(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: what is open, by kind. POST: some came in, some went on, or an entry was wrong."""
    posts = request.method == "POST"
    community, error = community_or_404(request, slug, PREPARERS if posts else REVIEWERS), ""
    if posts:
        try:
            said = _act(request, community)
        except (BadEntry, NotTaken) as wrong:
            error = str(wrong)
        else:
            messages.success(request, said)
            return redirect("desk_applications", slug)
    typed = request.POST if error else QueryDict()
    found = counting.placed(community)
    kinds: dict[str, list[Placed]] = {}
    for one in found:
        if not one.is_settled:
            kinds.setdefault(one.application.kind, []).append(one)
    courses = counting.courses_of(community)
    context = {
        "courses": courses[1] if courses is not None else (),
        "kinds": [(kind, mine, mine[0].application.stages[1:]) for kind, mine in sorted(kinds.items())],
        "recent": sorted(found, key=lambda one: one.last.at, reverse=True)[:30],
        "outcomes": Passage.Outcome.choices,
        "known": queries.offered(community, "application"),
        "token": same_token(typed.get("token", ""), timezone.now().timestamp()),
        "typed": typed,
        "ticked": typed.getlist("application"),
        "on": typed.get("on", today().isoformat()),
        "error": error,
    }
    return page(request, "applications", community, context, 422 if error else 200)


def _act(request: HttpRequest, community: Community) -> str:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadEntry("没有这个操作，请重新打开这一页。")
    return act(request.POST, community, me(request), timezone.now())


def _receive(posted: QueryDict, community: Community, by: User, at: datetime) -> str:
    count = posted.get("count", "")
    made = applying.receive_applications(
        community=community,
        kind=posted.get("kind", ""),
        count=int(count) if count.isdecimal() and len(count) < 4 else 0,
        on=day_of(posted.get("on", ""), "收到日期"),
        nonce=nonce_of(posted.get("token", ""), at.timestamp(), quickest=0),
        by=by,
        at=at,
    )
    numbers = f"第{made[0].number}号" + (f"到第{made[-1].number}号" if len(made) > 1 else "")
    return f"已登记，编号是{made[0].year}年{numbers}，请写在纸质材料上。"


def _advance(posted: QueryDict, community: Community, by: User, at: datetime) -> str:
    made = applying.advance_applications(
        community=community,
        keys=[int(key) for key in posted.getlist("application") if key.isdecimal() and len(key) < 19],
        stage=posted.get("stage", ""),
        on=day_of(posted.get("on", ""), "日期"),
        outcome=posted.get("outcome", ""),
        known=known_of(community, posted.get("known", "")),
        by=by,
        at=at,
    )
    owed = made[0].obligation
    due = f"这一步要公开，最迟{owed.due_on:%Y-%m-%d}。" if owed is not None and owed.due_on else ""
    return f"已登记 {len(made)} 件。{due}"


def _take_back(posted: QueryDict, community: Community, by: User, at: datetime) -> str:
    key = posted.get("application", "")
    mine = Application.objects.filter(community=community).select_related("community")
    application = mine.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if application is None:
        raise BadEntry("请选择哪一件登记错了。")
    applying.take_back_passage(application=application, reason=posted.get("reason", ""), by=by, at=at)
    return "已撤回最后一步，理由已记下。"


ACTS: dict[str, Callable[[QueryDict, Community, User, datetime], str]] = {
    "receive": _receive,
    "advance": _advance,
    "take_back": _take_back,
}
