"""A duty as a plain Chinese sentence, in words that the grammar reads back to the same duty."""

from __future__ import annotations

from mingbai.rules.duties import (
    AfterPeriod,
    AtLeast,
    Display,
    DueUnspecified,
    Duty,
    Immediate,
    LongTerm,
    PeriodDay,
    Prompt,
    Trigger,
    Unit,
    Within,
)

EVENT = {
    Trigger.CHANGE: "自信息变更",
    Trigger.FORMATION: "自信息形成",
    Trigger.FORMATION_OR_CHANGE: "自信息形成或者变更",
}
EVERY = {
    Trigger.MONTH: "每月",
    Trigger.QUARTER: "每季度",
    Trigger.HALF_YEAR: "每半年",
    Trigger.YEAR: "每年",
    Trigger.ACCOUNTING_PERIOD: "每个会计记账周期",
}
NOT_SET = "未规定期限"


def render(duty: Duty) -> str:
    """The duty in words, without a full stop: 名单：自信息形成之日起5个工作日内公开，公示期不少于7日.

    Reads back to the same duty when its parts fit together: a number of days or 即时/及时 after an event, a day or a
    number of days after a period's end (``Within`` a period is said and read as ``AfterPeriod``), no due without a
    trigger. Anything else is still said, as it stands.
    """
    subject = "" if duty.applies_to is None else f"{duty.applies_to}："
    return subject + _rule(duty) + _display(duty.display, alone=_is_only_display(duty))


def _is_only_display(duty: Duty) -> bool:
    return duty.trigger is Trigger.NONE and isinstance(duty.due, DueUnspecified) and isinstance(duty.display, LongTerm)


def _rule(duty: Duty) -> str:
    if _is_only_display(duty):
        return ""
    if duty.trigger in EVENT:
        return _after_event(duty, EVENT[duty.trigger])
    if duty.trigger in EVERY:
        return _of_period(duty, EVERY[duty.trigger])
    return NOT_SET if isinstance(duty.due, DueUnspecified) else _due(duty)


def _after_event(duty: Duty, event: str) -> str:
    match duty.due:
        case Immediate():
            return f"{event}当日公开"
        case DueUnspecified():
            return f"{event}之日起公开，{NOT_SET}"
        case PeriodDay():
            return f"{event}之日起，于{_due(duty)}"
        case _:
            return f"{event}之日起{_due(duty)}"


def _of_period(duty: Duty, every: str) -> str:
    match duty.due:
        case DueUnspecified() if duty.trigger is Trigger.ACCOUNTING_PERIOD:
            return "按照会计记账周期公开"
        case DueUnspecified():
            return f"{every}公开一次"
        case Immediate():
            return f"{every}结束当日公开"
        case PeriodDay(month_of_period, day) if duty.trigger is Trigger.YEAR:
            return f"{every}{month_of_period}月{day}日前公开"
        case PeriodDay(1, day) if duty.trigger is Trigger.MONTH:
            return f"{every}{day}日前公开"
        case PeriodDay() if duty.trigger is Trigger.ACCOUNTING_PERIOD:
            return f"按照会计记账周期于{_due(duty)}"
        case PeriodDay(month_of_period, day):
            return f"{every}第{month_of_period}个月{day}日前公开"
        case _:
            return f"{every}结束后{_due(duty)}"


def _due(duty: Duty) -> str:
    match duty.due:
        case Within(count, unit) | AfterPeriod(count, unit):
            return f"{days(count, unit)}内公开"
        case Immediate():
            return "即时公开"
        case Prompt():
            return "及时公开"
        case PeriodDay(month_of_period, day):
            return f"下一周期第{month_of_period}个月{day}日前公开"
        case DueUnspecified():
            return NOT_SET


def _display(display: Display, *, alone: bool) -> str:
    comma = "" if alone else "，"
    match display:
        case LongTerm():
            return f"{comma}长期公开"
        case AtLeast(count, unit):
            return f"{comma}公示期不少于{days(count, unit)}"
        case _:
            return ""


def days(count: int, unit: Unit) -> str:
    """5个工作日, 7日."""
    return f"{count}个工作日" if unit is Unit.WORKING_DAY else f"{count}日"
