"""What is shared by everything that looks into a file: its limits, its refusals, and a part of it."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
MAX_CHARACTERS = 1_000_000
# The day that rebuilt files say they were made on, so that the same file is always rebuilt the same.
CREATED = "2000-01-01T00:00:00"
# A spreadsheet program takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class NotAllowed(ValueError):
    """The file can't be published; the message says why and what to do."""


class TooLarge(ValueError):
    """More than can be looked through."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a file and where it stands, in Chinese. ``cells`` instead of ``text``: cells to be read together.

    ``listed``: in a list of persons, under ``label``. ``shown``: its owner sees it. ``author``: it names an author.
    """

    where: str
    text: str = ""
    cells: tuple[str, ...] = ()
    label: str = ""
    listed: bool = False
    shown: bool = True
    author: bool = False
