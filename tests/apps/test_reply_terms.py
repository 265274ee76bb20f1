"""The days in which residents are answered: a number of a profile, with its article; or «not stated», and said so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.communities.actions import appoint_supervisor, found_subdistrict
from mingbai.communities.models import User
from mingbai.data import profiles
from mingbai.residents.actions import Place, answer_feedback, take_feedback
from mingbai.residents.models import Feedback
from mingbai.rules.days import chinese_date
from mingbai.supervision.reminders import lines_for
from tests.conftest import Cast, noon

NOW = noon("2026-05-11")
LAW, ARTICLE = "某省居务公开办法", "第九条"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of profiles like the one that ships, to put another into."""
    folder = Path(shutil.copytree(profiles.PROFILES, tmp_path / "profiles"))
    monkeypatch.setattr(profiles, "PROFILES", folder)
    for known in (profiles.profile_codes, profiles.packaged_profile):
        known.cache_clear()
    yield folder
    monkeypatch.undo()
    for known in (profiles.profile_codes, profiles.packaged_profile):
        known.cache_clear()


def of_a_province(cast: Cast, folder: Path, count: int, unit: str, *more: dict[str, Any]) -> None:
    rule = {"topic": "reply", "value": {"count": count, "unit": unit}, "law": LAW, "article": ARTICLE}
    stated = {**rule, "text": f"{count}日内答复", "in_force": "2026-01-01", "source": "测试"}
    data = {"code": "cn-test", "name": "某省", "version": "1", "base": "cn", "rules": [stated, *more]}
    (folder / "cn-test.json").write_text(json.dumps(data), encoding="utf-8")
    cast.community.profile_code = "cn-test"
    cast.community.save(update_fields=["profile_code"])


def ask(cast: Cast) -> Feedback:
    given = {"kind": "question", "text": "路灯何时修？", "place": Place(), "nonce": "1"}
    return take_feedback(community=cast.community, at=NOW, **given)[0]


def page(path: str, day: date, user: User | None = None) -> str:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(noon(day), tick=False):
        answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def street(cast: Cast) -> User:
    subdistrict = found_subdistrict(slug="anhe", name="安和街道", by=None, at=NOW)
    cast.community.subdistrict = subdistrict
    cast.community.save(update_fields=["subdistrict"])
    person = User.objects.create_user("street", password_changed_at=NOW)
    appoint_supervisor(subdistrict=subdistrict, user=person, by=None, at=NOW)
    return person


@pytest.mark.parametrize(
    ("count", "unit", "due"),
    [
        pytest.param(3, "working_day", "2026-05-14", id="3-working-days"),
        pytest.param(5, "calendar_day", "2026-05-18", id="5-days-end-on-a-saturday"),
        pytest.param(10, "calendar_day", "2026-05-21", id="10-days"),
        pytest.param(15, "working_day", "2026-06-01", id="15-working-days"),
    ],
)
def test_a_profiles_number_makes_the_clock_the_reminder_and_the_escalation(
    cast: Cast, shipped: Path, street: User, count: int, unit: str, due: str
) -> None:
    of_a_province(cast, shipped, count, unit)
    feedback, last = ask(cast), date.fromisoformat(due)
    eve, after = last - timedelta(days=1), last + timedelta(days=1)
    assert feedback.due_on == last and f"《{LAW}》{ARTICLE}" in feedback.basis
    assert f"《{LAW}》{ARTICLE}" in page("/c/jinan/ask/", eve) and f"《{LAW}》{ARTICLE}" in page("/c/jinan/rules/", eve)
    assert "居民意见几天内答复" in page("/c/jinan/rules/", eve)
    assert f"最迟{chinese_date(last)}答复" in page("/c/jinan/feedback/", eve)

    def told(user: User, day: date) -> list[str]:
        return [line.text for line in lines_for(user, day) if line.kind in ("unanswered", "escalated")]

    assert told(cast.clerk, eve) == [f"金安社区：提问 2026-001等答复，最迟{chinese_date(last)}"]
    assert told(street, last) == [] and "逾期未答复" not in page("/c/jinan/feedback/", last)
    assert told(cast.clerk, after) == ["金安社区：提问 2026-001等答复，已逾期"]
    assert told(street, after) == [f"金安社区：提问 2026-001逾期未答复，应在{chinese_date(last)}前答复"]
    assert "逾期未答复" in page("/c/jinan/feedback/", after)
    answer_feedback(feedback=feedback, text="下周修。", by=cast.clerk, at=noon(after))
    assert told(street, after) == [] and told(cast.clerk, after) == []


def test_a_profile_may_let_the_subdistrict_hear_of_it_later(cast: Cast, shipped: Path, street: User) -> None:
    escalation = {"topic": "escalation", "value": 3, "law": LAW, "article": "第十条", "text": "逾期三日报街道"}
    of_a_province(cast, shipped, 3, "working_day", escalation)
    ask(cast)
    assert [bool(lines_for(street, date(2026, 5, day))) for day in (15, 17, 18)] == [False, False, True]


def test_no_packaged_profile_states_a_number_and_every_page_says_so(cast: Cast, street: User) -> None:
    stated = [profiles.packaged_profile(code).all_on("reply", NOW.date()) for code in profiles.profile_codes()]
    assert len(stated) >= 4 and not any(stated), "a number that ships needs its article"
    feedback = ask(cast)
    assert feedback.due_on is None
    much_later = date(2026, 8, 3)
    for path, user in (
        ("/c/jinan/ask/", None),
        ("/c/jinan/feedback/", None),
        ("/c/jinan/rules/", None),
        ("/desk/jinan/", cast.clerk),
        ("/desk/jinan/feedback/", cast.clerk),
        (f"/desk/jinan/feedback/{feedback.pk}/", cast.clerk),
        ("/desk/jinan/watch/", cast.supervisor),
    ):
        assert "未规定答复期限" in page(path, much_later, user), path
    assert "逾期未答复" not in page("/c/jinan/feedback/", much_later)
    assert not [line for line in lines_for(street, much_later) if "答复" in line.text]
