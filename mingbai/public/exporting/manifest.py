"""What an export wrote into a folder: the list that makes the next run quick, and the folder whole again.

Files are written beside their place and moved there. Before a file of a run is touched, its name stands in the list, so
that a run that was killed leaves nothing that the next one doesn't know as its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

MANIFEST = ".mingbai-export.sqlite3"
PART = ".mingbai-export.part"
FORMAT = 2
SCHEMA = (
    "CREATE TABLE community (slug TEXT PRIMARY KEY, wide TEXT, day TEXT, revision INTEGER) WITHOUT ROWID",
    "CREATE TABLE file (name TEXT PRIMARY KEY, key TEXT, sha256 TEXT, bytes INTEGER, of TEXT, changed INTEGER)"
    " WITHOUT ROWID",
    "CREATE INDEX file_of ON file (of)",
)
FILES = "SELECT name, bytes, changed FROM file WHERE bytes >= 0"
OUTSIDE = """
    SELECT 1 FROM file
    WHERE name = '' OR name GLOB '/*' OR instr(name, char(0))
        OR (instr(name, '..') AND instr('/' || name || '/', '/../'))
"""
# So many changes of the list are kept together: what a killed run hadn't kept is looked at again.
COMMIT_EVERY = 500


class ManifestBroken(ValueError):
    """The list in the folder can't be read, or names files outside of it."""


class InUse(ValueError):
    """Another run is at work in the folder."""


class Entry(NamedTuple):
    """One file: the fingerprint of what it depends on, of its bytes, and when it was changed (in ns, as the file
    system says). ``of``: the item that it belongs to.

    ``bytes`` below 0: there is none, as the site has no such page, or none is sure to be there yet.
    """

    key: str
    sha256: str
    bytes: int
    of: str
    changed: int

    @property
    def is_file(self) -> bool:
        return self.bytes >= 0


CLAIMED = Entry("", "", -1, "", 0)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else exports into the folder meanwhile. Raises InUse."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUse from error
        yield
    finally:
        os.close(descriptor)


class Stand(NamedTuple):
    """Where a community stood when it was last exported to the end."""

    wide: str
    day: str
    revision: int


