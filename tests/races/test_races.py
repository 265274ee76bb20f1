"""Two people at once, on PostgreSQL: one act at a time in a community, nothing lost and nothing done twice."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from mingbai.carriers.actions import NotPostable, publish, put_up, review, take_down
from mingbai.carriers.models import Hold, Posting
from mingbai.carriers.windows import passed_over
from mingbai.catalogues.models import Carrier
from mingbai.catalogues.queries import catalogue_in_force
from mingbai.communities.actions import RolesExclude, grant_role
from mingbai.communities.models import Event, Role, User
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.disclosures.actions import NotPublishable, reduce_personal
from mingbai.disclosures.drafts import Conflict, NotDraftable, save_draft, start_draft, submit_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import content_hash
from mingbai.obligations.actions import NotRecordable, go_on, make_occurrences, void_occurrence
from mingbai.obligations.models import Occurrence
from mingbai.residents.actions import Place, answer_feedback, take_feedback
from mingbai.residents.models import Feedback
from mingbai.supervision.catalogues import AlreadyFollowed, roll_out
from tests.conftest import Cast, names_list, noon, paragraphs, seed_catalogue

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TODAY = date(2026, 11, 20)
AT = noon("2026-11-20")


@pytest.fixture(autouse=True)
def on_postgresql() -> Iterator[None]:
    assert connection.vendor == "postgresql", "races are only real on PostgreSQL: set DATABASE_URL"
    yield


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start every act at the same moment, each on its own connection; their results or their errors, in order."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            results[place] = act()
        except Exception as error:  # noqa: BLE001 — whatever an act raises is what the test looks at
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "the acts lock each other out"
    return results


def errors(results: list[Any]) -> list[str]:
    return [type(result).__name__ for result in results if isinstance(result, Exception)]


def issue(obligation: Any, cast: Cast, content: dict[str, Any] | None = None) -> Version:
    text = content or paragraphs(1)
    return publish(obligation=obligation, content=text, dated_on=TODAY, by=cast.clerk, at=AT)


def test_two_texts_for_one_obligation_become_two_versions_in_a_line(cast: Cast, owe: Callable[..., Any]) -> None:
    obligation = owe(15, "2026-11-02")
    results = at_once(*[lambda: issue(obligation, cast)] * 4)
    assert errors(results) == []
    versions = list(Version.objects.order_by("number"))
    assert [version.number for version in versions] == [1, 2, 3, 4]
    assert [version.replaces_id for version in versions] == [None, *(version.pk for version in versions[:-1])]
    assert Event.objects.filter(act="version_published").count() == 4


def test_running_numbers_of_many_publications_at_once_have_no_gaps(cast: Cast, owe: Callable[..., Any]) -> None:
    obligations = [owe(15, f"2026-11-{day:02}") for day in (2, 3, 4, 5, 6)]
    results = at_once(*[lambda o=o: issue(o, cast) for o in obligations])
    assert errors(results) == []
    running = sorted(version.index_number.rsplit("-", 1)[1] for version in results)
    assert running == ["0001", "0002", "0003", "0004", "0005"]


def test_a_long_term_item_keeps_one_line_when_two_changes_are_published(cast: Cast, owe: Callable[..., Any]) -> None:
    first, second = owe(1, "2026-11-02"), owe(1, "2026-11-03")
    results = at_once(lambda: issue(first, cast, paragraphs(1, 2)), lambda: issue(second, cast, paragraphs(1, 2)))
    assert errors(results) == []
    assert Version.objects.filter(replaced_by=None).count() == 1


def test_the_night_run_twice_at_once_makes_everything_once(cast: Cast) -> None:
    results = at_once(*[lambda: make_occurrences(community=cast.community, through=TODAY, at=AT)] * 3)
    assert errors(results) == []
    made = Occurrence.objects.count()
    assert made > 40 and sum(len(result) for result in results) == made
    assert Event.objects.filter(act="occurrence_made").count() == made


def test_a_catalogue_confirmed_twice_at_once_is_adopted_once(cast: Cast) -> None:
    following = catalogue_in_force(cast.community.pk)
    assert following is not None
    source = SEED_CATALOGUE.read_bytes() + b"\n"

    def confirm() -> Any:
        return roll_out(
            community=cast.community,
            catalogue=seed_catalogue(),
            source_name="新目录.txt",
            source=source,
            digest=hashlib.sha256(source).hexdigest(),
            names=[],
            instead_of=following.pk,
            by=cast.director,
            on=TODAY,
            at=AT,
        )

    assert errors(at_once(*[confirm] * 3)) == [AlreadyFollowed.__name__] * 2
    assert Event.objects.filter(act="catalogue_adopted", at=AT).count() == 1


def test_one_sheet_is_registered_once_and_taken_down_once(cast: Cast, owe: Callable[..., Any]) -> None:
    version = issue(owe(15, "2026-11-02"), cast)
    board = Carrier.objects.get(community=cast.community, kind="paper_board")
    results = at_once(*[lambda: put_up(version=version, carrier=board, on=TODAY, by=cast.clerk, at=AT)] * 3)
    assert errors(results) == [NotPostable.__name__] * 2
    posting = Posting.objects.get(carrier=board)
    results = at_once(*[lambda: take_down(posting=posting, on=TODAY, by=cast.clerk, at=AT, lost=True)] * 3)
    assert errors(results) == [NotPostable.__name__] * 2
    assert Event.objects.filter(act="taken_down_early").count() == 1


def test_a_new_version_and_the_old_ones_sheet_at_once_end_in_one_of_two_orders(
    cast: Cast, owe: Callable[..., Any]
) -> None:
    """Either the old sheet is up first and comes off with its replacement, or it is refused as replaced."""
    obligation = owe(15, "2026-11-02")
    old = issue(obligation, cast)
    board = Carrier.objects.get(community=cast.community, kind="paper_board")
    results = at_once(
        lambda: issue(obligation, cast), lambda: put_up(version=old, carrier=board, on=TODAY, by=cast.clerk, at=AT)
    )
    assert errors(results) in ([], [NotPostable.__name__])
    assert Version.objects.filter(replaces=old).count() == 1


def test_a_wrong_entry_is_voided_once(cast: Cast, owe: Callable[..., Any]) -> None:
    occurrence = owe(15, "2026-11-02").occurrence
    results = at_once(*[lambda: void_occurrence(occurrence=occurrence, reason="记错了", by=cast.clerk, at=AT)] * 3)
    assert errors(results) == [NotRecordable.__name__] * 2
    assert Event.objects.filter(act="occurrence_voided").count() == 1


def test_names_leave_once(cast: Cast, owe: Callable[..., Any]) -> None:
    version = issue(owe(15, "2026-11-02"), cast, names_list())
    results = at_once(*[lambda: reduce_personal(version=version, by=None, at=AT)] * 3)
    assert errors(results) == [NotPublishable.__name__] * 2
    assert Event.objects.filter(act="names_left").count() == 1


def test_nobody_becomes_committee_and_supervision_at_once(cast: Cast) -> None:
    person = User.objects.create_user("both", display_name="两边")
    results = at_once(
        *[
            lambda kind=kind: grant_role(community=cast.community, user=person, kind=kind, by=None, at=AT)
            for kind in (Role.Kind.CLERK, Role.Kind.SUPERVISION_MEMBER)
        ]
    )
    assert errors(results) == [RolesExclude.__name__]
    assert person.roles.count() == 1


def test_a_page_that_is_kept_shows_an_act_at_once(
    cast: Cast, owe: Callable[..., Any], django_assert_num_queries: Callable[[int], Any]
) -> None:
    """What a process keeps of a community is good for one revision: the next act is seen by the next request."""
    reader = Client()
    obligation = owe(15, "2026-11-02")
    assert "还没有公开过内容" in reader.get("/c/jinan/items/15/").content.decode()
    with django_assert_num_queries(7):
        assert reader.get("/c/jinan/items/15/").status_code == 200
    issue(obligation, cast)
    assert "测试公开" in reader.get("/c/jinan/items/15/").content.decode()
    assert "测试公开" not in reader.get("/c/jinan/items/14/").content.decode()


def ready(cast: Cast, owe: Callable[..., Any]) -> Draft:
    """A draft that has been submitted and that two of three have signed."""
    draft = start_draft(obligation=owe(22, "2026-11-02"), by=cast.clerk, at=AT)
    block = paragraphs(1)["blocks"][0]
    draft = save_draft(
        draft=draft, revision=1, by=cast.clerk, at=AT, title="落实情况", dated_on=TODAY, element=1, block=block
    )
    draft = submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=AT)
    for person in (cast.member, cast.supervisor):
        review(draft=draft, approved=True, seen=content_hash(draft), by=person, at=AT)
    return draft


def test_a_double_click_on_the_last_signature_publishes_once(cast: Cast, owe: Callable[..., Any]) -> None:
    draft = ready(cast, owe)
    seen = content_hash(draft)
    results = at_once(*[lambda: review(draft=draft, approved=True, seen=seen, by=cast.director, at=AT)] * 3)
    assert sorted(errors(results)) == ["NotReviewable", "NotReviewable"]
    assert Version.objects.count() == 1 and draft.reviews.count() == 3


def test_an_edit_and_the_last_signature_at_once_end_in_one_of_two_orders(cast: Cast, owe: Callable[..., Any]) -> None:
    """Either it is published as signed and the edit finds a closed draft, or the edit voids the signature."""
    draft = ready(cast, owe)
    seen, revision = content_hash(draft), draft.revision
    results = at_once(
        lambda: review(draft=draft, approved=True, seen=seen, by=cast.director, at=AT),
        lambda: save_draft(draft=draft, revision=revision, by=cast.clerk, at=AT, title="改了"),
    )
    failed = errors(results)
    assert failed in (["NotDraftable"], ["NotReviewable"])
    published = Version.objects.values_list("title", flat=True)
    assert list(published) == (["落实情况"] if failed == ["NotDraftable"] else [])


def test_two_saves_of_one_revision_are_one_save_and_one_conflict(cast: Cast, owe: Callable[..., Any]) -> None:
    draft = start_draft(obligation=owe(22, "2026-11-02"), by=cast.clerk, at=AT)
    results = at_once(
        *[
            lambda title=title: save_draft(draft=draft, revision=1, by=cast.clerk, at=AT, title=title)
            for title in ("甲", "乙", "丙")
        ]
    )
    assert errors(results) == [Conflict.__name__] * 2
    assert Draft.objects.get().revision == 2


def test_two_people_start_the_same_draft_once(cast: Cast, owe: Callable[..., Any]) -> None:
    obligation = owe(22, "2026-11-02")
    results = at_once(
        lambda: start_draft(obligation=obligation, by=cast.clerk, at=AT),
        lambda: start_draft(obligation=obligation, by=cast.member, at=AT),
    )
    assert errors(results) == [NotDraftable.__name__]
    assert Draft.objects.count() == 1


def test_an_objection_and_the_next_step_at_once_end_in_one_of_two_orders(cast: Cast, owe: Callable[..., Any]) -> None:
    """A slip of the last day is entered while the next step is published: either the step is refused and names it, or
    the step was first, and the supervisors find that it was."""
    for number in range(4):
        shown = publish(
            obligation=owe(19, "2026-11-09"),
            content=paragraphs(1),
            dated_on=date(2026, 11, 10),
            by=cast.clerk,
            at=noon("2026-11-10"),
        )
        later = owe(19, "2026-11-19")
        go_on(obligation=later, continues=[shown.disclosure.obligation_id])

        def enter(version: Version = shown, number: int = number) -> Any:
            return take_feedback(
                community=cast.community,
                kind="objection",
                text="不同意",
                place=Place(version),
                nonce=str(number),
                at=AT,
                channel="paper",
                by=cast.clerk,
                received_on=date(2026, 11, 17),
            )

        results = at_once(lambda later=later: issue(later, cast), enter)
        missed = [one for one in passed_over([cast.community]) if one.went_on == later]
        held = Hold.objects.get(version=shown)
        if isinstance(results[0], NotPublishable):
            assert str(held) in str(results[0]) and not Version.objects.filter(disclosure__obligation=later).exists()
        else:
            assert errors(results) == [] and [one.hold for one in missed] == [held]


def test_an_outcome_and_the_next_step_at_once_end_in_one_of_two_orders(cast: Cast, owe: Callable[..., Any]) -> None:
    """The step is published after the outcome, or refused before it; never in between."""
    for number in range(4):
        shown = publish(
            obligation=owe(19, "2026-11-09"),
            content=paragraphs(1),
            dated_on=date(2026, 11, 10),
            by=cast.clerk,
            at=noon("2026-11-10"),
        )
        later = owe(19, "2026-11-20")
        go_on(obligation=later, continues=[shown.disclosure.obligation_id])
        said = {"community": cast.community, "kind": "objection", "text": "不同意", "nonce": str(number)}
        asked, _ = take_feedback(place=Place(shown), at=noon("2026-11-17"), **said)

        def answer(asked: Feedback = asked) -> Any:
            return answer_feedback(feedback=asked, text="不成立。", outcome="rejected", by=cast.clerk, at=AT)

        results = at_once(lambda later=later: issue(later, cast), answer)
        assert errors(results) in ([], [NotPublishable.__name__])
        published = Version.objects.filter(disclosure__obligation=later).exists()
        assert published is (errors(results) == []) and Hold.objects.get(version=shown).outcome_at == AT
        assert [one for one in passed_over([cast.community]) if one.went_on == later] == []
