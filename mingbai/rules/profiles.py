"""The law as data: profiles of national and provincial rules, each with its article, its source and its dates.

And the policy: a community's own reading of what catalogue and law both leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbai.rules.duties import AfterPeriod, Due, PeriodDay, Trigger, Unit, Within, due_from_json, due_to_json

ACCOUNTING_PERIODS = (Trigger.MONTH, Trigger.QUARTER, Trigger.HALF_YEAR, Trigger.YEAR)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of law: what it is about (``topic``), its value as JSON, where it stands, when it is in force
    and from where we have it."""

    topic: str
    value: Any
    law: str
    article: str
    text: str
    in_force: date | None = None
    until: date | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        return (self.in_force is None or self.in_force <= day) and (self.until is None or day <= self.until)

    @property
    def citation(self) -> str:
        """《…法》第三十四条."""
        return f"《{self.law}》{self.article}" if self.article else f"《{self.law}》"


@dataclass(frozen=True, slots=True)
class Profile:
    """What the law of a place says; a province's own rules stand before the national ones."""

    code: str
    name: str
    version: str
    rules: tuple[Rule, ...]

    def rule(self, topic: str, on: date) -> Rule | None:
        """The rule on a topic that is in force on a day; None: this profile states nothing about it then."""
        return next((rule for rule in self.rules if rule.topic == topic and rule.holds_on(on)), None)

    def all_on(self, topic: str, on: date) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.topic == topic and rule.holds_on(on))

    def display_floor(self, posted_on: date) -> Rule | None:
        """The least number of calendar days on show for what is posted on a day: ``value`` is an int."""
        return self.rule("display_floor", posted_on)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], base: Profile | None = None) -> Profile:
        own = tuple(
            Rule(
                topic=rule["topic"],
                value=rule["value"],
                law=rule["law"],
                article=rule["article"],
                text=rule["text"],
                in_force=date.fromisoformat(rule["in_force"]) if rule.get("in_force") else None,
                until=date.fromisoformat(rule["until"]) if rule.get("until") else None,
                source=rule.get("source", ""),
            )
            for rule in data["rules"]
        )
        version = data["version"] if base is None else f"{data['version']}+{base.version}"
        return cls(data["code"], data["name"], version, own + (base.rules if base is not None else ()))


class BadPolicy(ValueError):
    """A policy that can't be meant; the message says which setting to change."""


@dataclass(frozen=True, slots=True)
class Policy:
    """口径. By default nothing is set but the accounting period, which is a quarter until it is confirmed.

    ``prompt``: what 及时 means here. ``after_period``: by when an accounting period is disclosed. ``absence``: whether
    a quarter without an occurrence owes a statement 本期无. ``light_review``: a tiny community signs twice, not thrice.
    ``reply``: within how many days residents are answered, where the law states no number; ``request``: the same for
    what is asked to be disclosed (依申请公开).
    """

    accounting_period: Trigger = Trigger.QUARTER
    accounting_period_confirmed: bool = False
    prompt: Within | None = None
    after_period: AfterPeriod | PeriodDay | None = None
    absence: bool = True
    light_review: bool = False
    reply: Within | None = None
    request: Within | None = None

    def __post_init__(self) -> None:
        if self.accounting_period not in ACCOUNTING_PERIODS:
            raise BadPolicy("会计记账周期只能是月、季度、半年或年，请改正。")

    def to_json(self) -> dict[str, Any]:
        return {
            "accounting_period": self.accounting_period.value,
            "accounting_period_confirmed": self.accounting_period_confirmed,
            "prompt": due_to_json(self.prompt) if self.prompt else None,
            "after_period": due_to_json(self.after_period) if self.after_period else None,
            "absence": self.absence,
            "light_review": self.light_review,
            "reply": due_to_json(self.reply) if self.reply else None,
            "request": due_to_json(self.request) if self.request else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Policy:
        prompt = due_from_json(data["prompt"]) if data.get("prompt") else None
        after = due_from_json(data["after_period"]) if data.get("after_period") else None
        reply = due_from_json(data["reply"]) if data.get("reply") else None
        request = due_from_json(data["request"]) if data.get("request") else None
        if not isinstance(prompt, Within | None) or not isinstance(after, AfterPeriod | PeriodDay | None):
            raise BadPolicy("口径中的期限不完整，请重新填写。")
        return cls(
            accounting_period=Trigger(data.get("accounting_period", "quarter")),
            accounting_period_confirmed=bool(data.get("accounting_period_confirmed", False)),
            prompt=prompt,
            after_period=after,
            absence=bool(data.get("absence", True)),
            light_review=bool(data.get("light_review", False)),
            reply=reply if isinstance(reply, Within) else None,
            request=request if isinstance(request, Within) else None,
        )


def prompt_within(rule: Rule) -> Due:
    """The value of a ``prompt`` rule as a due: ``{"count": 10, "unit": "calendar_day"}``."""
    return Within(rule.value["count"], Unit(rule.value["unit"]))
