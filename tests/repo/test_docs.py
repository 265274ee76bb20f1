"""Documents that can't fall behind: glossary, settings, commands and README against the code."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands

from mingbai.rules.state import State
from mingbai.rules.wording import STATES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def rows(path: Path, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading, without its two head lines."""
    section = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (text,) = (part for part in section if part.startswith(heading + "\n"))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(path: str) -> Any:
    """The object of a dotted path, which may go into a class."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AssertionError(path)


CHAIN = rows(DOCS / "glossary.md", "The chain")


@pytest.mark.parametrize(
    ("term", "chinese", "path"), [*CHAIN, *rows(DOCS / "glossary.md", "The rules")], ids=lambda cell: cell[:30]
)
def test_the_glossary_names_what_is_there(term: str, chinese: str, path: str) -> None:
    assert chinese
    found = named(path.strip("`"))
    if hasattr(found, "_meta"):
        assert found._meta.verbose_name == chinese


def test_every_model_stands_in_the_glossary() -> None:
    ours = {
        f"{model.__module__}.{model.__name__}" for model in apps.get_models() if model.__module__.startswith("mingbai.")
    }
    assert ours == {path.strip("`") for _, _, path in CHAIN}


def test_the_glossary_tells_the_states_as_pages_do() -> None:
    told = {state.strip("`"): chinese for state, chinese, _ in rows(DOCS / "glossary.md", "States")}
    assert told == {state.value: STATES[state] for state in State}


def test_the_settings_table_is_what_the_code_reads() -> None:
    told = {row[0].strip("`") for row in rows(DOCS / "operating.md", "Settings")}
    read = set()
    for path in (ROOT / "mingbai").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"(?:_flag|_list|_number|environ\.get)\(\s*\"([A-Z_]+)\"", source))
    assert told == read


def test_the_command_list_is_complete() -> None:
    told = {re.findall(r"`mingbai (\w+)", row[0])[0] for row in rows(DOCS / "operating.md", "Commands")}
    ours = {name for name, app in get_commands().items() if str(app).startswith("mingbai.")}
    assert told == ours | {"migrate"}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_the_two_commands_and_link_to_what_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    commands = set(re.findall(r"\bmake (\w+)", text))
    assert {"demo", "test"} <= commands <= targets | {"and"}
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / link).exists(), link


def test_the_documents_link_to_what_exists() -> None:
    for path in DOCS.rglob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
