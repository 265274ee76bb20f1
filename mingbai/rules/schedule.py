"""Duty + trigger day + layers + calendar → due day, display and the explanation of both.

Layers, in this order: the catalogue (what the community adopted), the profile (the law), the policy (the community's
reading of what both leave open). Where no layer states a number there is none: «not stated», never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbai.rules.days import chinese_date, chinese_day
from mingbai.rules.duties import (
    AfterPeriod,
    AtLeast,
    Due,
    DueUnspecified,
    Duty,
    Immediate,
    LongTerm,
    PeriodDay,
    Prompt,
    Trigger,
    Unit,
    Within,
    due_from_json,
)
from mingbai.rules.profiles import Policy, Profile, Rule, prompt_within
from mingbai.rules.workdays import DayKind, WorkCalendar

ONE_DAY = timedelta(days=1)
FIRST_DAY_ARTICLE = "《民法典》第二百零一条"
LAST_DAY_ARTICLE = "《民法典》第二百零三条"
MONTHS_IN = {Trigger.MONTH: 1, Trigger.QUARTER: 3, Trigger.HALF_YEAR: 6, Trigger.YEAR: 12}
UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日"}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that the counting skipped (放假) or made up (调休上班), with the holiday's name."""

    on: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the explanation. ``layer``: catalogue, profile, policy, law, calendar or order."""

    kind: str
    on: date | None
    layer: str
    article: str | None
    text: str
    days: tuple[SpecialDay, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "on": self.on.isoformat() if self.on else None,
            "layer": self.layer,
            "article": self.article,
            "text": self.text,
            "days": [{"on": day.on.isoformat(), "kind": day.kind.value, "name": day.name} for day in self.days],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        return cls(
            kind=data["kind"],
            on=date.fromisoformat(data["on"]) if data["on"] else None,
            layer=data["layer"],
            article=data["article"],
            text=data["text"],
            days=tuple(
                SpecialDay(date.fromisoformat(day["on"]), DayKind(day["kind"]), day["name"]) for day in data["days"]
            ),
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """``due_on`` None: no layer states a deadline. ``shown_until``: the last day on show; None when nothing was
    posted, for long-term display, or when no layer states a period. ``certain`` False: a projected day was needed."""

    due_on: date | None
    shown_until: date | None
    legal_floor_days: int | None
    certain: bool
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "shown_until": self.shown_until.isoformat() if self.shown_until else None,
            "legal_floor_days": self.legal_floor_days,
            "certain": self.certain,
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Schedule:
        return cls(
            due_on=date.fromisoformat(data["due_on"]) if data["due_on"] else None,
            shown_until=date.fromisoformat(data["shown_until"]) if data["shown_until"] else None,
            legal_floor_days=data["legal_floor_days"],
            certain=data["certain"],
            steps=tuple(Step.from_json(step) for step in data["steps"]),
        )


def schedule(
    duty: Duty,
    trigger_on: date,
    *,
    calendar: WorkCalendar,
    profile: Profile,
    policy: Policy | None = None,
    posted_on: date | None = None,
) -> Schedule:
    """When the duty is due after its trigger happened on ``trigger_on`` (for periods: the period's last day) and,
    for a version posted on ``posted_on``, until when it is shown. Raises OutOfCalendar beyond the known years."""
    counting = _Counting(calendar)
    due, layer, rule = _due_that_binds(duty, trigger_on, profile, policy or Policy())
    due_on = counting.due(due, trigger_on, layer, rule)
    if duty.trigger is Trigger.ACCOUNTING_PERIOD and not (policy or Policy()).accounting_period_confirmed:
        counting.say("period", None, "policy", "目录没有写明会计期间，暂按季度计算，等待社区确认。")
    shown_until, floor = None, None
    if posted_on is not None:
        shown_until, floor = counting.display(duty, posted_on, profile)
    return Schedule(due_on, shown_until, floor, not counting.projected, tuple(counting.steps))


def ordered(body: str, ordered_on: date, due_on: date) -> Schedule:
    """An order of the subdistrict: the day is the one that it names, however it falls."""
    text = f"{body}{chinese_date(ordered_on)}责令公布，最迟{chinese_date(due_on)}（周{_weekday(due_on)}）公布。"
    return Schedule(due_on, None, None, True, (Step("order", due_on, "order", None, text),))


def _due_that_binds(duty: Duty, on: date, profile: Profile, policy: Policy) -> tuple[Due, str, Rule | None]:
    """The due of the first layer that states one, that layer's name, and its rule of law where there is one."""
    if isinstance(duty.due, Prompt):
        rule = profile.rule("prompt", on)
        if rule is not None:
            return prompt_within(rule), "profile", rule
        if policy.prompt is not None:
            return policy.prompt, "policy", None
    elif isinstance(duty.due, DueUnspecified) and duty.trigger.is_period:
        rule = profile.rule("after_period", on)
        if rule is not None:
            return due_from_json(rule.value), "profile", rule
        if policy.after_period is not None:
            return policy.after_period, "policy", None
    return duty.due, "catalogue", None


class _Counting:
    """Counts days and says what it does."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.steps: list[Step] = []
        self.projected = False

    def say(
        self,
        kind: str,
        on: date | None,
        layer: str,
        text: str,
        article: str | None = None,
        days: tuple[SpecialDay, ...] = (),
    ) -> None:
        self.steps.append(Step(kind, on, layer, article, text, days))

    # -- the deadline ------------------------------------------------------------------------------------------------

    def due(self, due: Due, trigger_on: date, layer: str, rule: Rule | None) -> date | None:
        article = rule.citation if rule is not None else None
        source = {"catalogue": "目录", "profile": "当地法规", "policy": "本社区口径"}[layer]
        match due:
            case Immediate():
                self.say(
                    "immediate", trigger_on, layer, f"{source}要求即时公开，当天{chinese_date(trigger_on)}就是期限。"
                )
                return trigger_on
            case Prompt():
                self.say(
                    "not_stated",
                    None,
                    layer,
                    "目录只要求及时公开，没有写明多少天；法规和本社区口径也没有写明，所以没有确定的期限。",
                )
                return None
            case DueUnspecified():
                self.say(
                    "not_stated", None, layer, "目录、法规和本社区口径都没有写明多少天内公开，所以没有确定的期限。"
                )
                return None
            case PeriodDay(month_of_period, day):
                nominal = _day_in_month(trigger_on, month_of_period, day)
                self.say(
                    "period_day", nominal, layer, f"{source}规定在下一期的{chinese_date(nominal)}前公开。", article
                )
                return self._roll(nominal)
            case Within(count, unit) | AfterPeriod(count, unit):
                self.say("rule", None, layer, f"{source}规定{count}{UNITS[unit]}内公开。", article)
                self.say(
                    "trigger",
                    trigger_on,
                    "law",
                    f"{chinese_day(trigger_on)}是起算日，当日不计入，从次日开始数。",
                    FIRST_DAY_ARTICLE,
                )
                if unit is Unit.WORKING_DAY:
                    return self._count_working_days(trigger_on, count, "应公开日期")
                nominal = trigger_on + count * ONE_DAY
                self.say("count", nominal, "law", f"第{count}日是{chinese_date(nominal)}（周{_weekday(nominal)}）。")
                return self._roll(nominal)

    def _count_working_days(self, start: date, count: int, what: str) -> date:
        end = self.calendar.add_working_days(start, count)
        special = tuple(self._special(start, end))
        for text in _describe(special):
            self.say("special_days", None, "calendar", text, self.calendar.source(start + ONE_DAY), special)
            special = ()
        self.say(
            "count", end, "calendar", f"数到第{count}个工作日，是{chinese_date(end)}（周{_weekday(end)}），即{what}。"
        )
        self._note_projection(start + ONE_DAY, end)
        return end

    def _roll(self, nominal: date) -> date:
        end = self.calendar.roll_forward(nominal)
        if end != nominal:
            special = tuple(self._special(nominal - ONE_DAY, end))
            text = f"{chinese_day(nominal)}是{self._why_off(nominal)}，期限顺延到下一个工作日{chinese_day(end)}。"
            self.say("roll_forward", end, "law", text, LAST_DAY_ARTICLE, special)
        else:
            made_up = self.calendar.kind(end) is DayKind.MAKE_UP
            text = f"{chinese_day(end)}是{'调休上班日' if made_up else '工作日'}，即应公开日期。"
            self.say("due", end, "calendar", text)
        self._note_projection(nominal, end)
        return end

    # -- the display -------------------------------------------------------------------------------------------------

    def display(self, duty: Duty, posted_on: date, profile: Profile) -> tuple[date | None, int | None]:
        """The last day on show (None: long-term or not stated) and the floor of the law in calendar days."""
        rule = profile.display_floor(posted_on)
        floor = int(rule.value) if rule is not None else None
        stated: date | None = None
        if isinstance(duty.display, LongTerm):
            self.say("long_term", None, "catalogue", "目录要求长期公开，一直公示到有新版替换。")
            return None, floor
        if isinstance(duty.display, AtLeast):
            count, unit = duty.display.count, duty.display.unit
            if unit is Unit.WORKING_DAY:
                stated = self._count_working_days(posted_on, count, "目录要求的公示期最后一天")
            else:
                stated = posted_on + count * ONE_DAY
                posted, end = chinese_date(posted_on), chinese_date(stated)
                text = f"目录要求公示{count}日：{posted}张贴，公示到{end}（公示期不因放假顺延）。"
                self.say("display", stated, "catalogue", text)
        if rule is None or floor is None:
            if stated is None:
                self.say(
                    "display_not_stated", None, "catalogue", "目录没有写明公示多久，张贴当时的法律也没有规定最短天数。"
                )
            return stated, None
        least = posted_on + floor * ONE_DAY
        if stated is None or least > stated:
            text = f"法律规定公布的期限不得少于{floor}日，所以公示到{chinese_date(least)}。"
        else:
            text = f"法律规定公布的期限不得少于{floor}日，目录的公示期不短于它，按目录执行。"
        self.say("legal_floor", least, "profile", text, rule.citation)
        return (least if stated is None else max(stated, least)), floor

    # -- the calendar ------------------------------------------------------------------------------------------------

    def _special(self, after: date, through: date) -> Iterator[SpecialDay]:
        day = after + ONE_DAY
        while day <= through:
            kind = self.calendar.kind(day)
            if kind in (DayKind.HOLIDAY, DayKind.MAKE_UP):
                yield SpecialDay(day, kind, self.calendar.name(day) or "")
            day += ONE_DAY

    def _why_off(self, day: date) -> str:
        name = self.calendar.name(day)
        return f"{name}放假" if name else "周末"

    def _note_projection(self, first: date, last: date) -> None:
        for year in range(first.year, last.year + 1):
            if not self.calendar.is_official(date(year, 1, 1)):
                self.projected = True
                text = f"{year}年的放假安排尚未公布，这里按法定节假日推算；通知公布后会重新计算。"
                self.say("projected", None, "calendar", text, self.calendar.source(date(year, 1, 1)))


def _describe(special: tuple[SpecialDay, ...]) -> Iterator[str]:
    """One sentence per run of holidays and one per make-up day."""
    run: list[SpecialDay] = []
    for place, day in enumerate(special):
        if day.kind is DayKind.MAKE_UP:
            yield f"{chinese_day(day.on)}调休上班（{day.name}），计入。"
            continue
        run.append(day)
        following = special[place + 1] if place + 1 < len(special) else None
        if following is None or following.on != day.on + ONE_DAY or following.name != day.name:
            span = chinese_day(run[0].on) if len(run) == 1 else f"{chinese_day(run[0].on)}至{chinese_day(day.on)}"
            yield f"{span}{day.name}放假，不计入。"
            run = []


def _weekday(day: date) -> str:
    return "一二三四五六日"[day.weekday()]


def _day_in_month(period_end: date, month_of_period: int, day: int) -> date:
    """``day`` of the ``month_of_period``-th month after a period's end; the month's last day where it is shorter."""
    months = period_end.month - 1 + month_of_period
    first = date(period_end.year + months // 12, months % 12 + 1, 1)
    last = (first.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY
    return min(first + (day - 1) * ONE_DAY, last)


def explain(derived: Schedule) -> str:
    """The explanation as Chinese text, one line a step."""
    return "\n".join(
        f"{number}. {step.text}" + (f"（{step.article}）" if step.article else "")
        for number, step in enumerate(derived.steps, 1)
    )


def period_ends(trigger: Trigger, after: date, through: date, policy: Policy) -> list[date]:
    """The last days of the periods of ``trigger`` in (after, through]. Raises KeyError for what isn't a period."""
    length = MONTHS_IN[policy.accounting_period if trigger is Trigger.ACCOUNTING_PERIOD else trigger]
    ends = []
    for year in range(after.year, through.year + 1):
        for month in range(length, 13, length):
            following = date(year + month // 12, month % 12 + 1, 1)
            ends.append(following - ONE_DAY)
    return [end for end in ends if after < end <= through]
