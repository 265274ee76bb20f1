"""``mingbai export``: the site as files, in a folder of which the run knows what is its own."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError
from django.test import Client

from mingbai.carriers.actions import confirm_withdrawal
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.obligations.actions import void_occurrence
from mingbai.public.exporting import run as running
from mingbai.public.exporting.manifest import MANIFEST, PART, SCHEMA, Folder
from mingbai.public.exporting.routes import ROUTES, LeftOut, file_of, public_routes
from mingbai.public.exporting.tables import LEFT_OUT, TABLES, unlisted
from tests.apps.export.conftest import hang, with_a_file
from tests.apps.exporting import broken_links, export, files_in
from tests.conftest import Cast, names_list, noon, paragraphs


def test_what_cannot_work_without_a_server_is_gone_or_leads_to_the_site(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, settings: Any
) -> None:
    version = issued(22, "2026-02-10")
    page = f"c/jinan/v/{version.code}/index.html"
    export(tmp_path / "a", "2026-02-10", sheets="a4")
    alone = files_in(tmp_path / "a")[page].decode()
    assert 'href="sheet-a4.pdf"' in alone and "sheet-a3" not in alone and "打印 A3" not in alone and ".png" not in alone
    settings.PUBLIC_URL = "https://gongkai.example.org"
    export(tmp_path / "a", "2026-02-10", sheets="a4")
    joined = files_in(tmp_path / "a")[page].decode()
    assert f'href="https://gongkai.example.org/c/jinan/v/{version.code}/sheet-a3.pdf"' in joined
    assert 'href="sheet-a4.pdf"' in joined and 'href="../../catalogue/index.html"' in joined
    assert broken_links(tmp_path / "a") == []


def test_the_page_says_what_the_site_says(cast: Cast, issued: Callable[..., Version], tmp_path: Path) -> None:
    """But for its links and the day at its foot."""
    version = issued(22, "2026-02-10")
    export(tmp_path, "2026-02-10", sheets="a4")
    with time_machine.travel(noon("2026-02-10"), tick=False):
        shown = Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    written = files_in(tmp_path)[f"c/jinan/v/{version.code}/index.html"].decode()
    assert written.split("<article>")[1].split("</article>")[0] == (shown.split("<article>")[1].split("</article>")[0])


def test_a_page_tells_its_day_only_while_it_changes_with_the_day(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path
) -> None:
    version = issued(22, "2026-02-10")
    hang(version, "2026-02-10", cast)
    page = f"c/jinan/v/{version.code}/index.html"
    export(tmp_path, "2026-02-11")
    assert "页面日期：" in files_in(tmp_path)[page].decode()
    export(tmp_path, "2026-05-11")
    late = files_in(tmp_path)
    assert "页面日期" not in late[page].decode() and "公示期已满" in late[page].decode()
    assert "2026年5月11日" in late["c/jinan/index.html"].decode()


def test_names_and_withdrawn_files_are_gone_from_every_file(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path
) -> None:
    names = issued(15, "2026-02-10", names_list())
    content, upload = with_a_file()
    withdrawn = issued(22, "2026-02-10", content, files=[upload])
    export(tmp_path, "2026-02-10")
    shown = b"".join(files_in(tmp_path).values())
    assert "张*".encode() in shown and upload.data in shown
    proposed = propose_withdrawal(
        version=withdrawn, kind="personal_data", reason="有姓名", by=cast.clerk, at=noon("2026-02-11")
    )
    confirm_withdrawal(withdrawal=proposed, by=cast.supervisor, at=noon("2026-02-11"))
    export(tmp_path, "2026-05-10")
    left = files_in(tmp_path)
    assert "张*".encode() not in b"".join(left.values()) and upload.data not in b"".join(left.values())
    assert not any(upload.name in file for file in left) and f"c/jinan/v/{names.code}/index.html" in left


def test_what_is_for_specific_parties_is_nowhere(cast: Cast, issued: Callable[..., Version], tmp_path: Path) -> None:
    version = issued(15, "2026-02-10", names_list())
    Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
    export(tmp_path, "2026-02-10", sheets="a4")
    assert not any(version.code in file for file in files_in(tmp_path))
    assert version.code.encode() not in b"".join(files_in(tmp_path).values())


def test_what_was_changed_or_removed_by_hand_is_restored_and_what_is_not_ours_stays(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path
) -> None:
    version = issued(22, "2026-02-10")
    export(tmp_path, "2026-02-10")
    before = files_in(tmp_path)
    page, home = tmp_path / f"c/jinan/v/{version.code}/index.html", tmp_path / "c/jinan/index.html"
    changed = page.read_bytes().replace("测试公开".encode(), "篡改公开".encode())
    page.write_bytes(changed)
    home.unlink()
    (tmp_path / "static/mingbai/site.css").write_text("")
    foreign = page.parent / "readme.txt"
    foreign.write_text("not yours")
    assert "写入 3 个文件" in export(tmp_path, "2026-02-10")
    assert foreign.read_text() == "not yours"
    foreign.unlink()
    assert files_in(tmp_path) == before


def test_a_copied_folder_is_looked_through_once_and_not_rendered_again(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    """On another stick every file has another time; its bytes are what they were."""
    issued(22, "2026-02-10")
    export(tmp_path, "2026-02-10")
    asked.clear()
    for path in tmp_path.rglob("*.html"):
        os.utime(path, (1, 1))
    assert "写入 0 个文件" in export(tmp_path, "2026-02-10") and asked == []
    with Folder(tmp_path) as folder:
        folder.look_at([""])
        home = folder.entries["c/jinan/index.html"]
    assert home.changed == (tmp_path / "c/jinan/index.html").stat().st_mtime_ns


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 1, 5, 12])
def test_a_run_that_was_killed_heals_on_the_next(
    cast: Cast,
    issued: Callable[..., Version],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    """Also what it had written of something that isn't public any more by then."""
    issued(22, "2026-02-09")
    export(tmp_path / "a", "2026-02-09")
    doomed = issued(22, "2026-02-10")
    issued(22, "2026-02-10")
    ask, count = running.ask, iter(range(1000))

    def dying(url: str) -> Any:
        if next(count) >= after:
            raise Killed
        return ask(url)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(running, "ask", dying)
        export(tmp_path / "a", "2026-02-10")
    (tmp_path / "a" / PART).write_text("half a pa")
    void_occurrence(
        occurrence=doomed.disclosure.obligation.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-02-10")
    )
    export(tmp_path / "a", "2026-02-10")
    export(tmp_path / "b", "2026-02-10", all=True)
    assert files_in(tmp_path / "a") == files_in(tmp_path / "b")
    assert not (tmp_path / "a" / PART).exists()


