"""Packs: maps as data, the desk's downloads, what they tell and what they never tell."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from mingbai.carriers.reports import report_of
from mingbai.catalogues.models import Item
from mingbai.communities.models import Role, User
from mingbai.disclosures.queries import visible_versions
from mingbai.outgoing.dictionary import dictionary
from mingbai.outgoing.packs import DATES, Column, PackError, PackOut, fields_of, packs, read_pack
from mingbai.outgoing.rows import ROWS
from mingbai.outgoing.shapes import CommunityOut
from tests.apps.conftest import DAY

DOCS = Path(__file__).parents[2] / "docs"
GOOD: dict[str, Any] = {
    "name": "导入表",
    "files": ["csv", "xlsx"],
    "sheets": [{"name": "导入", "rows": "versions", "columns": [{"heading": "标题", "field": "title"}]}],
}


@pytest.fixture
def desk(demo: Any, db: None, settings: Any, tmp_path: Path) -> Iterator[Client]:
    """The clerk's desk on the demo's day, with an operator's folder that is still empty."""
    settings.PACKS_DIR = str(tmp_path)
    client = Client()
    client.force_login(User.objects.get(username="clerk"), backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(DAY, tick=False):
        yield client


def rows_of(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))


def put(folder: Path, code: str, **changed: Any) -> None:
    (folder / f"{code}.json").write_text(json.dumps({**GOOD, **changed}, ensure_ascii=False), encoding="utf-8")


def sheet(*columns: dict[str, Any], rows: str = "versions") -> list[dict[str, Any]]:
    return [{"name": "导入", "rows": rows, "columns": list(columns)}]


def test_the_ledger_lists_every_visible_version_of_the_year_once(demo: Any, desk: Client) -> None:
    header, *rows = rows_of(desk.post(f"/desk/{demo.slug}/packs/ledger-2026.csv"))
    codes = [row[header.index("短码")] for row in rows]
    visible = visible_versions(demo).filter(published_on__year=2026)
    assert sorted(codes) == sorted(visible.values_list("code", flat=True)) and len(codes) > 50
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert {row[header.index("现在的状态")] for row in rows} <= {
        "现行有效",
        "已被新版替换",
        "公示期已满",
        "已撤下",
        "尚未张贴",
    }


def test_what_only_some_may_see_is_in_no_pack(demo: Any, desk: Client, tmp_path: Path) -> None:
    version = visible_versions(demo).filter(published_on__year=2026, postings__isnull=False).order_by("pk")[0]
    Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
    for rows in ("versions", "postings", "obligations"):
        field = {"versions": "code", "postings": "version", "obligations": "versions"}[rows]
        put(tmp_path, rows, sheets=sheet({"heading": "版本", "field": field}, rows=rows))
        told = rows_of(desk.post(f"/desk/{demo.slug}/packs/{rows}-2026.csv"))
        assert len(told) > 10 and not any(version.code in row[0] for row in told)


