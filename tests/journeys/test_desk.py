"""The desk in a real browser: from an Excel sheet to the public page, a planted number, a correction; every page."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.journeys.conftest import SignIn, check, look
from tests.privacy.corpus import ID

pytestmark = pytest.mark.browser


def excel(*rows: list[Any]) -> dict[str, Any]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet("收支")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "收支.xlsx", "mimeType": media, "buffer": out.getvalue()}


def bring_in(page: Page, number: int, sheet: dict[str, Any]) -> None:
    page.locator(".tasks li").nth(number - 1).get_by_role("link").click()
    page.get_by_label("选择 Excel 文件").set_input_files(sheet)
    page.get_by_role("button", name="读入", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已读入")


def say_nothing(page: Page, number: int, reason: str) -> None:
    page.locator(".tasks li").nth(number - 1).get_by_role("link").click()
    page.get_by_role("link", name="本期无、不适用").click()
    page.get_by_label("本期无").check()
    page.get_by_label("理由（会公开）").fill(reason)
    page.get_by_role("button", name="保存", exact=True).click()


def sign(page: Page, slug: str, title: str) -> None:
    page.goto(f"/desk/{slug}/")
    page.locator("#review + ul li", has_text=title).get_by_role("link").click()
    expect(page.locator(".as-published")).to_contain_text(title)
    page.get_by_role("button", name="同意，签字").click()


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
def test_quarter_accounts_from_excel_to_the_public_page(
    sign_in: SignIn, browser: Browser, site: str, script: bool
) -> None:
    """Two reviewers; the second run, without JavaScript, corrects what the first published."""
    clerk = sign_in("clerk", script=script)
    title = "玉河社区上季度财务收支情况"
    if script:
        clerk.goto("/desk/yuhe/")
        clerk.locator(".tasks li", has_text="会计期间").first.get_by_role("link", name="去准备").click()
        clerk.get_by_role("button", name="开始准备").click()
        rows = [["项目", "现金", "银行存款", "合计"], ["期初结存", 100, 900, 1000], ["本期收入", 0, 700.5, 700.5]]
        bring_in(clerk, 1, excel(["玉河社区"], *rows, ["本期支出", 0, 200, 200], ["期末结存", 100, 1400.5, 1500.5]))
        expect(clerk.locator("input[name=c-3-3]")).to_have_value("1500.50")
        check(clerk)
        look(clerk, "desk-table-1280")
        clerk.get_by_role("button", name="保存", exact=True).click()
        for number in (2, 3, 4):
            say_nothing(clerk, number, "本季度没有变化")
    else:
        title += "（更正）"
        clerk.goto("/c/yuhe/")
        clerk.locator(".card a").first.click()
        code = clerk.locator("dd .code").inner_text().replace(" ", "")
        clerk.goto(f"/desk/yuhe/versions/{code}/")
        clerk.get_by_text("这一版有错，或者要补充").click()
        clerk.locator("#why").fill("漏记一笔利息")
        clerk.get_by_role("button", name="开始改").click()
        clerk.locator(".tasks li").first.get_by_role("link").click()
        for name, value in (("c-1-2", "701.50"), ("c-1-3", "701.50"), ("c-3-2", "1401.50"), ("c-3-3", "1501.50")):
            clerk.locator(f"input[name={name}]").fill(value)
        clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_label("标题", exact=True).fill(title)
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_role("status").first).to_contain_text("已送审")
    sign(sign_in("supervisor", script=script), "yuhe", title)
    director = sign_in("director", script=script)
    sign(director, "yuhe", title)
    expect(director.get_by_role("status").first).to_contain_text("网上已经公开")
    if script:  # axe is a script itself
        check(director)
        look(director, "desk-version-1280")
    resident = browser.new_context(base_url=site).new_page()
    resident.goto("/c/yuhe/")
    resident.get_by_role("link", name=title, exact=True).first.click()
    expect(resident.locator("article")).to_contain_text("1,500.50" if script else "1,501.50")
    if not script:
        expect(resident.locator("article")).to_contain_text("漏记一笔利息")
        expect(resident.locator(".diff ins").first).to_be_visible()
    assert resident.context.cookies() == []
    resident.context.close()


def test_a_list_with_a_planted_number_is_stopped_and_published_masked(
    sign_in: SignIn, browser: Browser, site: str
) -> None:
    clerk = sign_in("clerk")
    clerk.goto("/desk/yuhe/record/?q=慰问")
    clerk.get_by_role("link", name="就是这一项").first.click()
    clerk.get_by_label("发生了什么").fill("走访慰问困难退休人员")
    clerk.get_by_role("button", name="算一算最迟哪天公开").click()
    expect(clerk.locator(".steps li").first).to_be_visible()
    check(clerk)
    look(clerk, "desk-record-1280")
    clerk.get_by_role("button", name="没有错，记下来").click()
    clerk.get_by_role("button", name="开始准备").click()
    clerk.locator(".tasks li").first.get_by_role("link").click()
    clerk.get_by_label("或者在 Excel、Word 里选中表格").fill(
        f"姓名\t楼栋\t慰问金\n张三丰\t3号楼\t300\n李四\t5号楼 {ID}\t200"
    )
    clerk.get_by_role("button", name="读入", exact=True).click()
    expect(clerk.locator("input[name=c-0-0]")).to_have_value("张*")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_label("标题", exact=True).fill("走访慰问名单")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_role("alert")).to_contain_text("还有没处理的问题")
    expect(clerk.locator("main")).to_contain_text("像是身份证号码")
    check(clerk)
    look(clerk, "desk-draft-stopped-1280")
    clerk.get_by_role("button", name="把这些号码换成星号").click()
    clerk.get_by_role("link", name="影响评估").first.click()
    check(clerk)
    look(clerk, "desk-impact-1280")
    for name in ("ground", "necessity", "risk", "measures"):
        clerk.locator(f"#{name}").fill("已按规定评估")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_role("status").first).to_contain_text("已送审")
    supervisor = sign_in("supervisor")
    supervisor.goto("/desk/yuhe/")
    supervisor.locator("#review + ul li", has_text="走访慰问名单").get_by_role("link").click()
    check(supervisor)
    look(supervisor, "desk-review-1280")
    sign(supervisor, "yuhe", "走访慰问名单")
    sign(sign_in("director"), "yuhe", "走访慰问名单")
    resident = browser.new_context(base_url=site).new_page()
    resident.goto("/c/yuhe/")
    resident.get_by_role("link", name="走访慰问名单", exact=True).first.click()
    text = resident.content()
    assert "张*" in text and "张三丰" not in text and ID not in text
    resident.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_the_desk_is_accessible_and_fits(sign_in: SignIn, width: int) -> None:
    clerk = sign_in("clerk", width)
    paths = {
        "todo": "/desk/jinan/",
        "calendar": "/desk/jinan/calendar/",
        "choose": "/desk/jinan/record/",
        "absence": "/desk/jinan/absence/",
        "sheets": "/desk/jinan/sheets/",
        "communities": "/desk/",
        "password": "/desk/password/",
        "second-factor": "/desk/second-factor/",
    }
    for name, path in paths.items():
        clerk.goto(path)
        look(clerk, f"desk-{name}-{width}")
        check(clerk)
    clerk.goto("/desk/jinan/record/")
    clerk.get_by_role("link", name="就是这一项").first.click()
    look(clerk, f"desk-record-form-{width}")
    check(clerk)
    clerk.goto("/desk/jinan/")
    clerk.locator(".tasks a", has_text="去准备").first.click()
    look(clerk, f"desk-obligation-{width}")
    check(clerk)
    if clerk.get_by_role("button", name="开始准备").count():
        clerk.get_by_role("button", name="开始准备").click()
    look(clerk, f"desk-draft-{width}")
    check(clerk)
    draft = clerk.url
    for kind in ("paragraphs", "table", "person_list", "meeting", "attachment", "nothing"):
        clerk.goto(f"{draft}e/1/?as={kind}")
        look(clerk, f"desk-element-{kind}-{width}")
        check(clerk)
    for rest in ("preview/", "impact/", "review/"):
        clerk.goto(draft + rest)
        look(clerk, f"desk-{rest.strip('/')}-{width}")
        check(clerk)
    clerk.goto(draft)
    clerk.get_by_text("不做了").click()
    clerk.get_by_role("button", name="放弃这份草稿").click()
    director = sign_in("director", width)
    for name in ("people", "forms"):
        director.goto(f"/desk/jinan/{name}/")
        look(director, f"desk-{name}-{width}")
        check(director)
    director.goto("/desk/jinan/forms/06/1/")
    look(director, f"desk-form-{width}")
    check(director)
    for summary in director.locator("summary").all():
        summary.click()
    director.get_by_label("小标题").fill("")
    director.get_by_label("期初一行的名称").first.fill("期初")
    director.get_by_role("button", name="保存", exact=True).click()
    expect(director.get_by_role("alert")).to_contain_text("已经标在旁边")
    expect(director.locator("#heading-error")).to_be_visible()
    look(director, f"desk-form-wrong-{width}")
    check(director)


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_this_quarter_is_stated_and_signed_on_one_page(sign_in: SignIn, width: int) -> None:
    clerk = sign_in("clerk", width)
    clerk.goto("/desk/jinan/absence/")
    for box in clerk.locator("input[name=owed]").all()[1:]:
        box.uncheck()
    clerk.get_by_label("理由（会公开）").fill("本季度没有收到居民的意见")
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_text("已把 1 项“本期无”送审")).to_be_visible()
    for name in ("supervisor", "director"):
        reviewer = sign_in(name, width)
        reviewer.goto("/desk/jinan/")
        reviewer.locator(".tasks a", has_text="去审核").last.click()
        look(reviewer, f"desk-absence-review-{width}")
        check(reviewer)
        reviewer.get_by_role("button", name="同意，签字").click()
    expect(reviewer.get_by_text("已公开 1 项")).to_be_visible()


def open_an_element(clerk: Page) -> Locator:
    """A new draft's first element, and where it is typed."""
    clerk.goto("/desk/yuhe/record/?q=办事流程")
    clerk.get_by_role("link", name="就是这一项").first.click()
    clerk.get_by_label("发生了什么").fill("整理新的办事流程")
    clerk.get_by_role("button", name="算一算最迟哪天公开").click()
    clerk.get_by_role("button", name="没有错，记下来").click()
    clerk.get_by_role("button", name="开始准备").click()
    clerk.locator(".tasks li").first.get_by_role("link").click()
    return clerk.get_by_label("正文（一行是一段）")


def test_what_is_typed_is_saved_by_itself(sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    text = open_an_element(clerk)
    text.fill("打到一半的一段")
    expect(clerk.locator("[data-saved]")).to_have_text("已自动保存", timeout=10_000)
    clerk.reload()
    expect(text).to_have_value("打到一半的一段")


def test_what_is_typed_before_the_script_is_there_is_saved_too(sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    held: list[Route] = []
    clerk.route("**/desk*.js", lambda route: held.append(route))
    text = open_an_element(clerk)
    text.fill("网络慢的时候打的一段")
    expect(clerk.locator("[data-saved]")).to_be_empty()
    assert held
    for route in held:
        route.continue_()
    clerk.unroute_all()
    expect(clerk.locator("[data-saved]")).to_have_text("已自动保存", timeout=10_000)
    clerk.reload()
    expect(text).to_have_value("网络慢的时候打的一段")


def test_five_wrong_passwords_lock_for_a_while(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    for _ in range(5):
        page.goto("/desk/login/")
        page.get_by_label("登录名").fill("nobody-of-that-name")
        page.get_by_label("密码").fill("wrong-password")
        page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请等一刻钟再登录")
    context.close()
