"""A resident of 75 asks about one line of the accounts and says what the answer was worth."""

from __future__ import annotations

import io

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from mingbai.communities.receipts import TOKEN_SECONDS
from tests.journeys.conftest import Open, SignIn, check, look

pytestmark = pytest.mark.browser
# Nobody writes a question in a blink; the form doesn't believe it either.
QUICKEST = 1000 * TOKEN_SECONDS + 500
WORDS = "单元门禁这笔6200元，是哪几个单元的？"
REPLY = "是3号楼、5号楼和7号楼一共六个单元，合同可以到服务大厅看。"


def seen(page: Page, name: str) -> None:
    look(page, f"feedback-{name}")
    check(page)


def test_a_question_about_one_line_is_asked_answered_printed_and_not_settled(open_page: Open, sign_in: SignIn) -> None:
    resident = open_page("/c/jinan/", 360, script=False)
    resident.get_by_role("link", name="看每一笔账").click()
    accounts = resident.url
    resident.get_by_role("link", name="就这份内容提问").click()
    spots = resident.get_by_label("哪一处").locator("option").all_inner_texts()
    line = next(spot for spot in spots if "单元门禁系统" in spot)
    resident.get_by_label("哪一处").select_option(label=line)
    resident.get_by_label("写在这里").fill(WORDS)
    resident.wait_for_timeout(QUICKEST)
    resident.get_by_role("button", name="提交").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("已收到")
    receipt = resident.locator(".receipt").inner_text()
    assert len("".join(filter(str.isdigit, receipt))) == 20
    resident.get_by_role("link", name="看这一条").click()
    expect(resident.locator(".state")).to_have_text("等待答复")

    clerk = sign_in("clerk")
    clerk.goto("/desk/jinan/")
    clerk.get_by_role("link", name="意见", exact=True).click()
    row = clerk.locator(".tasks li").filter(has_text=WORDS)
    row.get_by_role("link", name="去答复").click()
    clerk.get_by_label("答复（会公开）").fill(REPLY)
    clerk.get_by_role("button", name="公开答复").click()
    expect(clerk.get_by_role("status")).to_contain_text("答复已公开")

    resident.goto(accounts)
    mine = resident.locator(".asked-one").filter(has_text=WORDS)
    expect(mine.locator(".answer")).to_contain_text(REPLY)
    pdf = resident.request.get(f"{accounts}sheet-a4.pdf")
    with pdfplumber.open(io.BytesIO(pdf.body())) as document:
        printed = "".join("".join((page.extract_text() or "").split()) for page in document.pages)
    assert "居民提问和答复" in printed and WORDS in printed and REPLY in printed

    resident.get_by_role("navigation", name="页脚菜单").get_by_role("link", name="意见和答复").click()
    resident.get_by_role("link", name="凭回执号查询").click()
    resident.get_by_label("20位回执号").fill(receipt)
    resident.get_by_role("button", name="查询").click()
    resident.get_by_role("button", name="没有解决").click()
    expect(resident.get_by_text("表示：没有解决")).to_be_visible()
    resident.goto(accounts)
    expect(mine.locator(".state")).to_contain_text("没有解决")


@pytest.mark.parametrize("width", (1280, 360))
@pytest.mark.parametrize("mode", ("", "/da"))
def test_the_pages_for_asking_are_accessible_and_fit(open_page: Open, mode: str, width: int) -> None:
    page = open_page(f"{mode}/c/jinan/feedback/", width)
    seen(page, f"list{mode[1:]}-{width}")
    page.locator(".asked-one h3 a").first.click()
    seen(page, f"one{mode[1:]}-{width}")
    page.goto(f"{mode}/c/jinan/receipt/")
    seen(page, f"receipt{mode[1:]}-{width}")
    page.get_by_label("20位回执号").fill("1" * 20)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_be_visible()
    seen(page, f"receipt-wrong{mode[1:]}-{width}")
    page.goto(f"{mode}/c/jinan/")
    page.get_by_role("link", name="提问、建议、提异议").click()
    seen(page, f"ask{mode[1:]}-{width}")
    page.get_by_label("写在这里").fill("办公时间改了吗？")
    page.wait_for_timeout(QUICKEST)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".receipt")).to_be_visible()
    seen(page, f"asked{mode[1:]}-{width}")
    assert page.context.cookies() == []
