"""Signing in: lock-out, the second factor, time-outs, passwords; and who may hold which role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from mingbai.communities.actions import RolesExclude, add_person, declare_kinship, end_role, grant_role
from mingbai.communities.models import Event, Role, User
from mingbai.desk.accounts import CompositionValidator
from tests.conftest import Cast, noon

AT = noon("2026-03-02")
PASSWORD = "a sentence that one remembers"


@pytest.fixture
def clerk(cast: Cast) -> User:
    user: User = cast.clerk
    user.set_password(PASSWORD)
    user.password_changed_at = AT
    user.save()
    return user


def sign_in(client: Client, username: str = "clerk", password: str = PASSWORD) -> Any:
    return client.post("/desk/login/", {"username": username, "password": password})


def test_five_wrong_passwords_lock_the_name_and_a_right_one_must_wait(clerk: User, client: Client) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        for _ in range(4):
            assert sign_in(client, password="wrong").status_code == 200
        assert sign_in(client, password="wrong").status_code == 429
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=16))
        assert sign_in(client).status_code == 302


def test_nobody_stays_signed_in_for_ever(clerk: User, client: Client) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        sign_in(client)
        assert client.get("/desk/jinan/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/desk/jinan/").status_code == 302  # too long without a click
        sign_in(client)
        for _ in range(21):
            clock.shift(timedelta(minutes=29))
            answer = client.get("/desk/jinan/")
        assert answer.status_code == 302  # ten hours have passed, click or no click


def test_a_given_password_must_be_changed_before_anything_else(cast: Cast, client: Client) -> None:
    add_person(
        community=cast.community, username="new", name="新人", password=PASSWORD, kind=Role.Kind.CLERK, by=None, at=AT
    )
    with time_machine.travel(AT, tick=False):
        sign_in(client, "new")
        assert client.get("/desk/jinan/")["Location"] == "/desk/password/"
        weak = client.post("/desk/password/", {"new_password1": "password1234", "new_password2": "password1234"})
        assert weak.status_code == 422
        better = "another long sentence"
        assert client.post("/desk/password/", {"new_password1": better, "new_password2": better}).status_code == 302
        assert client.get("/desk/jinan/").status_code == 200


@pytest.mark.parametrize(
    ("password", "good"),
    [("lower case only!", False), ("Lower and 9", True), ("abcdefgh1234", False), ("Abcdefgh1234", True)],
)
def test_the_composition_that_audits_ask_for(password: str, good: bool) -> None:
    if good:
        CompositionValidator().validate(password)
    else:
        with pytest.raises(ValidationError):
            CompositionValidator().validate(password)


def test_ninety_days_under_dengbao(clerk: User, client: Client, settings: Any) -> None:
    settings.PASSWORD_AGE = timedelta(days=90)
    with time_machine.travel(AT + timedelta(days=91), tick=False):
        sign_in(client)
        assert client.get("/desk/jinan/")["Location"] == "/desk/password/"


def test_a_role_that_needs_a_second_factor_gets_no_further_without_it(cast: Cast, clerk: User, client: Client) -> None:
    administrator = Client()
    administrator.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(AT, tick=False) as clock:
        answer = administrator.post("/desk/jinan/people/", {"second_factor": "1", "kinds": ["clerk"]})
        assert answer.status_code == 302
        sign_in(client)
        assert client.get("/desk/jinan/")["Location"] == "/desk/second-factor/"
        page = client.get("/desk/second-factor/").content.decode()
        assert "<svg" in page and "手工输入密钥" in page
        assert client.post("/desk/second-factor/", {"code": "000000"}).status_code == 422
        clock.shift(timedelta(minutes=1))
        device = TOTPDevice.objects.get(user=clerk)
        code = f"{totp(device.bin_key, t0=0):06d}"
        assert client.post("/desk/second-factor/", {"code": code}).status_code == 302
        assert client.get("/desk/jinan/").status_code == 200
        again = Client()
        sign_in(again)
        assert "<svg" not in again.get("/desk/second-factor/").content.decode()  # the secret is shown once


@pytest.mark.parametrize("kind", [Role.Kind.CLERK, Role.Kind.DIRECTOR, Role.Kind.COMMITTEE_MEMBER])
def test_the_committee_cannot_supervise_itself(cast: Cast, kind: Role.Kind) -> None:
    with pytest.raises(RolesExclude, match="第三十六条"):
        grant_role(community=cast.community, user=cast.supervisor, kind=kind, by=None, at=AT)
    role = cast.supervisor.roles.get()
    end_role(role=role, by=cast.administrator, at=AT)
    grant_role(community=cast.community, user=cast.supervisor, kind=kind, by=None, at=AT)


def test_near_relatives_cannot_supervise_each_other(cast: Cast) -> None:
    before = Event.objects.count()
    with pytest.raises(RolesExclude, match="近亲属"):
        declare_kinship(community=cast.community, person=cast.director, relative=cast.supervisor, by=None, at=AT)
    assert Event.objects.count() == before
    resident = User.objects.create_user("resident", display_name="居民")
    declare_kinship(community=cast.community, person=resident, relative=cast.director, by=None, at=AT)
    with pytest.raises(RolesExclude, match="近亲属"):
        grant_role(community=cast.community, user=resident, kind=Role.Kind.SUPERVISION_MEMBER, by=None, at=AT)
    grant_role(community=cast.community, user=resident, kind=Role.Kind.COMMITTEE_MEMBER, by=None, at=AT)


def test_who_has_left_finds_nothing_any_more(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(AT, tick=False):
        token = cast.clerk.roles.get().calendar_token
        assert client.get("/desk/jinan/").status_code == 200
        ics = Client().get(f"/desk/calendar/{token}.ics")
        assert ics.status_code == 200 and b"BEGIN:VCALENDAR" in ics.content
        end_role(role=cast.clerk.roles.get(), by=cast.administrator, at=AT)
        assert client.get("/desk/jinan/").status_code == 404
        assert Client().get(f"/desk/calendar/{token}.ics").status_code == 404


def test_a_new_person_gets_a_password_that_is_shown_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(AT, tick=False):
        fields = {"add": "1", "username": "wang", "name": "王某", "kind": "clerk"}
        page = client.post("/desk/jinan/people/", fields).content.decode()
        password = page.split("<code>")[1].split("</code>")[0]
        assert User.objects.get(username="wang").check_password(password)
        assert password not in client.get("/desk/jinan/people/").content.decode()
        again = client.post("/desk/jinan/people/", fields)
        assert again.status_code == 422 and "已经有人使用" in again.content.decode()
