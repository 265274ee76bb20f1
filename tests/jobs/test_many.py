"""A night costs what there is to do, not how many communities there are; what one can't do stops no other."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mingbai.carriers.actions import publish
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import Duty
from mingbai.communities.actions import found_community, found_subdistrict, grant_role, set_policy
from mingbai.communities.models import Community, Event, Role, Subdistrict, User
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.disclosures.models import NamesHeld
from mingbai.jobs.tick import tick
from mingbai.obligations.actions import make_occurrences, make_occurrences_of, record_occurrence, void_occurrence
from mingbai.obligations.models import Made, Occurrence
from mingbai.obligations.queries import may_owe_more
from mingbai.rules.duties import AfterPeriod, Trigger, Unit
from mingbai.rules.profiles import Policy
from mingbai.supervision.actions import set_reach
from tests.conftest import Cast, names_list, noon, seed_catalogue

FOUNDED = noon("2026-01-05")
# What one more community may cost in a night in which it owes something: its clerk's message is noted as sent, and its
# revision is announced again, since nothing is announced within a test's transaction.
A_COMMUNITY = 2


def more(street: Subdistrict, first: int, last: int) -> None:
    for number in range(first, last):
        community = found_community(
            slug=f"c{number}", name=f"第{number}社区", body="居委会", subdistrict=street, by=None, at=FOUNDED
        )
        source = {"source_name": SEED_CATALOGUE.name, "source": SEED_CATALOGUE.read_bytes()}
        adopt_catalogue(
            community=community, catalogue=seed_catalogue(), **source, by=None, on=FOUNDED.date(), at=FOUNDED
        )
        clerk = User.objects.create_user(f"clerk{number}", password_changed_at=FOUNDED)
        grant_role(community=community, user=clerk, kind=Role.Kind.CLERK, by=None, at=FOUNDED)
        set_reach(user=clerk, email="clerk@example.org", address="", at=FOUNDED)


@pytest.fixture
def street(db: None) -> Subdistrict:
    return found_subdistrict(slug="anhe", name="安和街道", by=None, at=FOUNDED)


def asked_in(day: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert tick(noon(day)).failed == ()
    return len(seen)


def test_a_quiet_night_asks_as_much_of_thirty_as_of_three(street: Subdistrict) -> None:
    more(street, 0, 3)
    tick(noon("2026-02-10"))
    of_three = asked_in("2026-02-10")
    more(street, 3, 30)
    tick(noon("2026-02-10"))
    assert Made.objects.count() == 30
    assert asked_in("2026-02-10") == of_three


def test_a_night_that_owes_something_asks_little_of_each(street: Subdistrict) -> None:
    """The quarter's end: every community owes something, and every clerk is reminded of it."""
    more(street, 0, 3)
    tick(noon("2026-03-30"))
    of_three = asked_in("2026-03-31")
    more(street, 3, 13)
    tick(noon("2026-06-29"))
    of_thirteen = asked_in("2026-06-30")
    ended = Occurrence.objects.filter(kind="period", on=date(2026, 6, 30))
    assert ended.values("community").distinct().count() == 13
    assert of_thirteen - of_three <= 10 * A_COMMUNITY


def owed_in(community: Community) -> list[Any]:
    """All that the calendar made a community owe, without keys and without the moment at which it was made."""
    fields = ("kind", "on", "what", "item__code", "duty__position", "item__catalogue__number", "recorded_by")
    derived = ("due_on", "certain", "schedule_data", "profile", "calendar_version")
    rows = Occurrence.objects.filter(community=community).exclude(kind="event")
    return sorted(rows.values_list(*fields, *(f"obligation__{name}" for name in derived)), key=str)


