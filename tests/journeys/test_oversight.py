"""A supervisor finds what was overdue on 1 June, and rolls a new catalogue out after seeing what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.apps.test_rolling_out import LONGER, second
from tests.journeys.conftest import SignIn, check, look

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", (1280, 360))


def seen(page: Page, name: str, width: int) -> None:
    look(page, f"oversight-{name}-{width}")
    check(page)


@WIDTHS
def test_a_supervisor_finds_what_was_overdue_on_the_first_of_june_and_why(sign_in: SignIn, width: int) -> None:
    street = sign_in("street", width)
    street.goto("/oversight/")
    expect(street.locator(".lead")).not_to_contain_text("以后补记的不算")
    seen(street, "today", width)
    street.get_by_label("截至哪一天").fill("2026-06-01")
    street.get_by_label("哪一年的事").select_option("2026")
    street.get_by_role("button", name="看", exact=True).click()
    expect(street.locator(".lead")).to_contain_text("截至 2026年6月1日")
    expect(street.locator(".lead")).to_contain_text("以后补记的不算")
    expect(street.get_by_role("heading", name="当天逾期未公开")).to_be_visible()
    late = street.locator("section.notice li")
    expect(late).to_have_count(2)
    expect(late.first).to_contain_text("新园社区")
    seen(street, "june", width)
    row = street.get_by_role("row").filter(has=street.get_by_role("link", name="新园社区", exact=True))
    number = row.locator("a.late")
    expect(number).to_have_text("2")
    number.click()
    expect(street.get_by_role("heading", level=1)).to_have_text("新园社区、逾期未公开 2 件")
    lines = street.locator("tbody tr")
    expect(lines).to_have_count(2)
    meeting = lines.filter(has_text="召开居民代表大会")
    expect(meeting).to_contain_text("2026年5月19日")
    expect(meeting).to_contain_text("—")
    seen(street, "list", width)
    meeting.get_by_role("link").click()
    expect(street.get_by_role("heading", level=1)).to_have_text("最迟2026年5月19日公开")
    expect(street.locator(".phrase")).to_have_text("“自信息形成7日内及时公开，时限不少于15日”")
    expect(street.locator(".steps li").first).to_be_visible()
    seen(street, "why", width)


def test_what_was_published_on_the_tenth_is_late_and_not_overdue_any_more(sign_in: SignIn) -> None:
    street = sign_in("street")
    for day, words in (("2026-06-09", "逾期未公开"), ("2026-06-10", "逾期公开")):
        street.goto(f"/oversight/anhe/list/?on={day}&year=2026&community=xinyuan&item=22")
        expect(street.locator("tbody tr").filter(has_text="召开居民代表大会").locator("td").last).to_have_text(words)


@WIDTHS
def test_the_catalogue_pages_are_accessible_and_a_new_one_is_seen_before_it_is_adopted(
    sign_in: SignIn, tmp_path: Path, width: int
) -> None:
    """The narrow run, without JavaScript at its end, adopts what the wide one only looked at."""
    document = tmp_path / "安和街道标准目录.txt"
    document.write_text(second().replace("社区会议", "社区各类会议"), encoding="utf-8")
    street = sign_in("street", width)
    street.goto("/oversight/anhe/")
    street.get_by_role("link", name="各社区的标准目录").click()
    expect(street.get_by_role("row").filter(has_text="新园社区")).to_contain_text("23／23")
    seen(street, "catalogues", width)
    street.get_by_role("link", name="换新目录").click()
    seen(street, "catalogue-new", width)
    street.get_by_role("button", name="看会变什么").click()
    street.get_by_label("目录文件").set_input_files(
        {"name": "坏.docx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04"}
    )
    street.get_by_role("button", name="看会变什么").click()
    expect(street.get_by_role("alert")).to_contain_text("已损坏")
    seen(street, "catalogue-broken", width)
    street.get_by_label("目录文件").set_input_files(document)
    street.get_by_label("金安社区").uncheck()
    street.get_by_role("button", name="看会变什么").click()
    expect(street.locator("main")).to_contain_text(f"现“{LONGER}”")
    for more in street.locator("summary").all():
        more.click()
    seen(street, "catalogue-preview", width)
    if width == 1280:
        street.goto("/oversight/anhe/catalogues/")
        expect(street.locator("main")).not_to_contain_text(LONGER)
        return
    plain = sign_in("street", width, script=False)
    plain.goto("/oversight/anhe/catalogues/new/")
    plain.get_by_label("目录文件").set_input_files(document)
    plain.get_by_label("金安社区").uncheck()
    plain.get_by_role("button", name="看会变什么").click()
    plain.get_by_role("button", name="1 个社区采用这份目录").click()
    expect(plain.get_by_role("status")).to_contain_text("新园社区")
    street.get_by_role("button", name="1 个社区采用这份目录").click()
    expect(street.locator("main")).to_contain_text("已经采用了这一份")
    seen(street, "catalogue-adopted", width)
    street.get_by_role("link", name="看各社区的标准目录").click()
    expect(street.locator("main")).to_contain_text(f"这里是“{LONGER}”")
    expect(street.get_by_role("row").filter(has_text="新园社区")).to_contain_text("22／23")
    seen(street, "catalogues-after", width)
