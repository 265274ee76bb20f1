"""Decisions and their steps: how they stand on a day. Derived, never stored."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum


class StepState(StrEnum):
    """落实步骤的状态."""

    TO_COME = "to_come"
    TODAY = "today"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"
    DROPPED = "dropped"


STEP_STATES = {
    StepState.TO_COME: "还没到日子",
    StepState.TODAY: "今天到日子",
    StepState.LATE: "过了日子还没完成",
    StepState.DONE: "按时完成",
    StepState.DONE_LATE: "晚于计划完成",
    StepState.DROPPED: "不再做",
}
OPEN = frozenset({StepState.TO_COME, StepState.TODAY, StepState.LATE})


class DecisionState(StrEnum):
    """决定的状态."""

    LATE = "late"
    RUNNING = "running"
    DONE = "done"
    VOID = "void"


DECISION_STATES = {
    DecisionState.LATE: "有步骤晚了",
    DecisionState.RUNNING: "正在落实",
    DecisionState.DONE: "已经落实",
    DecisionState.VOID: "登记有误，已作废",
}


def step_state(planned_on: date, *, done_on: date | None, dropped: bool, today: date) -> StepState:
    """By the plan that holds now; a step is late from the day after it was planned."""
    if dropped:
        return StepState.DROPPED
    if done_on is not None:
        return StepState.DONE_LATE if done_on > planned_on else StepState.DONE
    if planned_on < today:
        return StepState.LATE
    return StepState.TODAY if planned_on == today else StepState.TO_COME


def decision_state(steps: Collection[StepState], *, void: bool = False) -> DecisionState:
    """Late as soon as one step is; done when each is done or dropped. Without a step, or with nothing but dropped ones,
    nothing says that it was carried out: it runs."""
    if void:
        return DecisionState.VOID
    if StepState.LATE in steps:
        return DecisionState.LATE
    is_done = not OPEN & set(steps) and any(state is not StepState.DROPPED for state in steps)
    return DecisionState.DONE if is_done else DecisionState.RUNNING
