"""The exported site opened from a folder, as from a memory stick: by file://, with no server anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.apps.exporting import broken_links, files_in
from tests.journeys.conftest import ROOT, check, look

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's year, exported by the command with its sheets into a folder with a name that people give folders."""
    data, folder = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("stick") / "居务公开 2026 #1"
    env = {**os.environ, "MINGBAI_DATA_DIR": str(data), "PYTHONWARNINGS": "ignore"}
    env.pop("DATABASE_URL", None)
    for command in (["demo", "--no-serve"], ["export", str(folder)]):
        subprocess.run([sys.executable, "-m", "mingbai", *command], cwd=ROOT, env=env, check=True, capture_output=True)
    return folder


@pytest.fixture(params=[1280, 360])
def opened(browser: Browser, stick: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto((stick / "index.html").as_uri())
    yield page
    context.close()


def test_a_resident_finds_a_version_and_its_sheet_without_a_server(opened: Page, stick: Path) -> None:
    page = opened
    expect(page.get_by_role("heading", level=1)).to_contain_text("金安社区")
    assert page.url.endswith("/c/jinan/index.html"), "the front page leads to the only community"
    look(page, f"export-home-{page.viewport_size}")
    check(page)
    page.get_by_role("navigation").get_by_role("link", name="公开目录").click()
    page.locator(".catalogue a[href*='items/']").nth(5).click()
    expect(page.get_by_role("heading", name="公开过的内容")).to_be_visible()
    check(page)
    page.locator("section[aria-labelledby='versions'] a").first.click()
    expect(page.get_by_role("heading", name="纸质公示")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute", "it has its style"
    check(page)
    link = page.locator("a[href$='sheet-a4.pdf']").first
    sheet = Path(unquote(urlsplit(str(link.evaluate("a => a.href"))).path))
    assert stick in sheet.parents and sheet.read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="为什么是这一天").click()
    expect(page.get_by_role("heading", name="一步一步")).to_be_visible()
    check(page)


def test_no_link_of_any_exported_page_leads_nowhere(stick: Path) -> None:
    assert broken_links(stick) == []
    written = files_in(stick)
    assert sum(file.endswith(".html") for file in written) > 150
    assert sum(file.endswith(".pdf") for file in written) > 40
