"""House rules that no linter knows: who may ask the clock, how long a module grows, what a lock may say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).parents[2]
# Linked data isn't run by any browser; public.linked escapes what stands in it, and nothing else may be written there.
DATA_BLOCK = '<script type="application/ld+json">{{ linked }}</script>'
SOURCES = sorted(path for path in (ROOT / "mingbai").rglob("*.py") if "migrations" not in path.parts)
MAY_ASK_THE_CLOCK = {"public", "desk", "oversight", "jobs"}
# object.method, or the name of what is imported, that tells today's date or the present moment
CLOCK = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("time", "time"),
}


def clocks_in(source: str) -> list[int]:
    """The lines that ask what time it is."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in CLOCK or node.attr == "auto_now":
                found.append(node.lineno)
        elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            found.append(node.value.lineno)
        elif isinstance(node, ast.ImportFrom):
            found += [node.lineno for name in node.names if (str(node.module).rsplit(".")[-1], name.name) in CLOCK]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "mingbai")))
def test_only_the_outermost_packages_ask_the_clock(path: Path) -> None:
    if path.relative_to(ROOT / "mingbai").parts[0] not in MAY_ASK_THE_CLOCK:
        assert clocks_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "from django.utils import timezone\nx = timezone.now",
        "from django.utils.timezone import now",
        "from time import time",
        "models.DateTimeField(auto_now_add=True)",
    ],
)
def test_the_check_of_the_clock_sees_every_way_to_ask_it(source: str) -> None:
    assert clocks_in(source)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "mingbai")))
def test_no_module_outgrows_a_reader(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_lock_names_no_host_and_pins_every_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and "--index-url" not in lock
    pinned = re.findall(r"^\S+==\S+.*\\$", lock, flags=re.MULTILINE)
    assert len(pinned) > 30
    assert len(re.findall(r"^[a-z0-9]", lock, flags=re.MULTILINE)) == len(pinned)


def test_the_style_sheet_stays_small_and_pages_carry_no_inline_script_or_style() -> None:
    assert (ROOT / "mingbai/static/mingbai/site.css").stat().st_size <= 15 * 1024
    pages = [*(ROOT / "mingbai/templates").rglob("*.html"), *(ROOT / "mingbai/jinja2").rglob("*.html")]
    assert len(pages) > 100
    for path in pages:
        source = path.read_text(encoding="utf-8").replace(DATA_BLOCK, "")
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", source), path.name


def test_every_template_of_the_residents_is_one_of_jinjas() -> None:
    """Each is compiled: a filter or a tag that only Django knows is found before anybody opens the page."""
    where = ROOT / "mingbai/jinja2"
    files = [path for path in where.rglob("*") if path.is_file()]
    assert len(files) > 60
    assert engines["jinja2"].env.autoescape is True
    for path in files:
        engines["jinja2"].env.get_template(path.relative_to(where).as_posix())


def test_no_migration_imports_our_code() -> None:
    for path in (ROOT / "mingbai").rglob("migrations/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not str(node.module).startswith("mingbai"), path
            elif isinstance(node, ast.Import):
                assert not any(name.name.startswith("mingbai") for name in node.names), path
