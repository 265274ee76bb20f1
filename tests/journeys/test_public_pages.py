"""Residents' pages in a real browser: nothing hidden from a reader aloud, nothing wider than the phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

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
    page.get_by_text("大字明白纸、广播稿").click()
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


def to_guide(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="指南", exact=True).click()


def to_footer(name: str) -> Callable[[Page], None]:
    return lambda page: page.locator(".foot").get_by_role("link", name=name).click()


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
    "guide": to_guide,
    "feedback": to_footer("意见和答复"),
    "rules": to_footer("公开制度"),
    "report": to_footer("年度报告"),
    "contact": to_footer("联系与监督"),
}
MODES = {"": 18, "/da": 24}
# The size of the smallest and of the plain text on a page, as the browser works them out. The small figures over the
# columns of a chart (.fig) are left out: they stand beneath it once more, in a table.
SIZES = """() => {
  const sizes = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const unseen = !walker.currentNode.data.trim() || !parent.getClientRects().length;
    if (unseen || parent.closest(".aloud,.skip,.fig")) continue;
    const svg = parent.closest("svg");
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    sizes.push(parseFloat(getComputedStyle(parent).fontSize) * scale);
  }
  return [Math.min(...sizes), parseFloat(getComputedStyle(document.body).fontSize)];
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_accessible_fits_and_sets_no_cookie(open_page: Open, name: str, mode: str, width: int) -> None:
    """In both modes; the large one keeps the stronger contrast of WCAG AAA as well."""
    page = open_page(f"{mode}/c/jinan/", width)
    PATHS[name](page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, f"{name}{mode.replace('/', '-')}-{width}")
    check(page, **({"color-contrast-enhanced": {"enabled": True}} if mode else {}))
    smallest, plain = page.evaluate(SIZES)
    assert smallest >= 16 and plain >= MODES[mode]
    assert page.context.cookies() == []
    assert urlsplit(page.url).path.startswith(f"{mode}/c/")


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
    for nav in page.locator("nav").all():
        expect(nav).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    code = page.locator("dd .code").inner_text()
    expect(page.locator(".printed")).to_contain_text(urlsplit(page.url).path)
    expect(page.locator(".printed")).to_contain_text(code)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("width", WIDTHS)
def test_large_pages_need_neither_script_nor_cookie(open_page: Open, width: int) -> None:
    """One link there, one link back, always to the same page."""
    page = open_page("/c/jinan/catalogue/", width, script=False)
    page.get_by_role("link", name="大字版").click()
    assert urlsplit(page.url).path == "/da/c/jinan/catalogue/"
    expect(page.locator(".catalogue [data-label=公开内容]").first).to_be_hidden()
    page.locator(".catalogue a[href*='/items/']").first.click()
    assert urlsplit(page.url).path == "/da/c/jinan/items/01/"
    page.get_by_role("link", name="标准版").click()
    assert urlsplit(page.url).path == "/c/jinan/items/01/"
    expect(page.get_by_role("button")).to_have_count(0)


# A browser that speaks, and writes down what it is asked to say; each sentence ends when the test says so.
SPEAKER = """
window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  speak(said) { window.spoken.push(said.text); window.current = said; },
  cancel() { window.current = null; },
} });
window.finish = () => window.current && window.current.onend();
"""


def test_the_page_is_read_aloud_in_its_order_and_stops_when_asked(open_page: Open) -> None:
    page = open_page("/c/jinan/contact/")
    page.context.add_init_script(SPEAKER)
    page.reload()
    button = page.locator("[data-read]")
    expect(button).to_have_text("读这一页")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text("暂停")
    assert page.evaluate("spoken") == ["联系与监督"]
    page.evaluate("finish()")
    page.evaluate("finish()")
    page.keyboard.press("Enter")
    expect(button).to_have_text("接着读")
    paused = page.evaluate("spoken.length")
    page.evaluate("finish()")
    assert page.evaluate("spoken.length") == paused == 3
    page.keyboard.press("Enter")
    for _ in range(200):
        page.evaluate("finish()")
    expect(button).to_have_text("读这一页")
    spoken = page.evaluate("spoken")
    assert spoken[2] == spoken[3], "what was interrupted is said again"
    text = "".join(spoken)
    assert "找谁，居务公开电话；电话，0531-0000 1202；管什么，公开内容看不懂、有错、没贴出来" in text
    assert "公开主体" not in text and "大字版" not in text, "only the main part is read"
    assert max(map(len, spoken)) <= 120
    button.click()
    page.locator("[data-stop]").click()
    expect(button).to_have_text("读这一页")
    expect(button).to_be_focused()
    expect(page.locator("[data-stop]")).to_be_hidden()
    check(page)


def test_charts_and_calendars_are_read_by_their_descriptions(open_page: Open) -> None:
    page = open_page("/c/jinan/")
    page.context.add_init_script(SPEAKER)
    PATHS["report"](page)
    page.locator("[data-read]").click()
    for _ in range(400):
        page.evaluate("finish()")
    text = "".join(page.evaluate("spoken"))
    assert "按时率 = 按时公开" in text and "逾期未公开 1 次。" in text


def test_a_browser_that_cannot_speak_shows_no_button(open_page: Open) -> None:
    page = open_page("/c/jinan/")
    page.context.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined });")
    page.reload()
    expect(page.locator("[data-read]")).to_be_hidden()


def test_states_are_told_apart_without_colours_and_nothing_moves_unasked(open_page: Open) -> None:
    page = open_page("/c/jinan/owed/")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    border = "getComputedStyle(document.querySelector('.state')).borderTopStyle"
    assert page.evaluate(border) == "solid"
    moving = "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
    assert page.evaluate(f"{moving}.length") == 0
    check(page)
