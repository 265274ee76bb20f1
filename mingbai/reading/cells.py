"""What a document is before it is understood: a grid of cells, and the error that says why it can't be one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


class NotReadable(ValueError):
    """Not readable as a catalogue. The message names the file, what was looked for and where it failed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``merged``: it is the continuation of a merged cell, whose text stands at the merge's first cell."""

    text: str = ""
    merged: bool = False

    @property
    def is_blank(self) -> bool:
        return self.merged or not self.text.strip()


@dataclass(frozen=True, slots=True)
class Row:
    """One row and where it stands in the document, in words: 第2页第5行."""

    cells: tuple[Cell, ...]
    place: str

    @property
    def is_blank(self) -> bool:
        return all(cell.is_blank for cell in self.cells)


@dataclass(slots=True)
class Grid:
    """One table, with the lines of text that stand before it."""

    rows: list[Row] = field(default_factory=list)
    before: list[str] = field(default_factory=list)


MAX_COLUMNS = 200
MAX_ROWS = 20_000


def row_of(texts: Iterable[str | None], place: str) -> Row:
    """A row of plain texts; None is the continuation of a merged cell. Raises NotReadable when it is absurdly wide."""
    cells = tuple(Cell("", merged=True) if text is None else Cell(text) for text in texts)
    if len(cells) > MAX_COLUMNS:
        raise NotReadable(f"{place}有{len(cells)}列，不像是一份目录（最多{MAX_COLUMNS}列）。")
    return Row(cells, place)