class Folder:
    """A folder with what earlier runs wrote into it. Raises ManifestBroken, and sqlite3.DatabaseError when the list
    turns out to be broken, or can't be written, later on.

    ``stands``: slug → where each community stood; empty when the last run didn't come to its end. ``files``: what there
    should be in the folder. ``entries``: what the list says of the files that were asked for by ``look_at``.
    """

    def __init__(self, root: Path, *, forget: bool = False) -> None:
        self.root = root
        self.entries: dict[str, Entry] = {}
        if forget:
            for name in (MANIFEST, f"{MANIFEST}-journal"):
                (root / name).unlink(missing_ok=True)
        try:
            # Nobody else writes here (``alone_in``), and some network shares know no locks.
            self._list = sqlite3.connect(f"file:{quote(str(root / MANIFEST))}?nolock=1", uri=True)
            self.stands, self._listed = self._load()
        except sqlite3.OperationalError:  # it can't be opened or written: that says nothing of what is in it
            raise
        except sqlite3.DatabaseError as error:
            raise ManifestBroken from error
        self.files = {name for name, _, _ in self._listed}
        self._uncommitted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._list.close()

    def _load(self) -> tuple[dict[str, Stand], list[tuple[str, int, int]]]:
        """Where the communities stood, and (name, bytes, changed) of each file."""
        self._list.execute("PRAGMA trusted_schema = OFF")
        if not (self.root / MANIFEST).stat().st_size:
            self._list.execute("BEGIN")
            for table in SCHEMA:
                self._list.execute(table)
            self._list.execute(f"PRAGMA user_version = {FORMAT}")
            self._list.commit()
        made = tuple(sql for (sql,) in self._list.execute("SELECT sql FROM sqlite_master ORDER BY rowid"))
        if self._list.execute("PRAGMA user_version").fetchone() != (FORMAT,) or made != SCHEMA:
            raise ManifestBroken
        if self._list.execute(OUTSIDE).fetchone():
            raise ManifestBroken
        stands = {slug: Stand(*stand) for slug, *stand in self._list.execute("SELECT * FROM community")}
        return stands, self._list.execute(FILES).fetchall()

    def damaged(self) -> dict[str, str]:
        """The files that somebody changed or removed before this run, each with what it belongs to. Only what doesn't
        look as it was left is read."""
        found = {}
        root = str(self.root)
        for name, size, changed in self._listed:
            path = f"{root}/{name}"
            try:
                seen = os.stat(path, follow_symlinks=False)
            except OSError:
                seen = None
            if seen is None or seen.st_size != size:
                found[name] = self._entry(name).of
            elif seen.st_mtime_ns != changed:
                entry = self._entry(name)
                if _sha256(Path(path)) == entry.sha256:
                    self._keep(name, entry._replace(changed=seen.st_mtime_ns))
                else:
                    found[name] = entry.of
        return found

    def groups(self) -> set[str]:
        """All that files belong to."""
        return {of for (of,) in self._list.execute("SELECT DISTINCT of FROM file")}

    def look_at(self, groups: Iterable[str]) -> None:
        """Have the entries of the files that belong to one of these."""
        for of in groups:
            rows = self._list.execute("SELECT * FROM file WHERE of = ?", [of])
            self.entries.update((name, Entry._make(row)) for name, *row in rows)

    def _entry(self, name: str) -> Entry:
        row = self._list.execute("SELECT key, sha256, bytes, of, changed FROM file WHERE name = ?", [name]).fetchone()
        return Entry._make(row)

    def claim(self, files: Iterable[str]) -> None:
        """Say durably which files this run is going to write, before it does."""
        rows = [(name, *CLAIMED) for name in files]
        if not rows:
            return
        self.stands = {}
        self._list.execute("DELETE FROM community")
        self._list.executemany("INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._commit()

    def save(self, stands: Mapping[str, Stand]) -> None:
        """The run is over; ``stands``: where it leaves each community, empty when not everything was written."""
        if stands != self.stands or self._uncommitted:
            self._list.execute("DELETE FROM community")
            rows = ((slug, *stand) for slug, stand in stands.items())
            self._list.executemany("INSERT INTO community VALUES (?, ?, ?, ?)", rows)
            self._commit()
        (self.root / PART).unlink(missing_ok=True)

    def _keep(self, name: str, entry: Entry) -> None:
        self._list.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)", [name, *entry])
        self._count()

    def _count(self) -> None:
        self._uncommitted += 1
        if self._uncommitted == COMMIT_EVERY:
            self._commit()

    def _commit(self) -> None:
        self._list.commit()
        self._uncommitted = 0

    def put(self, file: str, key: str, of: str, body: bytes, *, damaged: bool) -> bool:
        """Have ``body`` in the file; whether that took any writing."""
        sha256, path = hashlib.sha256(body).hexdigest(), self.root / file
        before = self.entries.get(file, CLAIMED)
        if before.is_file and not damaged and before.sha256 == sha256:
            self._set(file, before._replace(key=key, of=of))
            return False
        if not self._inside(path.parent):
            raise OSError(f"{file}: outside of the folder")
        same = path.is_file() and not path.is_symlink() and path.stat().st_size == len(body) and _sha256(path) == sha256
        if not same:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = self.root / PART
            part.write_bytes(body)
            part.replace(path)
        self._set(file, Entry(key, sha256, len(body), of, path.stat().st_mtime_ns))
        return not same

    def put_nothing(self, file: str, key: str, of: str) -> bool:
        """Remember that the site has no such page; whether a file had to go for it."""
        gone = self._unlink(file)
        self._set(file, CLAIMED._replace(key=key, of=of))
        return gone

    def remove(self, file: str) -> bool:
        """Take a file out of the folder and the list; whether there was one."""
        gone = self._unlink(file)
        if self.entries.pop(file, None) is not None:
            self._list.execute("DELETE FROM file WHERE name = ?", [file])
            self._count()
        self.files.discard(file)
        return gone

    def _set(self, file: str, entry: Entry) -> None:
        if self.entries.get(file) != entry:
            self.entries[file] = entry
            self._keep(file, entry)
        (self.files.add if entry.is_file else self.files.discard)(file)

    def _inside(self, path: Path) -> bool:
        """Whether a folder lies in ours in fact: somebody may have put a link to elsewhere in its place."""
        root = self.root.resolve()
        return path.resolve() == root or root in path.resolve().parents

    def _unlink(self, file: str) -> bool:
        path = self.root / file
        if not self._inside(path.parent):
            return False
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        for parent in path.parents:
            if parent == self.root:
                break
            try:
                parent.rmdir()
            except OSError:  # something else is in it
                break
        return True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
