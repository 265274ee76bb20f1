"""An answer to a request is put right or taken back: a reason in public, and nothing lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mingbai.communities.models import Event
from mingbai.onrequest.actions import (
    NotDone,
    Reply,
    answer_request,
    correct_answer,
    extend_request,
    publish_answer,
    withdraw_answer,
)
from mingbai.onrequest.models import Request, RequestAnswer
from mingbai.onrequest.queries import awaiting, request_list
from mingbai.rules.replies import FeedbackState
from tests.apps.restricted import FOR_HOUSEHOLDS, MARK, adopt_restricted, issue, saying
from tests.apps.test_onrequest import GIVEN, NOW, REPLY, followed, promised, signed_in, taken
from tests.conftest import Cast, noon
from tests.privacy.corpus import ID

__all__ = ["promised"]
BETTER = "合同一共四页，可以到服务大厅看。"
WHY, GONE = "页数写错了", "写了别人的事"


@pytest.fixture
def answered(promised: Cast) -> tuple[RequestAnswer, str]:
    request, receipt = taken(promised)
    return answer_request(request=request, reply=GIVEN, by=promised.clerk, at=noon("2026-03-12")), receipt


def correct(cast: Cast, answer: RequestAnswer, **changes: Any) -> RequestAnswer:
    given = {"reply": Reply("given", BETTER), "reason": WHY, "by": cast.clerk, "at": noon("2026-03-20")}
    return correct_answer(answer=answer, **{**given, **changes})


def withdraw(cast: Cast, answer: RequestAnswer, on: str = "2026-03-20") -> RequestAnswer:
    return withdraw_answer(answer=answer, reason=GONE, by=cast.clerk, at=noon(on))


def publish(cast: Cast, answer: RequestAnswer, on: str = "2026-03-12") -> RequestAnswer:
    return publish_answer(answer=answer, title="电梯维修合同", by=cast.clerk, at=noon(on))


def seen(path: str = "/c/jinan/requests/") -> str:
    with time_machine.travel(noon("2026-03-21"), tick=False):
        return Client().get(path).content.decode()


def by_receipt(receipt: str) -> str:
    with time_machine.travel(noon("2026-03-21"), tick=False):
        return str(followed(receipt).content.decode())


def test_a_correction_stands_beside_what_was_said_before(promised: Cast, answered: tuple[RequestAnswer, str]) -> None:
    answer, receipt = answered
    made = correct(promised, answer)
    assert (made.replaces, made.correction_reason, made.on) == (answer, WHY, date(2026, 3, 20))
    answer.refresh_from_db()
    assert answer.text == REPLY, "its words never change"
    mine = by_receipt(receipt)
    assert mine.index(WHY) < mine.index(BETTER) < mine.index("更正以前的答复") < mine.index(REPLY)
    page = seen()
    assert "2026年3月12日答复，用了 2 天，2026年3月20日更正：页数写错了" in page, "a correction makes no answer late"
    assert BETTER not in page and REPLY not in page
    (told,) = request_list(promised.community, date(2026, 3, 21))
    assert (told.state, told.answer, told.corrected) == (FeedbackState.ANSWERED, made, (answer,))
    acts = list(Event.objects.filter(act__startswith="request_answer_").values_list("act", "actor__username"))
    assert acts == [("request_answer_corrected", "clerk")]


def test_what_was_public_is_corrected_in_public(promised: Cast, answered: tuple[RequestAnswer, str]) -> None:
    publish(promised, answered[0])
    made = correct(promised, answered[0])
    assert (made.title, made.published_on) == ("电梯维修合同", date(2026, 3, 20))
    page = seen()
    assert page.index(BETTER) < page.index("更正以前的答复") < page.index(REPLY) and page.count("<article") == 1
    renamed = correct(promised, made, reply=Reply("given", BETTER), title="合同在哪里看", at=noon("2026-03-21"))
    assert renamed.title == "合同在哪里看" and "<h3>合同在哪里看</h3>" in seen()


def test_what_only_the_asker_read_stays_theirs_when_the_correction_is_published(
    promised: Cast, answered: tuple[RequestAnswer, str]
) -> None:
    publish(promised, correct(promised, answered[0]), "2026-03-21")
    page = seen()
    assert BETTER in page and REPLY not in page and "更正以前的答复" not in page


def test_what_is_taken_back_nobody_reads_but_those_who_serve(
    promised: Cast, answered: tuple[RequestAnswer, str]
) -> None:
    answer, receipt = answered
    publish(promised, answer)
    corrected = correct(promised, answer)
    withdraw(promised, corrected)
    for said in (seen(), by_receipt(receipt)):
        assert REPLY not in said and BETTER not in said and "电梯维修合同" not in said
        assert f"撤下：{GONE}" in said.replace("</b>", "")
    with time_machine.travel(noon("2026-03-21"), tick=False):
        desk = signed_in(promised.supervisor).get(f"/desk/jinan/requests/{answer.request_id}/").content.decode()
        (told,) = Client().get("/api/v1/communities/jinan/requests").json()["requests"]
    assert REPLY in desk and BETTER in desk and GONE in desk and WHY in desk
    assert (told["withdrawn_on"], told["withdrawal_reason"]) == ("2026-03-20", GONE)
    assert told["text"] is told["title"] is told["outcome"] is told["answered_on"] is None
    assert RequestAnswer.objects.count() == 2
    assert Event.objects.filter(act="request_answer_withdrawn", actor=promised.clerk).count() == 1


def test_a_request_whose_answer_was_taken_back_waits_again(promised: Cast, answered: tuple[RequestAnswer, str]) -> None:
    answer, receipt = answered
    assert awaiting([promised.community], date(2026, 12, 31)) == []
    withdraw(promised, answer, "2026-03-16")
    assert awaiting([promised.community], date(2026, 3, 17)) == [answer.request]
    (told,) = request_list(promised.community, date(2026, 3, 17))
    assert (told.state, told.answer, told.answered_on) == (FeedbackState.WAITING, None, None)
    (told,) = request_list(promised.community, date(2026, 3, 18))
    assert told.state is FeedbackState.OVERDUE, "its last day is still the first one"
    again = answer_request(
        request=answer.request, reply=Reply("given", BETTER), by=promised.clerk, at=noon("2026-03-20")
    )
    assert again.replaces == answer and again.correction_reason == ""
    mine = by_receipt(receipt)
    assert BETTER in mine and REPLY not in mine and GONE in mine
    (told,) = request_list(promised.community, date(2026, 3, 21))
    assert (told.answered_on, told.days, told.corrected) == (date(2026, 3, 20), 10, ())
    assert awaiting([promised.community], date(2026, 12, 31)) == []


def test_a_text_that_was_given_by_mistake_is_given_no_more(promised: Cast) -> None:
    adopt_restricted(promised.community, promised.director)
    version = issue(promised.community, FOR_HOUSEHOLDS, "2026-03-10", *saying(), by=promised.clerk)
    request, receipt = taken(promised)
    reply = Reply("given", REPLY, version=version)
    answer = answer_request(request=request, reply=reply, by=promised.clerk, at=noon("2026-03-12"))
    assert MARK in by_receipt(receipt)
    correct(promised, answer, reply=GIVEN)
    assert MARK not in by_receipt(receipt)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"reason": " "}, "“更正的理由”没有填写", id="no-reason"),
        pytest.param({"reason": f"证号{ID}"}, "身份证", id="personal-data-in-the-reason"),
        pytest.param({"reply": GIVEN}, "没有改动", id="nothing-changed"),
        pytest.param({"reply": Reply("given")}, "“答复”没有填写", id="incomplete"),
        pytest.param({"reply": Reply("maybe", "x")}, "“结果”没有选", id="unknown-outcome"),
        pytest.param({"reply": Reply("given", f"证号{ID}")}, "身份证", id="personal-data"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    promised: Cast, answered: tuple[RequestAnswer, str], changes: dict[str, Any], message: str
) -> None:
    before = Event.objects.count()
    with pytest.raises(NotDone, match=message):
        correct(promised, answered[0], **changes)
    assert RequestAnswer.objects.count() == 1 and Event.objects.count() == before


def test_only_the_answer_that_stands_is_changed_and_only_once(
    promised: Cast, answered: tuple[RequestAnswer, str]
) -> None:
    answer, _ = answered
    with pytest.raises(NotDone, match="撤下的理由"):
        withdraw_answer(answer=answer, reason="", by=promised.clerk, at=NOW)
    made = correct(promised, answer)
    for act in (correct, withdraw, publish):
        with pytest.raises(NotDone, match="已经更正过"):
            act(promised, answer)
    withdraw(promised, made)
    for act in (correct, withdraw, publish):
        with pytest.raises(NotDone, match="已经撤下"):
            act(promised, made)
    with pytest.raises(NotDone, match="已经过去"):
        extend_request(
            request=answer.request, reason="忙", to=date(2026, 4, 1), by=promised.clerk, at=noon("2026-03-20")
        )


def test_the_desk_corrects_and_takes_back(promised: Cast, answered: tuple[RequestAnswer, str]) -> None:
    answer, receipt = answered
    where, desk = f"/desk/jinan/requests/{answer.request_id}/", signed_in(promised.clerk)
    with time_machine.travel(noon("2026-03-20"), tick=False):
        page = desk.get(where).content.decode()
        assert f">{REPLY}</textarea>" in page and 'value="given" checked' in page, "the form holds what was said"
        wrong = desk.post(where, {"correct": "1", "outcome": "given", "text": BETTER, "because": ""})
        assert wrong.status_code == 422 and f">{BETTER}</textarea>" in wrong.content.decode(), "what was typed stays"
        fields = {"correct": "1", "outcome": "given", "text": BETTER, "because": WHY}
        assert desk.post(where, fields).status_code == 302
        wrong = desk.post(where, {"withdraw": "1", "because": ""})
        assert wrong.status_code == 422 and f">{BETTER}</textarea>" in wrong.content.decode()
        for stranger in (promised.supervisor, promised.neighbours_clerk):
            assert signed_in(stranger).post(where, {"withdraw": "1", "because": GONE}).status_code == 404
        assert desk.post(where, {"withdraw": "1", "because": GONE}).status_code == 302
        assert desk.post(where, {"withdraw": "1", "because": GONE}).status_code == 422
        assert "要重新答复" in desk.get("/desk/jinan/requests/").content.decode()
        assert f"申请 {answer.request.reference}" in desk.get("/desk/jinan/").content.decode()
        assert desk.post(where, {"outcome": "given", "text": "新的答复"}).status_code == 302
    assert "新的答复" in by_receipt(receipt)
    assert [one.text for one in Request.objects.get().answers.all()] == [REPLY, BETTER, "新的答复"]


SQL = [
    pytest.param("UPDATE onrequest_requestanswer SET correction_reason = 'x'", id="corrects-another"),
    pytest.param("UPDATE onrequest_requestanswer SET withdrawn_on = '2026-05-01'", id="withdrawn-with-reason"),
    pytest.param(
        "UPDATE onrequest_requestanswer SET withdrawn_on = '2026-01-01', withdrawn_by_id = by_id, "
        "withdrawn_reason = 'x'",
        id="not-withdrawn-before-it-was-given",
    ),
    pytest.param(
        'INSERT INTO onrequest_requestanswer (request_id, outcome, text, reason, turn_to, "on", by_id, title, '
        'correction_reason, withdrawn_reason) SELECT request_id, outcome, text, reason, turn_to, "on", by_id, title, '
        "correction_reason, withdrawn_reason FROM onrequest_requestanswer",
        id="two-first-answers",
    ),
]


@pytest.mark.parametrize("sql", SQL)
def test_the_database_refuses(answered: tuple[RequestAnswer, str], sql: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
