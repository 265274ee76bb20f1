"""Applications by number: counted stage by stage, owed where a stage is to be published, nobody named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mingbai.communities.models import Event
from mingbai.data.forms import packaged_forms
from mingbai.followups.applying import advance_applications, receive_applications, take_back_passage
from mingbai.followups.counting import tallies
from mingbai.followups.models import Application, Passage
from mingbai.followups.owing import BadEntry
from mingbai.obligations.models import Occurrence
from mingbai.rules.forms import BadForm, ElementForm
from mingbai.rules.opinions import Away
from tests.conftest import Cast, noon

DAY = noon("2026-03-10")
HOUSING = "公共租赁住房申请"
ALLOWED = {"id", "community", "kind", "year", "number", "course_data", "batch"}


def receive(cast: Cast, count: int = 6, **changes: Any) -> list[Application]:
    given = {"community": cast.community, "kind": HOUSING, "on": date(2026, 3, 2), "nonce": "a", "by": cast.clerk}
    return receive_applications(count=count, at=DAY, **{**given, **changes})


def advance(cast: Cast, found: list[Application], stage: str = "入户核查", **changes: Any) -> list[Passage]:
    given: dict[str, Any] = {"on": date(2026, 3, 5), "outcome": "", "by": cast.clerk, "at": DAY}
    keys = [one.pk for one in found]
    return advance_applications(community=cast.community, keys=keys, stage=stage, **{**given, **changes})


def cells(cast: Cast) -> dict[str, str]:
    ((_, (one,)),) = tallies(cast.community)
    return {name: str(cell) for name, cell in one.cells}


def get(path: str) -> str:
    with time_machine.travel(DAY, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_there_is_no_place_for_a_name() -> None:
    assert {field.name for field in Application._meta.concrete_fields} == ALLOWED
    texts = {field.name for field in Passage._meta.concrete_fields if field.get_internal_type() == "CharField"}
    assert texts == {"outcome", "void_reason"}


def test_they_get_running_numbers_and_a_second_click_is_none(cast: Cast) -> None:
    first, again = receive(cast), receive(cast)
    assert [one.number for one in first] == [1, 2, 3, 4, 5, 6] and first == again
    assert [one.number for one in receive(cast, 2, nonce="b")] == [7, 8]
    assert Event.objects.filter(act="applications_received").count() == 2


def test_a_stage_that_is_published_is_owed_once_for_all_who_came_there(cast: Cast) -> None:
    found = receive(cast)
    assert not any(one.obligation_id for one in advance(cast, found))
    made = advance(cast, found, "公示", on=date(2026, 3, 6))
    (owed,) = {one.obligation for one in made}
    assert owed is not None and owed.occurrence.item.number == 20 and owed.occurrence.on == date(2026, 3, 6)
    assert owed.due_on == date(2026, 4, 3) and owed.occurrence.what == "公共租赁住房申请：公示"
    before = Event.objects.count(), Passage.objects.count()
    assert advance(cast, found, "公示", on=date(2026, 3, 6)) == made
    assert (Event.objects.count(), Passage.objects.count()) == before


def test_what_ends_together_is_published_together(cast: Cast) -> None:
    found = receive(cast)
    passed = advance(cast, found[:5], "办结", outcome="passed")
    refused = advance(cast, found[5:], "办结", outcome="refused", known=passed[0].obligation)
    assert refused[0].obligation_id == passed[0].obligation_id
    assert Occurrence.objects.filter(kind="event").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"stage": "没有这一步"}, "到了哪一步"),
        ({"stage": "受理"}, "已经到了“受理”"),
        ({"stage": "办结"}, "请选择办理结果"),
        ({"outcome": "passed"}, "不能选办理结果"),
        ({"stage": "办结", "outcome": "maybe"}, "请选择办理结果"),
        ({"on": date(2026, 3, 11)}, "不能晚于今天"),
        ({"on": date(2026, 3, 1)}, "上一步的日期比这个日期晚"),
    ],
)
def test_a_wrong_step_is_refused_and_changes_nothing(cast: Cast, wrong: dict[str, Any], said: str) -> None:
    found, before = receive(cast), Event.objects.count()
    with pytest.raises(BadEntry, match=said):
        advance(cast, found, **wrong)
    assert Passage.objects.count() == 6 and Event.objects.count() == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"kind": "别的"}, "种类"), ({"count": 0}, "收到几件"), ({"on": date(2026, 3, 11)}, "不能晚于今天")],
)
def test_a_wrong_entry_is_refused(cast: Cast, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadEntry, match=said):
        receive(cast, **wrong)
    assert not Application.objects.exists()


def test_two_kinds_and_another_communitys_arent_taken_together(cast: Cast) -> None:
    mixed = [*receive(cast, 1), *receive(cast, 1, kind="居民证明", nonce="b")]
    with pytest.raises(BadEntry, match="同一种"):
        advance(cast, mixed, "办结", outcome="passed")
    with pytest.raises(BadEntry, match="请选择要登记进展的申请"):
        advance_applications(
            community=cast.neighbour,
            keys=[mixed[0].pk],
            stage="评议",
            on=date(2026, 3, 5),
            outcome="",
            by=cast.neighbours_clerk,
            at=DAY,
        )


def test_no_small_group_is_told_nor_can_be_worked_out(cast: Cast) -> None:
    found = receive(cast, 14)
    assert cells(cast) == {"受理": "14"}
    advance(cast, found[:8])
    assert cells(cast) == {"受理": "6", "入户核查": "8"}
    advance(cast, found[8:10])
    assert cells(cast) == {"受理": str(Away.SMALL), "入户核查": str(Away.GUARD)}
    page = get("/c/jinan/applications/")
    assert "一共 14 件" in page and "少于5" in page and ">4<" not in page and ">10<" not in page


def test_a_wrong_entry_is_void_with_what_it_owed(cast: Cast) -> None:
    found = receive(cast, 1)
    (passage,) = advance(cast, found, "公示")
    take_back_passage(application=found[0], reason="记到别人头上了", by=cast.clerk, at=DAY)
    assert passage.obligation is not None
    assert Occurrence.objects.get(pk=passage.obligation.occurrence_id).void_reason == "记到别人头上了"
    assert Passage.objects.get(pk=passage.pk).voided_at == DAY
    advance(cast, found, "公示")
    for _ in range(2):
        take_back_passage(application=found[0], reason="整件记错了", by=cast.clerk, at=DAY)
    assert tallies(cast.community) == [] and Application.objects.count() == 1
    with pytest.raises(BadEntry, match="已经作废"):
        take_back_passage(application=found[0], reason="再一次", by=cast.clerk, at=DAY)


def test_one_of_a_group_taken_back_leaves_what_the_others_owe(cast: Cast) -> None:
    found = receive(cast, 2)
    advance(cast, found, "公示")
    take_back_passage(application=found[0], reason="这一件还没到", by=cast.clerk, at=DAY)
    assert not Occurrence.objects.exclude(voided_at=None).exists()


@pytest.mark.parametrize("change", [{"outcome": "x"}, {"void_reason": "x"}], ids=str)
def test_no_half_passage_gets_into_the_database(cast: Cast, change: dict[str, Any]) -> None:
    receive(cast, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.update(**change)


def test_a_stage_is_passed_once_in_the_database(cast: Cast) -> None:
    (one,) = receive(cast, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.create(application=one, position=1, on=date(2026, 3, 3), by=cast.clerk, at=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=one.pk).update(kind="")


def test_queries_dont_grow_with_applications(cast: Cast) -> None:
    def asked() -> int:
        with time_machine.travel(DAY, tick=False), CaptureQueriesContext(connection) as told:
            Client().get("/c/jinan/applications/")
        return len(told)

    receive(cast, 1)
    few = asked()
    receive(cast, 40, nonce="b")
    assert asked() == few <= 6


def test_the_clerk_takes_in_and_goes_on(cast: Cast) -> None:
    with time_machine.travel(DAY, tick=False):
        client = Client()
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        address = "/desk/jinan/applications/"
        token = client.get(address).content.decode().split('name="token" value="')[1].split('"')[0]
        form = {"act": "receive", "kind": HOUSING, "count": "6", "on": "2026-03-02", "token": token}
        assert client.post(address, form).status_code == client.post(address, form).status_code == 302
        keys = [str(one.pk) for one in Application.objects.all()]
        assert len(keys) == 6
        step = {"act": "advance", "application": keys, "stage": "公示", "on": "2026-03-09"}
        wrong = client.post(address, {**step, "on": "2026-03-19"})
        assert wrong.status_code == 422 and wrong.content.decode().count("checked") == 6
        assert client.post(address, step).status_code == 302
        for posted in ({}, {"act": "x"}, {**form, "count": "-1", "token": "x"}, {"act": "take_back"}):
            assert client.post(address, posted).status_code == 422
        back = {"act": "take_back", "application": keys[0], "reason": "还没到"}
        assert client.post(address, back).status_code == 302
    assert Passage.objects.filter(position=4, voided_at=None).count() == 5
    assert "/c/jinan/applications/" in get("/c/jinan/items/20/")


def test_courses_are_read_and_written_as_they_are() -> None:
    form = next(form for form in packaged_forms().values() if form.purpose == "application")
    assert ElementForm.from_json(form.to_json()) == form and form.courses[0].kind == HOUSING
    for wrong in ([{"kind": "甲"}], [{"kind": "", "stages": [{"name": "一"}, {"name": "二"}]}], [{"stages": "x"}]):
        with pytest.raises(BadForm):
            ElementForm.from_json({**form.to_json(), "courses": wrong})
    for stages in ([{"name": "一"}], [{"name": "一"}, {"name": "一"}], ["一", "二"], [{}, {"name": "二"}]):
        with pytest.raises(BadForm):
            ElementForm.from_json({**form.to_json(), "courses": [{"kind": "甲", "stages": stages}]})
