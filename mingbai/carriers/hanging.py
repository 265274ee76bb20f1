"""Which slots a sheet takes on a board: the part of putting up and taking down that knows of places.

Called inside an act, which locks the community and writes the audit row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from mingbai.carriers.models import Board, Hanging, Posting
from mingbai.rules.days import chinese_date


class NotHangable(ValueError):
    """The sheet can't hang in that place; the message says which place is free or what to take down."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sheet hangs on one board. A sheet of several pages takes several slots."""

    board: Board
    slots: tuple[int, ...]


def hang_in(posting: Posting, places: Sequence[Place], on: date) -> list[Hanging]:
    """Take the slots for a posting from ``on``. Raises NotHangable for a slot that isn't there or isn't free."""
    for place in places:
        _check(place, posting, on)
    return Hanging.objects.bulk_create(
        Hanging(posting=posting, board=place.board, slot=slot, from_on=on) for place in places for slot in place.slots
    )


def _check(place: Place, posting: Posting, on: date) -> None:
    board = place.board
    if board.community_id != posting.community_id or board.carrier_id != posting.carrier_id or board.closed_on:
        raise NotHangable(f"“{board}”不是这个载体现在使用的公示栏，请另选。")
    if not place.slots or not all(1 <= slot <= board.size for slot in place.slots):
        raise NotHangable(f"“{board}”的格子是1到{board.size}，请核对。")
    if len(set(place.slots)) < len(place.slots):
        raise NotHangable("同一格写了两次，请核对。")
    # Until the eve of the change, or on the very day of it.
    others = board.hangings.filter(Q(ended_on=None) | Q(ended_on__gt=on), slot__in=place.slots)
    taken = others.select_related("posting__version").order_by("slot").first()
    if taken is not None:
        until = f"，到{chinese_date(taken.ended_on)}" if taken.ended_on else ""
        raise NotHangable(
            f"“{board}”第{taken.slot}格挂着“{taken.posting.version.title}”{until}，请换一格，或先登记撤下。"
        )


def come_off(posting: Posting, last_on: date, board: Board | None = None) -> int:
    """End what a posting holds, on one board or on all of them; how many slots became free."""
    held = Hanging.objects.filter(posting=posting, ended_on=None)
    if board is not None:
        held = held.filter(board=board)
    return held.update(ended_on=Greatest(F("from_on"), Value(last_on, output_field=DateField())))


def eve(day: date) -> date:
    """The last day in a place that is left on ``day``."""
    return day - timedelta(days=1)
