"""A quick run of ``mingbai export`` leaves what a full one would, and renders what an act was about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from mingbai.carriers.actions import confirm_withdrawal, publish_in_emergency, review, take_down
from mingbai.carriers.queries import open_obligations
from mingbai.communities.actions import grant_role, set_policy
from mingbai.communities.models import Role
from mingbai.disclosures.drafts import save_draft, start_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import content_hash
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.jobs.tick import tick
from mingbai.obligations.actions import load_notice, void_occurrence
from mingbai.obligations.models import Obligation
from mingbai.public.exporting.manifest import MANIFEST
from mingbai.public.exporting.routes import ROUTES, OfACommunity, OfAYear
from mingbai.residents.actions import Place, answer_feedback, settle_feedback, take_feedback, withhold_feedback
from mingbai.rules.profiles import Policy
from tests.apps.export.conftest import adopt, hang, with_a_file
from tests.apps.exporting import broken_links, export, files_in
from tests.apps.test_acts import NOTICE_2027
from tests.conftest import Cast, names_list, noon, paragraphs, seed_catalogue


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
    acts: list[tuple[Callable[[], Any], set[str]]] = [
        (lambda: issued(22, "2026-03-01"), {f"{older}1/", f"{older}2/"}),
        (lambda: issued(22, "2026-03-01"), set()),
        # More became due than was published: the last page has nothing of one list.
        (lambda: [owed(22, "2026-03-01") for _ in range(30)], {f"{older}2/", f"{older}3/"}),
        (lambda: hang(Version.objects.order_by("pk")[25], "2026-03-01", cast), {f"{older}2/"}),
        (lambda: issued(22, "2026-03-01"), set()),
    ]
    for act, rendered in acts:
        asked.clear()
        act()
        export(quick, "2026-03-01")
        assert {url for url in asked if url.startswith(older)} == rendered
    fresh = tmp_path / "fresh"
    export(fresh, "2026-03-01", all=True)
    assert files_in(quick) == files_in(fresh) and broken_links(quick) == []
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
