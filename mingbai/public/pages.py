"""What the residents' pages say, made from what the queries found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import Situation, Standing, last_day_on_show
from mingbai.carriers.sheets import shown_until
from mingbai.catalogues.models import Duty, Item
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_versions
from mingbai.obligations.models import Obligation
from mingbai.rules.difference import Line, differences
from mingbai.rules.duties import Doubt
from mingbai.rules.state import STATE_ORDER, State
from mingbai.rules.timelimit import render
from mingbai.rules.wording import DOUBTS
from mingbai.rules.workdays import DayKind, OutOfCalendar, WorkCalendar

MONTHS_DRAWN = 4
HISTORY = 20


@dataclass(frozen=True, slots=True)
class Showing:
    """One version on show today, with the carriers it is on and how long it stays."""

    version: Version
    carriers: tuple[str, ...]
    from_on: date
    until: date | None
    days_left: int | None


def showing(postings: Iterable[Posting], today: date) -> list[Showing]:
    """Postings put together by version, newest first."""
    by_version: dict[int, list[Posting]] = {}
    for posting in postings:
        by_version.setdefault(posting.version_id, []).append(posting)
    shown = []
    for group in by_version.values():
        until = shown_until(group)
        shown.append(
            Showing(
                version=group[0].version,
                carriers=tuple(posting.carrier.name for posting in group),
                from_on=min(posting.from_on for posting in group),
                until=until,
                days_left=None if until is None else (until - today).days,
            )
        )
    return shown


def newest(version: Version) -> Version | None:
    """The version that stands in this one's place now, over however many replacements; None when none does."""
    successor = version
    while (following := Version.objects.filter(replaces=successor).first()) is not None:
        successor = following
    return None if successor.pk == version.pk else successor


def comparable(version: Version, today: date) -> tuple[Content, Content]:
    """What the version before (there must be one) and this one may still say, for comparison.

    Where one has lost its names, neither is compared by names: all of the other's would look as if added.
    """
    if version.replaces is None:
        raise ValueError("nothing was replaced")
    old = content_on(version.replaces, last_day_on_show(version.replaces.postings.all()), today)
    new = content_on(version, last_day_on_show(version.postings.all()), today)
    return (old.without_names(), new.without_names()) if old.is_reduced or new.is_reduced else (old, new)


def changes(version: Version, today: date) -> list[Line]:
    """What a correction or supplement changed, as far as both texts may still be shown."""
    if version.kind == Version.Kind.FIRST or version.replaces is None:
        return []
    old, new = comparable(version, today)
    return differences(old.to_json(), new.to_json()) if old.blocks and new.blocks else []


def history(version: Version) -> list[Version]:
    """The versions before and after this one in the line of replacements, oldest first: the last twenty of them."""
    if version.replaces_id is None and getattr(version, "replaced_by", None) is None:
        return [version]
    occurrence = version.disclosure.obligation.occurrence
    versions = visible_versions().defer("content_data").order_by()
    if occurrence.duty.is_long_term:
        duties = Duty.objects.filter(
            item__catalogue__community=version.community_id,
            item__code=occurrence.item.code,
            position=occurrence.duty.position,
        )
        found = versions.filter(disclosure__obligation__occurrence__duty__in=duties)
    else:
        found = versions.filter(disclosure=version.disclosure_id)
    return sorted(found, key=lambda one: (one.published_at, one.pk))[-HISTORY:]


def tally(counted: Mapping[State, int]) -> list[tuple[State, int]]:
    """How many obligations are in each state, in the order in which one wants to know."""
    return [(state, counted[state]) for state in STATE_ORDER if counted.get(state)]


def by_state(standings: Iterable[Standing], counted: Mapping[State, int]) -> list[tuple[State, int, list[Standing]]]:
    """Those listed, by their state, each with how many there are in all."""
    groups: dict[State, list[Standing]] = {}
    for standing in standings:
        groups.setdefault(standing.state, []).append(standing)
    return [(state, count, groups[state]) for state, count in tally(counted) if state in groups]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the catalogue page. ``level1_rows``: over how many rows its first level stretches (0: continued)."""

    item: Item
    level1_rows: int
    state: State | None
    last: Version | None


def catalogue_rows(situation: Situation) -> list[Row]:
    listed = situation.items
    rows = []
    for place, item in enumerate(listed):
        fresh = place == 0 or listed[place - 1].level1 != item.level1
        span = next((n for n, later in enumerate(listed[place:]) if later.level1 != item.level1), len(listed) - place)
        states = situation.tally.states_of(item.code)
        rows.append(
            Row(
                item=item,
                level1_rows=span if fresh else 0,
                state=next((state for state in STATE_ORDER if state in states), None),
                last=situation.newest.get(item.code),
            )
        )
    return rows


def item_context(item: Item) -> dict[str, Any]:
    """What an item asks for, from whom, when and where."""
    return {
        "item": item,
        "rules": [render(duty.value) for duty in item.duties.all()],
        "doubts": [DOUBTS[Doubt(doubt)] for doubt in item.doubts],
    }


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the small calendar. ``css`` says how it is drawn, ``label`` how it is read out."""

    day: date
    css: str
    label: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Month:
    year: int
    month: int
    weeks: tuple[tuple[Day | None, ...], ...]


def calendar_months(obligation: Obligation, calendar: WorkCalendar) -> list[Month]:
    """The months from the trigger to the due day, each day with its kind; none when no day is stated.

    A span longer than four months isn't drawn: nobody counts days over it.
    """
    start, due = obligation.occurrence.on, obligation.due_on
    if due is None or (due.year - start.year) * 12 + due.month - start.month >= MONTHS_DRAWN:
        return []
    in_working_days = obligation.occurrence.duty.due.get("unit") == "working_day"
    months = []
    first = start.replace(day=1)
    while first <= due:
        following = (first + timedelta(days=32)).replace(day=1)
        try:
            days = [
                _day(first + timedelta(days=n), start, due, calendar, in_working_days)
                for n in range((following - first).days)
            ]
        except OutOfCalendar:
            return []
        padded: list[Day | None] = [*[None] * first.weekday(), *days]
        padded += [None] * (-len(padded) % 7)
        weeks = tuple(tuple(padded[n : n + 7]) for n in range(0, len(padded), 7))
        months.append(Month(first.year, first.month, weeks))
        first = following
    return months


def _day(day: date, start: date, due: date, calendar: WorkCalendar, in_working_days: bool) -> Day:
    kind = calendar.kind(day)
    css = [kind.value.replace("_", "-")]
    words = {DayKind.HOLIDAY: "放假", DayKind.MAKE_UP: "调休上班", DayKind.WEEKEND: "周末", DayKind.WORKDAY: "工作日"}
    label = words[kind] + (f"（{calendar.name(day)}）" if calendar.name(day) else "")
    counted = start < day <= due
    number = None
    if day == start:
        css.append("trigger")
        label += "，起算日，不计入"
    elif counted:
        css.append("counted" if calendar.is_working(day) or not in_working_days else "skipped")
        if in_working_days and calendar.is_working(day):
            number = calendar.working_days_between(start, day)
        elif not in_working_days:
            number = (day - start).days
        if number is not None:
            label += f"，第{number}{'个工作日' if in_working_days else '日'}"
    else:
        css.append("outside")
    if day == due:
        css.append("due")
        label += "，应公开日期"
    return Day(day, " ".join(css), label, number)
