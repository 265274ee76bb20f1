"""Boards and slots: what hangs where from when to when, what is free, what comes down first and in which week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from mingbai.carriers.actions import NotPostable, publish, put_up, take_down
from mingbai.carriers.boards import Layout, NotABoard, change_board, close_board, hang, set_up_board, take_off_board
from mingbai.carriers.hanging import NotHangable, Place
from mingbai.carriers.models import Board, Hanging, Posting
from mingbai.carriers.plan import hanging_somewhere, plans_of, proposed_slot, week_of
from mingbai.carriers.queries import situation_of
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Event
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import current_calendar
from mingbai.rules.state import State
from tests.conftest import Cast, noon, paragraphs

AT = noon("2026-03-02")


@pytest.fixture
def paper(cast: Cast) -> Carrier:
    return Carrier.objects.get(community=cast.community, kind="paper_board")


def board_of(cast: Cast, paper: Carrier, name: str = "服务中心门口", rows: int = 1, columns: int = 3) -> Board:
    return set_up_board(carrier=paper, layout=Layout(name, rows, columns), by=cast.clerk, at=AT)


@pytest.fixture
def issue(cast: Cast, owe: Callable[..., Obligation]) -> Callable[..., Version]:
    def made(on: str = "2026-03-02", obligation: Obligation | None = None) -> Version:
        return publish(
            obligation=obligation or owe(22, on),
            content=paragraphs(1),
            dated_on=date.fromisoformat(on),
            by=cast.clerk,
            at=noon(on),
        )

    return made


def up(cast: Cast, version: Version, paper: Carrier, on: str, *places: tuple[Board, int]) -> Posting:
    told = [Place(board, (slot,)) for board, slot in places]
    day = date.fromisoformat(on)
    return put_up(version=version, carrier=paper, on=day, by=cast.clerk, at=noon(on), places=told)


def test_a_community_without_boards_puts_up_and_takes_down_as_before(cast: Cast, paper: Carrier, issue: Any) -> None:
    posting = up(cast, issue(), paper, "2026-03-02")
    assert plans_of(cast.community, date(2026, 3, 3)) == [] and not Hanging.objects.exists()
    take_down(posting=posting, on=date(2026, 3, 17), by=cast.clerk, at=noon("2026-03-17"))
    assert Posting.objects.get(pk=posting.pk).ended_as == "expired"


def test_a_sheet_takes_its_slot_with_one_event_and_leaves_it_with_its_posting(
    cast: Cast, paper: Carrier, issue: Any
) -> None:
    board, version = board_of(cast, paper), issue()
    before = Event.objects.count()
    posting = up(cast, version, paper, "2026-03-02", (board, 2))
    assert Event.objects.count() == before + 1
    (plan,) = plans_of(cast.community, date(2026, 3, 3))
    assert [slot.posting for slot in plan.slots] == [None, posting, None]
    assert plan.slots[1].days_left == 14 and proposed_slot(plan, issue("2026-03-03")) == 1
    take_down(posting=posting, on=date(2026, 3, 17), by=cast.clerk, at=noon("2026-03-18"))
    hanging = Hanging.objects.get()
    assert (hanging.from_on, hanging.ended_on) == (date(2026, 3, 2), date(2026, 3, 17))
    assert len(plans_of(cast.community, date(2026, 3, 18))[0].free) == 3


def test_a_slot_holds_one_sheet_and_what_is_refused_changes_nothing(cast: Cast, paper: Carrier, issue: Any) -> None:
    board = board_of(cast, paper)
    first, second = issue(), issue("2026-03-03")
    up(cast, first, paper, "2026-03-02", (board, 2))
    other = board_of(cast, paper, "小区门口")
    close_board(board=other, by=cast.clerk, at=AT)
    other.refresh_from_db()
    before = (Posting.objects.count(), Event.objects.count())
    for place, words in ((Place(board, (2,)), "换一格"), (Place(board, (4,)), "1到3"), (Place(board, ()), "1到3")):
        with pytest.raises(NotHangable, match=words):
            put_up(
                version=second, carrier=paper, on=date(2026, 3, 3), by=cast.clerk, at=noon("2026-03-03"), places=[place]
            )
    for place in (Place(board, (1, 1)), Place(other, (1,))):
        with pytest.raises(NotHangable):
            put_up(
                version=second, carrier=paper, on=date(2026, 3, 3), by=cast.clerk, at=noon("2026-03-03"), places=[place]
            )
    assert (Posting.objects.count(), Event.objects.count()) == before


def test_a_day_on_which_another_sheet_still_hung_is_not_free(cast: Cast, paper: Carrier, issue: Any) -> None:
    """What is registered late can't have hung where something else was."""
    board, version = board_of(cast, paper), issue("2026-03-05")
    posting = up(cast, issue(), paper, "2026-03-02", (board, 1))
    take_down(posting=posting, on=date(2026, 3, 20), by=cast.clerk, at=noon("2026-03-20"))
    with pytest.raises(NotHangable, match="到2026年3月20日"):
        put_up(
            version=version,
            carrier=paper,
            on=date(2026, 3, 19),
            by=cast.clerk,
            at=noon("2026-03-21"),
            places=[Place(board, (1,))],
        )
    assert put_up(
        version=version,
        carrier=paper,
        on=date(2026, 3, 20),
        by=cast.clerk,
        at=noon("2026-03-21"),
        places=[Place(board, (1,))],
    ).hangings.exists()


