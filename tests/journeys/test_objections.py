"""Somebody objects in the objection window on a phone; the next step waits until the outcome is public."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from mingbai.communities.receipts import TOKEN_SECONDS
from tests.journeys.conftest import Open, SignIn, check, look

pytestmark = pytest.mark.browser
QUICKEST = 1000 * TOKEN_SECONDS + 500
WHAT, NEXT = "一名退役军人提出临时补助申请", "街道批准临时补助"
WORDS, REPLY = "这一户去年不是已经领过了吗？", "去年领的是另一项，单据已经核对。"


def seen(page: Page, name: str) -> None:
    look(page, f"objections-{name}")
    check(page)


def publish(sign_in: SignIn, draft: str, *people: str) -> None:
    """Everybody signs the draft at this address, one after the other."""
    for person in people:
        page = sign_in(person)
        page.goto(f"{draft}review/")
        page.get_by_role("button", name="同意，签字").click()
        expect(page.get_by_role("status")).to_be_visible()


def record(clerk: Page, what: str, goes_on: str = "") -> str:
    """Record an occurrence of row 19; the address of what is owed."""
    clerk.goto("/desk/yuhe/record/?q=退役军人")
    clerk.locator(".tasks a.button").first.click()
    clerk.get_by_label("发生了什么").fill(what)
    if goes_on:
        choice = clerk.get_by_label("是不是接着前面公示过的一件事办的")
        choice.select_option(choice.locator("option", has_text=goes_on).get_attribute("value") or "")
    clerk.get_by_role("button", name="算一算最迟哪天公开").click()
    if goes_on:
        seen(clerk, "record")
    clerk.get_by_role("button", name="没有错，记下来").click()
    return clerk.url


def draft_of(clerk: Page, title: str) -> str:
    """Begin the draft of what is owed on the open page, fill it in and hand it in; its address."""
    clerk.get_by_role("button", name="开始准备").click()
    address = clerk.url
    clerk.get_by_role("link", name="填写").first.click()
    clerk.goto(f"{clerk.url}?as=paragraphs")
    clerk.get_by_label("正文（一行是一段）").fill("一名退役军人，金额5000元。")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.goto(address)
    clerk.get_by_label("标题", exact=True).fill(title)
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_role("status").first).to_contain_text("已送审")
    return address


def test_the_next_step_waits_for_the_outcome(open_page: Open, sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    record(clerk, WHAT)
    draft = draft_of(clerk, "临时补助申请公示")
    publish(sign_in, draft, "supervisor", "director")

    resident = open_page("/c/yuhe/items/19/", 360, script=False)
    resident.get_by_role("link", name="临时补助申请公示", exact=True).first.click()
    expect(resident.locator("main")).to_contain_text("异议期：最后一天是")
    version = resident.url
    resident.get_by_role("link", name="就这份内容提问").click()
    resident.get_by_label("异议", exact=True).check()
    resident.get_by_label("写在这里").fill(WORDS)
    resident.wait_for_timeout(QUICKEST)
    resident.get_by_role("button", name="提交").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("已收到")

    record(clerk, NEXT, goes_on=WHAT)
    refused = draft_of(clerk, "临时补助批准结果")
    publish(sign_in, refused, "supervisor")
    director = sign_in("director")
    director.goto(f"{refused}review/")
    expect(director.get_by_role("heading", name="现在还不能公开")).to_be_visible()
    director.get_by_role("button", name="同意，签字").click()
    expect(director.get_by_role("alert")).to_contain_text(re.compile("异议 .*还没有公布处理结果"))
    seen(director, "refused")

    clerk.goto("/desk/yuhe/feedback/")
    seen(clerk, "list")
    clerk.locator(".tasks li").filter(has_text=WORDS).get_by_role("link").click()
    clerk.get_by_label("答复（会公开）").fill(REPLY)
    clerk.get_by_role("button", name="公开答复").click()
    expect(clerk.get_by_role("alert")).to_contain_text("请选择处理结果")
    clerk.get_by_label("异议不成立").check()
    seen(clerk, "outcome")
    clerk.get_by_role("button", name="公开答复").click()
    resident.goto(version)
    expect(resident.locator("main")).to_contain_text("公示期内异议 1 件：异议不成立 1 件")
    expect(resident.locator(".answer")).to_contain_text("异议不成立")


@pytest.mark.parametrize("width", (1280, 360))
@pytest.mark.parametrize("mode", ("", "/da"))
def test_a_window_that_is_over_says_what_became_of_it(open_page: Open, mode: str, width: int) -> None:
    page = open_page(f"{mode}/c/jinan/items/19/", width)
    page.get_by_role("link", name="退役军人一次性临时补助申请公示（8月）", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("公示期内异议 1 件：异议不成立 1 件。")
    seen(page, f"over{mode.replace('/', '-')}-{width}")


@pytest.mark.parametrize("width", (1280, 360))
def test_the_desks_pages_fit(sign_in: SignIn, width: int) -> None:
    page = sign_in("clerk", width)
    page.goto("/desk/jinan/feedback/")
    seen(page, f"desk-{width}")
    page.goto("/desk/jinan/feedback/take/")
    seen(page, f"desk-take-{width}")
    page.goto("/desk/jinan/feedback/")
    page.locator(".tasks li").filter(has_text="异议 2026").last.get_by_role("link").click()
    seen(page, f"desk-one-{width}")
