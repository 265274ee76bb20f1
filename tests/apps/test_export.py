"""``mingbai export``: the site as files. A quick run leaves what a full one would."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError
from django.test import Client

from mingbai.carriers.actions import confirm_withdrawal, publish, publish_in_emergency, put_up, review, take_down
from mingbai.carriers.queries import open_obligations
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import Duty, Item
from mingbai.communities.actions import grant_role, set_policy
from mingbai.communities.models import Community, Role
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.drafts import save_draft, start_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import content_hash, elements_of
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.jobs.tick import tick
from mingbai.obligations.actions import load_notice, record_occurrence, void_occurrence
from mingbai.obligations.models import Obligation
from mingbai.public.exporting import run as running
from mingbai.public.exporting.manifest import MANIFEST, PART, SCHEMA, Folder
from mingbai.public.exporting.routes import ROUTES, LeftOut, OfACommunity, OfAYear, file_of, public_routes
from mingbai.public.exporting.tables import LEFT_OUT, TABLES, unlisted
from mingbai.residents.actions import Place, answer_feedback, settle_feedback, take_feedback, withhold_feedback
from mingbai.rules.catalogue import Catalogue
from mingbai.rules.profiles import Policy
from tests.apps.exporting import broken_links, export, files_in
from tests.apps.test_acts import NOTICE_2027
from tests.conftest import Cast, names_list, noon, paragraphs, seed_catalogue


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are rendered."""
    found: list[str] = []
    ask = running.ask
    monkeypatch.setattr(running, "ask", lambda url: found.append(url) or ask(url))
    return found


FEW = (2, 15, 22)


@pytest.fixture
def few(cast: Cast) -> None:
    """Only three items are in force: one always on show, one that names people, one that is plain."""
    items = tuple(item for item in seed_catalogue().items if item.number in FEW)
    adopt(cast, replace(seed_catalogue(), items=items), "2026-01-06")


def adopt(cast: Cast, catalogue: Catalogue, on: str) -> None:
    adopt_catalogue(
        community=cast.community,
        catalogue=catalogue,
        source_name="catalogue.txt",
        source=on.encode(),
        by=cast.director,
        on=date.fromisoformat(on),
        at=noon(on),
    )


@pytest.fixture
def owed(cast: Cast) -> Callable[[int, str], Obligation]:
    """Something happened with an item in force."""

    def record(number: int, on: str) -> Obligation:
        duty = Duty.objects.get(
            item__catalogue__community=cast.community,
            item__catalogue__superseded_on=None,
            item__number=number,
            position=1,
        )
        day = date.fromisoformat(on)
        return record_occurrence(
            community=cast.community, duty=duty, on=day, what="测试事由", by=cast.clerk, at=noon(on)
        )

    return record


@pytest.fixture
def issued(cast: Cast, few: None, owed: Callable[..., Obligation]) -> Callable[..., Version]:
    def issue(number: int, on: str, content: Any = None, obligation: Any = None, **more: Any) -> Version:
        obligation = obligation or owed(number, on)
        return publish(
            obligation=obligation,
            content=content or paragraphs(*elements_of(obligation)),
            dated_on=date.fromisoformat(on),
            by=cast.clerk,
            at=noon(on),
            **more,
        )

    return issue


def hang(version: Version, on: str, cast: Cast) -> Any:
    board = version.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")
    return put_up(version=version, carrier=board, on=date.fromisoformat(on), by=cast.clerk, at=noon(on))


def with_a_file(name: str = "名单.txt") -> tuple[dict[str, Any], Upload]:
    upload = Upload(name, "text/plain", "附件里的字".encode())
    files = [{"name": upload.name, "sha256": upload.sha256, "size": len(upload.data)}]
    return {
        "title": "带附件的公开",
        "blocks": [{"element": 1, "heading": "附件", "kind": "attachment", "files": files}],
    }, upload


