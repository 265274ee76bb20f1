"""Decisions: recording one with its steps, telling what became of each step, putting entries right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date

from mingbai.communities.models import Community, User
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.followups import actions, queries
from mingbai.followups.actions import Planned
from mingbai.followups.models import Decision, Step
from mingbai.followups.owing import BadEntry
from mingbai.obligations.models import Obligation

STEP_ROWS = 5


def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, REVIEWERS)
    found = queries.followed(community, queries.decisions(community), today())
    return page(request, "decisions", community, {"everything": found})


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the decision, its steps. POST: it is recorded, and its publication is owed from the meeting's day."""
    community = community_or_404(request, slug, PREPARERS)
    posted, error = request.POST, ""
    if request.method == "POST":
        try:
            made = actions.record_decision(
                community=community,
                title=posted.get("title", ""),
                met_on=day_of(posted.get("met_on", ""), "开会日期"),
                decided_by=posted.get("decided_by", ""),
                text=posted.get("text", ""),
                steps=_steps(posted),
                known=known_of(community, posted.get("known", "")),
                by=me(request),
                at=timezone.now(),
            )
        except BadEntry as wrong:
            error = str(wrong)
        else:
            messages.success(request, "已登记。要公开的期限从开会那天算起，下面可以直接准备公开的内容。")
            return redirect("desk_decision", slug, made.pk)
    context = {
        "typed": posted,
        "met_on": posted.get("met_on", today().isoformat()),
        "bodies": Decision.Body.choices,
        "rows": [(number, _step_row(posted, number)) for number in range(1, STEP_ROWS + 1)],
        "known": queries.offered(community, "decision"),
        "error": error,
    }
    return page(request, "decision_new", community, context, 422 if error else 200)


def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: the decision with its steps. POST: one thing about it, which ``act`` names."""
    posts = request.method == "POST"
    community = community_or_404(request, slug, PREPARERS if posts else REVIEWERS)
    decision, error = _decision_or_404(community, pk), ""
    if posts:
        try:
            said = _act(request, decision)
        except BadEntry as wrong:
            error = str(wrong)
        else:
            messages.success(request, said)
            return redirect("desk_decision", slug, pk)
    return _shown(request, decision, error)


def draft(request: HttpRequest, slug: str, pk: int, owed: int) -> HttpResponse:
    """The draft of what is owed, filled in with the decision and how its steps stand."""
    community = community_or_404(request, slug, PREPARERS)
    if request.method != "POST":
        raise Http404("没有这一页")
    decision = _decision_or_404(community, pk)
    obligation = _obligation(community, owed)
    if obligation is None:
        raise Http404("没有这件应公开")
    try:
        made = actions.draft_followup(decision=decision, obligation=obligation, by=me(request), at=timezone.now())
    except BadEntry as wrong:
        return _shown(request, decision, str(wrong))
    messages.success(request, "草稿已填好决定和每一步的进展，请核对后送审。")
    return redirect("desk_draft", slug, made.pk)


def _shown(request: HttpRequest, decision: Decision, error: str) -> HttpResponse:
    (found,) = queries.followed(decision.community, [decision], today())
    owed = {standing.pk: standing for standing in [found.standing, *(one.standing for one in found.steps)] if standing}
    typed = request.POST if error else QueryDict()
    context = {
        "one": found,
        "decision": decision,
        "rows": [(each, typed if typed.get("step") == str(each.step.pk) else QueryDict()) for each in found.steps],
        "owed": [(standing, queries.publications(standing)[:1]) for standing in owed.values()],
        "changes": [(change, queries.changed_lines(change)) for change in decision.changes.all()],
        "bodies": Decision.Body.choices,
        "known": [
            owed for owed in queries.offered(decision.community, "decision") if owed.occurrence.on >= decision.met_on
        ],
        "typed": typed,
        "error": error,
    }
    return page(request, "decision", decision.community, context, 422 if error else 200)


def _act(request: HttpRequest, decision: Decision) -> str:
    """Do what was posted; what to say of it."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadEntry("没有这个操作，请重新打开这一页。")
    return act(request.POST, decision, me(request), timezone.now())


