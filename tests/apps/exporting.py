"""What the tests of ``mingbai export`` share: running it on a day, reading a folder, following every link in it."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import time_machine
from django.core.management import call_command

from tests.conftest import noon

OURS = ".mingbai-export"
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')


def export(folder: Path, on: str, **options: object) -> str:
    """Run the command at noon of a day; what it said."""
    said = io.StringIO()
    with time_machine.travel(noon(on), tick=False):
        call_command("export", str(folder), stdout=said, stderr=said, **{"sheets": "none", **options})
    return said.getvalue()


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file but the export's own list."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(OURS)
    }


def broken_links(folder: Path) -> list[str]:
    """The links of all pages that lead neither to a file of the folder (and a place in it) nor out into the world, as
    «page: link»."""
    found = []
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for link in map(html.unescape, LINK.findall(text)):
            parts = urlsplit(link)
            if parts.scheme in ("https", "http", "mailto", "tel", "data"):
                continue
            target = page.parent / unquote(parts.path) if parts.path else page
            inside = folder.resolve() in target.resolve().parents and not parts.path.startswith("/")
            lost = inside and target.is_file() and parts.fragment and f'id="{parts.fragment}"' not in target.read_text()
            if not inside or not target.is_file() or lost:
                found.append(f"{page.relative_to(folder)}: {link}")
    return found
