"""Residents ask without an account; the committee answers in public, on a clock; nothing tells who asked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pdfplumber
import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mingbai.carriers.actions import publish
from mingbai.communities.actions import set_policy
from mingbai.communities.models import Event
from mingbai.communities.receipts import NotTaken
from mingbai.disclosures.models import Version
from mingbai.residents.actions import (
    NotAnswerable,
    Place,
    answer_feedback,
    settle_feedback,
    take_feedback,
    withhold_feedback,
)
from mingbai.residents.models import Feedback
from mingbai.residents.queries import feedback_by_receipt, told
from mingbai.rules.duties import Unit, Within
from mingbai.rules.profiles import Policy
from mingbai.rules.replies import FeedbackState
from tests.conftest import Cast, noon, paragraphs
from tests.privacy.corpus import ID

NOW = noon("2026-03-10")
TABLE = {
    "title": "一季度收支",
    "blocks": [
        {
            "element": 1,
            "heading": "收支明细",
            "kind": "table",
            "caption": None,
            "columns": [{"label": "项目", "type": "text"}, {"label": "金额（元）", "type": "money"}],
            "rows": [["维修路灯", "1200.00"], ["打印", "80.00"]],
            "total": None,
        }
    ],
}


@pytest.fixture
def version(cast: Cast, owe: Callable[..., Any]) -> Version:
    set_policy(community=cast.community, policy=Policy(reply=Within(5, Unit.WORKING_DAY)), by=None, at=NOW)
    return publish(
        obligation=owe(22, "2026-03-09"), content=TABLE, dated_on=NOW.date(), by=cast.clerk, at=noon("2026-03-10")
    )


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def ask(clock: time_machine.Coordinates, version: Version, client: Client | None = None, **fields: str) -> Any:
    client = client or Client()
    page = client.get(f"/c/jinan/ask/?v={version.code}").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    clock.shift(30)
    given = {"token": token[1], "v": version.code, "kind": "question", "spot": "1-1", "text": "这盏灯修在哪里？"}
    return client.post("/c/jinan/ask/", {**given, **fields})


def receipt_in(page: str) -> str:
    found = re.search(r'class="code big receipt">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\D", "", re.sub(r"<[^>]+>", "", found[1]))


def test_a_question_about_one_row_gets_a_number_a_clock_and_a_receipt(version: Version, clock: Any) -> None:
    client = Client()
    answer = ask(clock, version, client)
    assert answer.status_code == 201 and "no-store" in answer.headers["Cache-Control"]
    feedback = Feedback.objects.get()
    receipt = receipt_in(answer.content.decode())
    assert len(receipt) == 20 and receipt not in str(Feedback.objects.values())
    assert feedback.reference == "2026-001" and (feedback.element, feedback.row) == (1, 1)
    assert str(feedback.due_on) == "2026-03-17"
    assert not client.cookies
    page = client.get(f"/c/jinan/v/{version.code}/").content.decode()
    assert "这盏灯修在哪里？" in page and "“收支明细”第1行" in page and "最迟2026年3月17日答复" in page
    found = feedback_by_receipt(" ".join(receipt[n : n + 4] for n in range(0, 20, 4)))
    assert found == feedback


def test_two_clicks_are_one_question(version: Version, clock: Any) -> None:
    page = Client().get(f"/c/jinan/ask/?v={version.code}").content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    clock.shift(30)
    fields = {"token": token, "v": version.code, "kind": "question", "text": "问一次"}
    receipts = {receipt_in(Client().post("/c/jinan/ask/", fields).content.decode()) for _ in range(2)}
    assert len(receipts) == 1 and Feedback.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told_to"),
    [
        pytest.param({"text": "  "}, "没有填写", id="nothing-said"),
        pytest.param({"text": "长" * 1001}, "缩短到1000字", id="too-long"),
        pytest.param({"kind": "rumour"}, "请选择", id="unknown-kind"),
        pytest.param({"spot": "9-9"}, "已经不在了", id="a-row-that-is-not-there"),
        pytest.param({"website": "http://spam.example"}, "留给机器", id="honeypot"),
        pytest.param({"token": "x"}, "不完整", id="a-form-that-is-not-ours"),
    ],
)
def test_what_cant_be_taken_is_said_and_nothing_is_lost(
    version: Version, clock: Any, fields: dict[str, str], told_to: str
) -> None:
    answer = ask(clock, version, **fields)
    page = answer.content.decode()
    assert answer.status_code == 422 and told_to in page and not Feedback.objects.exists()
    assert fields.get("text", "这盏灯修在哪里？").strip() in page


def test_a_form_filled_in_within_a_second_or_left_open_over_night_isnt_taken(version: Version, clock: Any) -> None:
    page = Client().get(f"/c/jinan/ask/?v={version.code}").content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    fields = {"token": token, "v": version.code, "kind": "question", "text": "太快"}
    assert "太快" in Client().post("/c/jinan/ask/", fields).content.decode()
    clock.shift(5 * 3600)
    late = Client().post("/c/jinan/ask/", fields)
    again = re.findall(r'name="token" value="([^"]+)"', late.content.decode())[0]
    assert late.status_code == 422 and again != token
    clock.shift(10)
    assert Client().post("/c/jinan/ask/", {**fields, "token": again}).status_code == 201


def test_the_answer_stands_beside_the_item_and_the_asker_says_whether_it_settles(
    cast: Cast, version: Version, clock: Any
) -> None:
    receipt = receipt_in(ask(clock, version).content.decode())
    feedback = Feedback.objects.get()
    early = Client().post("/c/jinan/receipt/", {"receipt": receipt, "settled": "yes"})
    assert early.status_code == 422 and "还没有答复" in early.content.decode()
    answer_feedback(feedback=feedback, text="修在3号楼前，票据在居委会可以看。", by=cast.clerk, at=noon("2026-03-12"))
    clock.move_to(noon("2026-03-13"))
    page = Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    assert "修在3号楼前" in page and "已答复" in page
    assert "修在3号楼前" in Client().get("/c/jinan/feedback/2026-1/").content.decode()
    said = Client().post("/c/jinan/receipt/", {"receipt": receipt, "settled": "no"})
    assert said.status_code == 200
    listed = Client().get("/c/jinan/feedback/").content.decode()
    assert "提出人认为没有解决" in listed and "<b>1</b> 条没有了结" in listed
    answer_feedback(feedback=feedback, text="补充：附上照片。", by=cast.clerk, at=noon("2026-03-16"))
    assert told(Feedback.objects.get(), noon("2026-03-16").date()).state is FeedbackState.ANSWERED


def test_a_receipt_opens_its_own_question_only(cast: Cast, version: Version, clock: Any) -> None:
    receipt = receipt_in(ask(clock, version).content.decode())
    assert Client().post("/c/neighbour/receipt/", {"receipt": receipt}).status_code == 422
    assert Client().post("/c/jinan/receipt/", {"receipt": "1" * 20}).status_code == 422
    assert Client().post("/c/jinan/receipt/", {"receipt": receipt}).status_code == 200


def test_personal_data_is_masked_before_it_is_stored_and_refused_in_an_answer(
    cast: Cast, version: Version, clock: Any
) -> None:
    ask(clock, version, text=f"张三（{ID}，13805310021）为什么没有？")
    feedback = Feedback.objects.get()
    assert ID not in feedback.text and "13805310021" not in feedback.text and "为什么没有" in feedback.text
    with pytest.raises(NotAnswerable, match="身份证"):
        answer_feedback(feedback=feedback, text=f"他的号码是{ID}", by=cast.clerk, at=NOW)
    assert not feedback.answers.exists()


def test_a_withheld_text_leaves_every_page_but_not_the_count(cast: Cast, version: Version, clock: Any) -> None:
    ask(clock, version, text="某某是骗子")
    feedback = Feedback.objects.get()
    with pytest.raises(NotAnswerable):
        withhold_feedback(feedback=feedback, kind="dislike", note="", by=cast.clerk, at=NOW)
    withhold_feedback(feedback=feedback, kind="abuse", note="", by=cast.clerk, at=NOW)
    for path in ("feedback/", "feedback/2026-1/", f"v/{version.code}/"):
        page = Client().get(f"/c/jinan/{path}").content.decode()
        assert "骗子" not in page and "辱骂或者诽谤" in page and "2026-001" in page
    supervisor = Client()
    supervisor.force_login(cast.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    assert "骗子" in supervisor.get(f"/desk/jinan/feedback/{feedback.pk}/").content.decode()
    assert supervisor.post(f"/desk/jinan/feedback/{feedback.pk}/", {"text": "答"}).status_code == 404


def test_what_is_not_public_cannot_be_asked_about(cast: Cast, version: Version) -> None:
    type(version.disclosure.obligation.occurrence.item).objects.update(is_public=False)
    assert Client().get(f"/c/jinan/ask/?v={version.code}").status_code == 404


def test_the_clerk_takes_down_what_came_by_telephone_under_the_same_numbers(
    cast: Cast, version: Version, owe: Callable[..., Any], clock: Any
) -> None:
    ask(clock, version)
    owe(16, "2026-02-02")
    clerk = Client()
    clerk.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = clerk.get(f"/desk/jinan/feedback/take/?v={version.code}").content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    fields = {"token": token, "v": version.code, "kind": "objection", "channel": "phone", "spot": "1-2", "text": "太贵"}
    taken = clerk.post("/desk/jinan/feedback/take/", fields)
    assert taken.status_code == 201 and "2026-002" in taken.content.decode()
    stored = Feedback.objects.get(number=2)
    assert stored.taken_by == cast.clerk and stored.channel == "phone"
    todo = clerk.get("/desk/jinan/").content.decode()
    assert "等答复的居民意见" in todo and "异议 2026-002：太贵" in todo
    assert todo.index("已经逾期") < todo.index("等答复的居民意见")
    answered = clerk.post(f"/desk/jinan/feedback/{stored.pk}/", {"text": "三家比价后选了最低的一家。"})
    assert answered.status_code == 302 and stored.answers.count() == 1


def test_every_act_leaves_one_event_without_a_word_of_what_was_said(cast: Cast, version: Version, clock: Any) -> None:
    before = Event.objects.count()
    receipt = receipt_in(ask(clock, version, text="独一无二的问题").content.decode())
    feedback = Feedback.objects.get()
    answer_feedback(feedback=feedback, text="独一无二的答复", by=cast.clerk, at=NOW)
    settle_feedback(feedback=feedback, settled=True, at=NOW)
    events = list(Event.objects.order_by("pk").values())[before:]
    assert [event["act"] for event in events] == ["feedback_received", "feedback_answered", "feedback_settled"]
    assert events[0]["actor_id"] is None
    assert "独一无二" not in str(events) and receipt not in str(events)


def test_the_web_form_closes_after_two_hundred_on_one_day_and_says_where_to_go(cast: Cast, version: Version) -> None:
    for number in range(200):
        fields = {"kind": "question", "text": "问", "place": Place(version), "nonce": str(number), "at": NOW}
        take_feedback(community=cast.community, **fields)
    with pytest.raises(NotTaken, match="打电话"):
        take_feedback(community=cast.community, kind="question", text="问", place=Place(version), nonce="x", at=NOW)
    by_phone = {"kind": "question", "text": "问", "place": Place(version), "nonce": "y", "at": NOW, "channel": "phone"}
    take_feedback(community=cast.community, by=cast.clerk, **by_phone)
    take_feedback(community=cast.community, kind="question", text="问", place=Place(), nonce="z", at=noon("2026-03-11"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("kind = 'rumour'", id="kinds"),
        pytest.param("channel = 'phone'", id="somebody-took-it-down"),
        pytest.param("text = ''", id="says-something"),
        pytest.param("withheld = 'abuse'", id="somebody-withheld-it"),
        pytest.param("settled_on = received_on", id="a-day-with-its-word"),
        pytest.param("element = NULL", id="a-row-of-an-element"),
        pytest.param("receipt_hash = 'x'", id="receipt-hashed"),
    ],
)
def test_the_database_refuses(version: Version, clock: Any, change: str) -> None:
    ask(clock, version)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE residents_feedback SET {change}")  # noqa: S608 — the parameters above
        connection.check_constraints()


def test_a_page_of_a_version_asks_the_database_no_more_for_more_questions(
    cast: Cast, version: Version, django_assert_max_num_queries: Any, clock: Any
) -> None:
    for number in range(12):
        place = Place(version, 1, 1)
        taken, _ = take_feedback(
            community=cast.community, kind="question", text="问", place=place, nonce=str(number), at=NOW
        )
        answer_feedback(feedback=taken, text="答", by=cast.clerk, at=NOW)
    with django_assert_max_num_queries(13):
        Client().get(f"/c/jinan/v/{version.code}/")


def test_the_demo_has_questions_and_answers(db: None) -> None:
    with time_machine.travel(noon("2026-11-24"), tick=False):
        call_command("demo", "--no-serve")
        page = Client().get("/c/jinan/feedback/").content.decode()
    assert page.count('class="answer"') >= 3 and "等待答复" in page


def test_what_is_paragraphs_can_be_asked_about_too(cast: Cast, owe: Callable[..., Any], clock: Any) -> None:
    other = publish(
        obligation=owe(10, "2026-03-09"), content=paragraphs(1, 2), dated_on=NOW.date(), by=cast.clerk, at=NOW
    )
    assert ask(clock, other, spot="2").status_code == 201
    assert Feedback.objects.get().row is None


def test_the_next_sheet_prints_what_was_answered_and_nothing_else(client: Client, cast: Cast, version: Version) -> None:
    """Not what still waits, nor what is withheld; the version's digest is what it was."""

    def said(text: str) -> Feedback:
        return take_feedback(
            community=cast.community, kind="question", text=text, place=Place(version), nonce=text, at=NOW
        )[0]

    answered, waiting, withheld = said("维修路灯修了几盏？"), said("打印了什么？"), said("广告一则")
    for one in (answered, withheld):
        answer_feedback(feedback=one, text="修了三盏。", by=cast.clerk, at=noon("2026-03-12"))
    withhold_feedback(feedback=withheld, kind="advertising", note="", by=cast.clerk, at=noon("2026-03-12"))
    pdf = client.get(f"/c/jinan/v/{version.code}/sheet-a4.pdf").content
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        text = "".join("".join((page.extract_text() or "").split()) for page in document.pages)
    assert "问：维修路灯修了几盏？" in text and "答：修了三盏。2026年3月12日答复" in text
    assert waiting.text not in text and "广告一则" not in text
    assert version.digest[:16] in text