def _add(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    actions.plan_step(decision=decision, step=_planned(posted), by=by, at=at)
    return "已加上这一步。"


def _finish(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    actions.finish_step(
        step=_step(posted, decision),
        done_on=day_of(posted.get("done_on", ""), "完成日期"),
        result=posted.get("result", ""),
        known=known_of(decision.community, posted.get("known", "")),
        by=by,
        at=at,
    )
    return "已登记完成。结果也要公开，期限见下面。"


def _drop(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    actions.drop_step(step=_step(posted, decision), reason=posted.get("reason", ""), by=by, at=at)
    return "已登记不再做，理由会公开。"


def _change(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    step, reason = _step(posted, decision), posted.get("reason", "")
    actions.change_step(step=step, to=_planned(posted), reason=reason, by=by, at=at)
    return "已改好，原来写的仍然看得到。"


def _reopen(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    actions.reopen_step(step=_step(posted, decision), reason=posted.get("reason", ""), by=by, at=at)
    return "已撤回，这一步又是没有完成。"


def _correct(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    actions.correct_decision(
        decision=decision,
        title=posted.get("title", ""),
        decided_by=posted.get("decided_by", ""),
        text=posted.get("text", ""),
        reason=posted.get("reason", ""),
        by=by,
        at=at,
    )
    return "已改正，原来写的仍然看得到。"


def _void(posted: QueryDict, decision: Decision, by: User, at: datetime) -> str:
    actions.void_decision(decision=decision, reason=posted.get("reason", ""), by=by, at=at)
    return "已作废。这一条和理由仍然看得到。"


ACTS: dict[str, Callable[[QueryDict, Decision, User, datetime], str]] = {
    "add": _add,
    "finish": _finish,
    "drop": _drop,
    "change": _change,
    "reopen": _reopen,
    "correct": _correct,
    "void": _void,
}


def _decision_or_404(community: Community, pk: int) -> Decision:
    found = queries.decision_of(community, pk)
    if found is None:
        raise Http404("没有这个决定")
    return found


def _step(posted: QueryDict, decision: Decision) -> Step:
    key = posted.get("step", "")
    found = next((step for step in decision.steps.all() if str(step.pk) == key), None)
    if found is None:
        raise BadEntry("没有这一步，请重新打开这一页。")
    return found


def _planned(posted: QueryDict) -> Planned:
    day = day_of(posted.get("planned_on", ""), "计划完成日期")
    return Planned(posted.get("what", ""), day, posted.get("responsible", ""))


def _step_row(posted: QueryDict, number: int) -> tuple[str, str, str]:
    return (
        posted.get(f"what-{number}", ""),
        posted.get(f"planned_on-{number}", ""),
        posted.get(f"responsible-{number}", ""),
    )


def _steps(posted: QueryDict) -> list[Planned]:
    """The rows in which something was typed."""
    made = []
    for number in range(1, STEP_ROWS + 1):
        what, planned_on, responsible = _step_row(posted, number)
        if what.strip() or planned_on or responsible.strip():
            made.append(Planned(what, day_of(planned_on, f"第{number}步：计划完成日期"), responsible))
    return made


def day_of(text: str, field: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise BadEntry(f"请填写“{field}”。")
    return day


def known_of(community: Community, key: str) -> Obligation | None:
    """The occurrence that was chosen; None where none was. Raises BadEntry for what isn't there."""
    if not key:
        return None
    found = _obligation(community, int(key)) if key.isdecimal() and len(key) < 19 else None
    if found is None:
        raise BadEntry("没有选中的那件事，请重新选。")
    return found


def _obligation(community: Community, pk: int) -> Obligation | None:
    return Obligation.objects.filter(community=community, pk=pk).select_related("occurrence__item").first()
