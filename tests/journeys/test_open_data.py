"""The pages of open data in a real browser, and the data block that no policy has to stop."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, check, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", (1280, 360))
@pytest.mark.parametrize("path", ("/c/jinan/data/", "/c/jinan/data/dictionary/"))
def test_the_pages_of_open_data_are_accessible_and_fit(open_page: Open, path: str, width: int) -> None:
    page = open_page(path, width)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, f"{path.strip('/').replace('/', '-')}-{width}")
    check(page)
    assert page.context.cookies() == []


def test_a_browser_leaves_linked_data_alone_and_complains_of_nothing(open_page: Open) -> None:
    page: Page = open_page("/c/jinan/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for step in (lambda: page.reload(), lambda: page.locator(".card a").first.click()):
        step()
        block = page.locator('script[type="application/ld+json"]').text_content()
        assert block is not None and json.loads(block)["@context"] == "https://schema.org"
    assert said == []


def test_a_resident_downloads_a_table_from_the_foot_of_the_page(open_page: Open) -> None:
    page = open_page("/c/jinan/", 360)
    page.get_by_role("contentinfo").get_by_role("link", name="开放数据").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="catalogue.csv").click()
    assert started.value.suggested_filename == "jinan-catalogue.csv"
    assert started.value.path().read_bytes().startswith("\ufeffcode,".encode())
