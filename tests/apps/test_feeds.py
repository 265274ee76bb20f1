"""Feeds, the calendar of meetings and the sitemap: what they say, when they change, and whom they never name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from mingbai.carriers.actions import confirm_withdrawal, publish
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.obligations.models import Obligation
from mingbai.public.summaries import LONGEST, summary
from tests.apps.doors import entries
from tests.conftest import Cast, names_list, noon, paragraphs
from tests.desk.test_after import corrected, published

Owe = Callable[..., Obligation]


def meeting(time: str, name: str = "居民会议") -> dict[str, Any]:
    block = {
        "element": 1,
        "heading": "会议",
        "kind": "meeting",
        "name": name,
        "time": time,
        "place": "二楼会议室",
        "attendees": "与会的王某某",
        "chair": "主持的赵某某",
        "topics": ["议题一"],
    }
    return {"title": "开会通知", "blocks": [block]}


def withdrawn(cast: Cast, version: Version, on: str, kind: str = "personal_data") -> None:
    proposed = propose_withdrawal(version=version, kind=kind, reason="不该公开", by=cast.clerk, at=noon(on))
    confirm_withdrawal(withdrawal=proposed, by=cast.director, at=noon(on))


def test_a_correction_and_a_withdrawal_update_the_entries(cast: Cast, owe: Owe, client: Client) -> None:
    first = published(cast, owe)
    second = corrected(cast, first, "2026-03-06", material=True)
    found = entries(client)
    assert found[second.code]["title"] == f"更正：{second.title}" and "数字写错" in found[second.code]["summary"]
    assert found[first.code]["title"].startswith("（已被新版替换）")
    assert found[first.code]["updated"] == found[second.code]["updated"] > found[first.code]["published"]
    withdrawn(cast, second, "2026-03-09")
    after = entries(client)
    assert list(after)[0] == second.code and after[second.code]["id"] == found[second.code]["id"]
    assert "不该公开" in after[second.code]["summary"] and "改正后的一段" not in str(after)
    assert after[second.code]["updated"] > found[second.code]["updated"]


def test_a_withdrawal_of_something_old_comes_back_into_the_feed(cast: Cast, owe: Owe, client: Client) -> None:
    old = published(cast, owe)
    for day in range(1, 32):
        published(cast, owe, on=f"2026-05-{day:02}")
    assert old.code not in entries(client)
    withdrawn(cast, old, "2026-06-09")
    assert list(entries(client))[0] == old.code


def test_a_feed_names_nobody_even_while_the_list_is_on_show(cast: Cast, owe: Owe, client: Client) -> None:
    version = published(cast, owe, 15, names_list(), "2026-02-11")
    with time_machine.travel(noon("2026-02-12"), tick=False):
        assert "张*" in client.get(f"/c/jinan/v/{version.code}/").content.decode()
        for address in ("/c/jinan/feed.xml", "/c/jinan/items/15/feed.xml"):
            (entry,) = entries(client, address).values()
            assert "名单2人" in entry["summary"] and "*" not in str(entry)


def test_a_feed_without_entries_and_one_with_odd_characters_are_still_feeds(
    cast: Cast, owe: Owe, client: Client
) -> None:
    assert entries(client, "/c/neighbour/feed.xml") == {}
    version = published(cast, owe, content=paragraphs(1, title="一\x0b二<b>&三"))
    assert entries(client)[version.code]["title"] == "一二<b>&三"


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({"kind": "table", "rows": [["张三"]]}, "表格1行。"),
        ({"kind": "person_list", "rows": [], "reduced": {"count": 7}}, "名单7人。"),
        ({"kind": "attachment", "files": [{}]}, "附件1个。"),
        ({"kind": "nothing", "statement": "none_this_period", "reason": "没有发生"}, "本期无，没有发生。"),
    ],
)
def test_a_summary_counts_and_does_not_quote(block: dict[str, Any], told: str) -> None:
    assert summary([{"heading": "甲", **block}]) == f"甲：{told}"


def test_a_long_summary_is_cut() -> None:
    text = summary([{"heading": "甲", "kind": "paragraphs", "paragraphs": ["长" * 1000]}])
    assert len(text) == LONGEST and text.endswith("…")


def events(client: Client, slug: str = "jinan") -> dict[str, Any]:
    """The calendar's events by what they are called."""
    response = client.get(f"/c/{slug}/meetings.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def announce(cast: Cast, owe: Owe, time: str, name: str, on: str) -> Version:
    return publish(
        obligation=owe(22, on), content=meeting(time, name), dated_on=date.fromisoformat(on), by=cast.clerk, at=noon(on)
    )


def test_the_calendar_has_the_meetings_of_the_past_year_and_those_to_come(cast: Cast, owe: Owe, client: Client) -> None:
    coming = announce(cast, owe, "2026年11月30日下午2:30", "将要开的会", "2026-11-20")
    announce(cast, owe, "2026年3月3日上午9:00", "春天的会", "2026-03-01")
    announce(cast, owe, "另行通知", "没有时间的会", "2026-03-02")
    gone = announce(cast, owe, "2026年12月1日上午9:00", "撤下的会", "2026-11-20")
    withdrawn(cast, gone, "2026-11-21", "legal_order")
    with time_machine.travel(noon("2026-11-23"), tick=False):
        found = events(client)
        assert set(found) == {"将要开的会", "春天的会"}
        assert found["将要开的会"]["dtstart"].dt.isoformat() == "2026-11-30T06:30:00+00:00"
        assert found["将要开的会"]["uid"] == f"{coming.code}@mingbai"
        assert f"/c/jinan/v/{coming.code}/" in found["将要开的会"]["url"]
        assert "某某" not in client.get("/c/jinan/meetings.ics").content.decode()
        assert events(client, "neighbour") == {}
    with time_machine.travel(noon("2027-04-01"), tick=False):
        assert set(events(client)) == {"将要开的会"}


def test_a_meeting_that_was_moved_is_in_the_calendar_once(cast: Cast, owe: Owe, client: Client) -> None:
    obligation = owe(22, "2026-03-02")
    for on, time in (("2026-03-02", "2026年3月10日9:00"), ("2026-03-03", "2026年3月11日9:00")):
        publish(obligation=obligation, content=meeting(time), dated_on=date(2026, 3, 2), by=cast.clerk, at=noon(on))
    with time_machine.travel(noon("2026-03-04"), tick=False):
        (event,) = events(client).values()
    assert event["dtstart"].dt.isoformat() == "2026-03-11T01:00:00+00:00"


def test_the_sitemap_says_when_a_version_last_changed(cast: Cast, owe: Owe, client: Client) -> None:
    version = published(cast, owe)
    withdrawn(cast, version, "2026-03-09")
    text = client.get("/c/jinan/sitemap-1.xml").content.decode()
    assert f"/v/{version.code}/</loc><lastmod>2026-03-09</lastmod>" in text
    assert "/c/neighbour/sitemap-1.xml" in client.get("/sitemap.xml").content.decode()


def test_robots_are_kept_from_the_desk_and_told_of_the_sitemap(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /desk/", "Disallow: /admin/"} <= set(lines)
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