def test_a_new_version_takes_the_slot_of_the_one_it_replaces(cast: Cast, paper: Carrier, issue: Any) -> None:
    board, old = board_of(cast, paper), issue()
    up(cast, old, paper, "2026-03-02", (board, 3))
    new = issue("2026-03-06", old.disclosure.obligation)
    (plan,) = plans_of(cast.community, date(2026, 3, 6))
    assert proposed_slot(plan, new) == 3
    up(cast, new, paper, "2026-03-07", (board, 3))
    assert [(h.posting.version, h.ended_on) for h in Hanging.objects.order_by("pk")] == [
        (old, date(2026, 3, 6)),
        (new, None),
    ]


def test_late_on_the_board_moves_the_boards_end_and_not_the_sites(cast: Cast, paper: Carrier, issue: Any) -> None:
    version = issue()
    posting = up(cast, version, paper, "2026-03-12")
    site = version.postings.get(carrier__kind="digital")
    assert posting.until_on is not None and site.until_on is not None
    assert posting.until_on - site.until_on == timedelta(days=10)


def test_a_posting_counts_while_it_hangs_on_one_board_and_ends_with_the_last(
    cast: Cast, paper: Carrier, issue: Any
) -> None:
    door, gate, version = board_of(cast, paper), board_of(cast, paper, "小区门口"), issue()
    posting = up(cast, version, paper, "2026-03-02", (door, 1), (gate, 1))
    day, at = date(2026, 3, 5), noon("2026-03-05")

    def state() -> State:
        (standing,) = (
            s for s in situation_of(cast.community, day).standings if s.pk == version.disclosure.obligation_id
        )
        return standing.state

    assert state() is State.MET
    take_off_board(posting=posting, board=door, on=day, by=cast.clerk, at=at)
    assert state() is State.MET and Hanging.objects.filter(ended_on=None).get().board == gate
    with pytest.raises(NotPostable, match="没有登记"):
        take_off_board(posting=posting, board=door, on=day, by=cast.clerk, at=at)
    with pytest.raises(NotPostable, match="不能提前撤下"):
        take_off_board(posting=posting, board=gate, on=day, by=cast.clerk, at=at)
    take_off_board(posting=posting, board=gate, on=day, by=cast.clerk, at=at, lost=True)
    assert state() is State.IN_PREPARATION and not Hanging.objects.filter(ended_on=None).exists()


def test_a_sheet_is_placed_later_moved_and_hung_on_one_more_board(cast: Cast, paper: Carrier, issue: Any) -> None:
    door, gate = board_of(cast, paper), board_of(cast, paper, "小区门口")
    posting = up(cast, issue(), paper, "2026-03-02")
    assert hanging_somewhere(cast.community) == [posting]
    for board, slots, on in ((door, (1,), "2026-03-03"), (door, (2, 3), "2026-03-05"), (gate, (1,), "2026-03-05")):
        hang(posting=posting, board=board, slots=slots, on=date.fromisoformat(on), by=cast.clerk, at=noon(on))
    assert hanging_somewhere(cast.community) == []
    hung = [(h.board.name, h.slot, h.ended_on) for h in Hanging.objects.order_by("pk")]
    assert hung == [
        ("服务中心门口", 1, date(2026, 3, 4)),
        ("服务中心门口", 2, None),
        ("服务中心门口", 3, None),
        ("小区门口", 1, None),
    ]
    with pytest.raises(NotHangable, match="之间"):
        hang(posting=posting, board=gate, slots=(2,), on=date(2026, 3, 1), by=cast.clerk, at=noon("2026-03-06"))
    take_down(posting=posting, on=date(2026, 3, 17), by=cast.clerk, at=noon("2026-03-17"))
    with pytest.raises(NotHangable, match="已经登记撤下"):
        hang(posting=posting, board=gate, slots=(2,), on=date(2026, 3, 17), by=cast.clerk, at=noon("2026-03-17"))


