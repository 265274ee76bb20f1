"""What machines may read after something happened: tombstones, changes, and what stays behind closed doors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import publish, put_up
from mingbai.catalogues.models import Item
from mingbai.disclosures.actions import reduce_personal
from mingbai.disclosures.models import Version
from mingbai.obligations.actions import void_occurrence
from mingbai.obligations.models import Obligation
from mingbai.outgoing.spreadsheets import cell_of, csv_lines
from tests.apps.doors import addresses, through
from tests.apps.test_feeds import meeting, withdrawn
from tests.conftest import Cast, names_list, noon, paragraphs
from tests.desk.test_after import attached, board, corrected, published

Owe = Callable[..., Obligation]
API = "/api/v1/communities/jinan"


def changes(client: Client, slug: str = "jinan") -> list[tuple[str, str]]:
    answer = client.get(f"/api/v1/communities/{slug}/changes").json()
    return [(change["act"], change["version"]) for change in answer["changes"]]


@pytest.mark.parametrize("kind", ["personal_data", "legal_order"])
def test_what_was_taken_down_stays_as_an_entry_without_its_content(
    cast: Cast, owe: Owe, client: Client, kind: str
) -> None:
    content, upload = attached()
    content["title"] = "王小二的事"
    version = publish(
        obligation=owe(22, "2026-03-02"),
        content=content,
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon("2026-03-02"),
        files=[upload],
    )
    before = client.get(f"{API}/versions/{version.code}").json()
    (file,) = before["attachments"]
    assert file["sha256"] == upload.sha256 and client.get(file["url"]).status_code == 200
    withdrawn(cast, version, "2026-03-04", kind)
    after = client.get(f"{API}/versions/{version.code}")
    assert after.status_code == 200
    told = after.json()
    assert (told["withdrawn_on"], told["withdrawal_kind"]) == ("2026-03-04", kind)
    assert told["withdrawal_reason"] == "不该公开"
    assert client.get(f"{API}/versions?status=taken_down").json()["total"] == 1
    assert told["status"] == "taken_down" and told["blocks"] == told["attachments"] == []
    assert told["digest"] == before["digest"] and told["index_number"] == before["index_number"]
    for door, said in through(client, "jinan", version.code, "22").items():
        assert "王小二" not in said and upload.name not in said, door
    assert ("withdrawn", version.code) in changes(client)


def test_a_list_is_told_while_it_is_on_show_and_afterwards_only_counted(cast: Cast, owe: Owe, client: Client) -> None:
    version = published(cast, owe, 15, names_list(), "2026-02-11")
    put_up(version=version, carrier=board(version), on=date(2026, 2, 11), by=cast.clerk, at=noon("2026-02-11"))
    with time_machine.travel(noon("2026-02-12"), tick=False):
        said = through(client, "jinan", version.code, "15")
        told = {door for door, text in said.items() if "张*" in text}
        assert told == {f"{API}/versions/{version.code}", "/c/jinan/data/versions.jsonl"}
    with time_machine.travel(noon("2026-06-01"), tick=False):
        for door, text in through(client, "jinan", version.code, "15").items():
            assert "张*" not in text and "李*" not in text, door
        (block,) = client.get(f"{API}/versions/{version.code}").json()["blocks"]
        assert block["reduced"] == {"count": 2, "sums": [{"label": "金额（元）", "sum": "500.00"}]}
    reduce_personal(version=version, by=None, at=noon("2026-06-02"))
    assert client.get(f"{API}/versions/{version.code}").json()["names_left_on"] == "2026-06-02"
    assert changes(client)[-1] == ("names_left", version.code)


def test_what_is_for_specific_parties_comes_out_of_no_door(cast: Cast, owe: Owe, client: Client) -> None:
    content = {**meeting("2026年3月10日9:00", "不公开的会"), "title": "不公开的标题"}
    version = published(cast, owe, 22, content)
    shown = published(cast, owe, 15, names_list())
    Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
    with time_machine.travel(noon("2026-03-04"), tick=False):
        for door, said in through(client, "jinan", version.code, "22").items():
            assert version.code not in said and "不公开的" not in said, door
        assert client.get(f"{API}/versions/{version.code}").status_code == 404
        assert [version["code"] for version in client.get(f"{API}/versions").json()["versions"]] == [shown.code]
        assert {code for _, code in changes(client)} == {shown.code}
        assert client.get(f"{API}/changes").json()["more"] is False


def test_another_community_tells_nothing_of_this_one(cast: Cast, owe: Owe, client: Client) -> None:
    version = published(cast, owe, 22, meeting("2026年3月10日9:00"))
    put_up(version=version, carrier=board(version), on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02"))
    with time_machine.travel(noon("2026-03-04"), tick=False):
        for door, said in through(client, "neighbour", version.code, "22").items():
            assert version.code not in said and version.title not in said, door
        assert changes(client, "neighbour") == []
        assert client.get(f"/api/v1/communities/neighbour/versions/{version.code}").status_code == 404
        for missing in ("catalogue", "catalogue/findings", "items", "items/22"):
            response = client.get(f"/api/v1/communities/neighbour/{missing}")
            assert response.status_code == 404 and response.json() == {"detail": "本社区还没有采用目录"}


def test_a_replaced_version_does_not_tell_of_a_successor_that_is_not_public(
    cast: Cast, owe: Owe, client: Client
) -> None:
    first = published(cast, owe, 1, paragraphs(1, 2))
    second = published(cast, owe, 1, paragraphs(1, 2), "2026-03-05")
    assert client.get(f"{API}/versions/{first.code}").json()["replaced_by"] == second.code
    item = Item.objects.get(pk=second.disclosure.obligation.occurrence.item_id)
    hidden = Item.objects.create(
        catalogue=item.catalogue,
        code="99",
        number=99,
        name="特定",
        time_limit_text="",
        audience=[],
        modes=[],
        is_public=False,
    )
    type(second.disclosure.obligation.occurrence).objects.filter(pk=second.disclosure.obligation.occurrence_id).update(
        item=hidden
    )
    told = client.get(f"{API}/versions/{first.code}").json()
    assert told["replaced_by"] is None and second.code not in json.dumps(told)


def test_a_mirror_is_told_of_a_correction_and_of_what_is_void(cast: Cast, owe: Owe, client: Client) -> None:
    first = published(cast, owe)
    second = corrected(cast, first, "2026-03-06", material=True)
    seen = changes(client)
    assert ("published", first.code) in seen and ("corrected", second.code) in seen
    assert ("published", second.code) not in seen
    occurrence = first.disclosure.obligation.occurrence
    void_occurrence(occurrence=occurrence, reason="记错了", by=cast.clerk, at=noon("2026-03-07"))
    assert changes(client) == [("voided", first.code), ("voided", second.code)]
    assert client.get(f"{API}/versions/{first.code}").status_code == 404


def test_every_act_makes_another_etag(cast: Cast, owe: Owe, client: Client) -> None:
    first = published(cast, owe)
    for address in (f"{API}/versions", "/c/jinan/feed.xml", "/c/jinan/data/versions.jsonl"):
        etag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"if-none-match": etag}).status_code == 304
        neighbours = client.get(address.replace("jinan", "neighbour")).headers["ETag"]
        corrected(cast, Version.objects.get(replaced_by=None), "2026-03-06", material=True)
        answer = client.get(address, headers={"if-none-match": etag})
        assert answer.status_code == 200 and answer.headers["ETag"] != etag
        assert client.get(address.replace("jinan", "neighbour")).headers["ETag"] == neighbours
    assert first.code in b"".join(client.get("/c/jinan/data/versions.jsonl")).decode()


@pytest.mark.parametrize("title", ["=1+1", "＝1", "+86", "-2", "@SUM(A1)", "\u3000=1"])
def test_a_spreadsheet_never_takes_a_title_for_a_formula(title: str) -> None:
    assert cell_of(title) == f"'{title}"
    (_, line) = csv_lines(["title"], [[title]])
    assert line.decode() == f"'{title}\r\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, ""), (True, "true"), (3, "3"), (-3, "-3"), (date(2026, 3, 2), "2026-03-02"), (["=甲", "乙"], "'=甲；乙")],
)
def test_a_value_as_a_cell(value: Any, written: str) -> None:
    assert cell_of(value) == written


def test_a_published_formula_is_text_in_every_csv_file(cast: Cast, owe: Owe, client: Client) -> None:
    version = published(cast, owe, content=paragraphs(1, title="=HYPERLINK(1)"))
    put_up(version=version, carrier=board(version), on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02"))
    for name in ("versions.csv", "postings.csv"):
        text = b"".join(client.get(f"/c/jinan/data/{name}")).decode()
        assert ",'=HYPERLINK(1)" in text and ",=" not in text


def linked(client: Client, address: str) -> list[dict[str, Any]]:
    """The graph in a page's data block, read as a search engine reads it."""
    page = client.get(address).content.decode()
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    graph: list[dict[str, Any]] = json.loads(block)["@graph"]
    return graph