def test_one_community_has_a_front_page_that_leads_to_it(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path
) -> None:
    version = issued(22, "2026-02-10")
    export(tmp_path, "2026-02-10", community="jinan")
    written = files_in(tmp_path)
    assert 'url=c/jinan/index.html"' in written["index.html"].decode()
    assert not any(file.startswith("c/neighbour") for file in written) and f"s/{version.code}/index.html" in written
    export(tmp_path, "2026-02-10")
    assert "c/neighbour/index.html" in files_in(tmp_path)
    assert "邻近社区" in files_in(tmp_path)["index.html"].decode() and broken_links(tmp_path) == []
    export(tmp_path, "2026-02-10", community="neighbour")
    assert not (tmp_path / "c/jinan").exists() and not (tmp_path / "s").exists()


def test_a_sheet_that_cannot_be_printed_has_no_link(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    rare = issued(22, "2026-02-10", paragraphs(1, title="生僻字\U0003134a"))
    plain = issued(22, "2026-02-10")
    for _ in range(2):
        asked.clear()
        export(tmp_path, "2026-02-10", sheets="a4")
        written = files_in(tmp_path)
        assert f"c/jinan/v/{rare.code}/sheet-a4.pdf" not in written
        assert f"c/jinan/v/{plain.code}/sheet-a4.pdf" in written
        assert broken_links(tmp_path) == []
    assert asked == [], "that there is no sheet is remembered"


def test_a_page_that_fails_is_told_and_its_old_text_does_not_stay(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = issued(15, "2026-02-10", names_list())
    export(tmp_path, "2026-02-10")
    page = f"c/jinan/v/{version.code}/index.html"
    with monkeypatch.context() as patched:
        ask = running.ask
        failing = running.Answer(500, "text/html", b"")
        patched.setattr(running, "ask", lambda url: failing if "/v/" in url else ask(url))
        with pytest.raises(CommandError, match=version.code) as told:
            export(tmp_path, "2026-05-10")
    assert told.value.returncode == 1 and page not in files_in(tmp_path)
    export(tmp_path, "2026-05-10")
    assert page in files_in(tmp_path)


@pytest.mark.parametrize("where", ["", "inside", "..", "../.."])
def test_a_folder_that_overlaps_the_data_is_refused(db: None, tmp_path: Path, settings: Any, where: str) -> None:
    settings.DATA_DIR = tmp_path / "data" / "var"
    settings.DATA_DIR.mkdir(parents=True)
    with pytest.raises(CommandError, match="数据目录") as told:
        export(settings.DATA_DIR / where, "2026-02-10")
    assert told.value.returncode == 2


def test_other_peoples_files_are_not_written_among_without_a_word(cast: Cast, tmp_path: Path) -> None:
    mine = tmp_path / "index.html"
    mine.write_text("a site of its own")
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(CommandError, match="--force"):
        export(tmp_path, "2026-02-10")
    assert mine.read_text() == "a site of its own" and len(list(tmp_path.iterdir())) == 2
    with pytest.raises(CommandError, match="文件"):
        export(mine, "2026-02-10")
    export(tmp_path, "2026-02-10", force=True)
    assert (tmp_path / "notes.txt").read_text() == "notes" and "居务公开" in mine.read_text()


def list_of(folder: Path, *files: str, tables: Iterable[str] = SCHEMA, version: int = 2) -> None:
    """A list that somebody else made."""
    with closing(sqlite3.connect(folder / MANIFEST)) as made:
        for table in tables:
            made.execute(table)
        made.execute(f"PRAGMA user_version = {version}")
        made.executemany("INSERT INTO file VALUES (?, '', '', 6, '', 0)", [(file,) for file in files])
        made.commit()


@pytest.mark.parametrize(
    "break_it",
    [
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: list_of(folder, version=9),
        lambda folder: list_of(folder, tables=(*SCHEMA, "CREATE VIEW seen AS SELECT 1")),
        lambda folder: list_of(folder, "../../victim"),
        lambda folder: list_of(folder, "c/../../../victim"),
        lambda folder: list_of(folder, "/victim"),
        lambda folder: list_of(folder, ""),
    ],
)
def test_a_broken_list_is_refused_and_leads_to_nobody_elses_file(
    cast: Cast, tmp_path: Path, break_it: Callable[[Path], None]
) -> None:
    victim, folder = tmp_path / "victim", tmp_path / "a" / "b"
    victim.write_text("victim")
    folder.mkdir(parents=True)
    break_it(folder)
    with pytest.raises(CommandError, match="损坏"):
        export(folder, "2026-02-10")
    export(folder, "2026-02-10", force=True)
    assert victim.read_text() == "victim"
    assert "写入 0 个文件" in export(folder, "2026-02-10")


def test_a_list_that_turns_out_to_be_broken_is_refused_too(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path
) -> None:
    """Zeros in the middle of it, as a stick has them that was pulled out."""
    issued(22, "2026-02-10")
    export(tmp_path, "2026-02-10")
    listed = tmp_path / MANIFEST
    whole = listed.read_bytes()
    listed.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises(CommandError, match="损坏"):
        export(tmp_path, "2026-02-10")
    export(tmp_path, "2026-02-10", force=True)
    assert "写入 0 个文件" in export(tmp_path, "2026-02-10")


def test_a_list_that_cannot_be_written_is_told_as_such(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(CommandError, match="没有写完：清单.*写不进去"):
        export(tmp_path, "2026-02-10")
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_a_link_in_the_folder_leads_no_file_out_of_it(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "a", tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "c").symlink_to(elsewhere)
    with pytest.raises(CommandError, match="outside"):
        export(folder, "2026-02-10", force=True)
    assert list(elsewhere.iterdir()) == []


def test_two_runs_do_not_write_into_one_folder(cast: Cast, tmp_path: Path) -> None:
    from mingbai.public.exporting.manifest import alone_in

    with alone_in(tmp_path), pytest.raises(CommandError, match="另一次导出"):
        export(tmp_path, "2026-02-10")


def test_an_unknown_community_is_refused_with_those_that_there_are(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="jinan、neighbour"):
        export(tmp_path, "2026-02-10", community="nowhere")


@pytest.mark.parametrize(
    "name",
    ["报告.pdf", "a?b*c.txt", "..", " .", "长" * 115 + ".xlsx", "a\\b.txt", "#1 %41&.txt", "con:fig.txt", ".hidden"],
)
def test_an_attachment_of_any_name_has_a_file_and_a_link_to_it(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, name: str
) -> None:
    content, upload = with_a_file(name)
    version = issued(22, "2026-02-10", content, files=[upload])
    export(tmp_path, "2026-02-10")
    (file,) = (tmp_path / f"c/jinan/v/{version.code}/files").iterdir()
    assert file.read_bytes() == upload.data and not set(file.name) & set('<>:"|?*\\')
    assert len(file.name.encode()) < 200 and broken_links(tmp_path) == []


def test_altered_names_stay_apart() -> None:
    names = [file_of(f"/x/{name}") for name in ("a?b", "a*b", "a_b", "长" * 100, "长" * 101, "a.", "a")]
    assert len(set(names)) == len(names)


def test_every_public_route_is_exported_or_left_out_for_a_reason() -> None:
    """A new page: add its route's name to ``ROUTES`` in mingbai/public/exporting/routes.py, either with a function that
    yields its addresses (OfTheSite, OfACommunity or OfAnItem), or as LeftOut with the reason."""
    routes = set(public_routes())
    assert routes - set(ROUTES) == set(), test_every_public_route_is_exported_or_left_out_for_a_reason.__doc__
    assert set(ROUTES) - routes == set(), "a route that isn't there any more stands in ROUTES"
    assert all(how.reason for how in ROUTES.values() if isinstance(how, LeftOut))


def test_every_table_is_said_to_count_or_not() -> None:
    """A new table: say in ``TABLES`` of mingbai/public/exporting/tables.py what its rows hang on, or that no page for
    residents shows them; or an export would keep old pages when a row changes."""
    assert unlisted(apps.get_models()) == set(), test_every_table_is_said_to_count_or_not.__doc__
    assert {label for label in TABLES if not apps.get_model(label)} == set()
    for label, columns in LEFT_OUT.items():
        assert columns <= {column.name for column in apps.get_model(label)._meta.concrete_fields}, label


def test_the_year_of_the_demo_has_no_broken_link(demo_for_once: Community, tmp_path: Path) -> None:
    said = export(tmp_path, "2026-11-23")
    assert broken_links(tmp_path) == []
    written = files_in(tmp_path)
    assert len([file for file in written if re.search(r"/v/[^/]+/index\.html$", file)]) == Version.objects.count()
    assert any(file.endswith("meeting.ics") for file in written)
    assert f"写入 {len(written)} 个文件" in said and Community.objects.count() == 1
