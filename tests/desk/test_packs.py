"""The page of packs: what there is little of, and who took which file away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mingbai.carriers.actions import publish
from mingbai.communities.models import Event, User
from mingbai.communities.revisions import SILENT
from mingbai.disclosures.models import Version
from mingbai.outgoing.models import Download
from tests.conftest import Cast, noon, paragraphs
from tests.jobs.archiving import archive, index_of

NOW = noon("2026-03-10")
LEDGER = "/desk/jinan/packs/ledger-2026.csv"
FILES = {
    LEDGER: "金安社区-居务公开台账-2026年-截至20260310.csv",
    "/desk/jinan/packs/ledger-2026.xlsx": "金安社区-居务公开台账-2026年-截至20260310.xlsx",
    "/desk/jinan/packs/report-2026.pdf": "金安社区-2026年年度报告-截至20260310.pdf",
    "/desk/jinan/packs/archive-2026.zip": "金安社区-2026年居务公开档案-20260310.zip",
    "/desk/jinan/handover.zip": "金安社区-交接清单-20260310.zip",
}


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(person: User, **how: Any) -> Client:
    client = Client(**how)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_community_without_a_catalogue_has_nothing_to_hand_over(cast: Cast) -> None:
    client = signed_in(cast.neighbours_clerk)
    assert "还没有采用标准目录" in client.get("/desk/neighbour/packs/").content.decode()
    for rest in ("ledger-2026.csv", "report-2026.pdf", "archive-2026.zip"):
        assert client.post(f"/desk/neighbour/packs/{rest}").status_code == 404
    assert not Download.objects.exists()


@pytest.mark.parametrize("address", FILES)
def test_taking_a_file_away_writes_who_what_and_when(cast: Cast, address: str) -> None:
    client, before = signed_in(cast.director), Event.objects.count()
    answer = client.post(address)
    assert answer.status_code == 200 and answer.getvalue() and "no-store" in answer.headers["Cache-Control"]
    download = Download.objects.get()
    assert (download.name, download.by, download.at) == (FILES[address], cast.director, NOW)
    event = Event.objects.latest("pk")
    assert Event.objects.count() == before + 1
    assert (event.act, event.actor, event.role, event.at) == ("file_downloaded", cast.director, "director", NOW)
    assert event.subject == f"outgoing.download:{download.pk}" and event.community == cast.community
    assert "file_downloaded" in SILENT, "nothing that the public sees has changed"
    client.post(address)
    assert Download.objects.count() == 2, "each time counts"
    page = client.get("/desk/jinan/packs/").content.decode()
    assert page.count(FILES[address]) == 2 and "2026年3月10日 12:00" in page


@pytest.mark.parametrize("address", FILES)
def test_looking_takes_nothing_away(cast: Cast, address: str) -> None:
    assert signed_in(cast.director).get(address).status_code == 404
    stranger = signed_in(cast.neighbours_clerk)
    assert stranger.post(address).status_code == signed_in(cast.member).post(address).status_code == 404
    assert Client().post(address).status_code == 302
    assert signed_in(cast.director, enforce_csrf_checks=True).post(address).status_code == 403
    assert not Download.objects.exists() and not Event.objects.filter(act="file_downloaded").exists()


def test_the_handover_is_for_the_director_and_the_administrator(cast: Cast) -> None:
    handover = "/desk/jinan/handover.zip"
    for person, status in ((cast.clerk, 404), (cast.supervisor, 404), (cast.administrator, 200)):
        assert signed_in(person).post(handover).status_code == status
    assert [download.by for download in Download.objects.all()] == [cast.administrator]


def test_what_one_community_took_away_is_not_told_in_another(cast: Cast) -> None:
    signed_in(cast.clerk).post(LEDGER)
    assert FILES[LEDGER] in signed_in(cast.supervisor).get("/desk/jinan/packs/").content.decode()
    assert "谁下载过" not in signed_in(cast.neighbours_clerk).get("/desk/neighbour/packs/").content.decode()


def test_the_database_refuses_a_download_of_nothing(cast: Cast) -> None:
    signed_in(cast.clerk).post(LEDGER)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE outgoing_download SET name = ''")


ARCHIVE = "/desk/jinan/packs/archive-2026.zip"


@pytest.fixture
def published(cast: Cast, owe: Any) -> list[Version]:
    return [
        publish(
            obligation=owe(22, f"2026-03-0{day}"),
            content=paragraphs(1, title=f"第{day}次会议"),
            dated_on=NOW.date(),
            by=cast.clerk,
            at=NOW,
        )
        for day in (2, 3, 4)
    ]


def test_the_archive_of_the_desk_is_that_of_the_command(cast: Cast, published: list[Version], tmp_path: Path) -> None:
    client = signed_in(cast.clerk)
    assert "这一年有 3 版" in client.get("/desk/jinan/packs/").content.decode()
    answer = client.post(ARCHIVE)
    assert answer.streaming and answer.headers["Content-Type"] == "application/zip"
    made = archive("jinan", 2026, tmp_path / "a.zip", on=NOW)
    sent = answer.getvalue().replace(b"http://testserver", b"http://localhost:8000")
    there = zipfile.ZipFile(io.BytesIO(sent))
    assert there.namelist() == made.namelist() and len([name for name in made.namelist() if "sheets/" in name]) == 3
    assert there.read("versions.csv").replace(b"testserver", b"localhost:8000") == made.read("versions.csv")


def test_the_archive_is_sent_while_it_is_made(cast: Cast, published: list[Version]) -> None:
    parts = iter(signed_in(cast.clerk).post(ARCHIVE))
    assert b"sheets/" not in next(parts)
    for version in published:
        part = next(parts)
        assert version.code.encode() in part and not any(
            other.code.encode() in part for other in published if other != version
        )
    assert b"index.csv" in next(parts) and next(parts, None) is None


def test_the_periods_of_the_offices_own_list_stand_in_the_index(cast: Cast, published: list[Version]) -> None:
    listed = SimpleUploadedFile("期限.csv", "事项编号,保管期限,依据\n*,30年,某局第1号\n".encode())
    answer = signed_in(cast.clerk).post(ARCHIVE, {"retention": listed})
    index = index_of(zipfile.ZipFile(io.BytesIO(answer.getvalue())))
    assert {row["保管期限"] for row in index} == {"30年"}


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"1,a", "“期限.csv”第 1 行"), (b"\xff", "请存成 UTF-8"), (b"x" * 300_000, "太大")],
    ids=["a-cell-short", "not-text", "too-large"],
)
def test_a_bad_list_is_told_and_nothing_is_taken_away(cast: Cast, data: bytes, said: str) -> None:
    answer = signed_in(cast.clerk).post(ARCHIVE, {"retention": SimpleUploadedFile("期限.csv", data)})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Download.objects.exists()


def test_a_year_without_records_has_no_archive(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    for rest in ("archive-2031.zip", "report-2031.pdf"):
        assert client.post(f"/desk/jinan/packs/{rest}").status_code == 404
    assert not Download.objects.exists()
