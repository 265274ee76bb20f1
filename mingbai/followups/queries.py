"""Every read of this app."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from mingbai.carriers.queries import Standing, situation_of
from mingbai.catalogues.models import Duty, Item
from mingbai.catalogues.queries import catalogue_in_force, items_of
from mingbai.communities.models import Community
from mingbai.data.forms import packaged_forms
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import elements_where, forms_by_item
from mingbai.followups.models import Change, Decision, Step
from mingbai.obligations.models import Obligation
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.duties import Trigger
from mingbai.rules.followups import DECISION_STATES, STEP_STATES, DecisionState, StepState, decision_state
from mingbai.rules.forms import ElementForm, form_for

# How many occurrences a form offers to hang an entry on.
OFFERED = 10
FIELDS = {
    "title": "决定事项",
    "decided_by": "谁决定的",
    "text": "决定内容",
    "what": "做什么",
    "planned_on": "计划完成日期",
    "responsible": "负责人",
    "done_on": "完成日期",
    "result": "结果",
    "dropped_on": "决定不再做的日期",
    "drop_reason": "不再做的理由",
}


@dataclass(frozen=True, slots=True)
class Following:
    """One step on one day. ``standing``: where the publication of its result stands; None: nothing is owed yet."""

    step: Step
    state: StepState
    standing: Standing | None

    @property
    def state_name(self) -> str:
        return STEP_STATES[self.state]

    @property
    def is_open(self) -> bool:
        return self.step.done_on is None and self.step.dropped_on is None


@dataclass(frozen=True, slots=True)
class Followed:
    """A decision on one day, with its steps by their planned days and where its publication stands."""

    decision: Decision
    state: DecisionState
    steps: tuple[Following, ...]
    standing: Standing | None

    @property
    def state_name(self) -> str:
        return DECISION_STATES[self.state]

    @property
    def settled(self) -> int:
        return sum(not one.is_open for one in self.steps)

    @property
    def next_step(self) -> Following | None:
        return next((one for one in self.steps if one.is_open), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. ``state``: the class that colours ``word``; ``code``, ``name``: the version that it leads
    to; ``pk``: the obligation; ``is_ahead``: it hasn't happened yet."""

    on: date | None
    title: str
    lines: tuple[str, ...] = ()
    state: str = ""
    word: str = ""
    code: str = ""
    name: str = ""
    pk: int | None = None
    is_ahead: bool = False


def decisions(community: Community) -> QuerySet[Decision]:
    """The last meeting's first, with their steps and changes: three queries."""
    return (
        Decision.objects.filter(community=community)
        .select_related("community", "obligation__occurrence__item")
        .prefetch_related("steps", "changes__step")
    )


def public_decisions(community: Community) -> QuerySet[Decision]:
    """Those of an item that is disclosed to everybody."""
    return decisions(community).filter(obligation__occurrence__item__is_public=True)


def followed(community: Community, found: Iterable[Decision], today: date) -> list[Followed]:
    """How each stands on the day; two queries more, however many there are."""
    listed = list(found)
    keys = {key for one in listed for key in (one.obligation_id, *(step.obligation_id for step in one.steps.all()))}
    owed = situation_of(community, today).among(tuple(key for key in keys if key is not None))
    standings = {standing.pk: standing for standing in owed}
    made = []
    for one in listed:
        steps = tuple(
            Following(step, step.state(today), standings.get(step.obligation_id or 0)) for step in one.steps.all()
        )
        state = decision_state([each.state for each in steps], void=one.voided_at is not None)
        made.append(Followed(one, state, steps, standings.get(one.obligation_id)))
    return made


def publications(standing: Standing) -> list[tuple[str, str, date]]:
    """(code, title, day) of each version that tells what was owed, the first first; a postponement tells nothing."""
    return [(one.code, one.title, one.published_on) for one in standing.public_versions if not one.is_postponement]


