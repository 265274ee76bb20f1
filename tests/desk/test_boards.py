"""Boards at the desk: set up, put up with a slot and a photograph, taken down from the plan, one tap each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingbai.carriers.actions import publish
from mingbai.carriers.models import Board, Hanging, Photo, Posting
from mingbai.disclosures.models import Version
from tests.conftest import Cast, noon, paragraphs, picture


@pytest.fixture
def clerk(cast: Cast) -> Iterator[Client]:
    with time_machine.travel(noon("2026-03-04"), tick=False):
        client = Client()
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        yield client


@pytest.fixture
def version(cast: Cast, owe: Any) -> Version:
    at = noon("2026-03-02")
    return publish(obligation=owe(22, "2026-03-02"), content=paragraphs(1), dated_on=at.date(), by=cast.clerk, at=at)


def add_board(clerk: Client, name: str = "服务中心门口", **changes: Any) -> Board:
    told = {"name": name, "rows": 1, "columns": 2, "paper": "a3", "reading_distance_cm": 120, **changes}
    response = clerk.post("/desk/jinan/board/new/", told)
    assert response.status_code == 302
    return Board.objects.get(name=name)


def paper(version: Version) -> Any:
    return version.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")


def test_without_boards_the_page_is_as_it_was_and_a_tap_puts_up(clerk: Client, version: Version) -> None:
    address = f"/desk/jinan/versions/{version.code}/"
    assert "slot-" not in clerk.get(address).content.decode()
    assert clerk.post(f"{address}put-up/", {"carrier": paper(version).pk}).status_code == 302
    assert Posting.objects.filter(version=version, carrier__kind="paper_board", from_on=date(2026, 3, 4)).exists()
    assert "还没有设置公示栏的格子" in clerk.get("/desk/jinan/board/").content.decode()


def test_from_an_empty_board_to_a_sheet_in_its_slot_and_down_again(clerk: Client, version: Version) -> None:
    board = add_board(clerk)
    address = f"/desk/jinan/versions/{version.code}/"
    page = clerk.get(address).content.decode()
    assert "第1格（空）" in page and '<option value="1" selected>' in page and "sheet-a3.pdf?distance=120" in page
    upload = SimpleUploadedFile("a.jpg", picture("JPEG"), "image/jpeg")
    told = {"carrier": paper(version).pk, f"slot-{board.pk}": 1, f"pages-{board.pk}": 2, "photo": upload}
    assert clerk.post(f"{address}put-up/", told).status_code == 302
    assert list(Hanging.objects.values_list("slot", flat=True)) == [1, 2]
    photo = Photo.objects.get()
    assert not photo.is_public and clerk.get(f"/desk/jinan/photos/{photo.pk}.jpg").content[:2] == b"\xff\xd8"
    assert "服务中心门口第1、2格" in clerk.get(address).content.decode()
    assert "服务中心门口第1、2格" in Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    plan = clerk.get("/desk/jinan/board/").content.decode()
    assert "已经挂满" in plan and version.title in plan
    with time_machine.travel(noon("2026-03-20"), tick=False):
        later = Client()
        later.force_login(
            Posting.objects.get(photos=photo).posted_by, backend="django.contrib.auth.backends.ModelBackend"
        )
        posting = Posting.objects.get(photos=photo)
        assert f"take-down/{posting.pk}/" in later.get("/desk/jinan/board/").content.decode()
        assert "撤下 1 张" in later.get("/desk/jinan/board/week/").content.decode()
        down = later.post(f"{address}take-down/{posting.pk}/", {"from_board": 1})
        assert down.headers["Location"] == "/desk/jinan/board/"
    assert not Hanging.objects.filter(ended_on=None).exists()
    posting.refresh_from_db()
    assert posting.ended_as == "expired"


def test_a_photograph_that_cannot_be_taken_does_not_undo_the_posting(clerk: Client, version: Version) -> None:
    upload = SimpleUploadedFile("a.pdf", b"%PDF-", "application/pdf")
    response = clerk.post(
        f"/desk/jinan/versions/{version.code}/put-up/", {"carrier": paper(version).pk, "photo": upload}, follow=True
    )
    assert "照片没有收下" in response.content.decode() and not Photo.objects.exists()
    assert Posting.objects.filter(carrier__kind="paper_board").count() == 1


def test_a_taken_slot_is_refused_with_words(cast: Cast, clerk: Client, version: Version, owe: Any) -> None:
    board = add_board(clerk)
    clerk.post(f"/desk/jinan/versions/{version.code}/put-up/", {"carrier": paper(version).pk, f"slot-{board.pk}": 1})
    at = noon("2026-03-03")
    other = publish(obligation=owe(22, "2026-03-03"), content=paragraphs(1), dated_on=at.date(), by=cast.clerk, at=at)
    response = clerk.post(
        f"/desk/jinan/versions/{other.code}/put-up/", {"carrier": paper(other).pk, f"slot-{board.pk}": 1}
    )
    assert response.status_code == 422 and "请换一格" in response.content.decode()
    assert not other.postings.filter(carrier__kind="paper_board").exists()


def test_two_boards_one_sheet_moved_and_taken_from_one(clerk: Client, version: Version) -> None:
    door, gate = add_board(clerk), add_board(clerk, "小区门口")
    address = f"/desk/jinan/versions/{version.code}/"
    assert " selected>" not in clerk.get(address).content.decode()
    clerk.post(f"{address}put-up/", {"carrier": paper(version).pk, f"slot-{door.pk}": 1})
    posting = version.postings.get(carrier__kind="paper_board")
    clerk.post(f"{address}hang/{posting.pk}/", {f"slot-{door.pk}": 2, f"slot-{gate.pk}": 1})
    assert posting.hangings.filter(ended_on=None).count() == 2
    assert "从“小区门口”撤下" in clerk.get(address).content.decode()
    clerk.post(f"{address}take-down/{posting.pk}/", {"board": gate.pk})
    posting.refresh_from_db()
    assert posting.ended_on is None and posting.hangings.get(ended_on=None).slot == 2
    said = clerk.post(f"{address}hang/{posting.pk}/", {}, follow=True).content.decode()
    assert "请选择公示栏和格子" in said
    said = clerk.post(f"{address}hang/{posting.pk}/", {f"slot-{door.pk}": 9}, follow=True).content.decode()
    assert "1到2" in said and posting.hangings.get(ended_on=None).slot == 2


def test_a_photograph_is_added_later_opened_closed_and_removed(clerk: Client, version: Version) -> None:
    posting = version.postings.get()
    upload = SimpleUploadedFile("a.png", picture(), "image/png")
    clerk.post(f"/desk/jinan/versions/{version.code}/photograph/{posting.pk}/", {"photo": upload, "photo_public": "1"})
    photo = Photo.objects.get()
    public = f"/c/jinan/v/{version.code}/photo-{photo.pk}.jpg"
    assert photo.is_public and Client().get(public).status_code == 200
    clerk.post(f"/desk/jinan/photos/{photo.pk}/", {})
    assert Client().get(public).status_code == 404
    clerk.post(f"/desk/jinan/photos/{photo.pk}/", {"public": "1"})
    assert Client().get(public).status_code == 200
    clerk.post(f"/desk/jinan/photos/{photo.pk}/", {"remove": "1"})
    assert not Photo.objects.exists() and Client().get(public).status_code == 404


def test_boards_are_changed_and_closed_and_what_is_wrong_is_said(clerk: Client, version: Version) -> None:
    board = add_board(clerk)
    wrong = clerk.post(f"/desk/jinan/board/{board.pk}/", {"name": "", "rows": 1, "columns": 1, "paper": "a3"})
    assert wrong.status_code == 422 and "请写明公示栏在哪里" in wrong.content.decode()
    told = {"name": "二楼", "rows": 2, "columns": 3, "paper": "a4", "landscape": "1", "reading_distance_cm": 60}
    clerk.post(f"/desk/jinan/board/{board.pk}/", told)
    board.refresh_from_db()
    assert (board.name, board.size, board.landscape) == ("二楼", 6, True)
    clerk.post(f"/desk/jinan/board/{board.pk}/", {"close": "1"})
    assert clerk.get(f"/desk/jinan/board/{board.pk}/").status_code == 404


@pytest.mark.parametrize("day", ["yesterday", "1999-01-01", "9999-12-31"])
def test_a_week_that_is_none_is_404(clerk: Client, day: str) -> None:
    assert clerk.get(f"/desk/jinan/board/week/?day={day}").status_code == 404


def test_a_neighbours_board_and_photo_are_not_there(cast: Cast, clerk: Client, version: Version) -> None:
    board = add_board(clerk)
    upload = SimpleUploadedFile("a.png", picture(), "image/png")
    clerk.post(f"/desk/jinan/versions/{version.code}/photograph/{version.postings.get().pk}/", {"photo": upload})
    stranger = Client()
    stranger.force_login(cast.neighbours_clerk, backend="django.contrib.auth.backends.ModelBackend")
    photo = Photo.objects.get()
    for path in (f"/desk/neighbour/photos/{photo.pk}.jpg", f"/desk/neighbour/board/{board.pk}/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/desk/neighbour/photos/{photo.pk}/", {"remove": "1"}).status_code == 404
    assert Photo.objects.exists()


def test_the_plan_needs_few_queries(clerk: Client, version: Version, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        add_board(clerk, f"第{number}块")
    with django_assert_max_num_queries(25):
        assert clerk.get("/desk/jinan/board/").status_code == 200
