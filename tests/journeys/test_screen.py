"""The screen and the scanned sheet in a real browser: turning, stopping, offline, and letting go what is over."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, SignIn, check, look

pytestmark = pytest.mark.browser
WIDTHS = (1280, 360)
SCREEN = "/c/jinan/screen/"
NOW = ".slide.now"
KEPT = "caches.open(document.body.dataset.kept).then(c => c.match(location.pathname)).then(r => r ? r.text() : '')"


def ready(page: Page) -> Page:
    """The worker has taken over, and has kept what it keeps."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def kept(page: Page) -> str:
    """The screen as the browser has kept it."""
    said: str = page.evaluate(KEPT)
    return said


def wait_until_let_go(page: Page, *titles: str) -> None:
    """What is over leaves the page first, then what the browser has kept of it; neither holds a title any more."""
    gone = (
        "async titles => { const text = document.body.textContent + await (%s);"
        " return !titles.some(title => text.includes(title)); }"
    )
    page.wait_for_function(gone % KEPT, arg=list(titles))
    left = kept(page)
    assert "</html>" in left and not any(title in left for title in titles)


def mark_kept(page: Page) -> None:
    """Mark what is kept, so that one sees where a page comes from."""
    page.evaluate(
        """async () => { const cache = await caches.open(document.body.dataset.kept);
        const text = await (await cache.match(location.pathname)).text();
        const headers = { "Content-Type": "text/html; charset=utf-8" };
        const marked = text.replace('class="screen"', 'class="screen" data-mark="kept"');
        await cache.put(location.pathname, new Response(marked, { headers })); }"""
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_the_screen_is_accessible_and_shows_one_version_at_a_time(open_page: Open, width: int) -> None:
    page = open_page(SCREEN, width)
    expect(page.locator(".slide:visible")).to_have_count(1)
    expect(page.locator(".where")).to_contain_text("第1份")
    expect(page.locator(f"{NOW} .qr svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    look(page, f"screen-{width}")
    check(page)
    assert page.context.cookies() == []


def test_pages_turn_by_themselves_stop_at_a_touch_and_go_on_after_idling(open_page: Open) -> None:
    page = open_page("/c/jinan/")
    page.clock.install()
    page.goto(SCREEN)
    first = page.locator(".where").inner_text()
    page.clock.run_for(16_000)
    turned = page.locator(".where").inner_text()
    assert turned != first
    page.locator(f"{NOW} h2").dispatch_event("pointerdown")
    expect(page.locator("[data-do=pause]")).to_have_text("继续")
    page.clock.run_for(50_000)
    assert page.locator(".where").inner_text() == turned
    page.clock.run_for(30_000)
    expect(page.locator("[data-do=pause]")).to_have_text("暂停")
    assert page.locator(".where").inner_text() != turned


def test_every_page_of_a_long_text_is_reached_by_key_and_back(open_page: Open) -> None:
    """Going on to the right shows the last row of every table; nothing is cut off at the side of the screen."""
    page = open_page(SCREEN)
    total = page.locator(".slide").count()
    seen, last = set(), set()
    for _ in range(300):
        where = page.locator(".where").inner_text()
        if where in seen:
            break
        seen.add(where)
        visible = page.evaluate(
            """() => { const text = document.querySelector(".slide.now .text"), box = text.getBoundingClientRect();
            const end = text.querySelector(":scope > :last-child").getClientRects();
            const one = end[end.length - 1];
            return one.left >= box.left - 1 && one.right <= box.right + 1 && one.bottom <= box.bottom + 1; }"""
        )
        if visible:
            last.add(where.split("，")[0])
        page.keyboard.press("ArrowRight")
    assert len(last) == total > 5
    assert len(seen) > total
    page.keyboard.press("ArrowLeft")
    assert page.locator(".where").inner_text() in seen


def test_the_network_drops_and_the_screen_goes_on_until_a_display_ends(open_page: Open) -> None:
    page = ready(open_page(SCREEN))
    page.reload()
    context = page.context
    titles = page.locator(".slide h2").all_inner_texts()
    ending = page.locator(".slide:not([data-until=''])").first
    until = dt.date.fromisoformat(ending.get_attribute("data-until") or "")
    title = ending.locator("h2").text_content() or ""
    mark_kept(page)
    context.set_offline(True)
    page.reload()
    assert page.locator("body").get_attribute("data-mark") == "kept", "this came from the network"
    expect(page.locator(".slide:visible")).to_have_count(1)
    assert [text for text in page.locator(".slide h2").all_inner_texts()] == titles
    assert title in kept(page)
    look(page, "screen-offline")
    made = dt.date.fromisoformat(page.locator("body").get_attribute("data-today") or "")
    first_over = min(
        dt.date.fromisoformat(day)
        for day in page.locator(".slide").evaluate_all("all => all.map(one => one.dataset.until).filter(Boolean)")
    )
    assert until >= first_over >= made
    gone = page.locator(f".slide[data-until='{first_over}'] h2").all_text_contents()
    after = dt.datetime.combine(first_over + dt.timedelta(days=1), dt.time(9), dt.timezone(dt.timedelta(hours=8)))
    page.clock.install(time=after)
    page.reload()
    wait_until_let_go(page, *gone)
    assert page.locator(".slide").count() == len(titles) - len(gone)
    page.clock.set_system_time(after + dt.timedelta(days=8))
    page.reload()
    assert page.locator("body").get_attribute("data-mark") == "kept"
    expect(page.locator(".where")).to_contain_text("请检查网络")
    assert page.locator(".slide").count() == 0
    wait_until_let_go(page, "<article")


def test_what_has_ended_leaves_a_screen_that_is_never_reloaded(open_page: Open) -> None:
    page = open_page("/c/jinan/")
    page.clock.install()
    page.goto(SCREEN)
    ready(page)
    page.context.set_offline(True)
    first_over = min(page.locator(".slide").evaluate_all("all => all.map(one => one.dataset.until).filter(Boolean)"))
    gone = page.locator(f".slide[data-until='{first_over}'] h2").first.text_content() or ""
    day = dt.date.fromisoformat(first_over) + dt.timedelta(days=1)
    page.clock.set_system_time(dt.datetime.combine(day, dt.time(0, 1), dt.timezone(dt.timedelta(hours=8))))
    page.clock.run_for(1500)
    wait_until_let_go(page, gone)


def test_without_javascript_the_screen_is_a_page_to_read(open_page: Open) -> None:
    page = open_page(SCREEN, 360, script=False)
    slides = page.locator(".slide")
    assert slides.count() > 5
    for number in range(slides.count()):
        expect(slides.nth(number)).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_carriers_page_and_the_desks_boards_are_accessible(open_page: Open, sign_in: SignIn, width: int) -> None:
    page = open_page("/c/jinan/carriers/", width)
    expect(page.get_by_role("heading", level=1)).to_have_text("网上和公示栏对得上吗")
    look(page, f"carriers-{width}")
    check(page)
    desk = sign_in("clerk", width)
    for path in ("board/", "board/week/", "board/new/", "parity/"):
        desk.goto(f"/desk/jinan/{path}")
        expect(desk.get_by_role("heading", level=1)).to_be_visible()
        look(desk, f"desk-{path.strip('/').replace('/', '-')}-{width}")
        check(desk)
    desk.goto("/desk/jinan/board/")
    desk.locator(".plan a").first.click()
    look(desk, f"desk-version-{width}")
    check(desk)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_scan_of_each_kind_says_its_verdict_large_with_one_button(open_page: Open, width: int) -> None:
    page = open_page("/c/jinan/", width)
    page.locator(".card a").first.click()
    code = page.locator("dd .code").inner_text().replace(" ", "")
    page.goto(f"/s/{code}/?b=1")
    assert page.url.endswith(f"/s/{code}/")
    expect(page.locator(".verdict h1")).to_have_text("现行有效")
    expect(page.locator(".verdict .button")).to_have_count(1)
    size = page.locator(".verdict h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 36
    box = page.locator(".verdict .button").bounding_box()
    assert box is not None and box["height"] >= 48 and box["y"] + box["height"] < 900
    check(page)


def test_back_on_the_network_the_screen_shows_what_is_new(open_page: Open) -> None:
    page = ready(open_page(SCREEN))
    mark_kept(page)
    page.context.set_offline(True)
    page.reload()
    assert page.locator("body").get_attribute("data-mark") == "kept"
    # As if something had been published meanwhile: the page is of another state than the site.
    page.evaluate(
        """async () => { const cache = await caches.open(document.body.dataset.kept);
        const text = await (await cache.match(location.pathname)).text();
        const headers = { "Content-Type": "text/html; charset=utf-8" };
        const older = text.replace(/data-state="\\w+"/, 'data-state="older"');
        await cache.put(location.pathname, new Response(older, { headers })); }"""
    )
    page.reload()
    assert page.locator("body").get_attribute("data-state") == "older"
    page.context.set_offline(False)
    page.wait_for_function("document.body.dataset.state !== 'older'", timeout=20_000)
    assert page.locator("body").get_attribute("data-mark") is None and 'data-state="older"' not in kept(page)
