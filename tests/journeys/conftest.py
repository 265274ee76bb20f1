"""A real server with the demo's data, and Debian's Chromium to look at it with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.serving import free_port
from mingbai.carriers.fonts import font_files

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
ROOT = Path(__file__).parents[2]


COMMUNITIES = ("second_community", "third_community", "fourth_community")


def environment(data: Path) -> dict[str, str]:
    env = {**os.environ, "MINGBAI_DATA_DIR": str(data), "PYTHONWARNINGS": "ignore"}
    env.pop("DATABASE_URL", None)
    return env


@contextmanager
def serving(data: Path, *, later: int = 0) -> Iterator[str]:
    """The demo as ``make demo`` sets it up and serves it; the address of its site.

    ``later``: so many days from now, with the data that is there.
    """
    port, env = free_port(), environment(data)
    command = [sys.executable, "-m", "mingbai", "demo", "--port", str(port)]
    if later:
        command = [sys.executable, "-m", "tests.journeys.later", str(later), str(port)]
    else:
        subprocess.run([*command, "--no-serve"], cwd=ROOT, env=env, check=True, capture_output=True)
        for module in COMMUNITIES:
            subprocess.run([sys.executable, "-m", f"tests.journeys.{module}"], cwd=ROOT, env=env, check=True)
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/c/jinan/", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the demo ended before it answered")
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the demo didn't answer within a minute")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with the packaged Chinese font, so that widths and pictures are what people would see."""
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    folders = "".join(f"<dir>{path.parent}</dir>" for path in font_files())
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}</fontconfig>'
    )
    env: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS, env=env)
        yield started
        started.close()


def look(page: Page, name: str) -> None:
    """Keep a picture where SCREENSHOTS names a folder, for a person to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


# What axe knows of WCAG 2.2 AA but leaves out unless it is asked.
RULES = {"target-size": {"enabled": True}}


def check(page: Page, **more: object) -> None:
    """axe finds nothing, and nothing is wider than the screen. ``more``: further rules of axe, by name."""
    found = Axe().run(page, options={"rules": {**RULES, **more}})
    assert not found.response["violations"], found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Open a path at a width; JavaScript can be off. Every context is a person who was never here before."""
    contexts = []

    def visit(path: str, width: int = 1280, *, script: bool = True, address: str = site) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, base_url=address, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        response = page.goto(path)
        assert response is not None
        return page

    yield visit
    for context in contexts:
        context.close()


PASSWORD = os.environ.get("MINGBAI_DEMO_PASSWORD", "mingbai-demo-2026")
SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, site: str) -> Iterator[SignIn]:
    """Somebody's own browser, signed in through the form."""
    contexts = []

    def enter(username: str, width: int = 1280, *, script: bool = True, address: str = site) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, base_url=address, locale="zh-CN"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/desk/")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()
