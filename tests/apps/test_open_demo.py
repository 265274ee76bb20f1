"""What machines read of the demo's year: feeds, sitemap, API and data files over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pydantic import BaseModel

from mingbai.carriers.queries import with_postings
from mingbai.carriers.statuses import STATUSES, version_status, with_status
from mingbai.catalogues.models import Item
from mingbai.communities.models import User
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import visible_versions
from mingbai.outgoing import shapes
from mingbai.outgoing.data_files import FILES
from mingbai.public.api import api
from mingbai.public.summaries import LONGEST
from mingbai.rules.days import legal_day
from tests.apps.conftest import DAY
from tests.apps.doors import entries, through
from tests.conftest import noon

Fetch = Callable[..., Any]
API = "/api/v1/communities/jinan"


def test_the_feed_has_the_newest_thirty_with_whole_addresses_and_ids_of_their_own(fetch: Fetch) -> None:
    newest = list(Version.objects.order_by("-published_at", "-pk").values_list("code", flat=True)[:30])
    response = fetch("/c/jinan/feed.xml")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = entries(Client())
    assert len(found) == 30 and set(found) <= {*newest, *Version.objects.values_list("replaces__code", flat=True)}
    for code, entry in found.items():
        assert re.fullmatch(rf"tag:localhost,\d{{4}}-\d\d-\d\d:{code}", entry["id"])
        assert entry["link"] == f"http://testserver/c/jinan/v/{code}/"
        assert datetime.fromisoformat(entry["updated"]) >= datetime.fromisoformat(entry["published"])
        assert 0 < len(entry["summary"]) <= LONGEST + 200
    moments = [entry["updated"] for entry in found.values()]
    assert moments == sorted(moments, reverse=True)


def test_pages_tell_where_their_feed_is(fetch: Fetch) -> None:
    for page in ("/c/jinan/", "/c/jinan/items/15/"):
        link = re.search(
            r'<link rel="alternate" type="application/atom\+xml"[^>]*href="([^"]+)"', fetch(page).content.decode()
        )
        assert link is not None and fetch(link[1]).status_code == 200


def test_the_feed_of_an_item_has_only_its_versions(fetch: Fetch) -> None:
    mine = Version.objects.filter(disclosure__obligation__occurrence__item__code="15")
    assert set(entries(Client(), "/c/jinan/items/15/feed.xml")) == set(mine.values_list("code", flat=True))
    assert fetch("/c/jinan/items/99/feed.xml").status_code == 404
    assert fetch("/c/nowhere/feed.xml").status_code == 404


def test_the_ids_come_from_the_public_address_and_not_from_who_asks(fetch: Fetch, settings: Any) -> None:
    settings.PUBLIC_URL = "https://gongkai.example.org"
    for entry in entries(Client(HTTP_HOST="127.0.0.1")).values():
        assert entry["id"].startswith("tag:gongkai.example.org,")
        assert entry["link"].startswith("https://gongkai.example.org/c/jinan/v/")


def test_the_sitemap_lists_what_there_is_and_every_address_opens(fetch: Fetch) -> None:
    (community,) = re.findall("<loc>http://testserver([^<]+)</loc>", fetch("/sitemap.xml").content.decode())
    places = re.findall("<loc>http://testserver([^<]+)</loc>", fetch(community).content.decode())
    versions = {place for place in places if "/v/" in place}
    assert versions == {f"/c/jinan/v/{code}/" for code in Version.objects.values_list("code", flat=True)}
    for place in set(places) - versions:
        assert fetch(place).status_code == 200, place
    assert len([place for place in places if "/items/" in place]) == 23
    assert fetch("/c/jinan/sitemap-2.xml").status_code == 404
    assert fetch(f"/c/jinan/sitemap-{'9' * 30}.xml").status_code == 404


@pytest.mark.parametrize(
    ("path", "most"),
    [("/c/jinan/feed.xml", 8), ("/c/jinan/meetings.ics", 5), ("/c/jinan/sitemap-1.xml", 18), ("/sitemap.xml", 3)],
)
def test_feeds_need_a_bounded_number_of_queries(
    fetch: Fetch, django_assert_max_num_queries: Callable[[int], Any], path: str, most: int
) -> None:
    with django_assert_max_num_queries(most):
        assert fetch(path).status_code == 200


def test_the_pages_of_the_api_lead_to_every_version_once(fetch: Fetch) -> None:
    seen: list[str] = []
    following: str | None = f"{API}/versions?limit=20&year=2026"
    while following is not None:
        page = fetch(following.removeprefix("http://testserver")).json()
        assert page["limit"] == 20 and page["offset"] == len(seen)
        seen += [version["code"] for version in page["versions"]]
        following = page["next"]
        assert following is None or "year=2026" in following
    assert len(seen) == page["total"] == Version.objects.count()
    assert len(set(seen)) == len(seen)
    assert "offset=60" in page["previous"]


@pytest.mark.parametrize("day", ["2026-03-01", "2026-06-30", "2026-11-23", "2027-03-01"])
def test_a_status_is_chosen_by_the_database_as_it_is_judged_of_one(fetch: Fetch, day: str) -> None:
    on = date.fromisoformat(day)
    versions = with_postings(visible_versions().select_related("withdrawal", "replaced_by"))
    judged = {version.code: version_status(version, list(version.postings.all()), on).kind for version in versions}
    assert {"current", "replaced"} < set(judged.values())
    for status in STATUSES:
        chosen = {version.code for version in with_status(versions, status, on)}
        assert chosen == {code for code, kind in judged.items() if kind == status}, status


def test_versions_are_found_by_item_year_and_status(fetch: Fetch) -> None:
    for query, holds in (
        ("item=15", lambda version: version["item"] == "15"),
        ("year=2026", lambda version: version["published_on"].startswith("2026-")),
        ("status=over", lambda version: version["status"] == "over"),
    ):
        page = fetch(f"{API}/versions?limit=100&{query}").json()
        assert page["total"] > 0 and all(map(holds, page["versions"])), query
    assert fetch(f"{API}/versions?year=2020").json()["total"] == 0


def test_obligations_are_found_by_state_item_and_day(fetch: Fetch) -> None:
    (late,) = fetch(f"{API}/obligations?state=overdue").json()
    due = late["due_on"]
    assert late in fetch(f"{API}/obligations?item={late['item']}&due_from={due}&due_until={due}").json()
    for one in fetch(f"{API}/obligations?due_from=2026-10-01&due_until=2026-12-31").json():
        assert "2026-10-01" <= one["due_on"] <= "2026-12-31"
    assert fetch(f"{API}/obligations?item=nothing").json() == []


def test_postings_are_found_by_a_day_on_which_they_hung(fetch: Fetch) -> None:
    page = fetch(f"{API}/postings?on=2026-11-23&limit=100").json()
    hanging = {posting["title"] for posting in page["postings"]}
    assert "2026年第四次居民代表会议情况" in hanging and page["total"] == len(page["postings"]) > 5
    assert all(posting["from_on"] <= "2026-11-23" for posting in page["postings"])
    assert fetch(f"{API}/postings?on=2025-01-01").json()["total"] == 0


def test_the_calendar_says_what_each_day_is_and_why(fetch: Fetch) -> None:
    year = fetch("/api/v1/calendar/2026").json()
    days = {day["on"]: day for day in year["days"]}
    assert len(days) == 365 and not year["projected"]
    assert days["2026-09-20"]["kind"] == "make_up" and "2026年部分节假日" in days["2026-09-20"]["source"]
    projected = fetch("/api/v1/calendar/2027").json()
    assert projected["projected"] and all(day["projected"] for day in projected["days"])
    assert fetch("/api/v1/calendar/1949").status_code == 404


def test_the_findings_are_those_of_the_catalogue_page(fetch: Fetch) -> None:
    page = fetch("/c/jinan/catalogue/").content.decode()
    findings = fetch(f"{API}/catalogue/findings").json()
    assert len(findings) > 4
    assert all(finding["text"] in page for finding in findings)


def test_a_mirror_follows_the_changes_to_the_end_without_learning_who_acted(fetch: Fetch) -> None:
    changes: list[dict[str, Any]] = []
    last, more = 0, True
    while more:
        answer = fetch(f"{API}/changes?after={last}&limit=40").json()
        assert all(change["event"] > last for change in answer["changes"])
        changes += answer["changes"]
        last, more = answer["last"], answer["more"]
    published = [change["version"] for change in changes if change["act"] in ("published", "corrected")]
    assert sorted(published) == sorted(Version.objects.values_list("code", flat=True))
    assert [change["event"] for change in changes] == sorted(change["event"] for change in changes)
    assert {"posted", "taken_down"} < {change["act"] for change in changes}
    assert set(changes[0]) == set(shapes.ChangeOut.model_fields)
    assert not any(user.display_name in str(changes) for user in User.objects.all())
    assert fetch(f"{API}/changes?after={last}").json() == {"changes": [], "last": last, "more": False}


def test_no_door_names_anybody_whose_display_has_ended(fetch: Fetch) -> None:
    """Every list of the year, half a year later, at every door; the database still holds the names."""
    checked = 0
    with time_machine.travel(noon("2027-06-01"), tick=False):
        for version in visible_versions():
            names = {
                row[0] for block in version.content.blocks if block["kind"] == "person_list" for row in block["rows"]
            }
            last = [posting.until_on for posting in version.postings.all()]
            if not names or None in last:
                continue
            item = version.disclosure.obligation.occurrence.item.code
            for door, said in through(Client(), "jinan", version.code, item).items():
                assert said or door.endswith("meetings.ics"), door
                assert not [name for name in names if f'"{name}"' in said or f",{name}," in said], door
            whole = json.loads(said_by_api(fetch, version.code))
            lists = [block for block in whole["blocks"] if block["kind"] == "person_list"]
            assert lists and all(block["rows"] == [] and block["reduced"]["count"] for block in lists)
            checked += 1
            if checked == 3:
                break
    assert checked == 3


def said_by_api(fetch: Fetch, code: str) -> str:
    return str(fetch(f"{API}/versions/{code}").content.decode())


def test_json_lines_hold_every_version_as_the_api_tells_it(fetch: Fetch) -> None:
    response = fetch("/c/jinan/data/versions.jsonl")
    assert response.headers["Content-Type"] == "application/jsonl; charset=utf-8" and response.streaming
    lines = [json.loads(line) for line in response.getvalue().decode().splitlines()]
    assert len(lines) == Version.objects.count()
    for line in lines[:5]:
        assert line == json.loads(said_by_api(fetch, line["code"]))


@pytest.mark.parametrize("file", [file for file in FILES if file.is_csv], ids=lambda file: file.name)
def test_a_csv_file_has_its_fields_and_a_row_for_each(fetch: Fetch, file: Any) -> None:
    data = fetch(f"/c/jinan/data/{file.name}").getvalue()
    assert data.startswith("\ufeff".encode())
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert tuple(header) == file.fields == tuple(file.shape.model_fields)
    assert rows and {len(row) for row in rows} == {len(header)}
    if file.name == "catalogue.csv":
        assert len(rows) == Item.objects.count() == 23


def test_the_dictionary_tells_every_field_of_every_file(fetch: Fetch) -> None:
    page = fetch("/c/jinan/data/dictionary/").content.decode()
    for file in FILES:
        assert file.name in page
        for entry in file.entries:
            assert entry.meaning and entry.source and entry.type
            assert f"<code>{entry.name}</code></th><td>{entry.type}</td><td>" in page
    names = {entry.name for entry in FILES[0].entries}
    lines = fetch("/c/jinan/data/versions.jsonl").getvalue().decode().splitlines()
    assert {name for line in lines for name in told_names(json.loads(line))} <= names


def told_names(value: Any, inside: str = "") -> set[str]:
    """The names of all fields that a value of JSON holds, as the dictionary writes them, without open-ended ones."""
    if isinstance(value, list):
        return {name for one in value for name in told_names(one, inside)}
    if not isinstance(value, dict):
        return set()
    names = {inside + key for key in value}
    nested = {key: part for key, part in value.items() if inside + key in ("carriers", "blocks", "attachments")}
    return names.union(*(told_names(part, f"{inside}{key}.") for key, part in nested.items()))


def test_nothing_that_a_version_says_is_left_out_by_the_shapes(fetch: Fetch) -> None:
    for version in Version.objects.all():
        for block in version.content_data["blocks"]:
            assert set(block) <= set(shapes.BlockOut.model_fields), version.title


def test_every_field_of_the_api_has_its_meaning_and_its_source() -> None:
    told = [shape for shape in vars(shapes).values() if isinstance(shape, type) and issubclass(shape, BaseModel)]
    assert len(told) > 15
    for shape in told:
        for name, field in shape.model_fields.items():
            extra = field.json_schema_extra
            assert field.description and isinstance(extra, dict) and extra["x-source"], f"{shape.__name__}.{name}"


def test_every_operation_tells_all_its_answers(fetch: Fetch) -> None:
    document = fetch("/api/v1/openapi.json")
    assert document.headers["Access-Control-Allow-Origin"] == "*"
    for path, operations in document.json()["paths"].items():
        assert set(operations) == {"get"}, path
        answers = operations["get"]["responses"]
        assert set(answers) == {"200", "304", "404", "422"}, path
        for status in ("404", "422"):
            schema = answers[status]["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith("/ErrorOut"), path
    assert len(api.get_openapi_schema()["paths"]) == 17


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("communities/nowhere", 404, "没有这个社区"),
        ("communities/jinan/items/99", 404, "没有这个事项"),
        ("communities/jinan/versions?limit=101", 422, "参数 limit 不能大于100。"),
        ("communities/jinan/versions?status=gone", 422, "只能是 current, replaced"),
        ("communities/jinan/postings?on=0", 422, "参数 on 应是日期"),
        ("communities/jinan/changes?after=x", 422, "参数 after 应是整数。"),
        ("nothing/here", 404, "没有这个地址"),
        ("communities?x=%00", 404, "没有这个地址"),
    ],
)
def test_every_error_has_one_shape_and_a_chinese_sentence(fetch: Fetch, path: str, status: int, words: str) -> None:
    response = fetch(f"/api/v1/{path}")
    assert response.status_code == status
    assert set(response.json()) == {"detail"} and words in response.json()["detail"]
    assert response.headers["Access-Control-Allow-Origin"] == "*" and "ETag" not in response.headers


def test_other_sites_may_read_data_and_not_pages(fetch: Fetch) -> None:
    for path in (f"{API}/versions", "/c/jinan/data/versions.jsonl", "/c/jinan/data/catalogue.csv"):
        assert fetch(path, origin="https://elsewhere.example").headers["Access-Control-Allow-Origin"] == "*"
    for path in ("/c/jinan/", "/c/jinan/data/", "/desk/login/"):
        assert "Access-Control-Allow-Origin" not in fetch(path).headers


@pytest.mark.parametrize(
    "path",
    [f"{API}/versions", "/api/v1/communities", "/c/jinan/feed.xml", "/c/jinan/data/versions.csv", "/sitemap.xml"],
)
def test_what_has_not_changed_is_not_sent_again_until_the_day_is_over(fetch: Fetch, path: str) -> None:
    first = fetch(path)
    etag = {"if-none-match": first.headers["ETag"]}
    assert first.status_code == 200 and "no-cache" in first.headers["Cache-Control"]
    again = fetch(path, **etag)
    assert again.status_code == 304 and not again.content and again.headers["ETag"] == first.headers["ETag"]
    with time_machine.travel(noon(legal_day(DAY).replace(day=24)), tick=False):
        assert Client().get(path, headers=etag).status_code == 200


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"{API}/versions?limit=100", 6),
        (f"{API}/versions?status=over&item=15&year=2026", 6),
        (f"{API}/changes", 6),
        (f"{API}/postings", 4),
        ("/c/jinan/data/versions.jsonl", 6),
        ("/c/jinan/data/versions.csv", 5),
        ("/c/jinan/data/postings.csv", 4),
    ],
)
def test_the_api_and_the_data_need_a_bounded_number_of_queries(
    fetch: Fetch, django_assert_max_num_queries: Callable[[int], Any], path: str, most: int
) -> None:
    with django_assert_max_num_queries(most):
        assert fetch(path).getvalue()
