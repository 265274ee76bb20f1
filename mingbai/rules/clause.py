"""What one clause of a time limit states, and how clauses come together to duties."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mingbai.rules.duties import (
    AfterPeriod,
    Display,
    DisplayUnspecified,
    Doubt,
    Due,
    DueUnspecified,
    Duty,
    LongTerm,
    PeriodDay,
    Prompt,
    Trigger,
    Within,
)

COVERS_CHANGE = frozenset({Trigger.CHANGE, Trigger.FORMATION_OR_CHANGE})


class Contradiction(ValueError):
    """Two parts of a phrase that can't both hold, or a part that says nothing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule as far as it has been read. None: not stated (yet).

    ``thing`` is what the event happens to (方案 in 方案确定后; empty when not named): a subject only beside others.
    ``updates`` / ``discloses``: whether the verb is 更新, 公开; ``updates_first``: 更新 stood first.
    ``next_month``: the day counts in the month after whatever period the rule has (次月, 首月).
    """

    subject: str | None = None
    thing: str | None = None
    event: Trigger | None = None
    period: Trigger | None = None
    due: Due | None = None
    display: Display | None = None
    updates: bool = False
    discloses: bool = False
    updates_first: bool = False
    next_month: bool = False
    ambiguous: bool = False

    @property
    def trigger(self) -> Trigger | None:
        return self.event or self.period

    @property
    def says_nothing(self) -> bool:
        return self.trigger is None and self.due is None and self.display is None and not self.updates

    @property
    def only_event(self) -> bool:
        """信息变更: names what happens, and nothing that is to be done."""
        done = self.due or self.display or self.updates or self.discloses
        return self.event is not None and not done

    @property
    def only_display(self) -> bool:
        return self.trigger is None and self.due is None and self.display is not None and not self.updates


def stricter(first: Due | None, second: Due | None) -> Due | None:
    """Both dues of one rule as one: a number beside 及时 binds. Raises Contradiction for two different numbers."""
    if first is None or first == second:
        return second
    if second is None or isinstance(second, Prompt):
        return first
    if isinstance(first, Prompt):
        return second
    raise Contradiction


def merged(rule: Clause, more: Clause) -> Clause:
    """Two clauses of one rule as one. Raises Contradiction when they state different things."""
    if rule.event and more.event and rule.event != more.event:
        raise Contradiction
    period = rule.period or more.period
    if rule.period and more.period and rule.period != more.period:
        period = _one_period(rule, more)
    if rule.display and more.display and rule.display != more.display:
        raise Contradiction
    if period and (rule.event or more.event):
        raise Contradiction
    return replace(
        rule,
        thing=more.thing if rule.thing is None else rule.thing,
        event=rule.event or more.event,
        period=period,
        due=stricter(rule.due, more.due),
        display=rule.display or more.display,
        updates=rule.updates or more.updates,
        discloses=rule.discloses or more.discloses,
        updates_first=rule.updates_first or (more.updates_first and not rule.discloses),
        next_month=rule.next_month or (more.next_month and rule.period is None),
        ambiguous=rule.ambiguous or more.ambiguous,
    )


def _one_period(rule: Clause, more: Clause) -> Trigger:
    """每季度…次月10日前 is the quarter's; 按会计记账周期，每季度一次 says which period the accounting one is."""
    if more.next_month and more.period is Trigger.MONTH and rule.period is not None:
        return rule.period
    if rule.period is Trigger.ACCOUNTING_PERIOD and rule.due is None and more.period is not None:
        return more.period
    raise Contradiction


