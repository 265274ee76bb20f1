"""A consultation from notice to result: a phone without JavaScript, two slips of paper, the day after it closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, SignIn, check, look, serving
from tests.journeys.test_desk import sign
from tests.journeys.test_feedback import QUICKEST

pytestmark = pytest.mark.browser
NOTICE = "关于小广场装健身器材的意见征集公告"
ASKED = "小广场装健身器材，您同意吗"
RESULT = "小广场健身器材：意见征集结果"
WORDS = "离窗户远一点，晚上太吵"
REASON = "器材装在广场东侧，离居民楼二十米以上。"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("consultation")


@pytest.fixture(scope="module")
def site(data: Path) -> Iterator[str]:
    """A site of its own: nobody else's days move with it."""
    with serving(data) as address:
        yield address


def seen(page: Page, name: str) -> None:
    """Both widths of what stands there."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"consultation-{name}-{width}")
        check(page)


def publish_notice(sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    clerk.goto("/desk/yuhe/record/?q=民意征集")
    clerk.get_by_role("link", name="就是这一项").first.click()
    clerk.get_by_label("发生了什么").fill("征集小广场装健身器材的意见")
    clerk.get_by_role("button", name="算一算最迟哪天公开").click()
    clerk.get_by_role("button", name="没有错，记下来").click()
    clerk.get_by_role("button", name="开始准备").click()
    draft = clerk.url
    clerk.locator(".tasks li").first.get_by_role("link").click()
    clerk.get_by_label("正文（一行是一段）").fill("小广场想装六件健身器材，请大家说说同意不同意。")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.goto(f"{draft}e/2/?as=nothing")
    clerk.get_by_label("暂缓公开", exact=True).check()
    clerk.get_by_label("理由（会公开）").fill("意见征集截止后公布。")
    clerk.get_by_label("暂缓到哪一天").fill("2030-12-31")
    clerk.get_by_role("button", name="保存", exact=True).click()
    submit(clerk, NOTICE)
    sign_both(sign_in, NOTICE)


def submit(clerk: Page, title: str) -> None:
    clerk.get_by_label("标题", exact=True).fill(title)
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_role("status").first).to_contain_text("已送审")


def sign_both(sign_in: SignIn, title: str, **where: str) -> None:
    sign(sign_in("supervisor", **where), "yuhe", title)
    director = sign_in("director", **where)
    sign(director, "yuhe", title)
    expect(director.get_by_role("status").first).to_contain_text("网上已经公开")


def ask(clerk: Page) -> None:
    """The questions, from today to today."""
    clerk.goto("/desk/yuhe/consultations/")
    clerk.get_by_role("link", name="设置征集").click()
    clerk.get_by_label("标题（会公开）").fill(ASKED)
    clerk.get_by_label("哪天截止").fill(clerk.get_by_label("哪天开始").input_value())
    for number, (text, options) in enumerate(
        (("您住在哪里", "东区\n西区"), ("您同意吗", "同意\n不同意"), ("您的意见和建议", "")), 1
    ):
        box = clerk.get_by_role("group", name=f"第 {number} 题")
        box.get_by_label("问题").fill(text)
        box.get_by_label("怎样回答").select_option("choice" if options else "text")
        box.get_by_label("选项").fill(options)
        if number == 1:
            box.get_by_label("统计时按这一题分组").check()
    seen(clerk, "new")
    clerk.get_by_role("button", name="开始征集").click()
    expect(clerk.get_by_role("status")).to_contain_text("已设置好")


def answer_on_a_phone(open_page: Open) -> str:
    """Without JavaScript; returns the receipt."""
    resident = open_page("/c/yuhe/", 360, script=False)
    resident.get_by_role("link", name=NOTICE, exact=True).first.click()
    resident.get_by_role("link", name="去填写").click()
    resident.get_by_label("东区").check()
    resident.get_by_label("不同意", exact=True).check()
    resident.get_by_label("您的意见和建议").fill(WORDS)
    resident.wait_for_timeout(QUICKEST)
    resident.get_by_role("button", name="提交").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("已收到")
    expect(resident.locator("main")).to_contain_text("第1号")
    assert resident.context.cookies() == []
    return resident.locator(".receipt").inner_text()


def enter_two_slips(clerk: Page) -> None:
    clerk.goto("/desk/yuhe/consultations/")
    clerk.get_by_role("link", name=ASKED).click()
    clerk.get_by_role("link", name="登记纸面答卷").click()
    for number, home in ((1, "东区"), (2, "西区")):
        slip = clerk.get_by_role("group", name=f"第 {number} 份", exact=True)
        slip.get_by_label(home).check()
        slip.get_by_label("同意", exact=True).check()
    seen(clerk, "slips")
    clerk.get_by_role("button", name="登记这些答卷").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("已登记 2 份")
    seen(clerk, "taken")


def test_a_consultation_from_notice_to_result_with_paper_slips(
    sign_in: SignIn, open_page: Open, data: Path, site: str
) -> None:
    publish_notice(sign_in)
    clerk = sign_in("clerk")
    ask(clerk)
    number = clerk.url.rstrip("/").rpartition("/")[2]
    seen(open_page(f"/c/yuhe/consultations/{number}/"), "form")
    receipt = answer_on_a_phone(open_page)
    enter_two_slips(clerk)
    before = open_page(f"/c/yuhe/consultations/{number}/")
    expect(before.locator("main")).to_contain_text("已收到 3 份")
    expect(before.locator("main")).not_to_contain_text(WORDS)
    clerk.goto(f"/desk/yuhe/consultations/{number}/")
    expect(clerk.get_by_role("heading", name="征集结果")).to_have_count(0)

    with serving(data, later=1) as tomorrow:
        after_the_closing(sign_in, open_page, tomorrow, number, receipt)


def after_the_closing(sign_in: SignIn, open_page: Open, address: str, number: str, receipt: str) -> None:
    clerk = sign_in("clerk", address=address)
    clerk.goto(f"/desk/yuhe/consultations/{number}/")
    expect(clerk.locator("section", has=clerk.locator("#result"))).to_contain_text("还有 1 条文字意见没有处理")
    clerk.get_by_role("link", name="看这一件应公开").click()
    expect(clerk.locator("main")).to_contain_text("意见征集")
    seen(clerk, "owed")
    clerk.goto(f"/desk/yuhe/consultations/{number}/")
    clerk.get_by_label(WORDS).check()
    clerk.get_by_label("采纳", exact=True).check()
    clerk.get_by_label("理由（会公开）").fill(REASON)
    seen(clerk, "answering")
    clerk.get_by_role("button", name="处理选中的意见").click()
    expect(clerk.get_by_role("status")).to_contain_text("已处理 1 条意见")
    clerk.get_by_role("button", name="做结果").click()
    seen(clerk, "draft")
    submit(clerk, RESULT)
    sign_both(sign_in, RESULT, address=address)

    resident = open_page("/c/yuhe/", 360, script=False, address=address)
    resident.get_by_role("link", name=RESULT, exact=True).first.click()
    for words in ("3", WORDS, REASON):
        expect(resident.locator("article").first).to_contain_text(words)
    resident.goto(f"/c/yuhe/consultations/{number}/")
    expect(resident.get_by_role("link", name="看公布的结果")).to_be_visible()
    tally = resident.locator("section", has=resident.locator("#tally"))
    expect(tally).to_contain_text("网上和纸面一共 3 份")
    expect(tally).not_to_contain_text("网上 1 份")
    agreed = tally.locator("dl.chosen").nth(1)
    assert agreed.locator("dd").all_inner_texts() == ["2 份", "1 份"]
    tally.get_by_text("分组看").click()
    cells = tally.locator("tbody tr td:not(:last-child)").all_inner_texts()
    assert len(cells) == 4 and all(not cell.strip().isdigit() for cell in cells), cells
    resident.get_by_label("回执号").fill(receipt)
    resident.get_by_role("button", name="查询").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("第1号答卷")
    expect(resident.locator(".answer")).to_contain_text(REASON)
    assert resident.context.cookies() == []
    for mode in ("", "/da"):
        seen(open_page(f"{mode}/c/yuhe/consultations/{number}/", address=address), f"closed{mode[1:]}")
