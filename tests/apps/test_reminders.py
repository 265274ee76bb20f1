"""One message a day for each person, read from how things stand; sent once, and after a missed night."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from mingbai.carriers.actions import publish, put_up
from mingbai.catalogues.models import Carrier
from mingbai.communities.actions import appoint_supervisor, found_subdistrict, set_policy
from mingbai.communities.models import User
from mingbai.disclosures.drafts import start_draft, submit_draft
from mingbai.onrequest.actions import Reply, answer_request, take_request
from mingbai.residents.actions import Place, answer_feedback, take_feedback
from mingbai.rules.duties import Unit, Within
from mingbai.rules.profiles import Policy
from mingbai.supervision.actions import CUT_OFF, remind, set_reach
from mingbai.supervision.models import Digest
from mingbai.supervision.reminders import ORDER, lines_for
from mingbai.supervision.sending import BadAddress, NotSent
from tests.conftest import Cast, noon, paragraphs

NOW = noon("2026-05-11")


def kinds(user: User, day: str) -> list[str]:
    return [line.kind for line in lines_for(user, date.fromisoformat(day))]


def test_every_kind_of_line_has_its_day(cast: Cast, owe: Callable[..., Any]) -> None:
    obligation = owe(22, "2026-05-04")
    assert "due_soon" not in kinds(cast.clerk, "2026-05-05")
    assert "due_soon" in kinds(cast.clerk, "2026-05-06")
    assert "due_today" in kinds(cast.clerk, "2026-05-11")
    assert "overdue" in kinds(cast.clerk, "2026-05-12")
    draft = start_draft(obligation=obligation, by=cast.clerk, at=NOW, content=paragraphs(1))
    submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=NOW)
    assert "review" in kinds(cast.member, "2026-05-11") and "review" not in kinds(cast.clerk, "2026-05-11")
    assert "review" not in kinds(cast.director, "2026-05-11")


def test_paper_is_reminded_of_too(cast: Cast, owe: Callable[..., Any]) -> None:
    version = publish(
        obligation=owe(22, "2026-05-04"), content=paragraphs(1), dated_on=NOW.date(), by=cast.clerk, at=NOW
    )
    assert "put_up" in kinds(cast.clerk, "2026-05-11")
    board = Carrier.objects.get(community=cast.community, kind=Carrier.Kind.PAPER_BOARD)
    posting = put_up(version=version, carrier=board, on=NOW.date(), by=cast.clerk, at=NOW)
    assert "put_up" not in kinds(cast.clerk, "2026-05-11")
    assert posting.until_on is not None
    assert "display_ends" in kinds(cast.clerk, posting.until_on.isoformat())
    assert "take_down" in kinds(cast.clerk, (posting.until_on + timedelta(days=1)).isoformat())


def test_questions_have_a_clock(cast: Cast) -> None:
    set_policy(community=cast.community, policy=Policy(reply=Within(3, Unit.WORKING_DAY)), by=None, at=NOW)
    feedback, _ = take_feedback(community=cast.community, kind="question", text="问", place=Place(), nonce="1", at=NOW)
    assert "unanswered" in kinds(cast.clerk, "2026-05-11")
    answer_feedback(feedback=feedback, text="答", by=cast.clerk, at=NOW)
    assert "unanswered" not in kinds(cast.clerk, "2026-05-11")


def test_so_have_requests(cast: Cast) -> None:
    set_policy(community=cast.community, policy=Policy(request=Within(3, Unit.WORKING_DAY)), by=None, at=NOW)
    request, _ = take_request(community=cast.community, text="看", way="receipt", nonce="1", at=NOW)
    assert "unanswered" in kinds(cast.clerk, "2026-05-11")
    answer_request(request=request, reply=Reply("given", "给"), by=cast.clerk, at=NOW)
    assert "unanswered" not in kinds(cast.clerk, "2026-05-11")


def test_next_years_calendar_is_missed_in_december(cast: Cast) -> None:
    assert "calendar" not in kinds(cast.administrator, "2026-11-30")
    assert "calendar" in kinds(cast.administrator, "2026-12-01")
    assert "calendar" not in kinds(cast.administrator, "2025-12-01")


def test_the_subdistrict_hears_of_what_is_overdue(cast: Cast, owe: Callable[..., Any]) -> None:
    street = found_subdistrict(slug="anhe", name="安和街道", by=None, at=NOW)
    cast.community.subdistrict = street
    cast.community.save(update_fields=["subdistrict"])
    person = User.objects.create_user("street", password_changed_at=NOW)
    appoint_supervisor(subdistrict=street, user=person, by=None, at=NOW)
    owe(22, "2026-05-04")
    assert kinds(person, "2026-05-11") == []
    assert kinds(person, "2026-05-12") == ["escalated"]


def test_lines_come_in_the_order_of_urgency(cast: Cast, owe: Callable[..., Any]) -> None:
    owe(22, "2026-05-04")
    owe(22, "2026-04-20")
    found = kinds(cast.clerk, "2026-05-11")
    assert found == sorted(found, key=ORDER.index) and found[0] == "overdue"


@pytest.fixture
def posted(cast: Cast, owe: Callable[..., Any], settings: Any) -> Cast:
    settings.EMAIL_HOST = "mail.example.org"
    owe(22, "2026-05-04")
    set_reach(user=cast.clerk, email="clerk@example.org", address="", at=NOW)
    return cast


def test_one_message_a_day_however_often_the_sweep_runs(posted: Cast) -> None:
    assert [remind(at=NOW), remind(at=NOW), remind(at=NOW + timedelta(hours=5))] == [1, 0, 0]
    assert len(mail.outbox) == 1 and "今天到期" in mail.outbox[0].body
    assert mail.outbox[0].to == ["clerk@example.org"]
    assert remind(at=noon("2026-05-12")) == 1 and "逾期" in mail.outbox[1].body


def test_nothing_to_say_is_not_said(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    set_reach(user=cast.supervisor, email="s@example.org", address="", at=NOW)
    assert remind(at=NOW) == 0 and not mail.outbox and not Digest.objects.exists()


def test_what_failed_and_what_was_cut_off_is_tried_again(posted: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise NotSent("full")

    with monkeypatch.context() as broken:
        broken.setattr("mingbai.supervision.actions.send", refuse)
        assert remind(at=NOW) == 0
    assert remind(at=NOW) == 1 and len(mail.outbox) == 1
    Digest.objects.update(sent_at=None)  # as a kill between sending and noting leaves it
    assert remind(at=NOW) == 0
    assert remind(at=NOW + CUT_OFF + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("address", ["json://127.0.0.1/x", "file:///etc/passwd", "wecombot://", "nonsense"])
def test_a_robots_address_reaches_only_robots(cast: Cast, address: str) -> None:
    with pytest.raises(BadAddress):
        set_reach(user=cast.clerk, email="", address=address, at=NOW)


@pytest.fixture
def robot() -> Iterator[tuple[str, list[Any]]]:
    """A robot on this machine that keeps what it is told."""
    heard: list[Any] = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Robot)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_group_robot_hears_it_too(posted: Cast, robot: tuple[str, list[Any]], settings: Any) -> None:
    settings.NOTIFY_SCHEMES = ["json"]
    address, heard = robot
    set_reach(user=posted.clerk, email="", address=address, at=NOW)
    assert remind(at=NOW) == 1
    assert "今天到期" in heard[0]["message"] and not mail.outbox


def test_the_page_shows_todays_lines_and_refuses_a_wrong_address(posted: Cast) -> None:
    client = Client()
    client.force_login(posted.clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/desk/reminders/", {"email": "x", "address": "ftp://x"})
    assert answer.status_code == 422 and "邮箱不对" in answer.content.decode()
    answer = client.post("/desk/reminders/", {"email": "", "address": "ftp://x"})
    assert answer.status_code == 422 and "wecombot://" in answer.content.decode()
    assert client.post("/desk/reminders/", {"email": "", "address": ""}).status_code == 302
    assert remind(at=NOW) == 0