def acts_of_a_year(cast: Cast, owed: Callable[..., Any], issued: Callable[..., Version]) -> Iterator[tuple[str, str]]:
    """One act of each kind after the other, each with its name and the day of the export after it."""
    yield "a community that published nothing yet", "2026-02-09"
    names = issued(15, "2026-02-10", names_list())
    yield "names published", "2026-02-10"
    hung = hang(names, "2026-02-11", cast)
    yield "put up the day after", "2026-02-11"
    take_down(posting=hung, on=date(2026, 2, 11), by=cast.clerk, at=noon("2026-02-11"), lost=True)
    yield "lost from the board on the same day", "2026-02-11"
    hang(names, "2026-02-12", cast)
    yield "put up again", "2026-02-12"
    yield "nothing but a midnight", "2026-02-13"
    first = issued(22, "2026-02-13")
    second = issued(22, "2026-02-13", paragraphs(1, title="改正后的"), obligation=first.disclosure.obligation)
    third = issued(22, "2026-02-13", paragraphs(1, title="又改正的"), obligation=first.disclosure.obligation)
    assert third.replaces == second
    yield "corrected twice", "2026-02-13"
    old = issued(2, "2026-02-14")
    hang(old, "2026-02-14", cast)
    assert issued(2, "2026-02-15").replaces == old
    yield "what is always on show has a successor", "2026-02-15"
    content, upload = with_a_file()
    withdrawn = issued(22, "2026-02-16", content, files=[upload])
    yield "an attachment", "2026-02-16"
    proposed = propose_withdrawal(
        version=withdrawn, kind="personal_data", reason="有姓名", by=cast.clerk, at=noon("2026-02-16")
    )
    yield "its withdrawal proposed", "2026-02-16"
    confirm_withdrawal(withdrawal=proposed, by=cast.supervisor, at=noon("2026-02-16"))
    yield "and confirmed", "2026-02-16"
    obligation = owed(22, "2026-02-17")
    yield "something happened", "2026-02-17"
    draft = start_draft(obligation=obligation, by=cast.clerk, at=noon("2026-02-17"))
    yield "something in preparation", "2026-02-17"
    draft = save_draft(
        draft=draft,
        revision=draft.revision,
        by=cast.clerk,
        at=noon("2026-02-17"),
        title="停水",
        dated_on=date(2026, 2, 17),
        element=1,
        block=paragraphs(1)["blocks"][0],
    )
    urgent = publish_in_emergency(draft=draft, reason="台风", by=cast.director, at=noon("2026-02-17"))
    assert urgent.emergency_reason
    yield "published in an emergency", "2026-02-17"
    draft = Draft.objects.get(pk=draft.pk)
    for person in (cast.member, cast.supervisor, cast.director):
        review(draft=draft, approved=True, seen=content_hash(draft), by=person, at=noon("2026-02-17"))
    yield "and reviewed afterwards", "2026-02-17"
    yield "the last day of the names", "2026-02-27"
    yield "the day after", "2026-02-28"
    assert tick(noon("2026-02-28")).reduced == 1
    yield "names left the database", "2026-02-28"
    void_occurrence(
        occurrence=third.disclosure.obligation.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-02-28")
    )
    yield "an occurrence voided", "2026-02-28"
    set_policy(community=cast.community, policy=Policy(light_review=True), by=cast.administrator, at=noon("2026-02-28"))
    yield "another policy", "2026-02-28"
    grant_role(community=cast.community, user=cast.member, kind=Role.Kind.CLERK, by=None, at=noon("2026-02-28"))
    yield "another clerk", "2026-02-28"
    load_notice(
        text=NOTICE_2027, year=None, open_obligations=open_obligations(date(2026, 3, 1)), by=None, at=noon("2026-03-01")
    )
    yield "a notice of working days", "2026-03-01"
    tick(noon("2026-07-01"))
    yield "months without an export", "2026-07-01"
    adopt(cast, seed_catalogue(), "2026-07-01")
    yield "a catalogue adopted again", "2026-07-01"


def test_after_every_act_a_quick_run_leaves_what_a_full_one_does(
    cast: Cast, owed: Callable[..., Any], issued: Callable[..., Version], tmp_path: Path
) -> None:
    """Byte for byte, and without a link to nowhere: rendered afresh into an empty folder, whatever fingerprints say."""
    quick = tmp_path / "quick"
    for number, (act, on) in enumerate(acts_of_a_year(cast, owed, issued)):
        export(quick, on)
        fresh = tmp_path / str(number)
        export(fresh, on, all=True)
        left, made = files_in(quick), files_in(fresh)
        assert {file for file in {*left, *made} if left.get(file) != made.get(file)} == set(), act
        assert broken_links(quick) == [], act