def test_linked_data_of_a_version_is_a_report_by_the_body_with_its_files(
    cast: Cast, owe: Owe, client: Client, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://gongkai.example.org"
    content, upload = attached()
    version = publish(
        obligation=owe(22, "2026-03-02"),
        content=content,
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon("2026-03-02"),
        files=[upload],
    )
    (report,) = linked(client, f"/c/jinan/v/{version.code}/")
    body = report["publisher"]
    assert (report["@type"], body["@type"]) == ("Report", "GovernmentOrganization")
    assert report["@id"] == f"https://gongkai.example.org/c/jinan/v/{version.code}/"
    assert report["datePublished"] == "2026-03-02"
    assert report["encoding"][0]["sha256"] == upload.sha256
    organization, dataset = linked(client, "/c/jinan/")
    assert organization["@id"] == body["@id"] and dataset["@id"] == report["isPartOf"]["@id"]
    for file in dataset["distribution"]:
        assert client.get(file["contentUrl"].removeprefix("https://gongkai.example.org")).status_code == 200


def test_linked_data_tells_a_meeting_as_an_event_and_names_nobody(cast: Cast, owe: Owe, client: Client) -> None:
    version = published(cast, owe, 22, meeting("2026年3月10日（周二）上午9:30"))
    (event,) = [node for node in linked(client, f"/c/jinan/v/{version.code}/") if node["@type"] == "Event"]
    assert event["startDate"] == "2026-03-10T09:30+08:00" and event["location"]["name"] == "二楼会议室"
    assert "某某" not in json.dumps(linked(client, f"/c/jinan/v/{version.code}/"), ensure_ascii=False)


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!--<script>", "&lt;\u2028甲"])
def test_no_title_breaks_out_of_the_data_block(cast: Cast, owe: Owe, client: Client, title: str) -> None:
    version = published(cast, owe, content=paragraphs(1, title=title))
    page = client.get(f"/c/jinan/v/{version.code}/").content.decode()
    assert page.count('<script type="application/ld+json"') == 1 and page.count("</script>") == page.count("<script")
    assert linked(client, f"/c/jinan/v/{version.code}/")[0]["name"] == title


def test_nothing_but_reading_is_answered(cast: Cast, client: Client) -> None:
    for address in (*addresses("jinan", "ABCDEFGH", "22"), "/robots.txt", "/sitemap.xml"):
        if "/v/" not in address and address != "/c/jinan/":
            assert client.post(address).status_code in (403, 405), address


def test_who_only_asks_whether_anything_changed_is_told(cast: Cast, client: Client) -> None:
    address = "/api/v1/communities/jinan/versions"
    asked, read = client.head(address), client.get(address)
    assert (asked.status_code, asked.content) == (200, b"") and asked.headers["ETag"] == read.headers["ETag"]
    assert client.head(address, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    assert client.head("/api/v1/communities/nowhere/versions").status_code == 404
