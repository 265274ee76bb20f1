"""Past the public doors: a household reads by the code on its slip, and somebody asks to be shown something."""

from __future__ import annotations

import io
import re

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from mingbai.communities.receipts import TOKEN_SECONDS
from tests.apps.restricted import FILE
from tests.journeys.conftest import Open, SignIn, check, look

pytestmark = pytest.mark.browser
QUICKEST = 1000 * TOKEN_SECONDS + 500
WORDS = "想看今年电梯维修的付款记录。"
REPLY = "付款记录共两页，可以到服务大厅看。"
LABEL = "3号楼2单元501"


def seen(page: Page, name: str) -> None:
    look(page, f"onrequest-{name}")
    check(page)


def slip_of(clerk: Page, *labels: str) -> str:
    """Make codes at the desk as its form would, and read the first off the printed slips."""
    clerk.goto("/desk/heping/households/")
    fields = {
        name: clerk.locator(f'input[name="{name}"]').last.input_value() for name in ("csrfmiddlewaretoken", "token")
    }
    items = clerk.locator('input[name="item"]').evaluate_all("all => all.map(one => one.value)")
    body = "&".join([*(f"{name}={value}" for name, value in fields.items()), *(f"item={item}" for item in items)])
    body += "&replace=1&labels=" + "%0A".join(labels)
    pdf = clerk.request.post(
        clerk.url, data=body, headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": clerk.url}
    )
    assert pdf.headers["content-type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(pdf.body())) as document:
        text = document.pages[0].extract_text()
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("width", (1280, 360))
@pytest.mark.parametrize("mode", ("", "/da"))
def test_a_household_reads_by_its_slip(open_page: Open, sign_in: SignIn, mode: str, width: int) -> None:
    clerk = sign_in("clerk", width)
    code = slip_of(clerk, LABEL, "5号楼1单元101")
    clerk.goto("/desk/heping/households/")
    seen(clerk, f"households-{width}")
    page = open_page(f"{mode}/c/heping/mine/", width)
    seen(page, f"mine{mode[1:]}-{width}")
    page.get_by_label("16位住户码").fill("1" * 16)
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("alert")).to_contain_text("没有找到这个住户码")
    seen(page, f"mine-wrong{mode[1:]}-{width}")
    page.get_by_label("16位住户码").fill(code)
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name="公租房轮候通知")).to_be_visible()
    expect(page.get_by_role("heading", name="慰问名单")).to_be_visible()
    seen(page, f"mine-opened{mode[1:]}-{width}")
    with page.expect_download() as download:
        page.get_by_role("button", name=FILE).click()
    assert download.value.suggested_filename == FILE
    assert page.context.cookies() == [] and code.replace(" ", "") not in page.url
    stranger = open_page("/c/heping/", width)
    assert "公租房轮候" not in stranger.content()


@pytest.mark.parametrize("width", (1280, 360))
@pytest.mark.parametrize("mode", ("", "/da"))
def test_somebody_asks_to_be_shown_something(open_page: Open, sign_in: SignIn, mode: str, width: int) -> None:
    page = open_page(f"{mode}/c/jinan/", width)
    page.get_by_role("navigation", name="页脚菜单").get_by_role("link", name="依申请公开").click()
    seen(page, f"list{mode[1:]}-{width}")
    page.get_by_role("link", name="我要申请").click()
    seen(page, f"new{mode[1:]}-{width}")
    words = f"{WORDS}{mode}{width}"
    page.get_by_label("想看什么").fill(words)
    page.wait_for_timeout(QUICKEST)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
    seen(page, f"requested{mode[1:]}-{width}")
    receipt = page.locator(".receipt").inner_text()

    clerk = sign_in("clerk", width)
    clerk.goto("/desk/jinan/")
    clerk.get_by_role("link", name="依申请公开", exact=True).click()
    seen(clerk, f"desk-list-{width}")
    clerk.locator(".tasks li").filter(has_text=words).get_by_role("link", name="去答复").click()
    seen(clerk, f"desk-one-{width}")
    clerk.get_by_label("提供了", exact=True).check()
    clerk.get_by_label("答复（提供的内容").fill(REPLY)
    clerk.get_by_role("button", name="答复申请人").click()
    expect(clerk.get_by_role("status")).to_contain_text("已答复")
    seen(clerk, f"desk-answered-{width}")
    clerk.goto("/desk/jinan/requests/take/")
    seen(clerk, f"desk-take-{width}")

    page.get_by_role("link", name="凭回执号看答复").click()
    seen(page, f"receipt{mode[1:]}-{width}")
    page.get_by_label("20位回执号").fill(receipt)
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".answer")).to_contain_text(REPLY)
    seen(page, f"receipt-answered{mode[1:]}-{width}")
    listed = open_page(f"{mode}/c/jinan/requests/", width)
    assert REPLY not in listed.content() and words not in listed.content()
