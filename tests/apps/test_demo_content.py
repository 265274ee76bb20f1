"""The demo's year of 金安社区: complete, adding up, in order, and naming nobody. Needs no database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mingbai.disclosures.content import Content, decimal_of, read_content

ROOT = Path(__file__).parents[2]
DEMO: dict[str, Any] = json.loads((ROOT / "mingbai/data/demo/jinan-2026.json").read_text("utf-8"))
ITEMS: dict[int, dict[str, Any]] = {
    item["number"]: item for item in json.loads((ROOT / "tests/data/jinan.json").read_text("utf-8"))["items"]
}
YEAR_2026: dict[str, Any] = json.loads((ROOT / "mingbai/data/workdays/2026.json").read_text("utf-8"))
OCCURRENCES: list[dict[str, Any]] = DEMO["occurrences"]
WRITTEN_UNTIL = date(2026, 11, 20)  # the year is told up to here
LOOKED_AT_ON = date(2026, 11, 23)
SUMMED = {"money", "number"}


def versions(occurrence: dict[str, Any]) -> list[dict[str, Any]]:
    first: list[dict[str, Any]] = [occurrence["disclosure"]] if occurrence["disclosure"] else []
    return [*first, *occurrence.get("versions_later", [])]


def blocks(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for occurrence in OCCURRENCES:
        for version in versions(occurrence):
            for block in version["blocks"]:
                if block["kind"] == kind:
                    yield version["title"], block


def covered(occurrence: dict[str, Any]) -> list[int]:
    """The elements that the occurrence's duty covers: a duty that names its part covers that part alone."""
    item = ITEMS[occurrence["item"]]
    everything = list(range(1, len(item["elements"]) + 1))
    return [occurrence["duty"]] if len(item["time_limit"]["duties"]) > 1 else everything


def working(day: date) -> bool:
    if day.isoformat() in YEAR_2026["work"]:
        return True
    return day.weekday() < 5 and day.isoformat() not in YEAR_2026["off"]


def due_on(occurrence: dict[str, Any]) -> date | None:
    due = ITEMS[occurrence["item"]]["time_limit"]["duties"][occurrence["duty"] - 1]["due"]
    day = date.fromisoformat(occurrence["on"])
    if due["kind"] == "immediate":
        return day
    if due["kind"] != "days":
        return None
    if due["unit"] == "calendar_day":
        day += timedelta(due["count"])
        while not working(day):
            day += timedelta(1)
        return day
    for _ in range(due["count"]):
        day += timedelta(1)
        while not working(day):
            day += timedelta(1)
    return day


def met_on(occurrence: dict[str, Any]) -> date | None:
    first = occurrence["disclosure"]
    if first is None or first["board_on"] is None:
        return None
    return max(date.fromisoformat(first["platform_on"]), date.fromisoformat(first["board_on"]))


def label(occurrence: dict[str, Any]) -> str:
    return f"{occurrence['item']}-{occurrence['on']}-duty{occurrence['duty']}"


each_occurrence = pytest.mark.parametrize("occurrence", OCCURRENCES, ids=label)


def test_every_item_of_the_catalogue_has_a_published_version() -> None:
    assert {o["item"] for o in OCCURRENCES if o["disclosure"]} == set(ITEMS)


@each_occurrence
def test_blocks_are_the_elements_of_the_duty_in_order(occurrence: dict[str, Any]) -> None:
    for version in versions(occurrence):
        assert read_content({"title": version["title"], "blocks": version["blocks"]}).elements == tuple(
            covered(occurrence)
        )


@each_occurrence
def test_days_are_in_order_and_in_the_year(occurrence: dict[str, Any]) -> None:
    on = date.fromisoformat(occurrence["on"])
    assert date.fromisoformat(DEMO["adopted_on"]) <= on <= WRITTEN_UNTIL
    before = on
    for version in versions(occurrence):
        dated, platform = date.fromisoformat(version["dated_on"]), date.fromisoformat(version["platform_on"])
        assert before <= dated <= platform <= WRITTEN_UNTIL
        assert working(platform)
        assert (version["board_on"] is None) == (version["board_evidence"] is None)
        if version["board_on"] is not None:
            assert platform <= date.fromisoformat(version["board_on"]) <= WRITTEN_UNTIL
        before = platform


