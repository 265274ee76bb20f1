"""From a meeting to what became of its decision: owed by the same rules, nothing deleted, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mingbai.carriers.actions import publish
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.communities.models import Event
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.disclosures.models import Draft
from mingbai.followups.actions import (
    Planned,
    change_step,
    correct_decision,
    draft_followup,
    drop_step,
    finish_step,
    plan_step,
    record_decision,
    reopen_step,
    void_decision,
)
from mingbai.followups.models import Change, Decision, Step
from mingbai.followups.owing import BadEntry
from mingbai.followups.queries import followed, public_decisions, steps_due, timeline
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.rules.followups import DecisionState, StepState
from tests.apps.exporting import broken_links, export, files_in
from tests.conftest import Cast, noon, paragraphs, seed_catalogue
from tests.privacy.corpus import ID

MET = date(2026, 3, 2)
DAY = noon("2026-03-10")
STEPS = (Planned("比选施工方", date(2026, 3, 9), "田小禾"), Planned("建成验收", date(2026, 3, 31), "周明礼"))


def decide(cast: Cast, **changes: Any) -> Decision:
    given: dict[str, Any] = {
        "community": cast.community,
        "title": "建充电棚",
        "met_on": MET,
        "decided_by": "representatives",
        "text": "在两处空地各建一个。",
        "steps": STEPS,
        "by": cast.clerk,
        "at": noon("2026-03-03"),
    }
    return record_decision(**{**given, **changes})


@pytest.fixture
def decision(cast: Cast) -> Decision:
    return decide(cast)


def first(decision: Decision) -> Step:
    return decision.steps.get(position=1)


def finish(cast: Cast, step: Step, **changes: Any) -> Step:
    given = {"done_on": date(2026, 3, 6), "result": "四家比选，定了一家", "by": cast.clerk, "at": DAY}
    return finish_step(step=step, **{**given, **changes})


def show(cast: Cast, obligation: Obligation, on: str) -> Any:
    return publish(
        obligation=obligation,
        content=paragraphs(1, title=f"{on}的公开"),
        dated_on=date.fromisoformat(on),
        by=cast.clerk,
        at=noon(on),
    )


def words(decision: Decision, on: str) -> str:
    today = date.fromisoformat(on)
    (one,) = followed(decision.community, public_decisions(decision.community).filter(pk=decision.pk), today)
    return "\n".join(" ".join([str(e.on), e.word, e.title, *e.lines]) for e in timeline(one, today))


def get(path: str, on: str = "2026-03-10") -> str:
    with time_machine.travel(noon(on), tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def desk(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# What is owed


def test_a_decision_is_owed_from_the_meetings_day_by_the_rule_of_its_item(cast: Cast, decision: Decision) -> None:
    owed = decision.obligation
    assert owed.occurrence.item.number == 22 and owed.occurrence.on == MET
    assert owed.due_on == date(2026, 3, 9)  # 7 days, written in the catalogue
    assert (decision.year, decision.number) == (2026, 1)


def test_a_result_is_owed_from_the_day_it_was_done_not_from_the_day_it_was_entered(
    cast: Cast, decision: Decision
) -> None:
    step = finish(cast, first(decision))
    assert step.obligation is not None and step.obligation_id != decision.obligation_id
    assert step.obligation.occurrence.on == date(2026, 3, 6) and step.obligation.due_on == date(2026, 3, 13)
    assert "比选施工方" in step.obligation.occurrence.what
    assert "还有 3 天 还没有公开：“比选施工方”的结果" in words(decision, "2026-03-10")
    assert "已过 2 天 还没有公开：“比选施工方”的结果" in words(decision, "2026-03-15")


def test_publishing_meets_it_and_the_timeline_leads_there(cast: Cast, decision: Decision) -> None:
    step = finish(cast, first(decision))
    assert step.obligation is not None
    version = show(cast, step.obligation, "2026-03-12")
    told = words(decision, "2026-03-12")
    assert "2026-03-12 还没有贴全 公开：“比选施工方”的结果" in told and "还没有张贴：金安社区公示栏" in told
    assert f"/c/jinan/v/{version.code}/" in get("/c/jinan/decisions/2026-1/", "2026-03-12")


def test_several_decisions_and_steps_share_what_is_published_together(cast: Cast, decision: Decision) -> None:
    other = decide(cast, title="补选委员", steps=[], known=decision.obligation)
    step = finish(cast, first(decision), known=decision.obligation)
    assert other.obligation_id == step.obligation_id == decision.obligation_id and other.number == 2
    assert Occurrence.objects.filter(community=cast.community, kind="event").count() == 1
    assert "这个决定、“比选施工方”的结果" in words(decision, "2026-03-10")


def test_an_entry_cant_hang_on_a_later_clock_nor_on_what_was_told_before(
    cast: Cast, decision: Decision, owe: Any
) -> None:
    later, another = owe(22, "2026-03-08"), owe(10, "2026-03-02")
    show(cast, decision.obligation, "2026-03-05")
    for known in (later, another, decision.obligation):
        with pytest.raises(BadEntry, match="不能算在一起"):
            finish(cast, first(decision), known=known)
    assert first(decision).done_on is None


def test_without_an_item_for_decisions_it_is_said(cast: Cast) -> None:
    with pytest.raises(BadEntry, match="现行目录里没有"):
        decide(cast, community=cast.neighbour, by=cast.neighbours_clerk)
    assert not Decision.objects.exists()


# Once


def test_every_act_twice_is_once(cast: Cast, decision: Decision) -> None:
    step, last = first(decision), decision.steps.get(position=2)
    planned = Planned("贴告示", date(2026, 3, 20), "田小禾")
    moved = Planned("建成验收", date(2026, 4, 20), "周明礼")
    at = {"by": cast.clerk, "at": DAY}
    acts: list[Callable[[], Any]] = [
        lambda: decide(cast),
        lambda: plan_step(decision=decision, step=planned, **at),
        lambda: finish(cast, step),
        lambda: change_step(step=last, to=moved, reason="下雨", **at),
        lambda: drop_step(step=last, reason="不用建了", **at),
        lambda: void_decision(decision=decision, reason="记错了", **at),
    ]
    for act in acts:
        done = [act()]
        before = Event.objects.count(), Occurrence.objects.count(), Step.objects.count(), Change.objects.count()
        done.append(act()) if act is not acts[-1] else void_decision(decision=decision, reason="记错了", **at)
        after = Event.objects.count(), Occurrence.objects.count(), Step.objects.count(), Change.objects.count()
        assert after == before
    assert Decision.objects.count() == 1


# Bad input names its field and changes nothing


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "请填写“决定事项”"),
        ({"title": "长" * 101}, "“决定事项”太长"),
        ({"text": ""}, "请填写“决定内容”"),
        ({"text": f"联系人身份证{ID}"}, "决定内容"),
        ({"decided_by": "somebody"}, "谁决定的"),
        ({"met_on": date(2026, 3, 4)}, "开会日期不能晚于今天"),
        ({"met_on": date(2025, 12, 1), "steps": ()}, "早于目录的采用日期"),
        ({"steps": [Planned("", date(2026, 3, 9), "甲")]}, "第1步：做什么"),
        ({"steps": [Planned("甲", date(2026, 3, 9), "")]}, "第1步：负责人"),
        ({"steps": [STEPS[0], Planned("甲", date(2026, 3, 1), "乙")]}, "第2步：计划完成日期早于开会"),
    ],
)
def test_a_wrong_decision_is_refused(cast: Cast, wrong: dict[str, Any], said: str) -> None:
    before = Event.objects.count()
    with pytest.raises(BadEntry, match=said):
        decide(cast, **wrong)
    assert not Decision.objects.exists() and Event.objects.count() == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"done_on": date(2026, 3, 11)}, "不能晚于今天"),
        ({"done_on": date(2026, 3, 1)}, "早于开会"),
        ({"result": ""}, "请填写“结果”"),
        ({"result": f"{ID}领了钥匙"}, "结果"),
    ],
)
def test_a_wrong_result_is_refused(cast: Cast, decision: Decision, wrong: dict[str, Any], said: str) -> None:
    before = Event.objects.count()
    with pytest.raises(BadEntry, match=said):
        finish(cast, first(decision), **wrong)
    assert first(decision).done_on is None and Event.objects.count() == before


def test_what_is_settled_isnt_settled_otherwise(cast: Cast, decision: Decision) -> None:
    step = finish(cast, first(decision))
    with pytest.raises(BadEntry, match="已经登记过结果"):
        drop_step(step=step, reason="不做了", by=cast.clerk, at=DAY)
    with pytest.raises(BadEntry, match="已经登记过结果"):
        finish(cast, step, result="另一个结果")
    with pytest.raises(BadEntry, match="不能再改"):
        to = Planned(step.what, date(2026, 4, 1), step.responsible)
        change_step(step=step, to=to, reason="好看", by=cast.clerk, at=DAY)


# Put right, never deleted


def test_another_day_keeps_the_first_one_in_sight(cast: Cast, decision: Decision) -> None:
    to = Planned("比选施工方", date(2026, 3, 20), "田小禾")
    change_step(step=first(decision), to=to, reason="报价的只有两家", by=cast.clerk, at=DAY)
    told = words(decision, "2026-03-10")
    assert "原来是“2026年3月9日”，改成“2026年3月20日”" in told and "报价的只有两家" in told
    assert first(decision).state(DAY.date()) is StepState.TO_COME


def test_a_result_entered_by_mistake_is_taken_back_with_what_it_owed(cast: Cast, decision: Decision) -> None:
    step = finish(cast, first(decision))
    owed = step.obligation
    assert owed is not None
    again = reopen_step(step=step, reason="看错了一行", by=cast.clerk, at=DAY)
    assert again.done_on is None and again.obligation is None
    owed.occurrence.refresh_from_db()
    assert owed.occurrence.void_reason == "看错了一行"
    assert "四家比选，定了一家" in words(decision, "2026-03-10")
    assert finish(cast, again).obligation_id != owed.pk


def test_what_is_published_or_shared_stays_owed_when_an_entry_goes(cast: Cast, decision: Decision) -> None:
    step = finish(cast, first(decision))
    assert step.obligation is not None
    shared = decide(cast, title="补选委员", steps=[], known=decision.obligation)
    show(cast, step.obligation, "2026-03-09")
    void_decision(decision=decision, reason="记了两遍", by=cast.clerk, at=DAY)
    assert not Occurrence.objects.exclude(voided_at=None).exists()
    void_decision(decision=shared, reason="也记错了", by=cast.clerk, at=DAY)
    assert not Occurrence.objects.exclude(voided_at=None).exists()  # it didn't make the occurrence itself
    assert set(Decision.objects.values_list("number", flat=True)) == {1, 2}


def test_a_void_decision_is_seen_crossed_out_and_frees_its_name(cast: Cast, decision: Decision) -> None:
    void_decision(decision=decision, reason="开会日期记错了", by=cast.clerk, at=DAY)
    decision.obligation.occurrence.refresh_from_db()
    assert decision.obligation.occurrence.voided_at is not None
    page = get("/c/jinan/decisions/2026-1/")
    assert "登记有误，已作废" in page and "开会日期记错了" in page
    assert decide(cast).number == 2
    assert not [step for step in steps_due(cast.community, date(2026, 3, 30)) if step.decision_id == decision.pk]
    with pytest.raises(BadEntry, match="已经作废"):
        plan_step(decision=decision, step=STEPS[0], by=cast.clerk, at=DAY)


def test_a_corrected_decision_says_what_it_said(cast: Cast, decision: Decision) -> None:
    given = {"decided_by": "residents", "text": "建三处。", "reason": "抄错了", "by": cast.clerk, "at": DAY}
    correct_decision(decision=decision, title="建三个充电棚", **given)
    page = get("/c/jinan/decisions/2026-1/")
    assert "原来是“建充电棚”，改成“建三个充电棚”" in page and "原来是“居民代表会议”，改成“居民会议”" in page
    assert "建三处" not in page and "在两处空地" not in page  # nobody has reviewed that
    with pytest.raises(BadEntry, match="没有改动"):
        correct_decision(decision=decision, title="建三个充电棚", **{**given, "reason": "别的"})


# The draft


def test_the_draft_is_filled_in_and_made_once(cast: Cast, decision: Decision) -> None:
    finish(cast, first(decision))
    draft = draft_followup(decision=decision, obligation=decision.obligation, by=cast.clerk, at=DAY)
    (block,) = draft.content_data["blocks"]
    assert block["rows"][0] == ["比选施工方", "田小禾", "2026年3月9日", "2026年3月6日完成：四家比选，定了一家"]
    assert block["rows"][1][3] == "还没有完成" and "在两处空地各建一个。" in block["caption"]
    with pytest.raises(BadEntry, match="没有完成的草稿"):
        draft_followup(decision=decision, obligation=decision.obligation, by=cast.clerk, at=DAY)
    other = decide(cast, title="补选委员", steps=[])
    with pytest.raises(BadEntry, match="不属于"):
        draft_followup(decision=decision, obligation=other.obligation, by=cast.clerk, at=DAY)


# The database


@pytest.mark.parametrize(
    "change",
    [
        {"done_on": date(2026, 3, 6)},
        {"result": "好"},
        {"dropped_on": date(2026, 3, 6)},
        {"drop_reason": "不做了"},
        {"what": ""},
        {"responsible": ""},
        {"position": 2},
    ],
    ids=str,
)
def test_no_half_step_gets_into_the_database(decision: Decision, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(pk=first(decision).pk).update(**change)


@pytest.mark.parametrize("change", [{"title": ""}, {"text": ""}, {"decided_by": "x"}, {"void_reason": "x"}], ids=str)
def test_no_half_decision_gets_into_the_database(decision: Decision, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**change)


def test_neither_a_number_nor_a_name_of_a_day_is_there_twice(cast: Cast, decision: Decision) -> None:
    other = decide(cast, title="补选委员", steps=[])
    for change in ({"number": 1}, {"title": "建充电棚"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=other.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.create(decision=decision, changed_data={}, reason="", by=cast.clerk, at=DAY)


# Pages


def test_the_list_says_how_each_stands(cast: Cast, decision: Decision) -> None:
    done = decide(cast, title="补选委员", steps=STEPS[:1])
    finish(cast, first(done))
    page = get("/c/jinan/decisions/", "2026-03-10")
    assert page.index("有步骤晚了") < page.index("建充电棚") < page.index("已经落实") < page.index("补选委员")
    assert "下一步：比选施工方，计划2026年3月9日完成" in page
    assert "正在落实" in get("/c/jinan/decisions/", "2026-03-09")


def test_the_timeline_is_a_list_in_order_of_days_with_today_between(cast: Cast, decision: Decision) -> None:
    finish(cast, first(decision))
    page = get("/c/jinan/decisions/2026-1/")
    order = ["作出这个决定", "完成：比选施工方", "还没有公开：这个决定", "今天和以后", "的结果", "计划完成：建成验收"]
    places = [page.index(word) for word in order]
    assert places == sorted(places) and page.count("<ol") == 2
    assert "按时完成" in page and "还有 21 天" in page
    assert "建充电棚" in get("/da/c/jinan/decisions/2026-1/")


def test_home_and_the_items_page_lead_there(cast: Cast) -> None:
    assert "/c/jinan/decisions/" in get("/c/jinan/")
    assert "/c/jinan/decisions/" in get("/c/jinan/items/22/")
    assert "/c/jinan/decisions/" not in get("/c/jinan/items/10/")


def test_what_isnt_for_everybody_isnt_shown(cast: Cast, decision: Decision) -> None:
    item = decision.obligation.occurrence.item
    type(item).objects.filter(pk=item.pk).update(is_public=False)
    assert "建充电棚" not in get("/c/jinan/decisions/")
    assert Client().get("/c/jinan/decisions/2026-1/").status_code == 404


@pytest.mark.parametrize("path", ["/c/jinan/decisions/", "/c/jinan/decisions/2026-1/", "/c/jinan/items/22/"])
def test_queries_dont_grow_with_decisions(cast: Cast, decision: Decision, path: str) -> None:
    def asked() -> int:
        with time_machine.travel(DAY, tick=False), CaptureQueriesContext(connection) as told:
            Client().get(path)
        return len(told)

    asked()  # what a process keeps of a revision
    few = asked()
    for number in range(6):
        more = decide(cast, title=f"第{number}件", steps=STEPS)
        finish(cast, first(more))
    plan_step(decision=decision, step=Planned("再一步", date(2026, 3, 20), "甲"), by=cast.clerk, at=DAY)
    asked()
    # One more at most. Within the transaction of a test nothing is kept, so the items are read each time.
    assert asked() <= few + 1 <= 20


# Two communities


@pytest.fixture
def neighbours(cast: Cast) -> Decision:
    adopt_catalogue(
        community=cast.neighbour,
        catalogue=seed_catalogue(),
        source_name=SEED_CATALOGUE.name,
        source=SEED_CATALOGUE.read_bytes(),
        by=cast.neighbours_clerk,
        on=date(2026, 1, 5),
        at=noon("2026-01-05"),
    )
    return decide(cast, community=cast.neighbour, title="邻居的决定", by=cast.neighbours_clerk)


def test_two_communities_see_nothing_of_one_another(cast: Cast, decision: Decision, neighbours: Decision) -> None:
    assert neighbours.number == decision.number == 1
    assert "邻居的决定" not in get("/c/jinan/decisions/") and "建充电棚" not in get("/c/neighbour/decisions/")
    with pytest.raises(BadEntry, match="不能算在一起"):
        finish(cast, first(decision), known=neighbours.obligation)
    with time_machine.travel(DAY, tick=False):
        client = desk(cast.clerk)
        assert client.get(f"/desk/jinan/decisions/{neighbours.pk}/").status_code == 404
        assert client.get("/desk/neighbour/decisions/").status_code == 404
        address = f"/desk/jinan/decisions/{decision.pk}/"
        taken = {"act": "drop", "step": first(neighbours).pk, "reason": "别人的"}
        assert client.post(address, taken).status_code == 422
        assert client.post(f"{address}draft/{neighbours.obligation_id}/").status_code == 404
        owed = {"act": "finish", "step": first(decision).pk, "done_on": "2026-03-06", "result": "好"}
        assert client.post(address, {**owed, "known": neighbours.obligation_id}).status_code == 422
    assert first(neighbours).dropped_on is None and first(decision).done_on is None


# The desk


def test_a_clerk_records_a_decision_and_what_became_of_it(cast: Cast) -> None:
    with time_machine.travel(DAY, tick=False):
        client = desk(cast.clerk)
        form = {
            "title": "建充电棚",
            "met_on": "2026-03-02",
            "decided_by": "committee",
            "text": "建两处。",
            "what-1": "签合同",
            "planned_on-1": "2026-03-09",
            "responsible-1": "田小禾",
        }
        made = client.post("/desk/jinan/decisions/new/", form)
        decision = Decision.objects.get()
        assert made.status_code == 302 and made["Location"] == f"/desk/jinan/decisions/{decision.pk}/"
        todo = client.get("/desk/jinan/").content.decode()
        assert "到日子的落实步骤" in todo and "签合同（田小禾）" in todo and "已经晚了 1 天" in todo
        done = {"act": "finish", "step": first(decision).pk, "done_on": "2026-03-10", "result": "签好了"}
        assert client.post(made["Location"], done).status_code == 302
        assert "到日子的落实步骤" not in client.get("/desk/jinan/").content.decode()
        assert client.post(f"{made['Location']}draft/{decision.obligation_id}/").status_code == 302
    assert Draft.objects.get().obligation_id == decision.obligation_id
    (one,) = followed(cast.community, [Decision.objects.get()], DAY.date())
    assert one.state is DecisionState.DONE


def test_what_was_typed_stays_where_it_is_wrong(cast: Cast, decision: Decision) -> None:
    before = Event.objects.count()
    with time_machine.travel(DAY, tick=False):
        client = desk(cast.clerk)
        new = client.post("/desk/jinan/decisions/new/", {"title": "建亭子", "met_on": "2026-13-77", "what-2": "画图"})
        page = new.content.decode()
        assert new.status_code == 422 and "开会日期" in page and "建亭子" in page and "画图" in page
        assert "<details open>" in page  # no step that was typed is out of sight
        address = f"/desk/jinan/decisions/{decision.pk}/"
        wrong = {"act": "finish", "step": first(decision).pk, "done_on": "2026-03-30", "result": "写得很长的结果"}
        answer = client.post(address, wrong)
        assert answer.status_code == 422 and "写得很长的结果" in answer.content.decode()
        for posted in ({}, {"act": "x"}, {"act": "finish"}, {"act": "finish", "step": "9" * 30}):
            assert client.post(address, posted).status_code == 422
        known = {**wrong, "done_on": "2026-03-06", "known": "9" * 30}
        assert client.post(address, known).status_code == 422
    assert Event.objects.count() == before


def test_the_supervision_committee_reads_and_writes_nothing(cast: Cast, decision: Decision) -> None:
    with time_machine.travel(DAY, tick=False):
        client = desk(cast.supervisor)
        address = f"/desk/jinan/decisions/{decision.pk}/"
        page = client.get(address)
        assert page.status_code == 200 and 'name="act"' not in page.content.decode()
        assert client.post(address, {"act": "void", "reason": "x"}).status_code == 404


# The site as files


def test_the_files_follow_every_act(cast: Cast, decision: Decision, tmp_path: Path) -> None:
    quick, page = tmp_path / "quick", "c/jinan/decisions/2026-1/index.html"
    at = {"by": cast.clerk, "at": DAY}
    last = decision.steps.get(position=2)
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("建充电棚", lambda: None),
        ("四家比选，定了一家", lambda: finish(cast, first(decision))),
        ("钱不够了", lambda: drop_step(step=last, reason="钱不够了", **at)),
        ("看错了一行", lambda: reopen_step(step=last, reason="看错了一行", **at)),
        ("记了两遍", lambda: void_decision(decision=decision, reason="记了两遍", **at)),
    ]
    for number, (word, act) in enumerate(acts):
        act()
        export(quick, "2026-03-10")
        assert word in files_in(quick)[page].decode()
        export(tmp_path / str(number), "2026-03-10", all=True)
        assert files_in(quick) == files_in(tmp_path / str(number)), word
    assert broken_links(quick) == []


def test_a_version_leads_to_the_decisions_that_it_tells_of(
    cast: Cast, decision: Decision, tmp_path: Path, owe: Callable[..., Obligation]
) -> None:
    other = decide(cast, title="修路灯", known=decision.obligation)
    told = show(cast, decision.obligation, "2026-03-04")
    step = finish(cast, first(decision))
    assert step.obligation is not None
    result = show(cast, step.obligation, "2026-03-11")
    plain = show(cast, owe(15, "2026-03-02"), "2026-03-04")

    def links(code: str) -> set[str]:
        with time_machine.travel(noon("2026-03-12"), tick=False):
            page = Client().get(f"/c/jinan/v/{code}/").content.decode()
        return set(re.findall(r'href="(/c/jinan/decisions/[^"]+)"', page))

    mine, another = (f"/c/jinan/decisions/2026-{one.number}/" for one in (decision, other))
    assert links(told.code) == {mine, another}
    assert links(result.code) == {mine}
    assert links(plain.code) == set()


def test_only_a_version_of_a_decision_is_asked_for_it(
    cast: Cast, decision: Decision, owe: Callable[..., Obligation]
) -> None:
    plain, told = show(cast, owe(15, "2026-03-02"), "2026-03-04"), show(cast, decision.obligation, "2026-03-04")

    def asked(code: str) -> int:
        with time_machine.travel(noon("2026-03-12"), tick=False):
            Client().get(f"/c/jinan/v/{code}/")
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(f"/c/jinan/v/{code}/").status_code == 200
        return len([one for one in queries.captured_queries if one["sql"].startswith('SELECT DISTINCT "followups_')])

    assert (asked(plain.code), asked(told.code)) == (0, 1)


def test_the_export_follows_a_decision_that_comes_to_a_version_and_goes(
    cast: Cast, decision: Decision, tmp_path: Path
) -> None:
    step = finish(cast, first(decision))
    assert step.obligation is not None
    version = show(cast, step.obligation, "2026-03-11")
    page = tmp_path / f"c/jinan/v/{version.code}/index.html"
    export(tmp_path, "2026-03-12")
    assert f"decisions/2026-{decision.number}/" in page.read_text(encoding="utf-8")
    reopen_step(step=step, reason="登记错了", by=cast.clerk, at=noon("2026-03-12"))
    export(tmp_path, "2026-03-12")
    assert "decisions/2026-" not in page.read_text(encoding="utf-8")
    finish(cast, first(decision), known=version.disclosure.obligation, done_on=date(2026, 3, 11), at=noon("2026-03-12"))
    export(tmp_path, "2026-03-12")
    assert f"decisions/2026-{decision.number}/" in page.read_text(encoding="utf-8")
    assert broken_links(tmp_path) == []
