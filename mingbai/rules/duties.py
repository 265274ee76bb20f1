"""What a printed time limit states, as values: trigger, due, display.

The JSON of these values is the project's exchange form of a time limit: it is what ``mingbai read --json`` and
``mingbai explain --json`` print and what the database keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class Unit(StrEnum):
    """How a number of days is counted: 工作日, or 日/天."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


class Trigger(StrEnum):
    """The kind of event that starts the clock."""

    CHANGE = "change"
    FORMATION = "formation"
    FORMATION_OR_CHANGE = "formation_or_change"
    ACCOUNTING_PERIOD = "accounting_period"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    NONE = "none"

    @property
    def is_period(self) -> bool:
        """Whether occurrences are made by the calendar (at each period's end) rather than recorded by a person."""
        return self in PERIODS


PERIODS = frozenset(
    {Trigger.ACCOUNTING_PERIOD, Trigger.MONTH, Trigger.QUARTER, Trigger.HALF_YEAR, Trigger.YEAR},
)


class Doubt(StrEnum):
    """What a phrase leaves open. A doubt is reported, never resolved by a guess."""

    TRIGGER_NOT_STATED = "trigger_not_stated"
    DEADLINE_NOT_STATED = "deadline_not_stated"
    PERIOD_NOT_STATED = "period_not_stated"
    DISPLAY_OR_DEADLINE = "display_or_deadline"
    SAME_AS_ABOVE = "same_as_above"
    EMPTY = "empty"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Within:
    """Within ``count`` days of the trigger, the day of the trigger not counted (民法典 art. 201)."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Immediate:
    """即时、实时: on the day of the trigger itself."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """及时、随时, with no number: no date is stated."""


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """A fixed day of the period that follows: ``day`` of its ``month_of_period``-th month (1 = first)."""

    month_of_period: int
    day: int


@dataclass(frozen=True, slots=True)
class AfterPeriod:
    """Within ``count`` days of the period's end."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class DueUnspecified:
    """No deadline is stated at all."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """On show for ``count`` days: from the day of posting through the end of day posting + count."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class LongTerm:
    """长期公开: there must always be a current version on show."""


@dataclass(frozen=True, slots=True)
class DisplayUnspecified:
    """No display period is stated."""


Due: TypeAlias = Within | Immediate | Prompt | PeriodDay | AfterPeriod | DueUnspecified
Display: TypeAlias = AtLeast | LongTerm | DisplayUnspecified


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty stated by a time limit. ``applies_to``: the words that limit it to part of the item, or None."""

    applies_to: str | None
    trigger: Trigger
    due: Due
    display: Display

    def to_json(self) -> Json:
        return {
            "applies_to": self.applies_to,
            "trigger": self.trigger.value,
            "due": due_to_json(self.due),
            "display": display_to_json(self.display),
        }

    @classmethod
    def from_json(cls, data: Json) -> Duty:
        """The inverse of :meth:`to_json`. Raises KeyError or ValueError on anything else."""
        return cls(
            applies_to=data["applies_to"],
            trigger=Trigger(data["trigger"]),
            due=due_from_json(data["due"]),
            display=display_from_json(data["display"]),
        )


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A phrase as printed, the duties it states and the doubts it leaves (sorted by value)."""

    text: str
    duties: tuple[Duty, ...]
    doubts: tuple[Doubt, ...]

    def to_json(self) -> Json:
        return {
            "text": self.text,
            "duties": [duty.to_json() for duty in self.duties],
            "doubts": [doubt.value for doubt in self.doubts],
        }


def due_to_json(due: Due) -> Json:
    match due:
        case Within(count, unit):
            return {"kind": "days", "count": count, "unit": unit.value}
        case Immediate():
            return {"kind": "immediate"}
        case Prompt():
            return {"kind": "prompt"}
        case PeriodDay(month_of_period, day):
            return {"kind": "period_day", "month_of_period": month_of_period, "day": day}
        case AfterPeriod(count, unit):
            return {"kind": "after_period", "count": count, "unit": unit.value}
        case DueUnspecified():
            return {"kind": "unspecified"}


def due_from_json(data: Json) -> Due:
    match data:
        case {"kind": "days", "count": int(count), "unit": unit}:
            return Within(count, Unit(unit))
        case {"kind": "immediate"}:
            return Immediate()
        case {"kind": "prompt"}:
            return Prompt()
        case {"kind": "period_day", "month_of_period": int(month), "day": int(day)}:
            return PeriodDay(month, day)
        case {"kind": "after_period", "count": int(count), "unit": unit}:
            return AfterPeriod(count, Unit(unit))
        case {"kind": "unspecified"}:
            return DueUnspecified()
    raise ValueError(f"not a due: {data!r}")


def display_to_json(display: Display) -> Json:
    match display:
        case AtLeast(count, unit):
            return {"kind": "at_least", "count": count, "unit": unit.value}
        case LongTerm():
            return {"kind": "long_term"}
        case DisplayUnspecified():
            return {"kind": "unspecified"}


def display_from_json(data: Json) -> Display:
    match data:
        case {"kind": "at_least", "count": int(count), "unit": unit}:
            return AtLeast(count, Unit(unit))
        case {"kind": "long_term"}:
            return LongTerm()
        case {"kind": "unspecified"}:
            return DisplayUnspecified()
    raise ValueError(f"not a display: {data!r}")
