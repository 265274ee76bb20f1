"""A consultation from notice to result: one tally for web and paper, every opinion answered, nobody known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mingbai.carriers.actions import publish
from mingbai.communities.actions import set_policy
from mingbai.communities.models import Event
from mingbai.communities.receipts import NotTaken
from mingbai.consultations.actions import (
    NoResult,
    NotAnswerable,
    NotOpenable,
    answer_opinions,
    draft_result,
    open_consultation,
    owe_result,
    owe_results,
    take_opinion,
    take_slips,
)
from mingbai.consultations.models import Consultation, Opinion, Reply
from mingbai.consultations.queries import consultations, heard, unanswered
from mingbai.disclosures.checks import check
from mingbai.disclosures.models import Version
from mingbai.jobs.tick import tick
from mingbai.obligations.models import Obligation
from mingbai.rules.duties import Unit, Within
from mingbai.rules.opinions import Answers, Asked, Kind
from mingbai.rules.profiles import Policy
from tests.conftest import Cast, noon, paragraphs
from tests.privacy.corpus import ID

NOW = noon("2026-03-10")
AFTER = noon("2026-03-21")
QUESTIONS = (
    Asked("住在哪里", Kind.CHOICE, ("东区", "西区"), splits=True),
    Asked("同意建充电棚吗", Kind.CHOICE, ("同意", "不同意")),
    Asked("还有什么建议", Kind.TEXT),
)
YES: Answers = {"1": [1], "2": [1]}
WORDS: Answers = {"1": [2], "2": [2], "3": "离楼太近，怕着火"}


@pytest.fixture
def notice(cast: Cast, owe: Callable[..., Any]) -> Version:
    return publish(
        obligation=owe(23, "2026-03-09"),
        content=paragraphs(1, 2, title="充电棚意见征集公告"),
        dated_on=date(2026, 3, 9),
        by=cast.clerk,
        at=noon("2026-03-09"),
    )


def opened(notice: Version, by: Any, **changes: Any) -> Consultation:
    given = {
        "title": "充电棚建不建",
        "opens_on": date(2026, 3, 10),
        "closes_on": date(2026, 3, 20),
        "questions": QUESTIONS,
        "at": noon("2026-03-09"),
    }
    return open_consultation(version=notice, by=by, **{**given, **changes})


@pytest.fixture
def asked(cast: Cast, notice: Version) -> Consultation:
    return opened(notice, cast.clerk)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def address(consultation: Consultation) -> str:
    return f"/c/jinan/consultations/{consultation.pk}/"


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(clock: time_machine.Coordinates, consultation: Consultation, **fields: Any) -> Any:
    client = Client()
    token = token_in(client.get(address(consultation)).content.decode())
    clock.shift(30)
    answer = client.post(address(consultation), {"token": token, "q1": "2", "q2": "1", "q3": "多种树", **fields})
    assert not client.cookies
    return answer


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def slips(cast: Cast, consultation: Consultation, *answers: Answers, nonce: str = "a", on: str = "2026-03-12") -> Any:
    return take_slips(
        consultation=consultation,
        slips=answers,
        received_on=date.fromisoformat(on),
        nonce=nonce,
        by=cast.clerk,
        at=AFTER,
    )


def test_web_and_paper_are_one_tally_under_one_running_number(cast: Cast, asked: Consultation, clock: Any) -> None:
    sent = send(clock, asked)
    assert sent.status_code == 201 and "第1号" in sent.content.decode()
    taken = slips(cast, asked, *[YES] * 9, WORDS)
    assert [opinion.number for opinion, _ in taken] == list(range(2, 12))
    told = heard(asked)
    assert told.count == 11 and [one.count for one in told.tallies[1].options] == [10, 1]
    assert [one.opinion.number for one in told.said] == [1, 11]
    assert not told.tells_channels


def test_the_receipt_is_shown_once_stored_hashed_and_opens_its_own_slip(asked: Consultation, clock: Any) -> None:
    page = send(clock, asked).content.decode()
    shown = re.search(r'class="code big receipt">(.*?)</p>', page, re.DOTALL)
    assert shown is not None
    receipt = re.sub(r"\D", "", re.sub(r"<[^>]+>", "", shown[1]))
    assert len(receipt) == 20 and receipt not in str(Opinion.objects.values()) + str(Event.objects.values())
    mine = Client().post(address(asked), {"receipt": receipt}).content.decode()
    assert "第1号答卷" in mine and "西区" in mine and "多种树" in mine
    wrong = Client().post(address(asked), {"receipt": "1" * 20})
    assert wrong.status_code == 422 and "没有找到" in wrong.content.decode()


def test_a_form_sent_twice_is_one_opinion(asked: Consultation, clock: Any) -> None:
    token = token_in(Client().get(address(asked)).content.decode())
    clock.shift(30)
    pages = [Client().post(address(asked), {"token": token, "q2": "1"}).content for _ in range(2)]
    assert pages[0] == pages[1] and Opinion.objects.count() == 1


def test_slips_sent_twice_are_one_entry(cast: Cast, asked: Consultation) -> None:
    first, second = slips(cast, asked, YES, WORDS), slips(cast, asked, YES, WORDS)
    assert first == second and Opinion.objects.count() == 2
    slips(cast, asked, YES, nonce="b")
    assert Opinion.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"q1": "", "q2": "", "q3": " "}, "至少回答一题", id="nothing"),
        pytest.param({"q2": "9"}, "第2题请从列出的选项里选", id="no-such-option"),
        pytest.param({"q2": "x"}, "第2题请从列出的选项里选", id="not-a-number"),
        pytest.param({"q2": "٣"}, "第2题请从列出的选项里选", id="another-script's-digit"),
        pytest.param({"q3": "长" * 1001}, "太长", id="too-long"),
        pytest.param({"website": "x"}, "留给机器", id="honeypot"),
        pytest.param({"token": "x"}, "不完整", id="a-form-that-is-not-ours"),
    ],
)
def test_what_cant_be_taken_is_said_and_nothing_is_lost(
    asked: Consultation, clock: Any, fields: dict[str, str], told: str
) -> None:
    answer = send(clock, asked, **fields)
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and not Opinion.objects.exists()
    assert fields.get("q3", "多种树").strip() in page and "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        pytest.param("2026-03-09", "2026年3月10日才开始", id="before"),
        pytest.param("2026-03-21", "2026年3月20日已经截止", id="after"),
    ],
)
def test_before_and_after_nothing_is_taken_and_the_day_is_named(
    cast: Cast, asked: Consultation, clock: Any, day: str, told: str
) -> None:
    token = token_in(Client().get(address(asked)).content.decode())
    with pytest.raises(NotTaken, match=told):
        take_opinion(consultation=asked, answers=YES, nonce="x", at=noon(day))
    with pytest.raises(NotTaken, match=told):
        slips(cast, asked, YES, on=day)
    clock.move_to(noon(day))
    page = Client().get(address(asked)).content.decode()
    assert 'name="q2"' not in page
    refused = Client().post(address(asked), {"token": token, "q2": "1"})
    assert refused.status_code == 422 and not Opinion.objects.exists()


def test_the_first_and_the_last_day_count_in(asked: Consultation) -> None:
    for number, day in enumerate(("2026-03-10", "2026-03-20")):
        take_opinion(consultation=asked, answers=YES, nonce=str(number), at=noon(day))
    assert Opinion.objects.count() == 2


def test_personal_data_is_masked_before_it_is_stored_and_refused_in_a_reply(cast: Cast, asked: Consultation) -> None:
    said = f"张三（{ID}，13805310021）说不行"
    opinion, _ = take_opinion(consultation=asked, answers={"3": said}, nonce="x", at=NOW)
    stored = str(Opinion.objects.values())
    assert ID not in stored and "13805310021" not in stored and "说不行" in stored
    with pytest.raises(NotAnswerable, match="身份证"):
        answered(cast, asked, [opinion.number], reason=f"他是{ID}")
    assert not Reply.objects.exists()


def answered(cast: Cast, consultation: Consultation, numbers: list[int], **given: Any) -> Any:
    said = {"outcome": "adopted", "reason": "离楼至少6米", "at": AFTER, **given}
    return answer_opinions(consultation=consultation, numbers=numbers, by=cast.clerk, **said)


def test_nothing_that_was_said_is_public_before_the_closing(cast: Cast, asked: Consultation, clock: Any) -> None:
    slips(cast, asked, WORDS)
    page = Client().get(address(asked)).content.decode()
    assert "怕着火" not in page and "已收到 1 份" in page and "还有 10 天" in page
    clock.move_to(AFTER)
    assert "怕着火" in Client().get(address(asked)).content.decode()


def test_each_opinion_stands_with_its_number_and_what_became_of_it(cast: Cast, asked: Consultation, clock: Any) -> None:
    slips(cast, asked, WORDS, {"3": "某某是骗子"}, {"3": "多种树"})
    answered(cast, asked, [1])
    answered(cast, asked, [2], outcome="withheld", reason="辱骂他人")
    clock.move_to(AFTER)
    page = Client().get(address(asked)).content.decode()
    assert "采纳" in page and "离楼至少6米" in page and "第1号" in page and "等待处理" in page
    assert "骗子" not in page and "辱骂他人" in page and "第2号" in page and "内容不公开 1 份" in page
    assert not any("骗子" in str(block) for block in _drafted(cast, asked))


def _drafted(cast: Cast, consultation: Consultation) -> Any:
    answered(cast, consultation, [3], outcome="not_adopted", reason="没有地方")
    return draft_result(consultation=consultation, by=cast.clerk, at=AFTER).content_data["blocks"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"outcome": "maybe"}, "请选择采纳", id="unknown-outcome"),
        pytest.param({"reason": "  "}, "请写明理由", id="no-reason"),
        pytest.param({"numbers": [1, 2]}, "只有写了文字的答卷", id="a-slip-without-words"),
        pytest.param({"numbers": []}, "请选择要处理的意见", id="none"),
        pytest.param({"numbers": [99]}, "请选择要处理的意见", id="a-number-that-is-not-there"),
    ],
)
def test_a_reply_needs_an_opinion_in_words_an_outcome_and_a_reason(
    cast: Cast, asked: Consultation, given: dict[str, Any], told: str
) -> None:
    slips(cast, asked, WORDS, YES)
    with pytest.raises(NotAnswerable, match=told):
        answered(cast, asked, **{"numbers": [1], **given})
    assert not Reply.objects.exists()


def test_a_breakdown_tells_no_small_group_on_the_page(cast: Cast, asked: Consultation, clock: Any) -> None:
    slips(cast, asked, *[YES] * 20, *[{"1": [2], "2": [1]}] * 7, *[{"1": [1], "2": [2]}] * 8, WORDS)
    clock.move_to(AFTER)
    page = Client().get(address(asked)).content.decode()
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page)
    cells = {row.split("</th>")[0]: re.findall(r'"number">(.*?)</td>', row) for row in rows}
    assert cells == {"同意": ["不显示", "不显示", "27"], "不同意": ["不显示", "少于5", "9"]}


def test_the_result_is_owed_from_the_closing_day_once_by_the_nightly_sweep(cast: Cast, asked: Consultation) -> None:
    promise = Policy(prompt=Within(5, Unit.WORKING_DAY))
    set_policy(community=cast.community, policy=promise, by=None, at=NOW)
    with pytest.raises(NoResult, match="2026年3月20日才截止"):
        owe_result(consultation=asked, by=cast.clerk, at=noon("2026-03-20"))
    assert tick(noon("2026-03-20")) and Consultation.objects.get().result is None
    tick(AFTER)
    result = Consultation.objects.get().result
    assert result is not None and result.occurrence.on == asked.closes_on and str(result.due_on) == "2026-03-27"
    assert result.occurrence.item.number == 23 and result.occurrence.recorded_by is None
    assert owe_results(AFTER) == 0
    assert owe_result(consultation=asked, by=cast.clerk, at=AFTER) == result
    assert Obligation.objects.filter(occurrence__what__startswith="意见征集结果形成").count() == 1


def test_the_draft_of_the_result_has_the_tally_and_every_opinion_and_is_ready(cast: Cast, asked: Consultation) -> None:
    slips(cast, asked, *[YES] * 6, WORDS, WORDS, {"3": "多种树"})
    with pytest.raises(NoResult, match="还有3条"):
        draft_result(consultation=asked, by=cast.clerk, at=AFTER)
    assert Consultation.objects.get().result is None
    answered(cast, asked, [7, 8])
    answered(cast, asked, [9], outcome="partly", reason="先种两棵")
    draft = draft_result(consultation=asked, by=cast.clerk, at=AFTER)
    tally, opinions = draft.content_data["blocks"]
    assert tally["rows"] == [
        ["住在哪里", "东区", "6"],
        ["住在哪里", "西区", "2"],
        ["同意建充电棚吗", "同意", "6"],
        ["同意建充电棚吗", "不同意", "2"],
    ]
    assert opinions["rows"] == [
        ["第7、8号：离楼太近，怕着火", "2", "采纳", "离楼至少6米"],
        ["第9号：多种树", "1", "部分采纳", "先种两棵"],
    ]
    assert "共收到9份" in tally["caption"]
    checks = check(draft)
    assert not checks.missing and not checks.error and not checks.blocked and not checks.differences
    with pytest.raises(NoResult, match="没有完成的草稿"):
        draft_result(consultation=asked, by=cast.clerk, at=AFTER)
    with pytest.raises(NotTaken, match="准备公开"):
        slips(cast, asked, YES, nonce="late")
    with pytest.raises(NotAnswerable, match="准备公开"):
        answered(cast, asked, [9])


def test_a_published_result_is_linked_and_neither_it_nor_the_notice_asks_any_more(
    cast: Cast, asked: Consultation, clock: Any
) -> None:
    slips(cast, asked, *[YES] * 6)
    assert "充电棚意见征集公告" in home_section(Client().get("/c/jinan/").content.decode())
    draft = draft_result(consultation=asked, by=cast.clerk, at=AFTER)
    result = publish(
        obligation=draft.obligation, content=draft.content_data, dated_on=AFTER.date(), by=cast.clerk, at=AFTER
    )
    clock.move_to(AFTER)
    assert f"/v/{result.code}/" in Client().get(address(asked)).content.decode()
    assert "现在没有正在征求意见的事" in home_section(Client().get("/c/jinan/").content.decode())
    for code in (asked.version.code, result.code):
        assert address(asked) in Client().get(f"/c/jinan/v/{code}/").content.decode()


def home_section(page: str) -> str:
    return page.split('id="consultations"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"title": " "}, "请填写标题", id="no-title"),
        pytest.param({"closes_on": date(2026, 3, 9)}, "早于开始", id="ends-before-it-begins"),
        pytest.param({"opens_on": date(2026, 3, 1), "closes_on": date(2026, 3, 8)}, "已经过去", id="over"),
        pytest.param({"questions": ()}, "1到20个问题", id="no-question"),
        pytest.param({"questions": [Asked("同意吗", Kind.CHOICE, ("同意",))]}, "2到20个不同", id="one-option"),
        pytest.param({"questions": [Asked("同意吗", Kind.CHOICE, ("是", "是"))]}, "不同的选项", id="the-same-twice"),
        pytest.param({"questions": [Asked("", Kind.TEXT)]}, "没有写问题", id="no-words"),
        pytest.param({"questions": [Asked("说说", Kind.TEXT, ("是", "否"))]}, "不用写选项", id="text-with-options"),
        pytest.param({"questions": [QUESTIONS[0], QUESTIONS[0]]}, "最多按一题分组", id="split-twice"),
        pytest.param({"questions": [Asked("说说", Kind.TEXT, (), True)]}, "不能用来分组", id="split-by-words"),
    ],
)
def test_what_cant_be_asked_is_named(cast: Cast, notice: Version, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(NotOpenable, match=told):
        opened(notice, cast.clerk, **changes)
    assert not Consultation.objects.exists()


def test_only_a_public_notice_of_a_consultation_asks_and_only_once(
    cast: Cast, owe: Callable[..., Any], asked: Consultation
) -> None:
    with pytest.raises(NotOpenable, match="已经设置"):
        opened(asked.version, cast.clerk)
    given: dict[str, Any] = {"dated_on": NOW.date(), "by": cast.clerk, "at": NOW}
    other = publish(obligation=owe(10, "2026-03-09"), content=paragraphs(1, 2), **given)
    with pytest.raises(NotOpenable, match="不是已经公开的意见征集公告"):
        opened(other, cast.clerk)
    hidden = publish(obligation=owe(23, "2026-03-09"), content=paragraphs(1, 2), **given)
    type(hidden.disclosure.obligation.occurrence.item).objects.update(is_public=False)
    with pytest.raises(NotOpenable, match="不是已经公开的意见征集公告"):
        opened(hidden, cast.clerk)
    assert Client().get(address(asked)).status_code == 404
    assert list(consultations(cast.community, public=True)) == []


def test_another_communitys_consultation_isnt_found(cast: Cast, asked: Consultation, clock: Any) -> None:
    assert Client().get(f"/c/neighbour/consultations/{asked.pk}/").status_code == 404
    neighbour = signed_in(cast.neighbours_clerk)
    assert neighbour.get(f"/desk/neighbour/consultations/{asked.pk}/").status_code == 404
    assert neighbour.post(f"/desk/jinan/consultations/{asked.pk}/slips/", {}).status_code == 404


def test_the_supervisor_sees_and_changes_nothing(cast: Cast, asked: Consultation, clock: Any) -> None:
    slips(cast, asked, WORDS)
    supervisor, path = signed_in(cast.supervisor), f"/desk/jinan/consultations/{asked.pk}/"
    assert "怕着火" in supervisor.get(path).content.decode()
    assert supervisor.post(path, {"number": "1", "outcome": "adopted", "reason": "好"}).status_code == 404
    assert supervisor.post(f"{path}result/").status_code == 404 and not Reply.objects.exists()


def test_a_clerk_sets_one_up_enters_slips_answers_and_makes_the_result(cast: Cast, notice: Version, clock: Any) -> None:
    clerk, path = signed_in(cast.clerk), "/desk/jinan/consultations/"
    assert notice.title in clerk.get(path).content.decode()
    fields = {"v": notice.code, "title": "建不建", "opens_on": "2026-03-10", "closes_on": "2026-03-12"}
    fields |= {
        "text-1": "同意吗",
        "kind-1": "choice",
        "options-1": "同意\r\n不同意",
        "text-2": "建议",
        "kind-2": "text",
    }
    wrong = clerk.post(f"{path}new/", {**fields, "closes_on": "三月"})
    assert wrong.status_code == 422 and "同意吗" in wrong.content.decode()
    assert clerk.post(f"{path}new/", fields).status_code == 302
    made = Consultation.objects.get()
    path = f"{path}{made.pk}/"
    token = token_in(clerk.get(f"{path}slips/").content.decode())
    filled = {"token": token, "received_on": "2026-03-10", "s1-1": "1", "s3-1": "2", "s3-2": "太贵", "s5-2": " "}
    bad = clerk.post(f"{path}slips/", {**filled, "s3-1": "7"})
    assert bad.status_code == 422 and "第2份：第1题" in bad.content.decode() and not Opinion.objects.exists()
    taken = clerk.post(f"{path}slips/", filled)
    assert taken.status_code == 201 and "第2号" in taken.content.decode() and Opinion.objects.count() == 2
    clock.move_to(noon("2026-03-13"))
    clerk = signed_in(cast.clerk)
    todo = clerk.get("/desk/jinan/").content.decode()
    assert "征集截止、等处理的意见" in todo and "还有 1 条文字意见" in todo
    early = clerk.post(f"{path}result/")
    assert early.status_code == 422 and "还有1条" in early.content.decode()
    assert clerk.post(path, {"number": "2", "outcome": "", "reason": "已压价"}).status_code == 422
    assert clerk.post(path, {"number": "2", "outcome": "partly", "reason": "已压价"}).status_code == 302
    assert "征集截止、等处理的意见" not in clerk.get("/desk/jinan/").content.decode()
    drafted = clerk.post(f"{path}result/")
    assert drafted.status_code == 302 and "/drafts/" in drafted.headers["Location"]
    page = clerk.get(drafted.headers["Location"]).content.decode()
    assert "意见征集结果和反馈：建不建" in page
    assert "继续准备结果" in clerk.get(path).content.decode()


def test_every_act_leaves_one_event_without_a_word_of_what_was_said(cast: Cast, asked: Consultation) -> None:
    before = Event.objects.count()
    take_opinion(consultation=asked, answers={"3": "独一无二的意见"}, nonce="x", at=NOW)
    slips(cast, asked, WORDS, YES)
    answered(cast, asked, [1, 2], reason="独一无二的理由")
    owe_result(consultation=asked, by=cast.clerk, at=AFTER)
    events = list(Event.objects.order_by("pk").values())[before:]
    assert [event["act"] for event in events] == [
        "opinion_received",
        "opinions_taken_down",
        "opinions_answered",
        "occurrence_recorded",
        "consultation_result_owed",
    ]
    assert events[0]["actor_id"] is None and "独一无二" not in str(events)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("consultations_consultation SET closes_on = '2026-03-01'", id="closes-after-opening"),
        pytest.param("consultations_consultation SET title = ''", id="a-title"),
        pytest.param("consultations_question SET kind = 'essay'", id="kinds"),
        pytest.param("consultations_question SET text = ''", id="asks-something"),
        pytest.param("consultations_question SET position = 1", id="positions-once"),
        pytest.param("consultations_question SET splits = TRUE", id="one-splits"),
        pytest.param("consultations_opinion SET channel = 'web'", id="web-by-nobody"),
        pytest.param("consultations_opinion SET taken_by_id = NULL", id="paper-by-somebody"),
        pytest.param("consultations_opinion SET number = 1", id="numbers-once"),
        pytest.param("consultations_opinion SET receipt_hash = 'x'", id="receipts-hashed"),
        pytest.param("consultations_reply SET outcome = 'maybe'", id="outcomes"),
        pytest.param("consultations_reply SET reason = ''", id="a-reason"),
    ],
)
def test_the_database_refuses(cast: Cast, asked: Consultation, sql: str) -> None:
    slips(cast, asked, WORDS, WORDS)
    answered(cast, asked, [1])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {sql}")  # noqa: S608 — the parameters above
        connection.check_constraints()


def test_nothing_of_who_sent_an_opinion_has_a_place_in_the_tables() -> None:
    held = {field.name for field in Opinion._meta.get_fields()}
    assert held == {
        "id",
        "consultation",
        "number",
        "channel",
        "received_on",
        "receipt_hash",
        "answers_data",
        "taken_by",
        "replies",
    }


def test_the_web_form_closes_after_a_thousand_on_one_day(
    cast: Cast, asked: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mingbai.consultations.actions.WEB_A_DAY", 3)
    for number in range(3):
        take_opinion(consultation=asked, answers=YES, nonce=str(number), at=NOW)
    with pytest.raises(NotTaken, match="纸面"):
        take_opinion(consultation=asked, answers=YES, nonce="x", at=NOW)
    slips(cast, asked, YES)
    take_opinion(consultation=asked, answers=YES, nonce="y", at=noon("2026-03-11"))


def test_more_opinions_ask_the_database_no_more(
    cast: Cast, asked: Consultation, clock: Any, django_assert_num_queries: Any
) -> None:
    slips(cast, asked, *[WORDS] * 3)
    answered(cast, asked, [1])
    clock.move_to(AFTER)
    counts = []
    for nonce in ("more", "most"):
        with CaptureQueriesContext(connection) as told:
            Client().get(address(asked))
        counts.append(len(told))
        slips(cast, asked, *[WORDS] * 40, nonce=nonce)
        answered(cast, asked, [one.opinion.number for one in heard(asked).open])
    assert counts[0] == counts[1] and counts[0] <= 10
    with django_assert_num_queries(3):
        assert unanswered(cast.community, AFTER.date()) == []


def test_the_demos_consultation_is_the_one_its_result_tells(demo: Any, fetch: Callable[..., Any]) -> None:
    consultation = Consultation.objects.get(community=demo)
    told = heard(consultation)
    assert told.count == 842 and [one.count for one in told.tallies[1].options] == [731, 78, 33]
    assert [one.cells for one in told.tallies[1].options] == [(418, 313), (36, 42), (17, 16)]
    assert len(told.said) == 111 and not told.open
    assert dict(told.by_outcome) == {"采纳": 77, "部分采纳": 19, "未采纳": 15}
    page = fetch(f"/c/jinan/consultations/{consultation.pk}/").content.decode()
    assert "<b>842</b> 份" in page and "看公布的结果" in page
