"""The residents' pages, files and API over HTTP, on the demo's year."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pdfplumber
import pytest
import time_machine
from django.test import Client

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation
from tests.conftest import noon

TODAY = noon("2026-11-23")


@pytest.fixture(scope="module")
def year(demo: Community) -> Community:
    return demo


@pytest.fixture
def get(year: Community, db: None) -> Iterator[Callable[..., Any]]:
    client = Client()
    with time_machine.travel(TODAY, tick=False):
        yield lambda path, **headers: client.get(path, headers=headers)


def some(title: str) -> Version:
    return Version.objects.filter(title__contains=title).order_by("-published_at")[0]


def test_the_demo_publishes_every_item_and_leaves_one_overdue(get: Callable[..., Any]) -> None:
    states = [entry["state"] for entry in get("/api/v1/communities/jinan/obligations").json()]
    assert states.count("overdue") == 1
    assert states.count("met_late") == 3
    published = set(Version.objects.values_list("disclosure__obligation__occurrence__item__number", flat=True))
    assert published == set(Item.objects.values_list("number", flat=True))
    assert any(version.content.is_absence for version in Version.objects.all())


def test_home_says_what_is_on_show_and_what_is_overdue_openly(get: Callable[..., Any]) -> None:
    page = get("/c/jinan/").content.decode()
    assert "1 项逾期未公开" in page and "三季度公共设施检查" in page
    assert "2026年第四次居民代表会议情况" in page and "还有 11 天" in page
    assert get("/").headers["Location"] == "/c/jinan/"


def test_the_catalogue_looks_like_the_document(get: Callable[..., Any]) -> None:
    page = get("/c/jinan/catalogue/").content.decode()
    assert "金安社区居务公开事项标准目录" in page
    for item in Item.objects.prefetch_related("elements"):
        assert item.time_limit_text in page
        assert all(element.text in page for element in item.elements.all())
    assert "短于法律规定的15日" in page


def test_every_page_of_the_year_opens_without_a_cookie(get: Callable[..., Any]) -> None:
    seen = {"/"}  # leads to the only community; a page of the street's has a link to it
    waiting = ["/c/jinan/"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.endswith((".pdf", ".png")) or path.startswith("/da/"):
            continue
        seen.add(path)
        response = get(path)
        assert response.status_code == 200, path
        assert not response.cookies, path
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        page = response.getvalue().decode()
        if response.headers["Content-Type"].startswith("text/html"):
            plain = page.replace('<script type="application/ld+json">', "")
            assert not re.search(r"<script(?![^>]*\ssrc=)", plain) and " style=" not in plain
        waiting += [link for link in re.findall(r'href="(/[^"#]*)"', page) if not link.startswith("/static/")]
    assert len(seen) > 150


def test_an_item_says_its_rule_in_plain_words(get: Callable[..., Any]) -> None:
    page = get("/c/jinan/items/06/").content.decode()
    assert "按照会计记账周期公开，一次公开5天" in page and "原文存疑" in page
    assert "季度" in page


def test_why_this_date_draws_the_days_skipped(get: Callable[..., Any]) -> None:
    obligation = next(o for o in Obligation.objects.exclude(due_on=None) if o.occurrence.on == date(2026, 10, 13))
    page = get(f"/c/jinan/owed/{obligation.pk}/").content.decode()
    assert "《民法典》第二百零一条" in page and "第20个工作日，应公开日期" in page
    assert 'class="workday counted due"' in page


def test_a_version_page_carries_its_metadata(get: Callable[..., Any]) -> None:
    version = some("第三季度")
    page = get(f"/c/jinan/v/{version.code}/").content.decode()
    for words in ("索引号", version.index_number, "成文日期", "公示至", version.digest, "sheet-a4.pdf"):
        assert words in page
    lower = get(f"/c/jinan/v/{version.code.lower()}/")
    assert lower.status_code == 302 and version.code in lower.headers["Location"]


def test_names_are_gone_from_every_door_after_the_display(get: Callable[..., Any]) -> None:
    version = some("春节")
    masked = [row[0] for block in version.content.blocks if block["kind"] == "person_list" for row in block["rows"]]
    assert masked, "the version in the database still holds names, so the doors have something to hide"
    page = get(f"/c/jinan/v/{version.code}/").content.decode()
    api = get(f"/api/v1/communities/jinan/versions/{version.code}").content.decode()
    pdf = get(f"/c/jinan/v/{version.code}/sheet-a4.pdf").content
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        sheet = "".join(page.extract_text() for page in document.pages)
    for door in (page, api, sheet):
        assert not any(name in door for name in masked)
        assert "已经隐去" in door or '"reduced"' in door


def test_the_sheet_says_the_same_as_the_page(get: Callable[..., Any]) -> None:
    version = some("第四次居民代表会议情况")
    response = get(f"/c/jinan/v/{version.code}/sheet-a3.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(response.content)) as document:
        text = "".join("".join(page.extract_text().split()) for page in document.pages)
        assert [round(side) for side in document.pages[0].mediabox[2:]] == [842, 1191]
    for block in version.content.blocks:
        for paragraph in block.get("paragraphs", []):
            assert "".join(paragraph.split()) in text
    assert version.code in text and version.index_number in text
    assert get(f"/c/jinan/v/{version.code}/sheet-a4.png").content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "/c/nowhere/",
        "/c/jinan/items/99/",
        "/c/jinan/owed/999999/",
        "/c/jinan/v/ZZZZZZZZ/",
        "/c/jinan/v/ZZZZZZZZ/sheet-a4.pdf",
        "/c/jinan/v/ZZZZZZZZ/files/a.pdf",
        "/s/ZZZZZZZZ/",
        "/api/v1/communities/nowhere/versions",
        "/api/v1/communities/jinan/versions/ZZZZZZZZ",
        "/api/v1/communities/jinan/obligations/999999",
    ],
)
def test_what_is_not_there_is_404(get: Callable[..., Any], path: str) -> None:
    assert get(path).status_code == 404


def test_a_paper_size_that_does_not_exist_is_404_and_a_bad_offset_422(get: Callable[..., Any]) -> None:
    assert get(f"/c/jinan/v/{some('第三季度').code}/sheet-a9.pdf").status_code == 404
    assert get("/api/v1/communities/jinan/versions?offset=-1").status_code == 422
    assert get("/api/v1/communities/jinan/versions?offset=99999").json()["versions"] == []


def test_the_api_says_what_the_catalogue_says(get: Callable[..., Any]) -> None:
    catalogue = get("/api/v1/communities/jinan/catalogue").json()
    assert len(catalogue["items"]) == 23 and catalogue["items"][0]["code"] == "01"
    assert get("/api/v1/openapi.json").json()["info"]["version"] == "1"
    listed = get("/api/v1/communities/jinan/versions").json()
    assert listed["total"] == Version.objects.count() and len(listed["versions"]) == 50
    first = get("/api/v1/communities/jinan/obligations").json()[0]
    whole = get(f"/api/v1/communities/jinan/obligations/{first['id']}").json()
    assert whole["schedule"]["steps"] and whole["due_on"] == first["due_on"]


def test_pages_need_a_bounded_number_of_queries(
    get: Callable[..., Any], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for path, most in (
        ("/c/jinan/", 28),
        ("/c/jinan/catalogue/", 15),
        ("/c/jinan/items/06/", 19),
        ("/c/jinan/owed/", 16),
    ):
        with django_assert_max_num_queries(most):
            assert get(path).status_code == 200