def test_of_other_years_only_what_an_act_touches_is_rendered_again(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    old, older = issued(22, "2026-02-10"), issued(22, "2026-03-10")
    quick, last = tmp_path / "quick", "2028-03-01"
    for on in ("2027-02-10", "2028-02-10"):
        issued(22, on)
    export(quick, last)
    for number, (act, years) in enumerate(
        [
            (lambda: issued(15, last, names_list()), {"2028"}),
            (lambda: hang(old, last, cast), {"2026", "2027", "2028"}),
            (
                lambda: void_occurrence(
                    occurrence=older.disclosure.obligation.occurrence, reason="记错了", by=cast.clerk, at=noon(last)
                ),
                {"2026", "2027", "2028"},
            ),
        ]
    ):
        asked.clear()
        act()
        export(quick, last)
        assert {url.split("/")[-2] for url in asked if "/report/" in url and url.endswith("/")} == years
        assert {url.split("/")[-2] for url in asked if re.search(r"/versions/\d", url)} <= years
        export(tmp_path / str(number), last, all=True)
        left, made = files_in(quick), files_in(tmp_path / str(number))
        assert {file for file in {*left, *made} if left.get(file) != made.get(file)} == set(), number


def test_sheets_change_with_what_stands_on_them(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    quick, version = tmp_path / "quick", issued(15, "2026-02-10", names_list())
    other = issued(22, "2026-02-10")
    hang(other, "2026-02-10", cast)
    for number, (on, act) in enumerate(
        [
            ("2026-02-10", lambda: None),
            ("2026-02-11", lambda: None),
            ("2026-02-12", lambda: hang(version, "2026-02-12", cast)),
            ("2026-02-28", lambda: None),
            ("2026-03-01", lambda: None),
        ]
    ):
        act()
        asked.clear()
        export(quick, on, sheets="a4")
        printed = [url for url in asked if url.endswith(".pdf") and "/v/" in url]
        export(tmp_path / str(number), on, sheets="a4", all=True)
        assert files_in(quick) == files_in(tmp_path / str(number)), on
    assert printed == [], "when every display is over, no sheet changes from one day to the next"


def test_a_run_without_a_change_renders_nothing_and_writes_nothing(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    issued(22, "2026-02-10")
    export(tmp_path, "2026-02-10")
    assert len(asked) > 10
    asked.clear()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != MANIFEST}
    assert "写入 0 个文件" in export(tmp_path, "2026-02-10")
    assert asked == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != MANIFEST} == before


# Pages of one thing each, of which there is none here.
ONE = ("feedback_one", "decision")


def test_one_act_renders_its_own_pages_and_the_lists(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    """However much was published before: neither other items nor the pages of older versions."""
    for day in range(1, 25):
        issued(22, f"2026-02-{day:02}")
        issued(15, f"2026-02-{day:02}", names_list())
    export(tmp_path, "2026-02-25")
    new = issued(22, "2026-02-25")
    asked.clear()
    export(tmp_path, "2026-02-25")
    own = {f"/c/jinan/v/{new.code}/{part}" for part in ("", "meeting.ics", "aloud/", "changes/")} | {f"/s/{new.code}/"}
    own |= {f"/c/jinan/owed/{new.disclosure.obligation_id}/", "/c/jinan/items/22/"}
    wide = [name for name, how in ROUTES.items() if isinstance(how, (OfACommunity, OfAYear)) and name not in ONE]
    years = {"versions_of_year": "versions/2026/", "report": "report/2026/", "report_csv": "report/2026.csv"}
    years |= {"report_pdf": "report/2026.pdf"}
    lists = {f"/c/jinan/{'' if name == 'home' else years.get(name, f'{name}/')}" for name in wide}
    assert own | lists <= set(asked)
    # A few more: the disclosure before the new one may name it as the next.
    assert len(set(asked) - own - lists) <= 5
    assert not any("/items/15/" in url for url in asked)


def test_of_what_residents_asked_only_what_changed_is_rendered_again(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, asked: list[str]
) -> None:
    version, other = issued(22, "2026-02-10"), issued(22, "2026-02-11")
    more: dict[str, Any] = {"community": cast.community, "kind": "question", "at": noon("2026-02-12")}
    about = [Place(version), Place(other), Place()]
    questions = [
        take_feedback(place=place, text="什么时候开工？", nonce=f"{number:032}", **more)[0]
        for number, place in enumerate(about)
    ]
    signed: dict[str, Any] = {"by": cast.clerk, "at": noon("2026-02-12")}
    withdrawn: dict[str, Any] = {"version": version, "kind": "personal_data", "reason": "有姓名"}

    def withdraw() -> None:
        proposed = propose_withdrawal(**withdrawn, **signed)
        confirm_withdrawal(withdrawal=proposed, by=cast.supervisor, at=noon("2026-02-12"))

    quick, pages = tmp_path / "quick", [f"/c/jinan/feedback/2026-{one.number}/" for one in questions]
    for number, (act, rendered) in enumerate(
        [
            (lambda: None, pages),
            (lambda: issued(22, "2026-02-12"), []),
            (lambda: answer_feedback(feedback=questions[0], text="下周一。", **signed), pages[:1]),
            (lambda: answer_feedback(feedback=questions[2], text="下周一。", **signed), pages[2:]),
            (lambda: settle_feedback(feedback=questions[0], settled=False, at=noon("2026-02-12")), pages[:1]),
            (lambda: withhold_feedback(feedback=questions[1], kind="abuse", note="骂人", **signed), pages[1:2]),
            (withdraw, []),
        ]
    ):
        asked.clear()
        act()
        export(quick, "2026-02-12")
        assert sorted(url for url in asked if "/feedback/2026" in url) == rendered, number
        export(tmp_path / str(number), "2026-02-12", all=True)
        assert files_in(quick) == files_in(tmp_path / str(number)) and broken_links(quick) == [], number


def test_what_comes_in_moves_no_older_page(
    cast: Cast, issued: Callable[..., Version], owed: Callable[..., Obligation], tmp_path: Path, asked: list[str]
) -> None:
    """They are full and counted from the oldest; only the last of them leads to another page once there is one more."""
    older = "/c/jinan/items/22/page/"
    for number in range(1, 50):
        version = issued(22, f"2026-02-{1 + number // 3:02}")
        if number <= 20:
            hang(version, "2026-02-20", cast)
    quick = tmp_path / "quick"
    export(quick, "2026-03-01")
    assert sorted(url for url in asked if url.startswith(older)) == [f"{older}1/"]
    # The fiftieth closes a page, and the pages beside it say what comes after them.
    for number, (act, rendered) in enumerate(
        [
            (lambda: issued(22, "2026-03-01"), {f"{older}1/", f"{older}2/"}),
            (lambda: issued(22, "2026-03-01"), set()),
            # More became due than was published: from the twentieth on, a page has nothing of one list.
            (lambda: [owed(22, "2026-03-01") for _ in range(30)], {f"{older}2/", f"{older}3/"}),
            (lambda: hang(Version.objects.order_by("pk")[25], "2026-03-01", cast), {f"{older}2/"}),
            (lambda: issued(22, "2026-03-01"), set()),
        ]
    ):
        asked.clear()
        act()
        export(quick, "2026-03-01")
        assert {url for url in asked if url.startswith(older)} == rendered
        export(tmp_path / str(number), "2026-03-01", all=True)
        assert files_in(quick) == files_in(tmp_path / str(number)) and broken_links(quick) == []
    # One more night changes a page only while something on it is open or hasn't hung to its end.
    export(quick, "2028-03-01")
    asked.clear()
    export(quick, "2028-03-02")
    assert {url for url in asked if url.startswith(older)} == {f"{older}2/", f"{older}3/"}


def test_a_quick_run_reads_one_item_not_ten_thousand_versions(
    cast: Cast, issued: Callable[..., Version], tmp_path: Path, django_assert_max_num_queries: Any, asked: list[str]
) -> None:
    for day in range(1, 10):
        issued(22, f"2026-02-{day:02}")
    export(tmp_path, "2026-02-25")
    with django_assert_max_num_queries(40):
        export(tmp_path, "2026-02-25")


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
