"""The handover file: all that is open stands in it, and nothing that opens anything."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from python_calamine import CalamineWorkbook

from mingbai.carriers.queries import situation_of
from mingbai.communities.models import Role, User
from mingbai.disclosures.drafts import start_draft
from mingbai.followups.models import Step
from mingbai.obligations.models import Obligation
from mingbai.onrequest.models import Request
from mingbai.outgoing.handover import PARTS, write_handover
from mingbai.residents.actions import withhold_feedback
from mingbai.residents.models import Feedback
from mingbai.residents.queries import for_desk
from tests.apps.conftest import DAY

SECRET = re.compile(
    r"password|token|hash|secret|nonce|seed|salt|sealed|cipher|key$|public_key|^email$|^address$|^data$"
)


def handed(community: Any) -> tuple[dict[str, list[list[Any]]], str]:
    """The sheets of the workbook, and everything that the file says as one text."""
    out = io.BytesIO()
    write_handover(out, community, DAY.date())
    zipped = zipfile.ZipFile(out)
    book = CalamineWorkbook.from_filelike(io.BytesIO(zipped.read("交接清单.xlsx")))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    parts = zipfile.ZipFile(io.BytesIO(zipped.read("交接清单.xlsx")))
    raw = "".join(parts.read(name).decode() for name in parts.namelist()) + zipped.read("说明.txt").decode()
    return sheets, html.unescape(raw)


def test_all_that_is_open_stands_in_it(demo: Any, db: None) -> None:
    owed = Obligation.objects.get(pk=situation_of(demo, DAY.date()).unmet[-1].pk)
    clerk = User.objects.get(username="clerk")
    if not owed.drafts.filter(version=None, abandoned_at=None).exists():
        start_draft(obligation=owed, by=clerk, at=DAY)
    sheets, _ = handed(demo)
    assert list(sheets) == list(PARTS)
    for name, rows in sheets.items():
        assert tuple(rows[0]) == PARTS[name][0]
    assert len(sheets["要公开的"]) == 1 + len(situation_of(demo, DAY.date()).unmet) > 3
    assert str(clerk) in [row[2] for row in sheets["草稿"][1:]]
    steps = Step.objects.filter(decision__community=demo, done_on=None, dropped_on=None, decision__voided_at=None)
    assert sorted(row[2] for row in sheets["决定的落实"][1:]) == sorted(steps.values_list("what", flat=True))
    roles = Role.objects.filter(community=demo, ended_at=None)
    assert {(row[0], row[2]) for row in sheets["人员"][1:]} >= {
        (str(role.user), Role.Kind(role.kind).label) for role in roles
    }
    waiting = Request.objects.filter(community=demo, answers=None)
    assert waiting.exists() and {f"{one.year}年第{one.number}号" for one in waiting} <= {
        row[0] for row in sheets["公开申请"][1:]
    }
    assert [row[1] for row in sheets["日历"][1:]] == ["已载入", "推算"]
    for name in ("公示栏", "栏里挂着的", "居民意见", "监督意见", "口径"):
        assert len(sheets[name]) > 1, name


def _secrets() -> set[str]:
    """The value of every field of every model that opens something or was told in confidence."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if SECRET.search(field.name) and not isinstance(field, models.ForeignKey | models.DateTimeField):
                values = model._default_manager.values_list(field.attname, flat=True)
                found |= {value for value in values if isinstance(value, str) and len(value) > 5}
    found |= set(Request.objects.values_list("text", flat=True))
    found |= set(Feedback.objects.exclude(withheld="").values_list("text", flat=True))
    return found


def test_nothing_that_opens_anything_stands_in_it(demo: Any, db: None) -> None:
    open_one = next(one.feedback for one in for_desk(demo, DAY.date()) if one.is_open)
    director = User.objects.get(username="director")
    withhold_feedback(feedback=open_one, kind="personal_data", note="写了别人的电话", by=director, at=DAY)
    secrets = _secrets()
    tokens = set(Role.objects.values_list("calendar_token", flat=True))
    passwords = set(User.objects.values_list("password", flat=True))
    assert tokens <= secrets and passwords <= secrets and len(secrets) > 20
    _, raw = handed(demo)
    assert not [secret for secret in secrets if secret in raw]
    assert settings.SECRET_KEY not in raw and "吴晓岚" in raw


def test_the_same_records_make_the_same_bytes(demo: Any, db: None) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_handover(first, demo, DAY.date())
    write_handover(second, demo, DAY.date())
    assert first.getvalue() == second.getvalue()


def test_the_desk_and_the_command_hand_over_the_same(demo: Any, fetch: Callable[..., Any], tmp_path: Any) -> None:
    client = Client()
    client.force_login(User.objects.get(username="director"), backend="django.contrib.auth.backends.ModelBackend")
    assert "下载交接清单" in client.get("/desk/jinan/packs/").content.decode()
    answer = client.post("/desk/jinan/handover.zip")
    with time_machine.travel(DAY, tick=False):
        call_command("handover", "jinan", str(tmp_path / "h.zip"), stdout=io.StringIO())
    assert answer.status_code == 200 and answer.content == (tmp_path / "h.zip").read_bytes()
    clerk = Client()
    clerk.force_login(User.objects.get(username="clerk"), backend="django.contrib.auth.backends.ModelBackend")
    assert "下载交接清单" not in clerk.get("/desk/jinan/packs/").content.decode()
    assert clerk.post("/desk/jinan/handover.zip").status_code == 404


def test_it_refuses_what_it_should(demo: Any, db: None, tmp_path: Any) -> None:
    there = tmp_path / "h.zip"
    there.write_text("mine")
    for slug, file, said in (("nobody", tmp_path / "x.zip", "jinan"), ("jinan", there, "--force")):
        with pytest.raises(CommandError, match=said):
            call_command("handover", slug, str(file), stdout=io.StringIO())
    assert there.read_text() == "mine"