def test_excel_and_csv_say_the_same(demo: Any, desk: Client) -> None:
    csv_rows = rows_of(desk.post(f"/desk/{demo.slug}/packs/ledger-2026.csv"))
    response = desk.post(f"/desk/{demo.slug}/packs/ledger-2026.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    told = [[_plain(cell) for cell in row] for row in book.get_sheet_by_name("台账").to_python()]
    assert told == csv_rows
    assert book.get_sheet_by_name("台账").to_python()[1][8].__class__ is date  # a day is a day, not a text


def _plain(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def test_the_same_day_makes_the_same_bytes(demo: Any, desk: Client) -> None:
    address = f"/desk/{demo.slug}/packs/civil-affairs-2026.xlsx"
    assert desk.post(address).content == desk.post(address).content


def test_the_return_says_what_the_report_says(demo: Any, desk: Client) -> None:
    response = desk.post(f"/desk/{demo.slug}/packs/civil-affairs-2026.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    header, *items = book.get_sheet_by_name("公开事项").to_python()
    report = report_of(demo, 2026, DAY.date())
    place = header.index("应公开次数")
    assert sum(row[place] for row in items) == report.total.total > 0
    assert [sum(row[at] for row in items) for at in range(place + 1, place + 7)] == list(report.total.row)
    published = visible_versions(demo).filter(published_on__year=2026).count()
    assert sum(row[header.index("发布份数")] for row in items) == published
    head, *people = book.get_sheet_by_name("人员").to_python()
    told = {row[head.index("身份")]: row[head.index("人数")] for row in people}
    for kind in Role.Kind:
        assert told[kind.label] == Role.objects.filter(community=demo, kind=kind, ended_at=None).count()
    assert told[Role.Kind.SUPERVISION_MEMBER.label] > 0
    names = [str(role.user) for role in Role.objects.filter(community=demo)]
    assert not any(name in str(book.get_sheet_by_name("人员").to_python()) for name in names)
    head, *carriers = book.get_sheet_by_name("公开载体").to_python()
    assert [row[head.index("载体")] for row in carriers] == [carrier.name for carrier in demo.carriers.all()]


def test_what_was_taken_down_keeps_only_its_line(demo: Any, desk: Client) -> None:
    gone = visible_versions(demo).filter(withdrawal__confirmed_at__isnull=False)
    header, *rows = rows_of(desk.post(f"/desk/{demo.slug}/packs/ledger-2026.csv"))
    titles = {row[header.index("短码")]: row[header.index("标题")] for row in rows}
    assert all(titles[version.code].endswith("（内容已撤下）") for version in gone)


def test_an_operators_map_works_at_once(demo: Any, desk: Client, tmp_path: Path) -> None:
    columns = (
        {"heading": "=单位", "text": "=1+1"},
        {"heading": "发布", "field": "published_on", "date": "2026年10月4日"},
        {"heading": "现行", "field": "status", "words": {"current": "是", "over": "否"}},
        {"heading": "年", "field": "year"},
        {"heading": "社区", "field": "community.name"},
    )
    put(tmp_path, "mine", sheets=sheet(*columns))
    assert "导入表" in desk.get(f"/desk/{demo.slug}/packs/").content.decode()
    header, *rows = rows_of(desk.post(f"/desk/{demo.slug}/packs/mine-2026.csv"))
    assert header[0] == "'=单位" and {row[0] for row in rows} == {"'=1+1"}
    assert all(re.fullmatch(r"2026年\d{1,2}月\d{1,2}日", row[1]) for row in rows)
    assert {"是", "否"} <= {row[2] for row in rows}
    assert {(row[3], row[4]) for row in rows} == {("2026", demo.name)}
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.post(f"/desk/{demo.slug}/packs/mine-2026.xlsx").content))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == [row[0] for row in [header, *rows]]


@pytest.mark.parametrize("rows", sorted(ROWS))
def test_every_field_that_a_map_may_name_has_a_value(demo: Any, desk: Client, tmp_path: Path, rows: str) -> None:
    """Each kind of rows with all of its fields: what the shape promises, the rows hold."""
    columns = [{"heading": name, "field": name} for name in fields_of(rows)]
    put(tmp_path, "all", sheets=sheet(*columns, rows=rows))
    header, *told = rows_of(desk.post(f"/desk/{demo.slug}/packs/all-2026.csv"))
    assert header == list(fields_of(rows)) and told
    assert all(len(row) == len(header) for row in told)


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"sheets": sheet({"heading": "标题", "field": "titel"})},
        ["第1张表第1列“标题”", "titel", "title", "community.name"],
    ),
    ({"sheets": sheet({"heading": "标题", "field": "people"})}, ["people", "published_on"]),
    ({"sheets": sheet({"heading": "标题"})}, ["第1列“标题”", "field", "text"]),
    ({"sheets": sheet({"heading": "标题", "field": "title", "text": "x"})}, ["field", "text"]),
    ({"sheets": sheet({"heading": "标题", "text": "x", "date": "20261004"})}, ["date", "heading、text"]),
    ({"sheets": sheet({"heading": "标题", "field": "title", "date": "20261004"})}, ["title", "不是日期"]),
    ({"sheets": sheet({"heading": "日期", "field": "dated_on", "date": "%Y"})}, ["%Y", *DATES]),
    ({"sheets": sheet({"heading": "标题", "field": "title", "words": {"a": 1}})}, ["words"]),
    ({"sheets": sheet({"heading": "标题", "field": "title", "format": "x"})}, ["format", "words"]),
    ({"sheets": sheet({"field": "title"})}, ["第1张表第1列", "heading"]),
    ({"sheets": sheet({"heading": "", "field": "title"})}, ["heading"]),
    ({"sheets": sheet({"heading": "甲", "field": "title"}, {"heading": "甲", "field": "code"})}, ["甲", "重复"]),
    ({"sheets": sheet(rows="versions")}, ["columns"]),
    ({"sheets": sheet({"heading": "甲", "field": "title"}, rows="people")}, ["people", "versions", "committee"]),
    ({"sheets": [*GOOD["sheets"], {**GOOD["sheets"][0], "name": "二"}]}, ["CSV"]),
    ({"sheets": GOOD["sheets"] * 2, "files": ["xlsx"]}, ["重复"]),
    ({"sheets": [{**GOOD["sheets"][0], "name": "a/b"}]}, ["name"]),
    ({"sheets": [{**GOOD["sheets"][0], "name": "长" * 32}]}, ["31"]),
    ({"sheets": "x"}, ["sheets"]),
    ({"sheets": ["x"]}, ["第1张表"]),
    ({"files": ["pdf"]}, ["pdf", "xlsx", "csv"]),
    ({"files": [[]]}, ["files"]),
    ({"name": 7}, ["name"]),
    ({"more": 1}, ["more", "about"]),
]


