"""A meeting card: when it is, as people write it, and the card as a calendar entry for residents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar, Event

from mingbai.rules.days import SHANGHAI

DAY = re.compile(r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?")
CLOCK = re.compile(r"(上午|下午|晚上|晚|中午)?\s*(\d{1,2})(?:[:：点时](\d{1,2}|半)?分?)")


def read_moment(text: str) -> datetime | None:
    """2026年11月30日（周一）下午2:30 → that moment in Shanghai; None where day or hour isn't said."""
    folded = unicodedata.normalize("NFKC", text)
    day = DAY.search(folded)
    if day is None:
        return None
    clock = CLOCK.search(folded, day.end())
    if clock is None:
        return None
    half, hour, minute = clock.group(1), int(clock.group(2)), clock.group(3) or "0"
    if half in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    try:
        return datetime(
            int(day.group(1)),
            int(day.group(2)),
            int(day.group(3)),
            hour,
            30 if minute == "半" else int(minute),
            tzinfo=SHANGHAI,
        )
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as a calendar entry says it, stamped ``at``; who comes to it isn't said."""

    uid: str
    at: datetime
    start: datetime
    name: str
    place: str
    topics: tuple[str, ...]
    url: str

    @classmethod
    def read(cls, block: Mapping[str, Any], uid: str, at: datetime, url: str = "") -> Meeting | None:
        """A meeting block as a meeting; None where its time can't be read."""
        start = read_moment(block["time"])
        if start is None:
            return None
        return cls(uid, at, start, block["name"], block["place"], tuple(block["topics"]), url)


def calendar_of(name: str, meetings: Iterable[Meeting]) -> bytes:
    """Meetings as one iCalendar file; ``name`` is what a phone calls it, empty for a single entry."""
    made = Calendar()
    made.add("prodid", "-//Mingbai//meeting//ZH")
    made.add("version", "2.0")
    if name:
        made.add("x-wr-calname", name)
    for meeting in meetings:
        event = Event()
        event.add("summary", meeting.name)
        event.add("location", meeting.place)
        event.add("description", "\n".join(meeting.topics))
        # In UTC, so that no calendar needs our time zone told.
        event.add("dtstart", meeting.start.astimezone(UTC))
        event.add("dtstamp", meeting.at)
        event.add("uid", f"{meeting.uid}@mingbai")
        if meeting.url:
            event.add("url", meeting.url)
        made.add_component(event)
    return bytes(made.to_ical())


def meeting_calendar(block: Mapping[str, Any], uid: str, at: datetime) -> bytes | None:
    """A meeting block as one iCalendar event stamped ``at``; None where its time can't be read."""
    meeting = Meeting.read(block, uid, at)
    return calendar_of("", [meeting]) if meeting is not None else None
