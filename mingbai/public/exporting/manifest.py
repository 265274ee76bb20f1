"""What an export wrote into a folder: the list that makes the next run quick, and the folder whole again.

Files are written beside their place and moved there; the list comes last. Before a file of a run is touched, its name
stands in the journal, so that a run that was killed leaves nothing that the next one doesn't know as its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self, TextIO

MANIFEST = ".mingbai-export.json"
JOURNAL = ".mingbai-export.journal"
PART = ".mingbai-export.part"
FORMAT = 1


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
    """A folder with what earlier runs wrote into it. Raises ManifestBroken.

    ``stands``: slug → where each community stood; empty when the last run didn't come to its end.
    """

    def __init__(self, root: Path, *, forget: bool = False) -> None:
        self.root = root
        self.entries: dict[str, Entry] = {}
        self.stands: dict[str, Stand] = {}
        self._journal: TextIO | None = None
        if not forget:
            self._load()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def _load(self) -> None:
        try:
            listed = json.loads((self.root / MANIFEST).read_text(encoding="utf-8"))
            if listed["format"] != FORMAT:
                raise ManifestBroken
            self.entries = {file: Entry(*entry) for file, entry in listed["files"].items()}
            self.stands = {slug: Stand(*stand) for slug, stand in listed["communities"].items()}
        except FileNotFoundError:
            pass
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ManifestBroken from error
        for file, *entry in self._journalled():
            self.stands = {}
            if entry:
                self.entries[file] = Entry._make([*entry, 0])
            else:
                self.entries.setdefault(file, CLAIMED)
        if not all(map(_stays_inside, self.entries)):
            raise ManifestBroken

    def _journalled(self) -> Iterator[list[Any]]:
        """The lines of a run that didn't come to its end; the last one may be torn."""
        try:
            lines = (self.root / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                read = json.loads(line)
            except ValueError:
                return
            if not isinstance(read, list) or len(read) not in (1, 5):
                return
            yield read

    def damaged(self) -> set[str]:
        """The files that somebody changed or removed. Only what doesn't look as it was left is read."""
        found = set()
        root = str(self.root)
        for file, entry in self.entries.items():
            if not entry.is_file:
                continue
            path = f"{root}/{file}"
            try:
                seen = os.stat(path, follow_symlinks=False)
            except OSError:
                found.add(file)
                continue
            if seen.st_size != entry.bytes:
                found.add(file)
            elif seen.st_mtime_ns != entry.changed:
                if _sha256(Path(path)) == entry.sha256:
                    self.entries[file] = entry._replace(changed=seen.st_mtime_ns)
                else:
                    found.add(file)
        return found

    def claim(self, files: Iterable[str]) -> None:
        """Say durably which files this run is going to write, before it does."""
        journal = self._open()
        journal.writelines(json.dumps([file], ensure_ascii=False) + "\n" for file in files)
        journal.flush()
        os.fsync(journal.fileno())

    def put(self, file: str, key: str, of: str, body: bytes, *, damaged: bool) -> bool:
        """Have ``body`` in the file; whether that took any writing."""
        sha256, path = hashlib.sha256(body).hexdigest(), self.root / file
        before = self.entries.get(file, CLAIMED)
        if before.is_file and not damaged and before.sha256 == sha256:
            self.entries[file] = before._replace(key=key, of=of)
            return False
        if not self._inside(path.parent):
            raise OSError(f"{file}: outside of the folder")
        same = path.is_file() and not path.is_symlink() and path.stat().st_size == len(body) and _sha256(path) == sha256
        self._note(file, key, sha256, len(body), of)
        if not same:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = self.root / PART
            part.write_bytes(body)
            part.replace(path)
        self.entries[file] = Entry(key, sha256, len(body), of, path.stat().st_mtime_ns)
        return not same

    def put_nothing(self, file: str, key: str, of: str) -> bool:
        """Remember that the site has no such page; whether a file had to go for it."""
        gone = self._unlink(file)
        self._note(file, key, "", -1, of)
        self.entries[file] = CLAIMED._replace(key=key, of=of)
        return gone

    def remove(self, file: str) -> bool:
        """Take a file out of the folder and the list; whether there was one."""
        gone = self._unlink(file)
        self.entries.pop(file, None)
        return gone

    def save(self) -> None:
        """Write the list; the run is over."""
        part = self.root / PART
        with part.open("w", encoding="utf-8") as file:
            listed = {"format": FORMAT, "communities": self.stands, "files": self.entries}
            file.write(json.dumps(listed, ensure_ascii=False, separators=(",", ":")))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.root / MANIFEST)
        self._close()
        (self.root / JOURNAL).unlink(missing_ok=True)

    def _close(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _open(self) -> TextIO:
        if self._journal is None:
            self._journal = (self.root / JOURNAL).open("a", encoding="utf-8")
        return self._journal

    def _note(self, *line: str | int) -> None:
        journal = self._open()
        journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        journal.flush()

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


def _stays_inside(file: str) -> bool:
    return bool(file) and not file.startswith("/") and "\0" not in file and ".." not in file.split("/")
