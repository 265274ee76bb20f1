"""Residents' pages in a real browser: nothing hidden from a reader aloud, nothing wider than the phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, check, look

pytestmark = pytest.mark.browser

WIDTHS = (1280, 360)


def to_home(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("金安社区")


def to_catalogue(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="公开目录").click()


def to_item(page: Page) -> None:
    to_catalogue(page)
    page.locator(".catalogue a[href*='/items/']").nth(5).click()


def to_version(page: Page) -> None:
    page.locator(".card a").first.click()


def to_aloud(page: Page) -> None:
    to_version(page)
    page.get_by_text("大字明白纸、广播稿和其他纸张").click()
    page.get_by_role("link", name="大喇叭广播稿").click()


def to_why(page: Page) -> None:
    to_version(page)
    page.get_by_role("link", name="为什么是这一天").click()


def to_owed(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="应公开").click()


def to_account(page: Page) -> None:
    page.get_by_role("link", name="看每一笔账").click()
    expect(page.get_by_role("heading", name="账算得对不对").first).to_be_visible()


def to_words(page: Page) -> None:
    page.get_by_role("link", name="词语解释").click()


def to_changes(page: Page) -> None:
    page.locator("a[href$='/items/02/']").first.click()
    page.get_by_role("link", name="8月补选后").first.click()
    page.get_by_role("link", name="和前一版比").first.click()


PATHS = {
    "home": to_home,
    "catalogue": to_catalogue,
    "item": to_item,
    "version": to_version,
    "aloud": to_aloud,
    "why": to_why,
    "owed": to_owed,
    "account": to_account,
    "words": to_words,
    "changes": to_changes,
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_accessible_fits_and_sets_no_cookie(open_page: Open, name: str, width: int) -> None:
    page = open_page("/c/jinan/", width)
    PATHS[name](page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, f"{name}-{width}")
    check(page)
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_catalogue_shows_all_23_items_as_the_document_numbers_them(open_page: Open, width: int) -> None:
    page = open_page("/c/jinan/catalogue/", width)
    numbers = [int(text.split()[-1]) for text in page.locator(".catalogue td[data-label=序号]").all_inner_texts()]
    assert numbers == [1, 2, 3, *range(5, 25)]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_resident_follows_the_code_on_the_paper(open_page: Open, width: int) -> None:
    """The code typed with small letters and a space opens the page that says what this sheet is worth."""
    page = open_page("/c/jinan/", width)
    to_version(page)
    code = page.locator("dd .code").inner_text()
    page.goto(f"/s/{code.lower()}/")
    expect(page.locator(".verdict h1")).to_have_text("现行有效")
    expect(page.locator(".verdict .code")).to_have_text(code)
    look(page, f"sheet-{width}")
    check(page)
    page.goto("/s/22222222/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个短码")
    check(page)


def test_everything_is_there_without_javascript(open_page: Open) -> None:
    page = open_page("/c/jinan/", 360, script=False)
    for step in (to_version, to_catalogue, to_owed):
        step(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator(".owe a").first.click()
    expect(page.locator(".steps li").first).to_be_visible()
    assert page.context.cookies() == []


def test_the_page_is_read_by_keyboard(open_page: Open) -> None:
    """The first key leads past the menu, and where one stands is to be seen."""
    page = open_page("/c/jinan/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_printed_pages_leave_menu_and_buttons_out(open_page: Open) -> None:
    page = open_page("/c/jinan/")
    to_version(page)
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