def timeline(one: Followed, today: date) -> list[Entry]:
    """From the meeting to what is still to come, by facts: each thing on the day on which it happened or is planned."""
    decision = one.decision
    made = [Entry(decision.met_on, f"{decision.body_name}开会，作出这个决定", state="met", word="已决定")]
    shared: dict[int, tuple[Standing, list[str]]] = {}
    if one.standing is not None:
        shared[one.standing.pk] = (one.standing, ["这个决定"])
    for each in one.steps:
        made.append(_of_step(each, today))
        if each.standing is not None:
            shared.setdefault(each.standing.pk, (each.standing, []))[1].append(f"“{each.step.what}”的结果")
    made += [_of_publication(standing, what, today) for standing, what in shared.values()]
    made += [_of_change(change) for change in decision.changes.all()]
    if decision.voided_at is not None:
        made.append(Entry(legal_day(decision.voided_at), "这条登记作废", (f"理由：{decision.void_reason}",)))
    return sorted(made, key=lambda entry: (entry.on is None, entry.on or today))


def _of_step(one: Following, today: date) -> Entry:
    step, plan = one.step, f"计划{chinese_date(one.step.planned_on)}完成，负责人：{one.step.responsible}"
    state = CSS[one.state]
    if step.done_on is not None:
        days = (step.done_on - step.planned_on).days
        word = f"晚 {days} 天完成" if days > 0 else one.state_name
        return Entry(step.done_on, f"完成：{step.what}", (f"结果：{step.result}", plan), state, word)
    if step.dropped_on is not None:
        lines = (f"理由：{step.drop_reason}", plan)
        return Entry(step.dropped_on, f"不再做：{step.what}", lines, state, one.state_name)
    days = (step.planned_on - today).days
    word = f"还有 {days} 天" if days > 0 else (f"已经晚了 {-days} 天" if days else one.state_name)
    return Entry(
        step.planned_on, f"计划完成：{step.what}", (f"负责人：{step.responsible}",), state, word, is_ahead=days >= 0
    )


CSS = {
    StepState.DONE: "met",
    StepState.DONE_LATE: "met_late",
    StepState.DROPPED: "over",
    StepState.LATE: "overdue",
    StepState.TODAY: "owed",
    StepState.TO_COME: "owed",
}


def _of_publication(standing: Standing, what: list[str], today: date) -> Entry:
    """Published, with what is still missing of it; or by when it is owed."""
    told_as, due_on, subject = publications(standing), standing.due_on, "、".join(what)
    if told_as:
        code, name, on = told_as[0]
        lines = [f"最迟应在{chinese_date(due_on)}公开"] if due_on is not None else []
        word = "已公开" if due_on is None else "按时公开"
        if standing.missing:
            word = "还没有贴全"
            lines.append(f"网上已公开，还没有张贴：{'、'.join(standing.missing)}")
        elif due_on is not None and standing.met_on is not None and standing.met_on > due_on:
            word = f"晚 {(standing.met_on - due_on).days} 天公开"
        return Entry(on, f"公开：{subject}", tuple(lines), standing.state, word, code, name, standing.pk)
    title = f"还没有公开：{subject}"
    if due_on is None:
        return Entry(None, title, (), "not_stated", "没有载明期限", pk=standing.pk, is_ahead=True)
    days = (due_on - today).days
    word = f"已过 {-days} 天" if days < 0 else (f"还有 {days} 天" if days else "今天到期")
    state = "overdue" if days < 0 else "owed"
    return Entry(due_on, title, ("最迟这一天公开",), state, word, pk=standing.pk, is_ahead=days >= 0)


def _of_change(change: Change) -> Entry:
    about = f"“{change.step.what}”" if change.step is not None else "这个决定的登记"
    return Entry(
        legal_day(change.at), f"改动：{about}", (*changed_lines(change), f"理由：{change.reason}"), "over", "改动"
    )


