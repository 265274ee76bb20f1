"""Seen on the board: what counts as a scan, what is kept of it, who is told; and photographs that only show."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from PIL import ExifTags, Image

from mingbai.carriers.actions import confirm_withdrawal, publish, put_up, take_down
from mingbai.carriers.models import Photo, Posting, Sighting
from mingbai.carriers.photos import add_photo, remove_photo, show_photo
from mingbai.carriers.plan import still_hanging
from mingbai.carriers.sheets import sheet_of_version
from mingbai.carriers.sightings import count_scan, seen_sentence
from mingbai.communities.queries import revision_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.jobs.tick import tick
from mingbai.obligations.models import Obligation
from mingbai.privacy.limits import NotAllowed
from mingbai.public.scans import MOST_A_MINUTE, Cap, cap
from tests.conftest import Cast, names_list, noon, paragraphs, picture


@pytest.fixture(autouse=True)
def fresh_cap() -> None:
    cap.minute = None


@pytest.fixture
def posting(cast: Cast, owe: Callable[..., Obligation]) -> Posting:
    """A list of names on the board from 2 March, to be shown through 17 March."""
    at = noon("2026-03-02")
    version = publish(obligation=owe(15, "2026-03-02"), content=names_list(), dated_on=at.date(), by=cast.clerk, at=at)
    board = version.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")
    return put_up(version=version, carrier=board, on=at.date(), by=cast.clerk, at=at)


@contextmanager
def on(day: str) -> Iterator[Client]:
    with time_machine.travel(noon(day), tick=False):
        yield Client()


def counted() -> list[tuple[date, int]]:
    return list(Sighting.objects.order_by("on").values_list("on", "count"))


def test_the_papers_address_counts_and_leads_to_the_one_that_may_be_passed_on(posting: Posting) -> None:
    version = posting.version
    address = sheet_of_version(version, date(2026, 3, 3), "").url
    with on("2026-03-03") as resident:
        response = resident.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"/s/{version.code}/")
        assert response.headers["Cache-Control"] == "no-store" and not response.cookies
        assert resident.get(response.headers["Location"]).status_code == 200
        resident.get(address)
    with on("2026-03-05") as resident:
        resident.get(address)
    assert counted() == [(date(2026, 3, 3), 2), (date(2026, 3, 5), 1)]


@pytest.mark.parametrize(
    ("method", "query", "headers"),
    [
        pytest.param("get", "", {}, id="the-address-without-the-mark"),
        pytest.param("get", "?b=2", {}, id="another-mark"),
        pytest.param("head", "?b=1", {}, id="a-look-at-the-headers"),
        pytest.param("get", "?b=1", {"Sec-Purpose": "prefetch"}, id="prefetch"),
        pytest.param("get", "?b=1", {"Sec-Purpose": "prefetch;prerender"}, id="prerender"),
        pytest.param("get", "?b=1", {"Purpose": "prefetch"}, id="older-prefetch"),
        pytest.param("get", "?b=1", {"X-Moz": "prefetch"}, id="firefox-prefetch"),
        pytest.param("get", "?b=1", {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, id="robot"),
        pytest.param("get", "?b=1", {"User-Agent": "WhatsApp LinkPreview/1"}, id="link-preview"),
    ],
)
def test_what_is_no_scan_is_not_counted(posting: Posting, method: str, query: str, headers: dict[str, str]) -> None:
    with on("2026-03-03") as client:
        response = getattr(client, method)(f"/s/{posting.version.code}/{query}", headers=headers)
    assert response.status_code in (200, 302) and counted() == []


def test_an_unknown_code_and_what_is_not_public_are_not_counted(posting: Posting) -> None:
    with on("2026-03-03") as client:
        assert client.get("/s/22222222/?b=1", follow=True).status_code == 404
        posting.version.disclosure.obligation.occurrence.item.__class__.objects.update(is_public=False)
        assert client.get(f"/s/{posting.version.code}/?b=1", follow=True).status_code == 404
    assert counted() == []


def test_a_loop_is_not_a_crowd(posting: Posting) -> None:
    with on("2026-03-03") as client:
        for _ in range(MOST_A_MINUTE + 5):
            client.get(f"/s/{posting.version.code}/?b=1")
    assert counted() == [(date(2026, 3, 3), MOST_A_MINUTE)]
    short = Cap(1)
    assert [short.allows(1, noon("2026-03-03")) for _ in range(2)] == [True, False]
    assert short.allows(2, noon("2026-03-03")) and short.allows(1, noon("2026-03-04"))


def test_a_scan_is_no_act_the_revision_stays(cast: Cast, posting: Posting) -> None:
    before = revision_of(cast.community)
    assert count_scan(version=posting.version, on=date(2026, 3, 3))
    assert revision_of(cast.community) == before


@pytest.mark.parametrize("error", [OperationalError("database is locked"), DatabaseError("read-only")])
def test_the_page_comes_even_if_nothing_can_be_written(
    posting: Posting, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*args: Any) -> None:
        raise error

    monkeypatch.setattr("mingbai.carriers.sightings._one_more", refuse)
    with on("2026-03-03") as client:
        assert "现行有效" in client.get(f"/s/{posting.version.code}/?b=1", follow=True).content.decode()
    assert counted() == []


def test_a_database_that_only_reads_is_left_in_peace(posting: Posting) -> None:
    """The real refusal of the database itself, not one made for the test; afterwards it writes again."""
    version = posting.version
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = 1")
            try:
                assert count_scan(version=version, on=date(2026, 3, 3)) is False
            finally:
                cursor.execute("PRAGMA query_only = 0")
        else:
            cursor.execute("ALTER TABLE carriers_sighting ADD CONSTRAINT closed CHECK (count > 99)")
            assert count_scan(version=version, on=date(2026, 3, 3)) is False
            cursor.execute("ALTER TABLE carriers_sighting DROP CONSTRAINT closed")
    assert count_scan(version=version, on=date(2026, 3, 3)) is True


def test_everyone_is_told_of_days_that_are_over_and_the_desk_of_today_too(cast: Cast, posting: Posting) -> None:
    """So what a page says of a day stays true until midnight, however long it is kept."""
    for day in ("2026-03-04", "2026-03-06", "2026-03-09", "2026-03-01"):
        count_scan(version=posting.version, on=date.fromisoformat(day))
    desk = Client()
    with on("2026-03-09") as resident:
        desk.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        page = resident.get(f"/c/jinan/v/{posting.version.code}/").content.decode()
        assert page.count("3月4日至6日有2天被扫码看到") == 1
        inside = desk.get(f"/desk/jinan/versions/{posting.version.code}/").content.decode()
        assert "3月4日至9日有3天被扫码看到" in inside


def test_days_are_told_in_short() -> None:
    assert seen_sentence([]) == ""
    assert seen_sentence([date(2026, 10, 14)]) == "10月14日被扫码看到"
    assert seen_sentence([date(2026, 10, 30), date(2026, 11, 2)]) == "10月30日至11月2日有2天被扫码看到"


def test_a_scan_after_the_end_is_a_hint_for_the_desk_and_for_nobody_else(cast: Cast, posting: Posting) -> None:
    day = date(2026, 3, 17)
    take_down(posting=posting, on=day, by=cast.clerk, at=noon("2026-03-18"))
    count_scan(version=posting.version, on=day)
    assert still_hanging(cast.community, date(2026, 3, 25)) == []
    count_scan(version=posting.version, on=date(2026, 3, 20))
    posting.refresh_from_db()
    assert still_hanging(cast.community, date(2026, 3, 25)) == [(posting, date(2026, 3, 20))]
    assert still_hanging(cast.community, date(2026, 6, 25)) == []
    desk = Client()
    with on("2026-03-25") as resident:
        desk.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        assert "可能还挂着" in desk.get("/desk/jinan/").content.decode()
        assert "可能还挂着" in desk.get("/desk/jinan/board/").content.decode()
        for path in ("/c/jinan/carriers/", f"/c/jinan/v/{posting.version.code}/"):
            assert "3月20日" not in resident.get(path).content.decode()
    board = posting.carrier
    put_up(version=posting.version, carrier=board, on=date(2026, 3, 25), by=cast.clerk, at=noon("2026-03-25"))
    assert still_hanging(cast.community, date(2026, 3, 25)) == []


# -- photographs ------------------------------------------------------------------------------------------------------


def telling() -> bytes:
    """A photograph that knows where, with what and by whom it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "吴晓岚"
    exif[ExifTags.Base.Make] = "Phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (36.0, 40.0, 0.0)
    return picture("JPEG", (3000, 2000), exif=exif)


