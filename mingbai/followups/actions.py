"""Every write of this app: recording a decision, planning its steps, telling what became of them, corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Max

from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.disclosures.drafts import NotDraftable, start_draft
from mingbai.disclosures.models import Draft
from mingbai.followups.drafting import content_of
from mingbai.followups.models import Change, Decision, Step
from mingbai.followups.owing import MAX_REASON, BadEntry, checked_text, let_go, owe
from mingbai.obligations.models import Obligation
from mingbai.rules.days import chinese_date, legal_day

MAX_TITLE, MAX_TEXT, MAX_RESPONSIBLE, MAX_STEPS = 100, 2000, 50, 30

Row = TypeVar("Row", Decision, Step)


@dataclass(frozen=True, slots=True)
class Planned:
    """One step as it is planned: what, by which day, who sees to it."""

    what: str
    planned_on: date
    responsible: str


@transaction.atomic
def record_decision(
    *,
    community: Community,
    title: str,
    met_on: date,
    decided_by: str,
    text: str,
    steps: Sequence[Planned],
    by: User,
    at: datetime,
    known: Obligation | None = None,
) -> Decision:
    """A meeting decided something: from its day on, that it be published is owed.

    ``known``: an occurrence that was recorded already, of the same item, from no later a day. The same decision of the
    same day twice is one. Raises BadEntry.
    """
    one_at_a_time(community.pk)
    title, text = checked_text(title, "决定事项", MAX_TITLE), checked_text(text, "决定内容", MAX_TEXT)
    if decided_by not in Decision.Body.values:
        raise BadEntry("请选择是谁决定的。")
    if met_on > legal_day(at):
        raise BadEntry("开会日期不能晚于今天，请改正。")
    planned = [_checked(step, met_on, f"第{number}步：") for number, step in enumerate(steps, 1)]
    if len(planned) > MAX_STEPS:
        raise BadEntry(f"步骤最多{MAX_STEPS}步。")
    same = Decision.objects.filter(community=community, met_on=met_on, title=title, voided_at=None).first()
    if same is not None:
        if (same.decided_by, same.text) == (decided_by, text):
            return same
        raise BadEntry(f"这一天的这个决定已经登记过（{same.reference}），请打开那一条改正。")
    what = f"{Decision.Body(decided_by).label}作出决定：{title}"
    obligation, owes = owe(community, "decision", met_on, what, known, by=by, at=at)
    last = Decision.objects.filter(community=community, year=met_on.year).aggregate(last=Max("number"))["last"] or 0
    decision = Decision.objects.create(
        community=community,
        year=met_on.year,
        number=last + 1,
        title=title,
        met_on=met_on,
        decided_by=decided_by,
        text=text,
        obligation=obligation,
        owes=owes,
        recorded_by=by,
        recorded_at=at,
    )
    Step.objects.bulk_create(
        Step(
            decision=decision,
            position=position,
            what=step.what,
            planned_on=step.planned_on,
            responsible=step.responsible,
        )
        for position, step in enumerate(planned, 1)
    )
    record(community, "decision_recorded", decision, by=by, at=at)
    return decision


@transaction.atomic
def plan_step(*, decision: Decision, step: Planned, by: User, at: datetime) -> Step:
    """One step more. The same one twice is one. Raises BadEntry."""
    decision = _locked(decision)
    planned = _checked(step, decision.met_on)
    same = decision.steps.filter(what=planned.what, done_on=None, dropped_on=None).first()
    if same is not None:
        if (same.planned_on, same.responsible) == (planned.planned_on, planned.responsible):
            return same
        raise BadEntry("这一步已经有了，要改日期或者负责人，请在那一步上改。")
    last = decision.steps.aggregate(last=Max("position"))["last"] or 0
    if last >= MAX_STEPS:
        raise BadEntry(f"步骤最多{MAX_STEPS}步。")
    made = Step.objects.create(
        decision=decision,
        position=last + 1,
        what=planned.what,
        planned_on=planned.planned_on,
        responsible=planned.responsible,
    )
    record(decision.community, "step_planned", made, by=by, at=at)
    return made


@transaction.atomic
def finish_step(
    *, step: Step, done_on: date, result: str, by: User, at: datetime, known: Obligation | None = None
) -> Step:
    """It was done on a day, with a result; from that day on it is owed that the result be published.

    ``known``: as with a decision. The same twice is one. Raises BadEntry.
    """
    step = _open_or_same(step, done_on=done_on, result=result.strip())
    if step.done_on is not None:
        return step
    decision = step.decision
    said = checked_text(result, "结果", MAX_REASON)
    if done_on > legal_day(at):
        raise BadEntry("完成日期不能晚于今天，请改正。")
    if done_on < decision.met_on:
        raise BadEntry(f"完成日期早于开会的{chinese_date(decision.met_on)}，请改正。")
    what = f"决定落实：{decision.title}——{step.what}"
    earlier = [decision.obligation_id]
    step.obligation, step.owes = owe(
        decision.community, "decision", done_on, what, known, by=by, at=at, continues=earlier
    )
    step.done_on, step.result = done_on, said
    step.save(update_fields=["done_on", "result", "obligation", "owes"])
    record(decision.community, "step_done", step, by=by, at=at)
    return step


@transaction.atomic
def drop_step(*, step: Step, reason: str, by: User, at: datetime) -> Step:
    """It won't be done, and why: the step stays to be seen. The same twice is one. Raises BadEntry."""
    on = legal_day(at)
    step = _open_or_same(step, dropped_on=on, drop_reason=reason.strip())
    if step.dropped_on is not None:
        return step
    step.drop_reason, step.dropped_on = checked_text(reason, "不再做的理由", MAX_REASON), on
    step.save(update_fields=["dropped_on", "drop_reason"])
    record(step.decision.community, "step_dropped", step, by=by, at=at)
    return step