def test_a_full_board_says_what_comes_down_first(cast: Cast, paper: Carrier, issue: Any) -> None:
    board = board_of(cast, paper)
    days = ("2026-03-04", "2026-03-02", "2026-03-03")
    for slot, on in enumerate(days, 1):
        up(cast, issue(on), paper, on, (board, slot))
    (plan,) = plans_of(cast.community, date(2026, 3, 18))
    assert plan.free == [] and proposed_slot(plan, issue("2026-03-05")) is None
    assert [slot.number for slot in plan.first_down] == [2, 3, 1]
    assert [slot.is_over for slot in plan.first_down] == [True, False, False]


def test_the_week_says_what_comes_down_on_friday_and_what_goes_up(
    cast: Cast, paper: Carrier, issue: Any, owe: Any
) -> None:
    """A display through Thursday comes down on Friday; one through Friday on the Monday after the weekend."""
    thursday = up(cast, issue("2026-03-04"), paper, "2026-03-04")
    friday = up(cast, issue("2026-03-05"), paper, "2026-03-05")
    waiting = issue("2026-03-13")
    owed = owe(22, "2026-03-06")
    assert (thursday.until_on, friday.until_on) == (date(2026, 3, 19), date(2026, 3, 20))
    calendar = current_calendar()
    monday = date(2026, 3, 16)
    days = {d.day: d for d in week_of(cast.community, monday, monday, calendar)}
    assert days[date(2026, 3, 20)].down == [thursday] and not days[date(2026, 3, 21)].is_working
    assert days[monday].up == [(waiting.title, waiting.code)]
    after = {d.day: d for d in week_of(cast.community, date(2026, 3, 23), monday, calendar)}
    assert after[date(2026, 3, 23)].down == [friday]
    late = {d.day: d for d in week_of(cast.community, date(2026, 3, 23), date(2026, 3, 25), calendar)}
    assert late[date(2026, 3, 25)].down == [thursday, friday]
    assert owed.due_on is not None
    due_week = week_of(cast.community, owed.due_on - timedelta(days=owed.due_on.weekday()), monday, calendar)
    assert (owed.occurrence.item.name, "") in next(d for d in due_week if d.day == owed.due_on).up


@pytest.mark.parametrize(
    "layout",
    [
        Layout("", 1, 1),
        Layout("门" * 61, 1, 1),
        Layout("门口", 0, 1),
        Layout("门口", 1, 25),
        Layout("门口", 1, 1, paper="b5"),
        Layout("门口", 1, 1, reading_distance_cm=501),
        Layout("有了", 1, 1),
    ],
    ids=["no-name", "long-name", "no-rows", "too-wide", "paper", "too-far", "name-taken"],
)
def test_a_board_that_cannot_be_is_refused(cast: Cast, paper: Carrier, layout: Layout) -> None:
    board_of(cast, paper, "有了")
    before = Event.objects.count()
    with pytest.raises(NotABoard):
        set_up_board(carrier=paper, layout=layout, by=cast.clerk, at=AT)
    assert Event.objects.count() == before and Board.objects.count() == 1


def test_a_board_is_changed_and_closed_but_not_under_a_sheet(cast: Cast, paper: Carrier, issue: Any) -> None:
    board = board_of(cast, paper)
    posting = up(cast, issue(), paper, "2026-03-02", (board, 3))
    with pytest.raises(NotABoard, match="第3格"):
        change_board(board=board, layout=Layout("门口", 1, 2), by=cast.clerk, at=AT)
    with pytest.raises(NotABoard, match="还挂着"):
        close_board(board=board, by=cast.clerk, at=AT)
    board = change_board(board=board, layout=Layout("门口", 2, 2, "a2", True, 150), by=cast.clerk, at=AT)
    assert (board.size, board.print_as, board.paper_name) == (4, "a2-landscape", "A2横放")
    take_down(posting=posting, on=date(2026, 3, 5), by=cast.clerk, at=noon("2026-03-05"), lost=True)
    close_board(board=board, by=cast.clerk, at=noon("2026-03-06"))
    with pytest.raises(NotABoard):
        close_board(board=board, by=cast.clerk, at=noon("2026-03-06"))
    assert plans_of(cast.community, date(2026, 3, 7)) == [] and Hanging.objects.count() == 1
    digital = Carrier.objects.get(community=cast.community, kind="digital")
    with pytest.raises(NotABoard, match="不是纸质"):
        set_up_board(carrier=digital, layout=Layout("网上", 1, 1), by=cast.clerk, at=AT)


def test_a_board_of_another_community_is_no_place(cast: Cast, paper: Carrier, issue: Any) -> None:
    theirs = Carrier.objects.create(community=cast.neighbour, name="公示栏", kind="paper_board")
    board = board_of(cast, theirs)
    with pytest.raises(NotHangable, match="不是这个载体"):
        up(cast, issue(), paper, "2026-03-02", (board, 1))
