"""Disclosure on request (依申请公开): a number, a clock, an answer that only who asked can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mingbai.communities.actions import set_policy
from mingbai.communities.models import Event
from mingbai.communities.receipts import NotTaken
from mingbai.disclosures.models import Version
from mingbai.onrequest import actions
from mingbai.onrequest.actions import NotDone, Reply, answer_request, extend_request, publish_answer, take_request
from mingbai.onrequest.models import Request, RequestAnswer
from mingbai.onrequest.queries import request_by_receipt, told
from mingbai.rules.duties import Unit, Within
from mingbai.rules.profiles import Policy
from mingbai.rules.replies import FeedbackState
from tests.apps.restricted import FILE, FOR_HOUSEHOLDS, MARK, ON_REQUEST, adopt_restricted, issue, saying
from tests.conftest import Cast, noon
from tests.privacy.corpus import ID

NOW = noon("2026-03-10")
ASKED = "想看去年电梯维修的合同。"
REPLY = "合同一共三页，可以到服务大厅看。"
GIVEN = Reply("given", REPLY)


@pytest.fixture
def promised(cast: Cast) -> Cast:
    set_policy(community=cast.community, policy=Policy(request=Within(5, Unit.WORKING_DAY)), by=None, at=NOW)
    cast.community.refresh_from_db()
    return cast


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def taken(cast: Cast, **given: Any) -> tuple[Request, str]:
    about = {"community": cast.community, "text": ASKED, "way": "receipt", "nonce": "n", "at": NOW, **given}
    return take_request(**about)


def form(clock: time_machine.Coordinates, client: Client, **fields: str) -> Any:
    page = client.get("/c/jinan/requests/new/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    clock.shift(30)
    return client.post("/c/jinan/requests/new/", {"token": token[1], "text": ASKED, "way": "receipt", **fields})


def receipt_in(page: str) -> str:
    found = re.search(r'class="code big[^"]*">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\D", "", re.sub(r"<[^>]+>", "", found[1]))


def followed(receipt: str, slug: str = "jinan", **more: str) -> Any:
    return Client().post(f"/c/{slug}/requests/receipt/", {"receipt": receipt, **more})


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_request_gets_a_number_a_clock_and_a_receipt_and_says_nothing_in_public(promised: Cast, clock: Any) -> None:
    client = Client()
    answer = form(clock, client)
    assert answer.status_code == 201 and "no-store" in answer.headers["Cache-Control"] and not client.cookies
    receipt = receipt_in(answer.content.decode())
    request = Request.objects.get()
    assert len(receipt) == 20 and receipt not in str(Request.objects.values())
    assert request.reference == "2026-001" and str(request.due_on) == "2026-03-17"
    page = client.get("/c/jinan/requests/").content.decode()
    assert "2026-001" in page and "最迟2026年3月17日答复" in page and ASKED not in page
    mine = followed(receipt)
    assert ASKED in mine.content.decode() and "还没有答复" in mine.content.decode()
    assert mine.headers["Referrer-Policy"] == "no-referrer" and "no-store" in mine.headers["Cache-Control"]


def test_where_nothing_is_promised_there_is_no_day_and_no_law_is_made_up(cast: Cast, clock: Any) -> None:
    request, _ = taken(cast)
    assert request.due_on is None and "没有确定的期限" in request.basis
    for page in ("requests/", "requests/new/"):
        said = Client().get(f"/c/jinan/{page}").content.decode()
        assert "没有确定的期限" in said and "政府信息公开条例" not in said
    assert told(request, date(2030, 1, 1)).state is FeedbackState.WAITING


def test_two_clicks_are_one_request(promised: Cast, clock: Any) -> None:
    page = Client().get("/c/jinan/requests/new/").content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    clock.shift(30)
    fields = {"token": token, "text": ASKED, "way": "public"}
    receipts = {receipt_in(Client().post("/c/jinan/requests/new/", fields).content.decode()) for _ in range(2)}
    assert len(receipts) == 1 and Request.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"text": "  "}, "“想看什么”没有填写", id="nothing-asked"),
        pytest.param({"text": "长" * 1001}, "太长", id="too-long"),
        pytest.param({"way": "by-pigeon"}, "“怎么答复”没有选", id="an-unknown-way"),
        pytest.param({"item": "99"}, "“哪一项”", id="an-item-that-is-not-there"),
        pytest.param({"website": "x"}, "网址", id="a-machine"),
        pytest.param({"token": "x"}, "不完整", id="not-our-form"),
    ],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(
    promised: Cast, clock: Any, fields: dict[str, str], message: str
) -> None:
    before = Event.objects.count()
    answer = form(clock, Client(), **fields)
    assert answer.status_code == 422 and message in answer.content.decode()
    assert Request.objects.count() == 0 and Event.objects.count() == before


def test_a_form_sent_within_a_blink_is_a_machines(promised: Cast, clock: Any) -> None:
    page = Client().get("/c/jinan/requests/new/").content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    answer = Client().post("/c/jinan/requests/new/", {"token": token, "text": ASKED, "way": "receipt"})
    assert answer.status_code == 422 and "太快" in answer.content.decode()


def test_too_many_by_the_web_on_one_day_are_asked_to_come(
    promised: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WEB_A_DAY", 1)
    taken(promised)
    with pytest.raises(NotTaken, match="太多"):
        taken(promised, nonce="m")
    taken(promised, nonce="m", channel="counter", by=promised.clerk)


def test_identity_numbers_are_masked_before_they_are_stored(promised: Cast) -> None:
    request, _ = taken(promised, text=f"我的身份证{ID}，想看低保名单")
    assert ID not in request.text and "想看低保名单" in request.text


def test_the_term_is_extended_once_with_a_public_reason_before_it_passes(promised: Cast, clock: Any) -> None:
    request, _ = taken(promised)
    by = promised.clerk

    def extend(to: str, reason: str = "要到街道调档", on: str = "2026-03-17") -> Request:
        return extend_request(request=request, reason=reason, to=date.fromisoformat(to), by=by, at=noon(on))

    with pytest.raises(NotDone, match="已经过去"):
        extend("2026-03-30", on="2026-03-18")
    with pytest.raises(NotDone, match="要晚于"):
        extend("2026-03-17")
    with pytest.raises(NotDone, match="延长的理由"):
        extend("2026-03-30", reason=" ")
    later = extend("2026-03-30")
    assert later.last_day == date(2026, 3, 30) and later.due_on == date(2026, 3, 17)
    page = Client().get("/c/jinan/requests/").content.decode()
    assert "从2026年3月17日延长到2026年3月30日：要到街道调档" in page
    with pytest.raises(NotDone, match="已经延长过一次"):
        extend("2026-04-30")
    assert told(later, date(2026, 3, 30)).state is FeedbackState.WAITING
    assert told(later, date(2026, 3, 31)).state is FeedbackState.OVERDUE
    assert Event.objects.filter(act="request_extended").count() == 1


def test_without_a_stated_day_there_is_nothing_to_extend(cast: Cast) -> None:
    request, _ = taken(cast)
    with pytest.raises(NotDone, match="没有确定的答复期限"):
        extend_request(request=request, reason="忙", to=date(2026, 4, 1), by=cast.clerk, at=NOW)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        pytest.param(Reply(""), "“结果”", id="no-outcome"),
        pytest.param(Reply("given"), "“答复”", id="given-without-a-word"),
        pytest.param(Reply("part", "一半"), "“理由”", id="part-without-a-reason"),
        pytest.param(Reply("refused", turn_to="街道"), "“理由”", id="refused-without-a-reason"),
        pytest.param(Reply("refused", reason="别人的"), "“可以去哪里”", id="refused-without-where-to-turn"),
        pytest.param(Reply("not_held"), "“可以去哪里”", id="not-held-without-where-to-turn"),
        pytest.param(Reply("given", f"证号{ID}"), "身份证", id="personal-data-in-the-answer"),
        pytest.param(Reply("given", "长" * 4001), "太长", id="too-long"),
    ],
)
def test_an_answer_that_leaves_something_out_is_refused(promised: Cast, reply: Reply, message: str) -> None:
    request, _ = taken(promised)
    before = Event.objects.count()
    with pytest.raises(NotDone, match=message):
        answer_request(request=request, reply=reply, by=promised.clerk, at=NOW)
    assert not RequestAnswer.objects.exists() and Event.objects.count() == before


def test_the_answer_is_the_askers_until_it_is_published_without_who_asked(promised: Cast, clock: Any) -> None:
    request, receipt = taken(promised)
    answer = answer_request(request=request, reply=GIVEN, by=promised.clerk, at=noon("2026-03-12"))
    with pytest.raises(NotDone, match="已经答复"):
        answer_request(request=request, reply=GIVEN, by=promised.clerk, at=NOW)
    with pytest.raises(NotDone, match="已经答复"):
        extend_request(request=request, reason="忙", to=date(2026, 4, 1), by=promised.clerk, at=NOW)
    clock.move_to(noon("2026-03-12"))
    page = Client().get("/c/jinan/requests/").content.decode()
    assert REPLY not in page and ASKED not in page and "提供了" in page and "用了 2 天" in page
    assert REPLY in followed(receipt).content.decode()
    with pytest.raises(NotDone, match="题目"):
        publish_answer(answer=answer, title="", by=promised.clerk, at=noon("2026-03-12"))
    publish_answer(answer=answer, title="电梯维修合同怎么看", by=promised.clerk, at=noon("2026-03-12"))
    page = Client().get("/c/jinan/requests/").content.decode()
    assert REPLY in page and "电梯维修合同怎么看" in page and ASKED not in page
    with pytest.raises(NotDone, match="已经公开"):
        publish_answer(answer=answer, title="再来", by=promised.clerk, at=noon("2026-03-12"))
    acts = list(Event.objects.filter(act__startswith="request_").order_by("pk").values_list("act", flat=True))
    assert acts == ["request_received", "request_answered", "request_answer_published"]


def test_a_receipt_opens_nothing_elsewhere(promised: Cast, clock: Any) -> None:
    request, receipt = taken(promised)
    assert request_by_receipt(promised.neighbour, receipt) is None
    answer = followed(receipt, "neighbour")
    assert answer.status_code == 422 and ASKED not in answer.content.decode()
    assert followed("1" * 20).status_code == 422
    assert ASKED not in Client().get("/c/jinan/requests/receipt/", {"receipt": receipt}).content.decode()
    stranger = signed_in(promised.neighbours_clerk)
    assert stranger.get(f"/desk/jinan/requests/{request.pk}/").status_code == 404
    assert (
        stranger.post(f"/desk/neighbour/requests/{request.pk}/", {"outcome": "given", "text": "x"}).status_code == 404
    )
    assert Client().post("/c/jinan/receipt/", {"receipt": receipt}).status_code == 422, "feedback's receipts are others"


@pytest.fixture
def restricted(promised: Cast) -> Version:
    adopt_restricted(promised.community, promised.director)
    return issue(promised.community, FOR_HOUSEHOLDS, "2026-03-10", *saying(), by=promised.clerk)


def test_a_text_behind_no_door_is_given_with_the_answer_and_stays_behind_it(
    promised: Cast, restricted: Version, clock: Any
) -> None:
    request, receipt = taken(promised)
    reply = Reply("given", REPLY, version=restricted)
    answer = answer_request(request=request, reply=reply, by=promised.clerk, at=NOW)
    page = followed(receipt).content.decode()
    assert f"{MARK}的一段。" in page
    assert followed(receipt, file=f"{restricted.code}/{FILE}").content == MARK.encode()
    publish_answer(answer=answer, title="电梯合同", by=promised.clerk, at=NOW)
    assert MARK not in Client().get("/c/jinan/requests/").content.decode()
    assert Client().get(f"/c/jinan/v/{restricted.code}/").status_code == 404
    _, other = taken(promised, nonce="m")
    assert MARK not in followed(other).content.decode()
    assert followed(other, file=f"{restricted.code}/{FILE}").status_code == 404


def test_only_a_text_of_this_community_that_holds_is_given(promised: Cast, restricted: Version) -> None:
    adopt_restricted(promised.neighbour, promised.neighbours_clerk)
    theirs = issue(promised.neighbour, FOR_HOUSEHOLDS, "2026-03-10", *saying(), by=promised.neighbours_clerk)
    public = issue(promised.community, 15, "2026-03-10", *saying("大家的", file=False), by=promised.clerk)
    request, _ = taken(promised)
    for version in (theirs, public):
        with pytest.raises(NotDone, match="材料"):
            answer_request(request=request, reply=Reply("given", "给", version=version), by=promised.clerk, at=NOW)
    with pytest.raises(NotDone, match="结果就要选"):
        reply = Reply("not_held", turn_to="街道", version=restricted)
        answer_request(request=request, reply=reply, by=promised.clerk, at=NOW)


def test_the_form_offers_the_items_on_request(promised: Cast, restricted: Version, clock: Any) -> None:
    page = Client().get(f"/c/jinan/requests/new/?item={ON_REQUEST}").content.decode()
    assert f'<option value="{ON_REQUEST}" selected>' in page and page.count("<option") == 2
    form(clock, Client(), item=str(ON_REQUEST))
    request = Request.objects.get()
    assert request.item is not None and request.item.number == ON_REQUEST


def test_the_desk_takes_down_extends_answers_and_publishes(promised: Cast, clock: Any) -> None:
    desk = signed_in(promised.clerk)
    token = re.findall(r'name="token" value="([^"]+)"', desk.get("/desk/jinan/requests/take/").content.decode())[0]
    fields = {"token": token, "channel": "paper", "text": ASKED, "way": "public"}
    receipt = receipt_in(desk.post("/desk/jinan/requests/take/", fields).content.decode())
    request = Request.objects.get()
    assert (
        request.taken_by == promised.clerk and f"申请 {request.reference}" in desk.get("/desk/jinan/").content.decode()
    )
    where = f"/desk/jinan/requests/{request.pk}/"
    wrong = desk.post(where, {"extend": "1", "to": "下周", "why": "忙"})
    assert wrong.status_code == 422 and "“延长到”的日期不对" in wrong.content.decode()
    assert desk.post(where, {"extend": "1", "to": "2026-03-25", "why": "要调档"}).status_code == 302
    wrong = desk.post(where, {"outcome": "refused", "reason": "涉及别人"})
    assert wrong.status_code == 422 and "涉及别人" in wrong.content.decode(), "what was typed stays"
    assert desk.post(where, {"outcome": "given", "text": REPLY}).status_code == 302
    assert "申请人同意公开" in desk.get("/desk/jinan/requests/").content.decode()
    assert desk.post(where, {"publish": "1", "title": "电梯合同"}).status_code == 302
    assert REPLY in followed(receipt).content.decode() and REPLY in Client().get("/c/jinan/requests/").content.decode()
    assert "等答复的公开申请" not in desk.get("/desk/jinan/").content.decode()
    supervisor = signed_in(promised.supervisor)
    assert REPLY in supervisor.get(where).content.decode()
    assert supervisor.post(where, {"publish": "1", "title": "x"}).status_code == 404


SQL = [
    pytest.param("UPDATE onrequest_request SET taken_by_id = NULL", id="taken-down-by-somebody"),
    pytest.param("UPDATE onrequest_request SET way = 'post'", id="a-way-that-there-is"),
    pytest.param("UPDATE onrequest_request SET text = ''", id="asks-something"),
    pytest.param("UPDATE onrequest_request SET receipt_hash = '1'", id="receipt-hashed"),
    pytest.param("UPDATE onrequest_request SET extended_to = '2026-05-01'", id="extended-with-reason-and-name"),
    pytest.param(
        "UPDATE onrequest_request SET due_on = NULL, extended_to = '2026-05-01', extended_reason = 'x', "
        "extended_on = '2026-03-10', extended_by_id = taken_by_id",
        id="nothing-to-extend",
    ),
    pytest.param(
        "UPDATE onrequest_request SET extended_to = '2026-05-01', extended_reason = 'x', extended_on = '2026-04-10', "
        "extended_by_id = taken_by_id",
        id="not-extended-after-its-day",
    ),
    pytest.param("UPDATE onrequest_requestanswer SET outcome = 'refused'", id="refused-with-reason"),
    pytest.param("UPDATE onrequest_requestanswer SET text = ''", id="given-with-words"),
    pytest.param("UPDATE onrequest_requestanswer SET outcome = 'maybe'", id="an-outcome-that-there-is"),
    pytest.param("UPDATE onrequest_requestanswer SET title = 'x', published_by_id = by_id", id="published-on-a-day"),
    pytest.param(
        "UPDATE onrequest_requestanswer SET published_on = '2026-05-01', published_by_id = by_id", id="under-a-title"
    ),
]


@pytest.mark.parametrize("sql", SQL)
def test_the_database_refuses(promised: Cast, sql: str) -> None:
    request, _ = taken(promised, channel="counter", by=promised.clerk)
    answer_request(request=request, reply=GIVEN, by=promised.clerk, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
