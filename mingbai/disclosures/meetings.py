"""A meeting card: when it is, as people write it, and the card as a calendar entry for residents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
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


def meeting_calendar(block: Mapping[str, Any], uid: str, at: datetime) -> bytes | None:
    """A meeting block as one iCalendar event stamped ``at``; None where its time can't be read."""
    start = read_moment(block["time"])
    if start is None:
        return None
    made, event = Calendar(), Event()
    made.add("prodid", "-//Mingbai//meeting//ZH")
    made.add("version", "2.0")
    event.add("summary", block["name"])
    event.add("location", block["place"])
    event.add("description", "\n".join(block["topics"]))
    event.add("dtstart", start)
    event.add("dtstamp", at)
    event.add("uid", f"{uid}@mingbai")
    made.add_component(event)
    return bytes(made.to_ical())
