"""The points of a community's policy (口径) in words: what it says, what the law says instead, and what nobody says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mingbai.rules.duties import AfterPeriod, PeriodDay, Trigger, Within
from mingbai.rules.profiles import Policy, Profile, Rule
from mingbai.rules.sentence import days

PERIODS = {Trigger.MONTH: "按月", Trigger.QUARTER: "按季度", Trigger.HALF_YEAR: "按半年", Trigger.YEAR: "按年"}


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the policy (口径). ``told``: whether the community has said it, or nobody has."""

    name: str
    value: str
    told: bool


def points_of(policy: Policy, profile: Profile, on: date) -> list[Point]:
    """Every point, with what decides it on a day."""
    topics = ("prompt", "after_period", "reply", "request")
    prompt, after, reply, request = (profile.rule(topic, on) for topic in topics)
    answered = _within(policy.reply, reply)
    if not answered[1]:
        answered = ("未规定答复期限：法律没有写明，本社区也没有承诺", False)
    asked = _within(policy.request, request)
    if not asked[1]:
        asked = ("法律没有为居民委员会规定，本社区也没有承诺，没有确定的期限", False)
    period = "" if policy.accounting_period_confirmed else "（系统默认，社区尚未确认）"
    return [
        Point("会计记账周期", f"{PERIODS[policy.accounting_period]}{period}", policy.accounting_period_confirmed),
        Point("“及时公开”是多久", *_within(policy.prompt, prompt)),
        Point("会计期间届满后多久公开", *_within(policy.after_period, after)),
        Point("居民意见几天内答复", *answered),
        Point("公开申请几天内答复", *asked),
        Point("一个季度没有事项发生", "公开一份“本期无”" if policy.absence else "不另作说明", True),
        Point("公开前的审核", "两人签字（小社区）" if policy.light_review else "按法律口径的全部步骤", True),
    ]


def _within(own: Within | AfterPeriod | PeriodDay | None, law: Rule | None) -> tuple[str, bool]:
    """What decides: the law where it says something, else the community's own word, else nobody's."""
    if law is not None:
        return f"{law.text}（{law.citation}）", True
    match own:
        case Within(count, unit) | AfterPeriod(count, unit):
            return f"{days(count, unit)}内", True
        case PeriodDay(month, day):
            return f"下一期第{month}个月{day}日前", True
    return "目录、法律和本社区都没有规定，这类事项显示“期限未载明”，不算逾期", False
