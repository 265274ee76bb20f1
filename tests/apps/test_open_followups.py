"""What machines read of decisions, applications and requests: no more than the pages tell, and less of people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.catalogues.models import Item
from mingbai.followups.actions import change_step, finish_step, void_decision
from mingbai.followups.models import Decision
from mingbai.onrequest.actions import Reply, answer_request, publish_answer, take_request
from mingbai.outgoing.dictionary import dictionary
from mingbai.outgoing.shapes import DecisionWithSteps
from tests.apps.doors import through
from tests.apps.test_applications import advance, receive
from tests.apps.test_followups import DAY, STEPS, Planned, decide, first, show
from tests.conftest import Cast, noon

API = "/api/v1/communities/jinan"


def get(path: str) -> Any:
    with time_machine.travel(DAY, tick=False):
        return Client().get(path)


def rows(name: str) -> list[dict[str, str]]:
    answer = get(f"/c/jinan/data/{name}")
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def everything() -> str:
    """What every door of the open data says."""
    with time_machine.travel(DAY, tick=False):
        said = through(Client(), "jinan", "ABCDEFGH", "22")
        said[""] = Client().get(f"{API}/decisions/2026/1").content.decode()
    return "\n".join(said.values())


def test_a_decision_is_told_with_its_steps_and_without_who_sees_to_them(cast: Cast) -> None:
    decision = decide(cast)
    version = show(cast, decision.obligation, "2026-03-04")
    finish_step(step=first(decision), done_on=date(2026, 3, 10), result="定了一家", by=cast.clerk, at=DAY)
    told = get(f"{API}/decisions/2026/1").json()
    assert (told["title"], told["decided_by"], told["met_on"]) == ("建充电棚", "representatives", "2026-03-02")
    assert told["versions"] == [version.code] and told["obligation"] == decision.obligation_id
    assert [(step["what"], step["state"], step["result"]) for step in told["steps"]] == [
        ("比选施工方", "done_late", "定了一家"),
        ("建成验收", "to_come", ""),
    ]
    assert told["steps"][0]["obligation"] and told["steps"][0]["versions"] == []
    (line,) = b"".join(get("/c/jinan/data/decisions.jsonl")).decode().splitlines()
    assert json.loads(line) == told == get(f"{API}/decisions").json()["decisions"][0]
    assert rows("decisions.csv")[0] == {name: _cell(told[name]) for name in told if name != "steps"}
    assert [(row["year"], row["number"], row["what"]) for row in rows("steps.csv")] == [
        ("2026", "1", "比选施工方"),
        ("2026", "1", "建成验收"),
    ]
    said = everything()
    assert "建充电棚" in said
    for kept_back in (STEPS[0].responsible, STEPS[1].responsible, decision.text):
        assert kept_back not in said
    assert get("/c/jinan/decisions/2026-1/").content.decode().count(STEPS[0].responsible) == 1


def _cell(value: Any) -> str:
    return "；".join(value) if isinstance(value, list) else "" if value is None else str(value)


def test_what_an_entry_said_before_stands_on_the_page_only(cast: Cast) -> None:
    decision = decide(cast)
    to = Planned("重新比选", date(2026, 3, 20), "田小禾")
    change_step(step=first(decision), to=to, reason="写错了", by=cast.clerk, at=DAY)
    said = everything()
    assert "重新比选" in said and "比选施工方" not in said and "写错了" not in said


def test_an_entry_that_was_wrong_stays_as_a_tombstone(cast: Cast) -> None:
    decision = decide(cast)
    void_decision(decision=decision, reason="登记错了", by=cast.clerk, at=DAY)
    answer = get(f"{API}/decisions/2026/1")
    told = answer.json()
    assert answer.status_code == 200 and told["title"] is None and told["steps"] == []
    assert (told["state"], told["voided_on"], told["void_reason"]) == ("void", "2026-03-10", "登记错了")
    assert rows("steps.csv") == [] and rows("decisions.csv")[0]["title"] == ""
    said = everything()
    assert decision.title not in said and STEPS[0].what not in said


def test_a_decision_of_an_item_that_is_not_public_comes_out_of_no_door(cast: Cast) -> None:
    decision = decide(cast, title="不公开的决定")
    Item.objects.filter(pk=decision.obligation.occurrence.item_id).update(is_public=False)
    assert get(f"{API}/decisions").json()["total"] == 0
    assert get(f"{API}/decisions/2026/1").json() == {"detail": "没有这个决定"}
    assert rows("decisions.csv") == rows("steps.csv") == []
    for path in ("decisions", "decisions/2026/1"):
        assert "不公开的决定" not in get(f"{API}/{path}").content.decode()


def test_applications_are_counted_without_small_groups(cast: Cast) -> None:
    applications = receive(cast, 12)
    advance(cast, applications[:2])
    told = get(f"{API}/applications").json()
    counts = {row["place"]: row["count"] for row in told}
    assert {row["total"] for row in told} == {12} and counts == {"受理": None, "入户核查": None}
    advance(cast, applications[2:7])
    told = get(f"{API}/applications").json()
    assert {row["place"]: row["count"] for row in told} == {"受理": 5, "入户核查": 7}
    assert [(row["place"], row["count"]) for row in rows("applications.csv")] == [("受理", "5"), ("入户核查", "7")]


def test_of_a_request_only_its_clock_is_told_until_its_answer_is_published(cast: Cast) -> None:
    request, _ = take_request(
        community=cast.community, text="想看电梯维修的合同。", way="public", nonce="n", at=noon("2026-03-05")
    )
    (told,) = get(f"{API}/requests").json()["requests"]
    assert (told["state"], told["outcome"], told["text"]) == ("waiting", None, None)
    reply = Reply("given", "合同一共三页，可以到服务大厅看。")
    answer = answer_request(request=request, reply=reply, by=cast.clerk, at=DAY)
    (told,) = get(f"{API}/requests?year=2026").json()["requests"]
    assert (told["state"], told["outcome"], told["answered_on"]) == ("answered", "given", "2026-03-10")
    assert told["text"] is told["title"] is told["published_on"] is None
    said = everything()
    assert "合同" not in said
    publish_answer(answer=answer, title="电梯维修合同", by=cast.clerk, at=DAY)
    (told,) = get(f"{API}/requests").json()["requests"]
    assert (told["title"], told["text"]) == ("电梯维修合同", reply.text)
    assert rows("requests.csv")[0]["title"] == "电梯维修合同"
    assert "想看" not in everything()


def test_lists_come_in_pages_and_by_year(cast: Cast) -> None:
    for number in range(1, 4):
        decide(cast, title=f"第{number}件事", steps=())
    page = get(f"{API}/decisions?limit=2").json()
    assert page["total"] == 3 and [one["number"] for one in page["decisions"]] == [3, 2] and page["previous"] is None
    following = get(page["next"].removeprefix("http://testserver")).json()
    assert [one["title"] for one in following["decisions"]] == ["第1件事"] and following["next"] is None
    assert get(f"{API}/decisions?year=2025").json()["total"] == get(f"{API}/requests?year=2025").json()["total"] == 0
    assert get(f"{API}/decisions?year=0").status_code == get(f"{API}/decisions/2026/x").status_code == 422
    assert get(f"{API}/decisions/2026/{2**70}").status_code == 404


@pytest.mark.parametrize("path", [f"{API}/decisions", f"{API}/decisions/2026/1", "/c/jinan/data/steps.csv"])
def test_an_act_on_a_decision_makes_another_etag(cast: Cast, path: str) -> None:
    decision = decide(cast)
    etag = {"if-none-match": get(path).headers["ETag"]}
    with time_machine.travel(DAY, tick=False):
        assert Client().get(path, headers=etag).status_code == 304
        finish_step(step=first(decision), done_on=date(2026, 3, 6), result="定了", by=cast.clerk, at=DAY)
        assert Client().get(path, headers=etag).status_code == 200


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"{API}/decisions", 18),
        (f"{API}/applications", 5),
        (f"{API}/requests", 5),
        ("/c/jinan/data/decisions.jsonl", 18),
    ],
)
def test_they_need_a_number_of_queries_that_does_not_grow(
    cast: Cast, django_assert_max_num_queries: Callable[[int], Any], path: str, most: int
) -> None:
    for number in range(8):
        decide(cast, title=f"第{number}件事")
        take_request(community=cast.community, text="想看。", way="public", nonce=str(number), at=DAY)
    receive(cast, 12)
    with django_assert_max_num_queries(most):
        assert get(path).getvalue()
    assert Decision.objects.count() == 8


def test_the_dictionary_tells_the_fields_inside_a_decision() -> None:
    names = {entry.name for entry in dictionary(DecisionWithSteps)}
    assert {"title", "steps", "steps.done_on", "steps.versions"} <= names
    assert not {name for name in names if "responsible" in name or "changes" in name}
