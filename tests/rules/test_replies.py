"""By when residents are answered: profile, then policy, then «not stated»."""

from __future__ import annotations

from datetime import date

import pytest

from mingbai.data.calendars import packaged_calendar
from mingbai.data.profiles import packaged_profile
from mingbai.rules.duties import Unit, Within
from mingbai.rules.profiles import Policy, Profile, Rule
from mingbai.rules.replies import FeedbackState, feedback_state, reply_term, request_term

NATIONAL = packaged_profile("cn")
OF_LAW = Profile(
    "x", "某省", "1", (Rule("reply", {"count": 10, "unit": "calendar_day"}, "某省办法", "第九条", "十日内答复"),)
)
IN_2_DAYS = Policy(reply=Within(2, Unit.CALENDAR_DAY))
IN_3 = Policy(reply=Within(3, Unit.WORKING_DAY))


@pytest.mark.parametrize(
    ("received", "profile", "policy", "due", "basis"),
    [
        pytest.param("2026-11-25", NATIONAL, Policy(), None, "没有写明", id="no-layer-states-a-number"),
        pytest.param("2026-11-25", NATIONAL, IN_3, "2026-11-30", "本社区口径", id="the-communitys-own-promise"),
        pytest.param(
            "2026-11-25", OF_LAW, IN_3, "2026-12-07", "《某省办法》第九条", id="law-before-promise-sunday-rolls"
        ),
        pytest.param("2026-09-28", NATIONAL, IN_3, "2026-10-08", "3个工作日", id="over-the-national-holiday"),
        pytest.param(
            "2026-09-18",
            NATIONAL,
            Policy(reply=Within(2, Unit.CALENDAR_DAY)),
            "2026-09-20",
            "2日",
            id="make-up-sunday-is-worked",
        ),
    ],
)
def test_when_an_answer_is_due(received: str, profile: Profile, policy: Policy, due: str | None, basis: str) -> None:
    term = reply_term(date.fromisoformat(received), profile=profile, policy=policy, calendar=packaged_calendar())
    assert term.due_on == (date.fromisoformat(due) if due else None)
    assert basis in term.basis


def test_a_request_has_a_term_of_its_own() -> None:
    received, calendar = date(2026, 11, 25), packaged_calendar()
    promise = Policy(reply=Within(2, Unit.CALENDAR_DAY), request=Within(15, Unit.WORKING_DAY))
    term = request_term(received, profile=NATIONAL, policy=promise, calendar=calendar)
    assert term.due_on == date(2026, 12, 16) and "本社区口径" in term.basis
    assert Policy.from_json(promise.to_json()) == promise
    unstated = request_term(received, profile=NATIONAL, policy=IN_3, calendar=calendar)
    assert unstated.due_on is None, "a promise to answer questions is none to answer requests, nor is a law on others"
    rule = Rule("request", {"count": 7, "unit": "working_day"}, "某省办法", "第十条", "七个工作日内答复申请")
    of_law = request_term(received, profile=Profile("x", "某省", "1", (rule,)), policy=promise, calendar=calendar)
    assert of_law.due_on == date(2026, 12, 4) and "《某省办法》第十条" in of_law.basis


@pytest.mark.parametrize(
    ("due", "answered", "settled", "withheld", "state"),
    [
        pytest.param("2026-05-10", None, None, False, FeedbackState.WAITING, id="due-today-is-not-late"),
        pytest.param("2026-05-09", None, None, False, FeedbackState.OVERDUE, id="late"),
        pytest.param(None, None, None, False, FeedbackState.WAITING, id="not-stated-is-never-late"),
        pytest.param("2026-05-09", None, None, True, FeedbackState.WITHHELD, id="abuse-owes-no-answer"),
        pytest.param("2026-05-09", "2026-05-20", None, False, FeedbackState.ANSWERED, id="answered"),
        pytest.param("2026-05-09", "2026-05-08", True, False, FeedbackState.SETTLED, id="the-asker-is-content"),
        pytest.param("2026-05-09", "2026-05-08", False, False, FeedbackState.UNSETTLED, id="answered-is-not-settled"),
    ],
)
def test_how_feedback_stands(
    due: str | None, answered: str | None, settled: bool | None, withheld: bool, state: FeedbackState
) -> None:
    stands = feedback_state(
        due_on=date.fromisoformat(due) if due else None,
        answered_on=date.fromisoformat(answered) if answered else None,
        settled=settled,
        withheld=withheld,
        today=date(2026, 5, 10),
    )
    assert stands is state


def test_a_promise_survives_being_stored() -> None:
    assert Policy.from_json(IN_3.to_json()) == IN_3