@pytest.mark.parametrize(("changed", "said"), WRONG, ids=lambda value: str(value)[:60])
def test_a_bad_map_says_where_and_what_is_known(tmp_path: Path, changed: dict[str, Any], said: list[str]) -> None:
    put(tmp_path, "bad", **changed)
    with pytest.raises(PackError) as raised:
        read_pack(tmp_path / "bad.json")
    assert str(raised.value).startswith("bad.json：")
    assert all(word in str(raised.value) for word in said)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "null", '{"name": 1}', "\ud800", "{}" + " " * 300_000])
def test_what_is_no_map_at_all_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(PackError, match=r"^bad\.json："):
        read_pack(tmp_path / "bad.json")


def test_a_bad_map_doesnt_keep_the_others_back(demo: Any, desk: Client, tmp_path: Path, settings: Any) -> None:
    put(tmp_path, "bad", files=["pdf"])
    put(tmp_path, "Bad Name")
    answer = desk.get(f"/desk/{demo.slug}/packs/").content.decode()
    assert "bad.json：files：没有“pdf”" in answer and "居务公开台账" in answer and "文件名只能用" in answer
    assert desk.post(f"/desk/{demo.slug}/packs/ledger-2026.csv").status_code == 200
    settings.PACKS_DIR = str(tmp_path / "nowhere")
    assert "没有文件夹" in desk.get(f"/desk/{demo.slug}/packs/").content.decode()


def test_a_map_of_the_operators_takes_the_place_of_one_that_ships(tmp_path: Path) -> None:
    put(tmp_path, "ledger")
    found, wrong = packs(str(tmp_path))
    assert not wrong and sorted(pack.code for pack in found) == ["civil-affairs", "ledger"]
    assert {pack.code: pack.name for pack in found}["ledger"] == "导入表"


@pytest.mark.parametrize(
    "rest", ["ledger-1999.csv", "ledger-2031.csv", "civil-affairs-2026.csv", "ledger-2026.pdf", "nothing-2026.csv"]
)
def test_what_there_isnt_is_not_found(demo: Any, desk: Client, rest: str) -> None:
    assert desk.post(f"/desk/{demo.slug}/packs/{rest}").status_code == 404


@pytest.mark.parametrize("year", ["1999", "x", "2026' or", "²"])
def test_a_year_that_there_isnt_is_told(demo: Any, desk: Client, year: str) -> None:
    answer = desk.get(f"/desk/{demo.slug}/packs/", {"year": year})
    assert answer.status_code == 422 and "另选一年" in answer.content.decode()


def test_names_are_in_no_pack_even_where_a_title_is_long(fetch: Callable[..., Any]) -> None:
    """Contents of versions aren't fields at all: nothing out of a list can be named by a map."""
    assert not {"blocks", "rows", "attachments"} & {name for rows in ROWS for name in fields_of(rows)}


def test_words_replace_only_what_they_name() -> None:
    column = Column("状态", "state", words={"true": "是", "3": "三"})
    assert [column.value({"state": value}) for value in (True, False, 3, "3", None)] == ["是", False, "三", "三", None]


def test_the_document_names_every_field() -> None:
    text = (DOCS / "packs.md").read_text(encoding="utf-8")
    told = {
        part.split("`")[0]: re.findall(r"^\| `([\w.]+)` \| (.+) \|$", part, re.MULTILINE)
        for part in re.split(r"^`(?=\w+`: )", text, flags=re.MULTILINE)[1:]
    }
    assert told == {
        name: [(field, about.description) for field, about in rows.shape.model_fields.items()]
        for name, rows in ROWS.items()
    }
    for shape in (PackOut, *(rows.shape for rows in ROWS.values())):
        assert all(entry.meaning and entry.source and entry.type for entry in dictionary(shape))
    common = [*PackOut.model_fields, *(f"community.{name}" for name in CommunityOut.model_fields)]
    assert re.findall(r"^\| `([\w.]+)` \|", text.split("\n`versions`: ")[0], re.MULTILINE) == common
    for sample in DATES:
        assert f"`{sample}`" in text