def changed_lines(change: Change) -> list[str]:
    lines = []
    for field, (before, after) in change.changed_data.items():
        if field == "text":  # nobody has reviewed it: the public reads the version
            lines.append("决定内容改过")
        else:
            lines.append(f"{FIELDS[field]}：原来是“{_said(field, before)}”，改成“{_said(field, after)}”")
    return lines


def _said(field: str, text: str) -> str:
    if not text:
        return "（空）"
    if field == "decided_by":
        return str(Decision.Body(text).label)
    return chinese_date(date.fromisoformat(text)) if field.endswith("_on") else text


def item_for(community: Community, purpose: str) -> tuple[Item, dict[int, ElementForm]] | None:
    """The item in force with an element whose form is for ``purpose``, and these forms by the elements' positions."""
    catalogue = catalogue_in_force(community.pk)
    items = items_of(catalogue.pk) if catalogue is not None else ()
    forms = forms_by_item(community, items)
    places = elements_where(forms, lambda form: form.purpose == purpose)
    item = next((item for item in items if item.code in places), None)
    return (item, {place: forms[item.code][place] for place in places[item.code]}) if item is not None else None


def duty_for(community: Community, purpose: str) -> Duty | None:
    """The duty under which what is for ``purpose`` is published; None: the catalogue in force has no such item."""
    found = item_for(community, purpose)
    if found is None:
        return None
    item, forms = found
    duties = Duty.objects.filter(item=item).select_related("item__catalogue").order_by("position")
    usable = [duty for duty in duties if not Trigger(duty.trigger).is_period]
    fitting = [duty for duty in usable if not duty.element_positions or set(forms) & set(duty.element_positions)]
    return next(iter([*fitting, *usable]), None)


def offered(community: Community, purpose: str) -> list[Obligation]:
    """The last occurrences that an entry may be published together with."""
    duty = duty_for(community, purpose)
    return list(may_hang_on(community, duty.item.code)[:OFFERED]) if duty is not None else []


def may_hang_on(community: Community, code: str, day: date | None = None) -> QuerySet[Obligation]:
    """What was recorded of the item by hand and can stand for what happened on ``day``, too: its clock started no
    later, and nothing was published of it before that day. The newest first; every day's where ``day`` is None."""
    found = Obligation.objects.filter(
        community=community,
        occurrence__item__code=code,
        occurrence__item__catalogue__community=community,
        occurrence__voided_at=None,
        occurrence__kind="event",
    )
    if day is not None:
        before = Version.objects.filter(disclosure__obligation=OuterRef("pk"), published_on__lt=day)
        found = found.filter(~Exists(before), occurrence__on__lte=day)
    return found.select_related("occurrence__item").order_by("-occurrence__on", "-pk")


def decision_of(community: Community, pk: int) -> Decision | None:
    return decisions(community).filter(pk=pk).first()


def decisions_on(version: Version) -> list[Decision]:
    """The decisions of which the disclosure of a version tells, or of the result of a step; by their numbers."""
    disclosure, mine = version.disclosure_id, Decision.objects.filter(community=version.community_id)
    told = mine.filter(Q(obligation__disclosure=disclosure) | Q(steps__obligation__disclosure=disclosure))
    return list(told.distinct().order_by("year", "number"))


def follows(item: Item) -> str:
    """Which page follows what this item is about: the route's name, or an empty text. No query, where its elements are
    at hand: by the packaged forms, whose purpose nobody adjusts."""
    purposes = {form_for(element.text, packaged_forms()).purpose for element in item.elements.all()}
    if "decision" in purposes:
        return "decisions"
    return "applications" if "application" in purposes else ""


def steps_due(community: Community, today: date) -> list[Step]:
    """Steps whose day has come and that are neither done nor dropped, the longest late first. One query."""
    found = Step.objects.filter(decision__community=community, decision__voided_at=None, planned_on__lte=today)
    return list(found.filter(done_on=None, dropped_on=None).select_related("decision"))
