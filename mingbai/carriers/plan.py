"""Reads about boards: what hangs in which slot, what is free, and what comes down and goes up in a week."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from mingbai.carriers.models import Board, Hanging, Posting, Sighting
from mingbai.carriers.queries import sheets_to_put_up, situation_of
from mingbai.carriers.sightings import seen_after
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.rules.workdays import OutOfCalendar, WorkCalendar

# How long after its end a scan still says that a sheet hangs.
HINT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a plan; ``posting`` None: free. ``days_left`` None: long-term; below 0: over."""

    number: int
    posting: Posting | None
    since: date | None = None
    days_left: int | None = None

    @property
    def is_over(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A board with its slots as they hang, row by row."""

    board: Board
    slots: tuple[Slot, ...]

    @property
    def rows(self) -> list[tuple[Slot, ...]]:
        width = self.board.columns
        return [self.slots[start : start + width] for start in range(0, len(self.slots), width)]

    @property
    def free(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.posting is None]

    @property
    def taken(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.posting is not None]

    @property
    def first_down(self) -> list[Slot]:
        """What may come down first where room is needed: what is over, then what ends soonest. Long-term stays."""
        ending = {slot.posting.pk: slot for slot in reversed(self.slots) if slot.posting and slot.days_left is not None}
        return sorted(ending.values(), key=lambda slot: (slot.days_left or 0, slot.number))[:3]


def boards_of(community: Community) -> list[Board]:
    """The boards in use."""
    return list(Board.objects.filter(community=community, closed_on=None).select_related("carrier"))


def board_for(community: Community, carriers: Collection[Carrier]) -> Board | None:
    """The board that sheets for these carriers are made for, where nobody says otherwise: the first in use."""
    return next((board for board in boards_of(community) if board.carrier in carriers), None)


def plans_of(community: Community, today: date) -> list[Plan]:
    """Every board in use with what hangs there on ``today``; two queries."""
    boards = boards_of(community)
    hangings = Hanging.objects.filter(board__in=boards, ended_on=None).select_related("posting__version")
    held = {(hanging.board_id, hanging.slot): hanging for hanging in hangings}
    return [
        Plan(board, tuple(_slot(number, held.get((board.pk, number)), today) for number in range(1, board.size + 1)))
        for board in boards
    ]


def _slot(number: int, hanging: Hanging | None, today: date) -> Slot:
    if hanging is None:
        return Slot(number, None)
    until = hanging.posting.until_on
    return Slot(number, hanging.posting, hanging.from_on, None if until is None else (until - today).days)


def hanging_somewhere(community: Community) -> list[Posting]:
    """Sheets that hang on a paper carrier although nobody said in which slot."""
    hung = Posting.objects.filter(community=community, carrier__kind=Carrier.Kind.PAPER_BOARD, ended_on=None)
    placed = Hanging.objects.filter(ended_on=None).values("posting")
    return list(hung.exclude(pk__in=placed).select_related("version", "carrier").order_by("until_on", "pk"))


def proposed_slot(plan: Plan, version: Version) -> int | None:
    """The slot of the version that it replaces, or the first free one; None: the board is full."""
    for slot in plan.taken:
        if slot.posting is not None and slot.posting.version_id == version.replaces_id:
            return slot.number
    return plan.free[0].number if plan.free else None


@dataclass(slots=True)
class Day:
    """One day at the board: what comes down, what has to go up that day at the latest, and what waits to go up."""

    day: date
    is_working: bool
    down: list[Posting] = field(default_factory=list)
    up: list[tuple[str, str]] = field(default_factory=list)  # (what, code of its version or "")


def week_of(community: Community, first: date, today: date, calendar: WorkCalendar) -> list[Day]:
    """Seven days from ``first``. A sheet comes down on the first working day after its last day on show; what should
    have come down already, and what could go up already, stands under today."""
    days = {first + timedelta(days=n): Day(first + timedelta(days=n), True) for n in range(7)}
    for day in days.values():
        day.is_working = _works(day.day, calendar)
    for posting in _ending(community, first + timedelta(days=7)):
        if posting.until_on is not None:
            on = max(_next_working(posting.until_on, calendar), today)
            if on in days:
                days[on].down.append(posting)
    if today in days:
        days[today].up = [(version.title, version.code) for version, _ in sheets_to_put_up(community)]
    paper = set(
        Carrier.objects.filter(community=community, kind=Carrier.Kind.PAPER_BOARD).values_list("name", flat=True)
    )
    for standing in situation_of(community, today).standings:
        if standing.is_open and standing.due_on in days and not standing.versions and paper & set(standing.missing):
            days[standing.due_on].up.append((standing.item.name, ""))
    return list(days.values())


def _ending(community: Community, before: date) -> Iterable[Posting]:
    return (
        Posting.objects.filter(
            community=community, carrier__kind=Carrier.Kind.PAPER_BOARD, ended_on=None, until_on__lt=before
        )
        .select_related("version", "carrier")
        .prefetch_related("hangings__board")
        .order_by("until_on", "pk")
    )


def _works(day: date, calendar: WorkCalendar) -> bool:
    try:
        return calendar.is_working(day)
    except OutOfCalendar:
        return day.weekday() < 5


def _next_working(day: date, calendar: WorkCalendar) -> date:
    following = day + timedelta(days=1)
    while not _works(following, calendar):
        following += timedelta(days=1)
    return following


def still_hanging(community: Community, today: date) -> list[tuple[Posting, date]]:
    """Sheets that were scanned after they had come down, with the last such day: perhaps they still hang."""
    since = today - timedelta(days=HINT_DAYS)
    hung = Posting.objects.filter(community=community, carrier__kind=Carrier.Kind.PAPER_BOARD, ended_on=None)
    ended = (
        Posting.objects.filter(community=community, carrier__kind=Carrier.Kind.PAPER_BOARD, ended_on__gte=since)
        .exclude(version__postings__in=hung)
        .select_related("version", "carrier")
        .order_by("version", "-ended_on")
    )
    days: dict[int, list[date]] = {}
    for version, on in Sighting.objects.filter(version__community=community, on__gt=since).values_list("version", "on"):
        days.setdefault(version, []).append(on)
    last: dict[int, tuple[Posting, date]] = {}
    for posting in ended:
        after = seen_after(posting, days.get(posting.version_id, ()))
        if after and posting.version_id not in last:
            last[posting.version_id] = (posting, max(after))
    return sorted(last.values(), key=lambda told: told[1], reverse=True)