@transaction.atomic
def change_step(*, step: Step, to: Planned, reason: str, by: User, at: datetime) -> Step:
    """Another day, another person, or better words, with the reason; what it said before stays to be seen.

    Once a step is settled its plan stands: a late step can't be made punctual afterwards. Raises BadEntry.
    """
    step = _fresh(step)
    planned = _checked(to, step.decision.met_on)
    if step.planned_on != planned.planned_on and (step.done_on or step.dropped_on):
        raise BadEntry("这一步已经有了结果，计划完成日期不能再改。")
    after = {"what": planned.what, "planned_on": planned.planned_on, "responsible": planned.responsible}
    return _change(step.decision, step, after, reason, "step_changed", by=by, at=at)


@transaction.atomic
def reopen_step(*, step: Step, reason: str, by: User, at: datetime) -> Step:
    """It was entered by mistake that a step is done or dropped; what was entered stays to be seen. Raises BadEntry."""
    step = _fresh(step)
    if step.done_on is None and step.dropped_on is None:
        raise BadEntry("这一步还没有登记结果，不用撤回。")
    let_go_of, owes = step.obligation, step.owes
    after = {"done_on": None, "result": "", "dropped_on": None, "drop_reason": ""}
    step.obligation, step.owes = None, False
    step = _change(step.decision, step, after, reason, "step_reopened", by=by, at=at, also=("obligation", "owes"))
    let_go(let_go_of, owes, reason, by=by, at=at)
    return step


@transaction.atomic
def correct_decision(
    *, decision: Decision, title: str, decided_by: str, text: str, reason: str, by: User, at: datetime
) -> Decision:
    """Put a wrong entry right, with the reason. The day can't be changed, since a deadline hangs on it: an entry of a
    wrong day is voided and made anew. Raises BadEntry."""
    decision = _locked(decision)
    if decided_by not in Decision.Body.values:
        raise BadEntry("请选择是谁决定的。")
    after = {
        "title": checked_text(title, "决定事项", MAX_TITLE),
        "decided_by": decided_by,
        "text": checked_text(text, "决定内容", MAX_TEXT),
    }
    others = Decision.objects.filter(community=decision.community, met_on=decision.met_on, title=after["title"])
    if others.filter(voided_at=None).exclude(pk=decision.pk).exists():
        raise BadEntry("这一天已经登记过同样名称的决定，请换一个名称。")
    return _change(decision, decision, after, reason, "decision_corrected", by=by, at=at)


