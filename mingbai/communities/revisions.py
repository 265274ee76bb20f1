"""Which revision of a community is the current one, told to every process without the database.

``pages/<community>/current`` is a symbolic link named like ``417.12.9f3c…``: the number of the community's last event
that the public can notice, the number of the platform's last, and the release. Finished pages lie in the folder that
it points to, so one rename after a commit makes every page of the old revision unreachable, for us and for a web
server in front. Where the folder can't be written, nothing is announced and nothing is kept: every page is rendered.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import django
from django.conf import settings
from django.db import connection

log = logging.getLogger(__name__)

CURRENT = "current"
SLUG = re.compile(r"[-a-zA-Z0-9_]+")
NAME = re.compile(r"(\d+)\.(\d+)\.")
# What an announcement or a new day may remove at once; the nightly sweep removes the rest.
AT_MOST = 500
# Acts that change nothing that anyone but those who serve can see. Every other act makes a new revision: a draft begun
# does, for what is owed then shows as in preparation.
SILENT = frozenset(
    {
        "draft_saved",
        "draft_masked",
        "draft_submitted",
        "draft_abandoned",
        "impact_recorded",
        "columns_remembered",
        "password_changed",
        "calendar_renewed",
        "reach_set",
        "supervisor_appointed",
        "second_factor_required",
        "household_codes_made",
        "household_code_ended",
        "file_downloaded",
    }
)


@dataclass(frozen=True, slots=True)
class Revision:
    """The last event of a community and the last of the whole platform that the public can notice; 0: none."""

    own: int
    platform: int

    def __str__(self) -> str:
        return f"{self.own}.{self.platform}"

    @property
    def folder(self) -> str:
        """The name of the folder of this revision's pages, as this release renders them."""
        return f"{self}.{release()}"

    def at_least(self, other: Self) -> Revision:
        return Revision(max(self.own, other.own), max(self.platform, other.platform))


@cache
def release() -> str:
    """Sixteen digits that change whenever a page could come out differently: code, templates, data, database."""
    said = hashlib.sha256(django.get_version().encode())
    for path in sorted(settings.PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            said.update(str(path.relative_to(settings.PACKAGE)).encode() + b"\0" + path.read_bytes())
    database = [str(connection.settings_dict[key]) for key in ("NAME", "HOST", "PORT")]
    said.update("\0".join([settings.PUBLIC_URL, str(settings.PRODUCTION), *database]).encode())
    return said.hexdigest()[:16]


def folder_of(slug: str) -> Path | None:
    """Where a community's pages lie; None: pages aren't kept."""
    root: Path | None = settings.PAGES
    return root / slug if root is not None and SLUG.fullmatch(slug) else None


def announced(slug: str) -> str | None:
    """The name of the folder of the current revision, as it was announced last; None: not known."""
    folder = folder_of(slug)
    try:
        return os.readlink(folder / CURRENT) if folder is not None else None
    except OSError:
        return None


def announce(slug: str | None, event: int) -> None:
    """After a commit: the revision with this event is current. ``slug`` None: an act for the whole platform.

    Only ever forward: of two acts that announce themselves at once, the later one stays.
    """
    slugs = [slug] if slug is not None else [folder.name for folder in _folders()]
    moved = Revision(event, 0) if slug is not None else Revision(0, event)
    for each in slugs:
        _point(each, lambda before: before.at_least(moved))


def heal(slug: str, truth: Callable[[], Revision]) -> None:
    """Point to what the database says, where an announcement was lost (a crash, a restored copy).

    ``truth`` is asked while nobody else can announce: what is committed later, is announced after it.
    """
    _point(slug, lambda before: truth())


def _point(slug: str, after: Callable[[Revision], Revision]) -> None:
    folder = folder_of(slug)
    if folder is None:
        return
    try:
        with _alone(folder):
            name = after(_read(announced(slug))).folder
            if name != announced(slug):
                fresh = folder / f".{CURRENT}"
                fresh.unlink(missing_ok=True)
                fresh.symlink_to(name)
                fresh.replace(folder / CURRENT)
        sweep(folder, keep=name, at_most=AT_MOST)
    except OSError as error:
        not_kept(error)


def _read(name: str | None) -> Revision:
    numbers = NAME.match(name or "")
    return Revision(int(numbers[1]), int(numbers[2])) if numbers is not None else Revision(0, 0)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folders() -> list[Path]:
    root: Path | None = settings.PAGES
    try:
        return [folder for folder in root.iterdir() if folder.is_dir()] if root is not None else []
    except OSError:
        return []


def sweep(folder: Path, *, keep: str, at_most: int | None = None) -> int:
    """Remove what lies in ``folder`` beside ``keep``, at most so many files; how many it removed."""
    removed = 0
    for old in folder.iterdir():
        if old.name == keep or old.name.startswith(".") or old.is_symlink():
            continue
        for base, folders, files in os.walk(old, topdown=False):
            for name in files:
                if at_most is not None and removed >= at_most:
                    return removed
                Path(base, name).unlink(missing_ok=True)
                removed += 1
            for name in folders:
                _remove_empty(Path(base, name))
        _remove_empty(old)
    return removed


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        log.debug("%s isn't empty: a page was just written into it", folder)


def sweep_all(day: str) -> int:
    """Remove every page but those of the current revisions and of ``day``; how many it removed."""
    removed = 0
    for folder in _folders():
        name = announced(folder.name)
        if name is None:
            continue
        try:
            removed += sweep(folder, keep=name)
            if (folder / name).is_dir():
                removed += sweep(folder / name, keep=day)
        except OSError as error:
            not_kept(error)
    return removed


@cache
def _say_once(message: str) -> None:
    log.warning("%s", message)


def not_kept(error: OSError) -> None:
    """The folder can't be written: said once for each reason, and the site goes on without it."""
    _say_once(f"pages aren't kept: {error.strerror}")