def differ(name: str, place: int, at: datetime) -> Community:
    """One of several communities that have little in common; the same for the same place."""
    policy = (
        Policy(),
        Policy(absence=False),
        Policy(accounting_period=Trigger.MONTH, accounting_period_confirmed=True),
        Policy(after_period=AfterPeriod(10, Unit.WORKING_DAY)),
    )[place % 4]
    code = ("cn", "cn-sichuan")[place // 4 % 2]
    community = found_community(
        slug=name, name=name, body="居委会", by=None, at=at, policy=policy, profile_code=code if place != 9 else "cn"
    )
    if place == 8:
        return community  # follows no catalogue
    source = {"source_name": SEED_CATALOGUE.name, "source": SEED_CATALOGUE.read_bytes()}
    adopted_on = date(2026, 1, 5 + place)
    adopt_catalogue(community=community, catalogue=seed_catalogue(), **source, by=None, on=adopted_on, at=at)
    if place == 7:
        make_occurrences(community=community, through=date(2026, 1, 31), at=at)
        again = {"source_name": "又一版", "source": b"2"}
        changed = replace(seed_catalogue(), items=seed_catalogue().items[:-1])
        adopt_catalogue(community=community, catalogue=changed, **again, by=None, on=date(2026, 2, 20), at=at)
    for day, item in ((date(2026, 3, 2), 22), (date(2026, 3, 3), 8))[: place % 3]:
        duty = Duty.objects.filter(item__catalogue__community=community, item__number=item).latest("pk")
        when = noon("2026-03-04")
        owed = record_occurrence(community=community, duty=duty, on=day, what="有事", by=None, at=when)
        if place == 5:
            clerk = User.objects.get(username="anybody")
            void_occurrence(occurrence=owed.occurrence, reason="记错了", by=clerk, at=when)
    return community


def test_together_they_owe_what_each_owes_alone(db: None) -> None:
    """Night by night and many at once, or each by itself and once in half a year: the same, whatever differs."""
    User.objects.create_user("anybody", password_changed_at=FOUNDED)
    together = [differ(f"a{place}", place, FOUNDED) for place in range(10)]
    alone = [differ(f"b{place}", place, FOUNDED) for place in range(10)]
    keys, made = [one.pk for one in together], 0
    for night in ("2026-03-05", "2026-03-31", "2026-04-01", "2026-06-30", "2026-07-02"):
        through = noon(night).date()
        before = Event.objects.count()
        owed = make_occurrences_of(communities=keys, through=through, at=noon(night))
        events = Event.objects.order_by("pk")[before:]
        assert [event.act for event in events] == ["occurrence_made"] * owed
        made += owed
        assert make_occurrences_of(communities=keys, through=through, at=noon(night)) == 0
    for one, twin in zip(together, alone, strict=True):
        make_occurrences(community=twin, through=date(2026, 7, 2), at=noon("2026-07-02"))
        assert owed_in(one) == owed_in(twin), one
        of_one = Event.objects.filter(community=one, act="occurrence_made").order_by("pk")
        made_here = Occurrence.objects.filter(community=one, obligation__derived_at__gte=noon("2026-03-05"))
        calendar = made_here.exclude(kind="event").order_by("pk").values_list("pk", flat=True)
        assert [event.subject for event in of_one][-len(calendar) :] == [
            f"obligations.occurrence:{pk}" for pk in calendar
        ]
        assert Made.objects.get(community=one).through == Made.objects.get(community=twin).through
    assert made > 250 and not owed_in(together[8])
    assert len({str(owed_in(one)) for one in together}) == 10


def test_one_that_cant_be_swept_stops_no_other(street: Subdistrict, capsys: pytest.CaptureFixture[str]) -> None:
    more(street, 0, 3)
    Community.objects.filter(slug="c1").update(profile_code="gone")
    done = tick(noon("2026-03-31"))
    assert done.failed == ("生成应公开 c1",)
    made = set(Occurrence.objects.filter(kind="period").values_list("community__slug", flat=True))
    assert made == {"c0", "c2"}
    with pytest.raises(CommandError, match="c1") as told:
        call_command("tick")
    assert told.value.returncode == 1
    Community.objects.filter(slug="c1").update(profile_code="cn")
    mended = tick(noon("2026-04-01"))
    assert mended.failed == () and mended.owed == Occurrence.objects.filter(community__slug="c1").count() > 0


def test_whoever_may_owe_more_is_looked_at(cast: Cast, owe: Callable[..., Any]) -> None:
    """Taking back the only event of a quarter makes the quarter silent; another policy makes other things due."""
    set_policy(community=cast.community, policy=Policy(absence=True), by=None, at=FOUNDED)
    event = owe(22, "2026-02-10").occurrence
    tick(noon("2026-04-02"))
    silent = Occurrence.objects.filter(community=cast.community, kind="silence", item=event.item)
    assert not silent.exists() and list(may_owe_more(date(2026, 4, 29))) == []
    record_occurrence(
        community=cast.community, duty=event.duty, on=date(2026, 4, 2), what="又一次", by=None, at=noon("2026-04-02")
    )
    assert list(may_owe_more(date(2026, 4, 29))) == []
    assert [one.slug for one in may_owe_more(date(2026, 4, 30))] == ["jinan", "neighbour"]
    void_occurrence(occurrence=event, reason="记错了", by=cast.clerk, at=noon("2026-04-02"))
    assert list(may_owe_more(date(2026, 4, 29))) == [cast.community]
    assert tick(noon("2026-04-03")).owed == 1 and silent.count() == 1
    assert tick(noon("2026-04-03")).owed == 0


def test_a_catalogue_adopted_ahead_is_looked_at_on_its_day(cast: Cast) -> None:
    adopt_catalogue(
        community=cast.neighbour,
        catalogue=seed_catalogue(),
        source_name=SEED_CATALOGUE.name,
        source=SEED_CATALOGUE.read_bytes(),
        by=None,
        on=date(2026, 2, 20),
        at=FOUNDED,
    )
    tick(noon("2026-02-10"))
    assert not cast.neighbour.occurrences.exists() and list(may_owe_more(date(2026, 2, 19))) == []
    assert tick(noon("2026-02-20")).owed == cast.neighbour.occurrences.filter(kind="adoption").count() > 0


def test_versions_that_named_somebody_before_the_upgrade_are_known(cast: Cast, owe: Callable[..., Any]) -> None:
    """The migration finds what issuing a version notes: the same rows."""
    for content, item in ((names_list(), 15), (names_list() | {"title": "又一份"}, 15)):
        publish(
            obligation=owe(item, "2026-02-10"),
            content=content,
            dated_on=date(2026, 2, 11),
            by=cast.clerk,
            at=noon("2026-02-11"),
        )
    noted = set(NamesHeld.objects.values_list("pk", flat=True))
    NamesHeld.objects.all().delete()
    importlib.import_module("mingbai.disclosures.migrations.0004_namesheld").note_names(apps, None)
    assert set(NamesHeld.objects.values_list("pk", flat=True)) == noted and len(noted) == 2
    assert tick(noon("2026-06-01")).reduced == 2 and not NamesHeld.objects.exists()