@transaction.atomic
def void_decision(*, decision: Decision, reason: str, by: User, at: datetime) -> Decision:
    """The whole entry was wrong: it stays to be seen, crossed out, with the reason. Twice is once. Raises BadEntry."""
    one_at_a_time(decision.community_id)
    decision = Decision.objects.select_related("community", "obligation__occurrence").get(pk=decision.pk)
    if decision.voided_at is not None:
        return decision
    decision.void_reason, decision.voided_at = checked_text(reason, "作废的理由", MAX_REASON), at
    decision.save(update_fields=["void_reason", "voided_at"])
    record(decision.community, "decision_voided", decision, by=by, at=at)
    done = decision.steps.exclude(obligation=None).select_related("obligation__occurrence")
    for obligation, owes in [(decision.obligation, decision.owes), *((step.obligation, step.owes) for step in done)]:
        let_go(obligation, owes, reason, by=by, at=at)
    return decision


@transaction.atomic
def draft_followup(*, decision: Decision, obligation: Obligation, by: User, at: datetime) -> Draft:
    """Begin the draft of what ``obligation`` owes, filled in with the decision and its steps as they stand.

    Raises BadEntry for an obligation that isn't of this decision, or once there is a draft.
    """
    decision = _locked(decision)
    mine = {decision.obligation_id, *decision.steps.values_list("obligation_id", flat=True)}
    if obligation.pk not in mine:
        raise BadEntry("这件应公开不属于这个决定。")
    try:
        return start_draft(obligation=obligation, by=by, at=at, content=content_of(obligation))
    except NotDraftable as error:
        raise BadEntry(str(error)) from error


def _checked(step: Planned, met_on: date, where: str = "") -> Planned:
    what = checked_text(step.what, f"{where}做什么", MAX_TITLE)
    responsible = checked_text(step.responsible, f"{where}负责人", MAX_RESPONSIBLE)
    if step.planned_on < met_on:
        raise BadEntry(f"{where}计划完成日期早于开会的{chinese_date(met_on)}，请改正。")
    return Planned(what, step.planned_on, responsible)


def _locked(decision: Decision) -> Decision:
    """As it is now, while no other act of the community runs. Raises BadEntry for one that is void."""
    one_at_a_time(decision.community_id)
    decision = Decision.objects.select_related("community").get(pk=decision.pk)
    if decision.voided_at is not None:
        raise BadEntry("这条登记已经作废，不能再改。")
    return decision


def _fresh(step: Step) -> Step:
    _locked(step.decision)
    return Step.objects.select_related("decision__community", "obligation__occurrence").get(pk=step.pk)


def _open_or_same(step: Step, **given: object) -> Step:
    """An open step, or one that was settled by the same act before. Raises BadEntry for one settled otherwise."""
    step = _fresh(step)
    is_open = step.done_on is None and step.dropped_on is None
    if not is_open and any(getattr(step, name) != value for name, value in given.items()):
        raise BadEntry("这一步已经登记过结果，要改请先撤回。")
    return step


def _change(
    decision: Decision,
    row: Row,
    after: Mapping[str, object],
    reason: str,
    act: str,
    *,
    by: User,
    at: datetime,
    also: tuple[str, ...] = (),
) -> Row:
    """Write what differs and keep both; the same change twice is one."""
    said = checked_text(reason, "改动的理由", MAX_REASON)
    both = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in after.items()}
    changed: dict[str, list[str]] = {name: pair for name, pair in both.items() if len(set(pair)) == 2}
    step = row if isinstance(row, Step) else None
    if not changed:
        last = decision.changes.filter(step=step).last()
        if last is not None and last.reason == said:
            return row
        raise BadEntry("没有改动任何一项，请先改再保存。")
    for name in changed:
        setattr(row, name, after[name])
    row.save(update_fields=[*changed, *also])
    change = Change.objects.create(decision=decision, step=step, changed_data=changed, reason=said, by=by, at=at)
    record(decision.community, act, change, by=by, at=at)
    return row


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
