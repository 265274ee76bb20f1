"""One page for everything that was silent; and what is postponed is said, but not done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.queries import situation_of
from mingbai.disclosures.drafts import start_draft
from mingbai.disclosures.models import Version
from mingbai.obligations.actions import make_occurrences
from mingbai.rules.state import State
from tests.conftest import Cast, noon

NOW = noon("2026-04-02")


@pytest.fixture
def clerk(cast: Cast) -> Any:
    make_occurrences(community=cast.community, through=date(2026, 4, 1), at=NOW)
    client = Client()
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(NOW, tick=False):
        yield client


def silent(cast: Cast) -> list[int]:
    return [
        standing.pk
        for standing in situation_of(cast.community, date(2026, 4, 2)).standings
        if "没有记录到事项" in standing.what and standing.is_open
    ]


def test_one_act_states_it_for_all_silent_items(cast: Cast, clerk: Client) -> None:
    owed = silent(cast)
    assert len(owed) == 17
    page = clerk.get("/desk/jinan/absence/").content.decode()
    assert page.count('name="owed"') >= 17
    fields = {"statement": "none_this_period", "reason": "本季度没有需要公开的情况", "owed": owed}
    assert clerk.post("/desk/jinan/absence/", fields).status_code == 302
    assert Version.objects.count() == 17
    public = Client().get("/c/jinan/").content.decode()
    assert "本期无" in public


def test_what_is_postponed_stays_owed(cast: Cast, owe: Any, clerk: Client) -> None:
    obligation = owe(22, "2026-03-30")
    fields = {"statement": "postponed", "reason": "审计还没有结束", "owed": [obligation.pk]}
    missing = clerk.post("/desk/jinan/absence/", fields)
    assert missing.status_code == 422 and "哪一天" in missing.content.decode()
    assert clerk.post("/desk/jinan/absence/", {**fields, "until": "2026-04-30"}).status_code == 302
    version = Version.objects.get()
    assert version.kind == "postponement" and "改在 2026-04-30 公开" in version.reason
    assert "暂缓公开" in Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    standing = situation_of(cast.community, date(2026, 5, 30)).standing(obligation.pk)
    assert standing is not None and standing.state is State.OVERDUE
    assert "去准备" in clerk.get("/desk/jinan/").content.decode()
    draft = start_draft(obligation=obligation, by=cast.clerk, at=NOW)
    assert draft.is_open


def test_what_happened_cannot_be_called_nothing(cast: Cast, owe: Any, clerk: Client) -> None:
    obligation = owe(22, "2026-03-30")
    fields = {"statement": "none_this_period", "reason": "没有", "owed": [obligation.pk]}
    answer = clerk.post("/desk/jinan/absence/", fields)
    assert answer.status_code == 422 and not Version.objects.exists()
