"""How steps and decisions stand on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.followups import (
    DECISION_STATES,
    OPEN,
    STEP_STATES,
    DecisionState,
    StepState,
    decision_state,
    step_state,
)

PLANNED = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        pytest.param(PLANNED - timedelta(1), StepState.TO_COME, id="the-day-before"),
        pytest.param(PLANNED, StepState.TODAY, id="on-the-day-it-isn't-late"),
        pytest.param(PLANNED + timedelta(1), StepState.LATE, id="the-day-after"),
    ],
)
def test_an_open_step_is_late_from_the_day_after_its_plan(today: date, state: StepState) -> None:
    assert step_state(PLANNED, done_on=None, dropped=False, today=today) is state


@given(done=st.integers(-30, 30), looked=st.integers(-30, 400))
def test_what_was_done_stays_as_punctual_as_it_was(done: int, looked: int) -> None:
    state = step_state(PLANNED, done_on=PLANNED + timedelta(done), dropped=False, today=PLANNED + timedelta(looked))
    assert state is (StepState.DONE_LATE if done > 0 else StepState.DONE)


@given(st.lists(st.sampled_from(StepState)))
def test_a_decision_is_late_by_one_late_step_and_done_only_without_open_ones(states: list[StepState]) -> None:
    state = decision_state(states)
    assert (state is DecisionState.LATE) == (StepState.LATE in states)
    if state is DecisionState.DONE:
        assert not OPEN & set(states) and {StepState.DONE, StepState.DONE_LATE} & set(states)
    assert decision_state(states, void=True) is DecisionState.VOID


def test_nothing_done_isnt_carried_out() -> None:
    assert decision_state([]) is DecisionState.RUNNING
    assert decision_state([StepState.DROPPED]) is DecisionState.RUNNING
    assert decision_state([StepState.DROPPED, StepState.DONE_LATE]) is DecisionState.DONE


def test_every_state_has_its_words() -> None:
    assert set(STEP_STATES) == set(StepState) and set(DECISION_STATES) == set(DecisionState)
