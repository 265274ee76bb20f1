"""Decisions and applications in a real browser: recorded also without a script, followed by residents on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Open, SignIn, check, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("mode", ["", "/da"], ids=["plain", "large"])
@pytest.mark.parametrize("width", [1280, 360])
def test_decisions_are_found_from_the_item_read_and_fit(open_page: Open, mode: str, width: int) -> None:
    page = open_page(f"{mode}/c/jinan/items/22/", width)
    page.get_by_role("link", name="看每个决定落实到哪一步了").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("决定和落实")
    check(page)
    look(page, f"decisions{mode.replace('/', '-')}-{width}")
    page.get_by_role("link", name="加装电动自行车充电棚", exact=True).click()
    days = page.locator("main ol time").evaluate_all("all => all.map(one => one.dateTime)")
    assert len(days) > 8 and days == sorted(days)
    check(page)
    look(page, f"decision{mode.replace('/', '-')}-{width}")
    assert not page.context.cookies()


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, True), (360, False)])
def test_a_decision_is_recorded_finished_and_seen(sign_in: SignIn, open_page: Open, width: int, script: bool) -> None:
    page = sign_in("clerk", width, script=script)
    page.goto("/desk/yuhe/decisions/")
    page.get_by_role("link", name="登记一个决定").click()
    title = f"修小广场的路灯{width}{script}"
    page.get_by_label("决定事项").fill(title)
    page.get_by_label("居委会").check()
    page.get_by_label("决定内容").fill("小广场四盏路灯全部换新。")
    today = page.get_by_label("哪天开会决定的").input_value()
    page.get_by_label("做什么").first.fill("买好灯具")
    page.get_by_label("计划完成日期").first.fill(today)
    page.get_by_label("负责人").first.fill("主任")
    if script:
        check(page)
        look(page, f"desk-decision-new-{width}")
    page.get_by_role("button", name="登记，看要公开什么").click()
    page.get_by_text("登记完成").first.click()
    page.get_by_label("结果（会公开）").fill("灯具已买好")
    if script:
        check(page)
        look(page, f"desk-decision-{width}")
    page.get_by_role("button", name="登记完成").click()
    expect(page.get_by_role("status")).to_contain_text("已登记完成")
    seen = open_page("/c/yuhe/decisions/", width)
    seen.get_by_role("link", name=title).click()
    expect(seen.locator("main")).to_contain_text("结果：灯具已买好")
    expect(seen.locator("main")).to_contain_text("还没有公开：“买好灯具”的结果")


@pytest.mark.parametrize("width", [1280, 360])
def test_applications_are_counted_and_fit(open_page: Open, sign_in: SignIn, width: int) -> None:
    page = open_page("/c/jinan/items/20/", width)
    page.get_by_role("link", name="看各类申请办到哪一步了").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请办到哪一步了")
    check(page)
    look(page, f"applications-{width}")
    clerk = sign_in("clerk", width)
    clerk.goto("/desk/jinan/applications/")
    check(clerk)
    look(clerk, f"desk-applications-{width}")
