"""Finished pages as files: a page that was rendered once is answered from here until something changes.

``pages/<community>/<revision and release>/<legal day>/<address>``. A page is put only where the revision was current
*before* it was rendered, and it is found only through the revision that is current *now*; so it can be newer than its
folder says for a moment, but never older. The day is part of the place: at midnight every page of the eve is over.
"""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from mingbai.communities.revisions import AT_MOST, Revision, announced, folder_of, not_kept, sweep

# An address of a community, in either dress (/da/: elder mode). No part of it begins with a dot, so none leads out.
ADDRESS = re.compile(r"(?:/da)?/c/([-a-zA-Z0-9_]+)/(?:[-\w][-\w.]*/)*(?:[-\w][-\w.]*)?", re.ASCII)
LONGEST_ADDRESS = 200
LARGEST_PAGE = 256 * 1024
MOST_PAGES = 50_000
HTML = "text/html; charset=utf-8"
# What is kept, by the end of its address. An answer that says that it is anything else isn't kept.
TYPES = {
    "/": HTML,
    ".atom": "application/atom+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A public address of a community. ``origin``: scheme and host, where pages may depend on them; else empty."""

    path: str
    slug: str
    media_type: str | None
    origin: str = ""

    def file(self, revision_folder: str, day: date) -> Path | None:
        folder = folder_of(self.slug)
        if folder is None or self.media_type is None:
            return None
        name = self.path + "index.html" if self.path.endswith("/") else self.path
        return folder / revision_folder / day.isoformat() / f"{self.origin}{name}".lstrip("/")


def address_of(path: str, origin: str = "") -> Address | None:
    """The address, if it is one of a community's pages and can safely be the name of a file."""
    found = ADDRESS.fullmatch(path) if len(path) <= LONGEST_ADDRESS else None
    if found is None:
        return None
    end = "/" if path.endswith("/") else os.path.splitext(path)[1]
    return Address(path, found[1], TYPES.get(end), origin)


def etag_of(address: Address, revision_folder: str, day: date, query: str = "") -> str:
    """The strong validator of what an address says: it depends on the revision, the release and the day alone."""
    said = "\0".join((revision_folder, day.isoformat(), address.origin, address.path, query))
    return f'"{sha256(said.encode()).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page. ``modified``: when it was rendered, in whole seconds."""

    body: bytes
    modified: int


def find(address: Address, day: date) -> tuple[Page, str] | None:
    """The finished page that is current on ``day`` and the folder of its revision, if it is there."""
    current = announced(address.slug)
    file = address.file(current, day) if current is not None else None
    if current is None or file is None:
        return None
    try:
        with file.open("rb") as opened:
            return Page(opened.read(), int(os.fstat(opened.fileno()).st_mtime)), current
    except OSError:
        return None


def keep(address: Address, revision: Revision, day: date, page: Page) -> bool:
    """Put a page that was rendered at ``revision`` on ``day`` into the store; whether it is there now.

    A revision that is over isn't added to: nobody would find the page.
    """
    file = address.file(revision.folder, day)
    if file is None or len(page.body) > LARGEST_PAGE or announced(address.slug) != revision.folder:
        return False
    room = _room_of(address.slug, revision.folder, day)
    if room.full:
        return False
    fresh = file.with_name(f".{os.getpid()}-{threading.get_ident()}")
    try:
        _make_folder(file.parent, address, revision, day)
        fresh.write_bytes(page.body)
        os.utime(fresh, (page.modified, page.modified))
        fresh.replace(file)
    except OSError as error:
        not_kept(error)
        return False
    room.pages += 1
    return True


def _make_folder(folder: Path, address: Address, revision: Revision, day: date) -> None:
    """The folder of a page; with the first page of a day, the days before are over."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    community = folder_of(address.slug)
    if community is not None:
        sweep(community / revision.folder, keep=day.isoformat(), at_most=AT_MOST)


@dataclass(slots=True)
class Room:
    """How many pages this process has put into one folder: a limit against addresses without end."""

    pages: int = 0

    @property
    def full(self) -> bool:
        return self.pages >= MOST_PAGES


@lru_cache(64)
def _room_of(slug: str, revision_folder: str, day: date) -> Room:
    return Room()