def joined(rules: list[Clause], more: Clause) -> list[Clause]:
    """The rules so far with one more clause: part of the last rule, a display for all of them, or a rule of its own.

    Raises Contradiction when it can be none of these.
    """
    if not rules:
        return [more]
    last = rules[-1]
    if more.subject is not None:
        if last.subject is None and last.only_event:  # 自信息形成之日起，会议通知即时公开，…
            return [*rules[:-1], replace(more, event=more.event or (None if more.period else last.event))]
        return [*rules, more]
    if more.says_nothing:
        return rules
    if more.only_display:
        return shared(rules, more)
    if last.only_event and not more.trigger:
        return [*rules[:-1], merged(last, more)]  # 如有变动，5个工作日内更新
    if _is_update_of(last, more):
        return rules
    if more.trigger and last.trigger and more.due and last.due:
        return [*rules, more]
    if more.period and isinstance(last.due, Prompt):
        return [*rules, more]
    if more.updates and not more.trigger and last.trigger:
        return [*rules, more]
    try:
        return [*rules[:-1], merged(last, more)]
    except Contradiction:
        if more.trigger and (last.trigger or last.due):
            return [*rules, more]
        raise


def shared(rules: list[Clause], more: Clause) -> list[Clause]:
    """A display that is stated once, at the end, holds for every rule that has none of its own."""
    if rules[-1].display is not None:
        return [*rules[:-1], merged(rules[-1], more)]
    return [rule if rule.display else merged(rule, more) for rule in rules]


def _is_update_of(last: Clause, more: Clause) -> bool:
    """…变更之日起20个工作日内公开，及时更新: 及时更新 adds nothing to a rule whose clock a change starts already."""
    unsaid = more.trigger is None and more.updates and not more.display and isinstance(more.due, Prompt | None)
    covers = last.event in COVERS_CHANGE or (last.trigger is None and isinstance(last.due, Within))
    return unsaid and covers


def duties(rules: list[Clause]) -> tuple[tuple[Duty, ...], frozenset[Doubt]]:
    """The duties that the rules state, and what they leave open."""
    found: list[Duty] = []
    doubts: set[Doubt] = set()
    with_subjects = len(rules) > 1 and any(rule.subject for rule in rules)
    stated: Trigger | None = None
    for rule in rules:
        if rule.only_event:
            raise Contradiction
        if with_subjects and rule.subject is None and rule.thing:
            rule = replace(rule, subject=rule.thing)
        if rule.trigger is None and rule.subject is not None and rule.due is not None and not rule.updates:
            rule = replace(rule, event=stated)  # 会议通知自信息形成即时公开，会议情况即时公开
        stated = rule.event or (None if rule.period else stated)
        duty, open_points = _duty(rule)
        if duty not in found:
            found.append(duty)
        doubts |= open_points
    return tuple(found), frozenset(doubts)


def _duty(rule: Clause) -> tuple[Duty, set[Doubt]]:
    doubts = {Doubt.DISPLAY_OR_DEADLINE} if rule.ambiguous else set()
    trigger = rule.trigger
    if trigger is None:
        trigger = _assumed_trigger(rule)
        if trigger is not Trigger.CHANGE:  # 更新 names the change that it follows
            doubts.add(Doubt.TRIGGER_NOT_STATED)
    due = rule.due
    if due is None:
        due = DueUnspecified() if trigger.is_period or trigger is Trigger.NONE else Prompt()
    if isinstance(due, Prompt | DueUnspecified) and trigger is not Trigger.NONE:
        doubts.add(Doubt.DEADLINE_NOT_STATED)
    if trigger is Trigger.ACCOUNTING_PERIOD:
        doubts.add(Doubt.PERIOD_NOT_STATED)
    if isinstance(due, Within) and trigger.is_period:
        due = AfterPeriod(due.count, due.unit)
    if isinstance(due, PeriodDay | AfterPeriod) and not trigger.is_period:
        raise Contradiction
    return Duty(rule.subject, trigger, due, rule.display or DisplayUnspecified()), doubts


def _assumed_trigger(rule: Clause) -> Trigger:
    """What starts the clock where the phrase doesn't say: always reported as a doubt beside it."""
    if isinstance(rule.due, DueUnspecified):
        return Trigger.NONE
    if rule.updates and (rule.updates_first or not rule.discloses):
        return Trigger.CHANGE
    if isinstance(rule.due, Within) or rule.updates:
        return Trigger.FORMATION_OR_CHANGE
    if rule.due is None and isinstance(rule.display, LongTerm):
        return Trigger.NONE
    return Trigger.FORMATION
