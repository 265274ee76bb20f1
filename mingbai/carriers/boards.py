"""Writes about boards: setting them up, and where on them a sheet hangs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from mingbai.carriers.actions import NotPostable, take_down
from mingbai.carriers.hanging import NotHangable, Place, come_off, eve, hang_in
from mingbai.carriers.models import Board, Hanging, Posting
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import User, one_at_a_time, record
from mingbai.rules.days import legal_day


class NotABoard(ValueError):
    """The board can't be set up like this; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a board is like: its name says its place; slots of one paper size; how far away readers stand."""

    name: str
    rows: int
    columns: int
    paper: str = Board.Paper.A3
    landscape: bool = False
    reading_distance_cm: int = 100


@transaction.atomic
def set_up_board(*, carrier: Carrier, layout: Layout, by: User | None, at: datetime) -> Board:
    """Hang a board up for a paper carrier of the catalogue. Raises NotABoard."""
    one_at_a_time(carrier.community_id)
    if carrier.kind != Carrier.Kind.PAPER_BOARD:
        raise NotABoard(f"“{carrier}”不是纸质公示栏，不能分格。")
    board = Board(community=carrier.community, carrier=carrier)
    _lay_out(board, layout)
    board.save()
    record(board.community, "board_set_up", board, by=by, at=at)
    return board


@transaction.atomic
def change_board(*, board: Board, layout: Layout, by: User | None, at: datetime) -> Board:
    """Describe a board anew. Raises NotABoard when a sheet hangs in a slot that would be gone."""
    one_at_a_time(board.community_id)
    board = Board.objects.get(pk=board.pk)
    last = board.hangings.filter(ended_on=None).order_by("-slot").first()
    if last is not None and last.slot > layout.rows * layout.columns:
        raise NotABoard(f"第{last.slot}格还挂着“{last.posting.version.title}”，请先换格或撤下，再减少格数。")
    _lay_out(board, layout)
    board.save()
    record(board.community, "board_changed", board, by=by, at=at)
    return board


def _lay_out(board: Board, layout: Layout) -> None:
    name = layout.name.strip()
    if not name or len(name) > 60:
        raise NotABoard("请写明公示栏在哪里，不超过60个字。")
    if board.closed_on is not None:
        raise NotABoard("这个公示栏已经停用。")
    if Board.objects.filter(community=board.community, name=name, closed_on=None).exclude(pk=board.pk).exists():
        raise NotABoard(f"已经有叫“{name}”的公示栏，请换一个名称。")
    if not (1 <= layout.rows <= 12 and 1 <= layout.columns <= 24):
        raise NotABoard("行数应为1到12，列数应为1到24，请改正。")
    if layout.paper not in Board.Paper.values:
        raise NotABoard("请选择每格的纸张。")
    if not 40 <= layout.reading_distance_cm <= 500:
        raise NotABoard("阅读距离应为40到500厘米，请改正。")
    board.name, board.rows, board.columns = name, layout.rows, layout.columns
    board.paper, board.landscape = layout.paper, layout.landscape
    board.reading_distance_cm = layout.reading_distance_cm


@transaction.atomic
def close_board(*, board: Board, by: User | None, at: datetime) -> Board:
    """A board that isn't used any more; its history stays. Raises NotABoard while something hangs there."""
    one_at_a_time(board.community_id)
    board = Board.objects.get(pk=board.pk)
    if board.closed_on is not None:
        raise NotABoard("这个公示栏已经停用。")
    if board.hangings.filter(ended_on=None).exists():
        raise NotABoard("公示栏上还挂着纸张，请先换到别处或撤下。")
    board.closed_on = legal_day(at)
    board.save(update_fields=["closed_on"])
    record(board.community, "board_closed", board, by=by, at=at)
    return board


@transaction.atomic
def hang(
    *, posting: Posting, board: Board, slots: Sequence[int], on: date, by: User | None, at: datetime
) -> list[Hanging]:
    """Say in which slots of a board a posting hangs from ``on``: for the first time, on one more board, or moved.

    Whether and since when it counts doesn't change. Raises NotHangable.
    """
    one_at_a_time(posting.community_id)
    posting = Posting.objects.get(pk=posting.pk)
    if posting.ended_on is not None:
        raise NotHangable("这次张贴已经登记撤下，请重新张贴。")
    if not posting.from_on <= on <= legal_day(at):
        raise NotHangable("挂出日期应在张贴日期和今天之间，请改正。")
    come_off(posting, eve(on), board)
    made = hang_in(posting, [Place(board, tuple(slots))], on)
    record(posting.community, "hung", made[0], by=by, at=at)
    return made


@transaction.atomic
def take_off_board(
    *, posting: Posting, board: Board, on: date, by: User | None, at: datetime, lost: bool = False
) -> Posting:
    """A sheet comes off one board. While it hangs on another one its display goes on; off the last, it ends.

    Raises NotPostable as taking down does, and when it doesn't hang there.
    """
    one_at_a_time(posting.community_id)
    held = set(Hanging.objects.filter(posting=posting, ended_on=None).values_list("board", flat=True))
    if board.pk not in held:
        raise NotPostable(f"这张纸没有登记在“{board}”上。")
    if held == {board.pk}:
        return take_down(posting=posting, on=on, by=by, at=at, lost=lost)
    if not posting.from_on <= on <= legal_day(at):
        raise NotPostable("撤下日期应在张贴日期和今天之间，请改正。")
    come_off(posting, on, board)
    record(posting.community, "taken_off_board", posting, by=by, at=at)
    return posting