def test_occurrences_stand_in_the_order_of_the_year() -> None:
    assert [o["on"] for o in OCCURRENCES] == sorted(o["on"] for o in OCCURRENCES)
    assert all(date.fromisoformat(a["on"]) > date.fromisoformat(a["quarter_end"]) for a in DEMO["absences"])


@each_occurrence
def test_the_kind_of_occurrence_is_what_the_duty_waits_for(occurrence: dict[str, Any]) -> None:
    trigger = ITEMS[occurrence["item"]]["time_limit"]["duties"][occurrence["duty"] - 1]["trigger"]
    kinds = {"accounting_period": {"period"}, "change": {"adoption", "event"}}.get(trigger, {"event"})
    assert occurrence["kind"] in kinds
    assert occurrence["kind"] != "adoption" or occurrence["on"] == DEMO["adopted_on"]
    assert occurrence["kind"] != "period" or occurrence["on"][5:] in {"03-31", "06-30", "09-30"}


def test_adoption_starts_every_duty_of_change() -> None:
    waiting = {n for n, item in ITEMS.items() if item["time_limit"]["duties"][0]["trigger"] == "change"}
    assert {o["item"] for o in OCCURRENCES if o["kind"] == "adoption"} == waiting


def test_totals_are_the_sums_of_their_columns() -> None:
    totals = 0
    for kind in ("table", "person_list"):
        for title, block in blocks(kind):
            if block["total"] is None:
                continue
            for place, column in enumerate(block["columns"]):
                stated = decimal_of(block["total"][place])
                if column["type"] not in SUMMED or stated is None:
                    continue
                totals += 1
                assert stated == sum(decimal_of(row[place]) or 0 for row in block["rows"]), (title, column["label"])
    assert totals > 40


def test_money_is_written_with_two_decimals() -> None:
    for kind in ("table", "person_list"):
        for title, block in blocks(kind):
            for place, column in enumerate(block["columns"]):
                if column["type"] == "money":
                    for row in block["rows"]:
                        assert re.fullmatch(r"(\d+\.\d\d)?", row[place]), (title, row)


def finances() -> list[dict[str, Any]]:
    return [o["disclosure"] for o in OCCURRENCES if o["item"] == 6]


def summary(version: dict[str, Any]) -> dict[str, list[Decimal]]:
    """期初结存, 本期收入, 本期支出, 期末结存 → cash, bank, both."""
    return {row[0]: [Decimal(cell) for cell in row[1:]] for row in version["blocks"][0]["rows"]}


def test_each_quarter_closes_as_it_should_and_opens_the_next() -> None:
    quarters = [summary(version) for version in finances()]
    assert len(quarters) == 3
    for quarter in quarters:
        for opened, came, went, closed in zip(*quarter.values(), strict=True):
            assert opened + came - went == closed
        assert all(cash + bank == both for cash, bank, both in quarter.values())
    for earlier, later in zip(quarters, quarters[1:], strict=False):
        assert earlier["期末结存"] == later["期初结存"]


def test_the_year_opens_with_what_the_last_one_left() -> None:
    for version in finances():
        left = version["blocks"][3]["total"]
        assert Decimal(left[1]) == summary(finances()[0])["期初结存"][2]


def test_every_quarter_s_lines_add_up_to_its_summary() -> None:
    for version in finances():
        lines = version["blocks"][2]
        for place, name in ((3, "本期收入"), (4, "本期支出")):
            assert Decimal(lines["total"][place]) == summary(version)[name][2]
            for account, column in (("现金", 0), ("银行", 1)):
                rows = [row for row in lines["rows"] if row[2] == account]
                assert sum(decimal_of(row[place]) or 0 for row in rows) == summary(version)[name][column]


