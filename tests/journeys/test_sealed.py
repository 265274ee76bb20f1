"""Somebody reports the committee to the subdistrict; a supervisor opens it with a passphrase and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import picture
from tests.journeys.conftest import Open, SignIn, check, look

pytestmark = pytest.mark.browser
PHRASE = "竹篮 灯塔 毛笔 七月 石榴 火车"
WORDS = "主任把门面房租给了自己的弟弟，租金没有公开。"
REPLY = "已经到现场核实，责令社区七天内公开合同。"
MORE = "门面房在三号楼东头。"


def seen(page: Page, name: str) -> None:
    """At both widths: nothing that axe finds, nothing too wide, and a picture to look at."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        check(page)
        look(page, f"sealed-{name}-{width}")


def test_a_sealed_complaint_from_receipt_to_answer(open_page: Open, sign_in: SignIn, tmp_path: Path) -> None:
    photo = tmp_path / "门面房.jpg"
    photo.write_bytes(picture("JPEG", (1_200, 900)))
    reporter = open_page("/c/jinan/contact/", 360, script=False)
    reporter.get_by_role("link", name="向街道举报").click()
    expect(reporter.get_by_role("heading", name="这里现在不能收")).to_be_visible()
    expect(reporter.get_by_role("link", name="12388")).to_be_visible()
    expect(reporter.get_by_role("button", name="加密提交")).to_have_count(0)

    street = sign_in("street")
    street.goto("/oversight/")
    street.get_by_role("link", name="居民的举报").click()
    expect(street.get_by_role("heading", level=1)).to_have_text("举报口令")
    seen(street, "keys")
    street.get_by_label("口令（至少12个字）").fill(PHRASE)
    street.get_by_label("再输入一次").fill(PHRASE + "错")
    street.get_by_role("button", name="设口令").click()
    expect(street.get_by_role("alert")).to_contain_text("两次输入的口令不一样")
    street.get_by_label("口令（至少12个字）").fill(PHRASE)
    street.get_by_label("再输入一次").fill(PHRASE)
    street.get_by_role("button", name="设口令").click()
    expect(street.get_by_role("status")).to_contain_text("口令已经设好")

    reporter.reload()
    reporter.get_by_label("关于哪个社区").select_option(label="金安社区")
    reporter.get_by_label("写在这里").fill(WORDS)
    reporter.locator("#pictures").set_input_files(photo)
    reporter.get_by_role("button", name="加密提交").click()
    expect(reporter.get_by_role("heading", level=1)).to_have_text("已收到")
    receipt = reporter.locator(".receipt").inner_text()
    assert len("".join(filter(str.isdigit, receipt))) == 24

    street.get_by_role("link", name="去看举报").click()
    expect(street.locator("main")).not_to_contain_text("金安")
    seen(street, "list")
    street.get_by_role("row").nth(1).get_by_role("link").click()
    seen(street, "closed")
    street.get_by_label("您的口令").fill("竹篮 灯塔 毛笔 七月 石榴 飞机")
    street.get_by_role("button", name="打开").click()
    expect(street.get_by_role("alert")).to_contain_text("打不开")
    street.get_by_label("您的口令").fill(PHRASE)
    street.get_by_role("button", name="打开").click()
    expect(street.get_by_text(WORDS)).to_be_visible()
    expect(street.get_by_role("img", name="举报人附的图片 1")).to_be_visible()
    assert street.get_by_role("img").evaluate("one => one.naturalWidth") == 1_200
    seen(street, "opened")
    street.get_by_label("答复（").fill(REPLY)
    street.get_by_role("button", name="加密答复").click()
    expect(street.get_by_role("status")).to_contain_text("答复已经加密保存")
    expect(street.locator("main")).to_contain_text("已答复")

    reporter.get_by_role("link", name="凭回执号看答复").click()
    reporter.get_by_label("24位回执号").fill(receipt)
    reporter.get_by_role("button", name="查询").click()
    expect(reporter.locator(".answer")).to_contain_text(REPLY)
    reporter.get_by_label("写在这里").fill(MORE)
    reporter.get_by_role("button", name="加密提交").click()
    expect(reporter.get_by_role("status")).to_contain_text("补充的内容已经加密收到")
    assert reporter.context.cookies() == []

    street.get_by_label("您的口令").fill(PHRASE)
    street.get_by_role("button", name="打开").click()
    said = street.locator(".as-published")
    expect(said).to_have_count(3)
    for place, text in enumerate((WORDS, REPLY, MORE)):
        expect(said.nth(place)).to_contain_text(text)
    seen(street, "thread")

    clerk = sign_in("clerk")
    for page in ("keys/", "complaints/"):
        answer = clerk.goto(f"/oversight/anhe/{page}")
        assert answer is not None and answer.status == 404


@pytest.mark.parametrize("width", (1280, 360))
@pytest.mark.parametrize("mode", ("", "/da"))
def test_the_reporters_pages_are_accessible_and_fit(
    open_page: Open, sign_in: SignIn, mode: str, width: int, tmp_path: Path
) -> None:
    """After the journey above there is a key; alone, this makes one."""
    name = f"{mode[1:]}{width}"
    street = sign_in("street")
    street.goto("/oversight/anhe/keys/")
    street.get_by_label("口令（至少12个字）").fill(PHRASE)
    street.get_by_label("再输入一次").fill(PHRASE)
    street.get_by_role("button", name="口令").click()
    page = open_page(f"{mode}/report-to/anhe/", width)
    check(page)
    look(page, f"sealed-form-{name}")
    page.get_by_label("关于哪个社区").select_option(label="金安社区")
    page.get_by_label("写在这里").fill(WORDS)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    page.locator("#pictures").set_input_files(broken)
    page.get_by_role("button", name="加密提交").click()
    expect(page.get_by_role("alert")).to_contain_text("第1张打不开")
    check(page)
    look(page, f"sealed-wrong-{name}")
    page.get_by_role("button", name="加密提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
    receipt = page.locator(".receipt").inner_text()
    check(page)
    look(page, f"sealed-sent-{name}")
    page.get_by_role("link", name="凭回执号看答复").click()
    check(page)
    page.get_by_label("24位回执号").fill(receipt)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("还没有答复")).to_be_visible()
    check(page)
    look(page, f"sealed-receipt-{name}")
    assert page.context.cookies() == []
