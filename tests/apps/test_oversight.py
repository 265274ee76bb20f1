"""The subdistrict sees every community on one page, as of any day, and the list behind every number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import publish, put_up, take_down
from mingbai.carriers.asof import stood
from mingbai.carriers.queries import situation_of
from mingbai.catalogues.models import Carrier
from mingbai.communities.actions import RolesExclude, appoint_supervisor, found_subdistrict, grant_role
from mingbai.communities.models import Event, Role, Subdistrict, User
from mingbai.jobs.tick import tick
from mingbai.obligations.actions import void_occurrence
from mingbai.rules.report import Counts, Outcome
from mingbai.supervision.models import Figures
from mingbai.supervision.queries import behind, communities_under, overview
from tests.conftest import Cast, noon, paragraphs

JUNE = date(2026, 6, 1)


@pytest.fixture
def street(cast: Cast) -> Subdistrict:
    at = noon("2026-01-05")
    made = found_subdistrict(slug="anhe", name="安和街道", by=None, at=at)
    cast.community.subdistrict = made
    cast.community.save(update_fields=["subdistrict"])
    person = User.objects.create_user("street", display_name="何敏", password_changed_at=at)
    appoint_supervisor(subdistrict=made, user=person, by=None, at=at)
    return made


@pytest.fixture
def supervisor(street: Subdistrict) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="street"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def board(cast: Cast) -> Carrier:
    return Carrier.objects.get(community=cast.community, kind=Carrier.Kind.PAPER_BOARD)


def disclose(cast: Cast, obligation: Any, on: str, board_on: str | None = None) -> Any:
    version = publish(
        obligation=obligation, content=paragraphs(1), dated_on=noon(on).date(), by=cast.clerk, at=noon(on)
    )
    if board_on:
        day = noon(board_on)
        put_up(version=version, carrier=board(cast), on=day.date(), by=cast.clerk, at=day)
    return version


def outcomes(cast: Cast, on: date) -> Counter[Outcome]:
    return Counter(one.outcome for one in stood([cast.community.pk], on) if one.what == "测试事由")


def test_today_is_what_the_communitys_own_pages_say(cast: Cast, owe: Callable[..., Any]) -> None:
    disclose(cast, owe(22, "2026-05-04"), "2026-05-06", "2026-05-06")
    disclose(cast, owe(22, "2026-05-11"), "2026-05-12")
    owe(22, "2026-05-29")
    owe(8, "2026-05-29")
    standings = situation_of(cast.community, JUNE).standings
    theirs = {standing.pk: (standing.due_on, standing.met_on) for standing in standings}
    assert {one.pk: (one.due_on, one.met_on) for one in stood([cast.community.pk], JUNE)} == theirs


def test_a_past_day_stands_as_it_was_known_then(cast: Cast, owe: Callable[..., Any]) -> None:
    """What is recorded, posted, voided or taken down later doesn't change it, nor what is registered late."""
    first = owe(22, "2026-05-04")
    version = disclose(cast, first, "2026-05-06", "2026-05-06")
    second = owe(22, "2026-05-11")
    third = owe(22, "2026-05-12")
    before = outcomes(cast, JUNE)
    assert before == {Outcome.DONE_IN_TIME: 1, Outcome.OPEN_OVERDUE: 2}
    late = disclose(cast, second, "2026-06-02")
    put_up(version=late, carrier=board(cast), on=date(2026, 6, 2), by=cast.clerk, at=noon("2026-06-03"))
    void_occurrence(occurrence=third.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-06-04"))
    posting = version.postings.get(carrier=board(cast))
    take_down(posting=posting, on=date(2026, 5, 9), by=cast.clerk, at=noon("2026-06-05"), lost=True)
    owe(22, "2026-06-05")
    assert outcomes(cast, JUNE) == before
    assert outcomes(cast, date(2026, 6, 5)) == {Outcome.OPEN_OVERDUE: 1, Outcome.DONE_LATE: 1, Outcome.OPEN_NOT_DUE: 1}


def test_every_number_leads_to_its_list(cast: Cast, owe: Callable[..., Any], supervisor: Client) -> None:
    disclose(cast, owe(22, "2026-05-04"), "2026-05-06", "2026-05-06")
    owe(22, "2026-05-11")
    owe(8, "2026-05-29")
    with time_machine.travel(noon("2026-06-10"), tick=False):
        page = supervisor.get("/oversight/anhe/?on=2026-06-01").content.decode()
        assert "截至 2026年6月1日" in page and "有逾期未公开" in page
        communities = communities_under(Subdistrict.objects.get())
        figures = overview(communities, on=JUNE, year=2026, today=date(2026, 6, 10))
        for outcome, count in zip(Outcome, figures.total.row, strict=True):
            assert len(behind(communities, on=JUNE, year=2026, outcome=outcome)) == count
        for code, tally in figures.by_item:
            assert len(behind(communities, on=JUNE, year=2026, code=code)) == tally.total
        for month, tally in figures.by_month:
            assert len(behind(communities, on=JUNE, year=2026, month=month)) == tally.total
        listed = supervisor.get("/oversight/anhe/list/?on=2026-06-01&year=2026&outcome=open_overdue")
        assert "逾期未公开 1 件" in listed.content.decode() and "测试事由" in listed.content.decode()


def test_what_was_counted_is_counted_again_only_when_it_can_have_changed(
    cast: Cast, owe: Callable[..., Any], street: Subdistrict
) -> None:
    communities = communities_under(street)

    def count(today: date) -> Counts:
        return overview(communities, on=today, year=2026, today=today).total

    first = owe(22, "2026-05-04")
    before = count(JUNE)
    kept = Figures.objects.get(on=JUNE)
    assert count(JUNE) == before and Figures.objects.get(on=JUNE).revision == kept.revision
    disclose(cast, first, "2026-06-01", "2026-06-01")
    after = count(JUNE)
    assert after.open_overdue == before.open_overdue - 1 and after.done_late == before.done_late + 1
    later = overview(communities, on=JUNE, year=2026, today=date(2026, 6, 20))
    owe(22, "2026-06-19")
    assert overview(communities, on=JUNE, year=2026, today=date(2026, 6, 20)) == later


def test_what_was_counted_holds_until_a_deadline_passes(
    cast: Cast, owe: Callable[..., Any], street: Subdistrict
) -> None:
    """Nights in which nothing happens count nothing again; the first day after a deadline does."""
    communities = communities_under(street)

    def count(day: str) -> tuple[int, ...]:
        on = date.fromisoformat(day)
        row = overview(communities, on=on, year=2026, today=on).total.row
        assert row == tuple(Counter(one.outcome for one in stood([cast.community.pk], on))[name] for name in Outcome)
        return row

    owe(22, "2026-05-04")
    before = count("2026-05-08")
    assert Figures.objects.get().holds_until == date(2026, 5, 11)
    assert count("2026-05-11") == before and Figures.objects.count() == 1
    assert count("2026-05-12") != before and Figures.objects.count() == 2
    assert [pk for _, pk in Figures.objects.latest("on").overdue] == [one.pk for one in late(communities, "2026-05-12")]


def late(communities: Any, day: str) -> Any:
    return behind(communities, on=date.fromisoformat(day), year=2026, outcome=Outcome.OPEN_OVERDUE)


def test_a_day_that_was_counted_at_noon_is_counted_again_when_it_is_over(
    cast: Cast, owe: Callable[..., Any], street: Subdistrict
) -> None:
    communities = communities_under(street)
    noon_of_it = overview(communities, on=JUNE, year=2026, today=JUNE).total
    owe(22, "2026-06-01")
    assert overview(communities, on=JUNE, year=2026, today=date(2026, 6, 2)).total.total == noon_of_it.total + 1
    owe(22, "2026-06-02")
    assert overview(communities, on=JUNE, year=2026, today=date(2026, 6, 2)).total.total == noon_of_it.total + 1


def test_the_night_keeps_how_each_day_ended(
    cast: Cast, owe: Callable[..., Any], street: Subdistrict, supervisor: Client, django_assert_max_num_queries: Any
) -> None:
    """Every past day is answered by what a night kept, as if it were counted now, whatever was recorded afterwards."""
    first = owe(22, "2026-05-04")
    tick(noon("2026-05-05"))
    version = disclose(cast, first, "2026-05-06", "2026-05-06")
    owe(22, "2026-05-06")
    tick(noon("2026-05-07"))
    take_down(
        posting=version.postings.get(carrier=board(cast)),
        on=date(2026, 5, 8),
        by=cast.clerk,
        at=noon("2026-05-08"),
        lost=True,
    )
    for day in ("2026-05-09", "2026-05-10", "2026-05-14", "2026-05-15"):
        tick(noon(day))
    void_occurrence(occurrence=first.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-05-15"))
    tick(noon("2026-05-16"))
    communities, kept, rows = communities_under(street), Figures.objects.count(), set()
    for day in (4, 6, 7, 8, 9, 13, 14, 15):
        on = date(2026, 5, day)
        row = overview(communities, on=on, year=2026, today=date(2026, 5, 16)).total.row
        afresh = Counter(one.outcome for one in stood([cast.community.pk], on, year=2026))
        assert row == tuple(afresh[name] for name in Outcome), on
        rows.add(row)
    assert Figures.objects.count() == kept and len(rows) >= 4
    with time_machine.travel(noon("2026-05-16"), tick=False):
        supervisor.get("/oversight/anhe/?on=2026-05-08")
        with django_assert_max_num_queries(19):
            supervisor.get("/oversight/anhe/?on=2026-05-08")


def test_the_page_names_the_first_that_are_late_and_leads_to_all(
    cast: Cast, owe: Callable[..., Any], supervisor: Client
) -> None:
    for _ in range(32):
        owe(22, "2026-05-04")
    with time_machine.travel(noon("2026-06-01"), tick=False):
        page = supervisor.get("/oversight/anhe/").content.decode()
        assert page.count("最迟2026年5月11日") == 30 and "查看全部 32 件" in page
        link = re.search(r'href="([^"]*)">以上是最早到期的', page)
        assert link is not None
        assert "逾期未公开 32 件" in supervisor.get(link[1].replace("&amp;", "&")).content.decode()


def test_the_page_costs_the_same_queries_however_many_communities(
    cast: Cast, street: Subdistrict, owe: Callable[..., Any], supervisor: Client, django_assert_max_num_queries: Any
) -> None:
    owe(22, "2026-05-04")
    cast.neighbour.subdistrict = street
    cast.neighbour.save(update_fields=["subdistrict"])
    with time_machine.travel(noon("2026-06-01"), tick=False):
        supervisor.get("/oversight/anhe/")
        with django_assert_max_num_queries(19):
            assert "邻近社区" in supervisor.get("/oversight/anhe/").content.decode()


@pytest.mark.parametrize("path", ["/oversight/", "/oversight/anhe/", "/oversight/anhe/list/"])
def test_only_the_subdistricts_own_supervisors_come_in(cast: Cast, street: Subdistrict, path: str) -> None:
    other = found_subdistrict(slug="other", name="另一街道", by=None, at=noon("2026-01-05"))
    stranger = User.objects.create_user("stranger", password_changed_at=noon("2026-01-05"))
    appoint_supervisor(subdistrict=other, user=stranger, by=None, at=noon("2026-01-05"))
    client = Client()
    assert client.get(path).status_code == 302
    for person in (cast.clerk, cast.director, cast.supervisor):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(path).status_code == 404
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    if path != "/oversight/":
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["on=yesterday", "on=2999-01-01", "on=1999-01-01"])
def test_a_day_that_cant_be_is_said(supervisor: Client, query: str) -> None:
    answer = supervisor.get(f"/oversight/anhe/?{query}")
    assert answer.status_code == 422 and "截至日期" in answer.content.decode()


def test_nobody_supervises_what_he_does_himself(cast: Cast, street: Subdistrict) -> None:
    with pytest.raises(RolesExclude):
        appoint_supervisor(subdistrict=street, user=cast.clerk, by=None, at=noon("2026-02-01"))
    person = User.objects.get(username="street")
    with pytest.raises(RolesExclude):
        grant_role(community=cast.community, user=person, kind=Role.Kind.CLERK, by=None, at=noon("2026-02-01"))
    assert Event.objects.filter(act="supervisor_appointed").count() == 1