def test_the_budget_s_running_figures_are_those_of_the_quarters() -> None:
    came = went = Decimal(0)
    for version in finances():
        came += summary(version)["本期收入"][2]
        went += summary(version)["本期支出"][2]
        budget = version["blocks"][1]["total"]
        assert [Decimal(cell) for cell in budget[3:]] == [came, went]
        assert budget[1] == budget[2]


def test_names_in_lists_are_masked_and_each_list_has_its_ground() -> None:
    lists = list(blocks("person_list"))
    assert {title for title, _ in lists}
    for title, block in lists:
        assert "《个人信息保护法》第十三条" in block["ground"]
        places = [place for place, column in enumerate(block["columns"]) if column["type"] == "name"]
        assert len(places) == 1
        for row in block["rows"]:
            assert re.fullmatch(r"[一-龥]\*", row[places[0]]), (title, row)


def test_personal_items_show_persons_only_in_lists() -> None:
    with_lists = {
        o["item"] for o in OCCURRENCES for v in versions(o) for b in v["blocks"] if b["kind"] == "person_list"
    }
    assert with_lists == {5, 13, 14, 15, 16, 17, 19}
    for occurrence in OCCURRENCES:
        for version in versions(occurrence):
            content: Content = read_content({"title": version["title"], "blocks": version["blocks"]}).without_names()
            assert not re.search(r"[一-龥]\*", json.dumps(content.to_json(), ensure_ascii=False)), version["title"]


def test_no_number_looks_like_a_phone_or_an_identity_card() -> None:
    text = json.dumps(DEMO, ensure_ascii=False)
    assert not re.search(r"\d{8,}", text)
    joined = re.sub(r"(?<=\d)[ -](?=\d)", "", re.sub(r"\d{4}-\d\d-\d\d", "", text))
    assert not re.search(r"(?<!\d)(\d{11}|\d{17}[\dXx])(?!\d)", joined)
    assert set(re.findall(r"0\d{3}-(\d{4}) \d{4}", text)) == {"0000"}


def test_the_year_has_late_ones_one_overdue_and_some_still_owed() -> None:
    late: list[dict[str, Any]] = []
    overdue: list[dict[str, Any]] = []
    owed: list[dict[str, Any]] = []
    for occurrence in OCCURRENCES:
        due, met = due_on(occurrence), met_on(occurrence)
        if due is None:
            continue
        if met is None:
            (overdue if due < LOOKED_AT_ON else owed).append(occurrence)
        elif met > due:
            late.append(occurrence)
    assert len(late) >= 3
    assert [o["item"] for o in overdue] == [21]
    assert {o["item"] for o in owed} == {8, 9}
    assert [o["item"] for o in owed if o["disclosure"]] == [9]  # on the platform, not on the board


def test_absences_are_stated_only_for_items_that_were_silent() -> None:
    starts = {"2026-03-31": "2026-01-01", "2026-06-30": "2026-04-01", "2026-09-30": "2026-07-01"}
    assert {a["quarter_end"] for a in DEMO["absences"]} == set(starts)
    for absence in DEMO["absences"]:
        end = absence["quarter_end"]
        happened = {o["item"] for o in OCCURRENCES if starts[end] <= o["on"] <= end}
        assert absence["items"]
        assert not happened & set(absence["items"])
        assert absence["reason"]
    stated = next(a for a in DEMO["absences"] if a["quarter_end"] == "2026-06-30")
    assert {18, 19} <= set(stated["items"])


def test_several_items_are_on_show_now() -> None:
    recent = {
        o["item"]
        for o in OCCURRENCES
        for v in versions(o)
        if v["platform_on"] > (LOOKED_AT_ON - timedelta(15)).isoformat()
    }
    assert len(recent) >= 6


def test_the_people_have_the_three_roles() -> None:
    assert {person["role"] for person in DEMO["people"]} == {"director", "clerk", "supervision_member"}
    assert DEMO["community"]["body"] == ITEMS[1]["body"]