def test_a_photograph_only_shows(cast: Cast, posting: Posting) -> None:
    at = noon("2026-03-03")
    photo = add_photo(posting=posting, name="IMG.JPG", data=telling(), is_public=False, by=cast.clerk, at=at)
    kept = bytes(Photo.objects.get(pk=photo.pk).data)
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size) == ("JPEG", (1600, 1067))
        assert dict(image.getexif()) == {} and not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert b"Phone" not in kept and "吴晓岚".encode() not in kept


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"%PDF-"), ("a.jpg", b"not a picture"), ("a.jpg", b""), ("a.heic", picture()), ("a.svg", b"<svg/>")],
    ids=["pdf", "broken", "empty", "heic", "svg"],
)
def test_what_is_no_picture_is_refused(cast: Cast, posting: Posting, name: str, data: bytes) -> None:
    with pytest.raises(NotAllowed):
        add_photo(posting=posting, name=name, data=data, is_public=True, by=cast.clerk, at=noon("2026-03-03"))
    assert not Photo.objects.exists()


def test_a_picture_of_too_many_pixels_is_refused(cast: Cast, posting: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingbai.privacy.pictures.MAX_PIXELS", 1000)
    with pytest.raises(NotAllowed, match="像素太大"):
        add_photo(posting=posting, name="a.png", data=picture(), is_public=True, by=cast.clerk, at=noon("2026-03-03"))


def test_everyone_sees_a_photograph_only_if_it_was_opened_and_while_the_sheet_is_on_show(
    cast: Cast, posting: Posting
) -> None:
    at = noon("2026-03-03")
    photo = add_photo(posting=posting, name="a.png", data=picture(), is_public=False, by=cast.clerk, at=at)
    address = f"/c/jinan/v/{posting.version.code}/photo-{photo.pk}.jpg"
    page = f"/c/jinan/v/{posting.version.code}/"
    with on("2026-03-04") as resident:
        assert resident.get(address).status_code == 404 and address not in resident.get(page).content.decode()
        show_photo(photo=photo, is_public=True, by=cast.clerk, at=at)
        response = resident.get(address)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")
        assert address in resident.get(page).content.decode()
        other = f"/c/neighbour/v/{posting.version.code}/photo-{photo.pk}.jpg"
        assert resident.get(other).status_code == 404
    with on("2026-03-18") as resident:
        assert resident.get(address).status_code == 404 and address not in resident.get(page).content.decode()
    show_photo(photo=photo, is_public=False, by=cast.clerk, at=at)
    with on("2026-03-04") as resident:
        assert resident.get(address).status_code == 404


def test_a_photograph_goes_with_the_names_that_could_be_read_on_it(cast: Cast, posting: Posting) -> None:
    at = noon("2026-03-03")
    add_photo(posting=posting, name="a.png", data=picture(), is_public=True, by=cast.clerk, at=at)
    tick(noon("2026-03-17"))
    assert Photo.objects.count() == 1
    tick(noon("2026-03-18"))
    assert Version.objects.get(pk=posting.version_id).reduced_at is not None
    assert not Photo.objects.exists()
    with pytest.raises(NotAllowed, match="已经隐去"):
        add_photo(posting=posting, name="a.png", data=picture(), is_public=True, by=cast.clerk, at=noon("2026-03-19"))


def test_a_photograph_goes_with_what_is_withdrawn_for_personal_data(cast: Cast, owe: Callable[..., Obligation]) -> None:
    at = noon("2026-03-02")
    version = publish(obligation=owe(22, "2026-03-02"), content=paragraphs(1), dated_on=at.date(), by=cast.clerk, at=at)
    add_photo(posting=version.postings.get(), name="a.png", data=picture(), is_public=True, by=cast.clerk, at=at)
    proposed = propose_withdrawal(version=version, kind="personal_data", reason="有姓名", by=cast.clerk, at=at)
    confirm_withdrawal(withdrawal=proposed, by=cast.supervisor, at=at)
    assert not Photo.objects.exists()


def test_a_photograph_can_be_removed(cast: Cast, posting: Posting) -> None:
    at = noon("2026-03-03")
    photo = add_photo(posting=posting, name="a.png", data=picture(), is_public=True, by=cast.clerk, at=at)
    before = revision_of(cast.community)
    remove_photo(photo=photo, by=cast.clerk, at=at)
    assert not Photo.objects.exists() and revision_of(cast.community) > before
