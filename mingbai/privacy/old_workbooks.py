"""What an old Excel workbook (.xls, BIFF in a compound file) hides: its rows, columns and sheets."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

FREE = 0xFFFFFFFA  # this and above: no further sector
MAX_SECTORS = 100_000
BOUNDSHEET, FILEPASS, END = 0x85, 0x2F, 0x0A
ROW, COLINFO, DEFAULT_HEIGHT, BEGIN = 0x208, 0x7D, 0x225, 0x809


@dataclass(slots=True)
class HiddenPlaces:
    """``rows``, ``columns``: hidden, from 0. ``shown_rows``: when not None, every other row is hidden too."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    shown_rows: set[int] | None = None

    def hides_row(self, row: int) -> bool:
        return row in self.rows or (self.shown_rows is not None and row not in self.shown_rows)

    @property
    def hides_rows(self) -> bool:
        return bool(self.rows) or self.shown_rows is not None


def hidden_in_old(data: bytes) -> list[HiddenPlaces]:
    """One value a sheet, in the workbook's order. Raises ValueError for what isn't such a workbook or is encrypted."""
    stream = _workbook_stream(data)
    starts = []
    for kind, body in _records(stream, 0):
        if kind == FILEPASS:
            raise ValueError("an encrypted workbook")
        if kind == BOUNDSHEET:
            starts.append(struct.unpack_from("<I", body)[0])
    return [_hidden_in_sheet(stream, start) for start in starts]


def _hidden_in_sheet(stream: bytes, start: int) -> HiddenPlaces:
    found = HiddenPlaces()
    shown: set[int] = set()
    for kind, body in _records(stream, start):
        if kind == ROW and len(body) >= 14:
            row, height, options = body[0] | body[1] << 8, *struct.unpack_from("<H4xH", body, 6)
            if options & 0x20 or height & 0x7FFF == 0:
                found.rows.add(row)
            else:
                shown.add(row)
        elif kind == COLINFO and len(body) >= 10:
            first, last, width, _, options = struct.unpack_from("<5H", body)
            if options & 1 or width == 0:
                found.columns |= set(range(first, min(last, 0x3FFF) + 1))
        elif kind == DEFAULT_HEIGHT and len(body) >= 2 and body[0] & 2:
            found.shown_rows = shown
    return found


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of one substream, those of charts inside it left out."""
    depth = 0
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        body = stream[start + 4 : start + 4 + length]
        start += 4 + length
        if kind & 0xFF == BEGIN & 0xFF and kind in (0x9, 0x209, 0x409, BEGIN):
            depth += 1
        elif kind == END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, body


def _workbook_stream(data: bytes) -> bytes:
    """The stream “Workbook” (or “Book”) of the compound file."""
    file = _Compound(data)
    for name in ("Workbook", "Book"):
        if name in file.entries:
            return file.stream(name)
    raise ValueError("no workbook in the file")


class _Compound:
    """The streams of an OLE compound file by name."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise ValueError("too short")
        self.data = data
        self.size = 1 << data[30]
        self.small = 1 << data[32]
        if self.size not in (512, 4096) or self.small != 64:
            raise ValueError("sectors of an odd size")
        directory, self.cutoff, mini = struct.unpack_from("<I4xII", data, 48)
        self.fat = self._table(self._fat_sectors())
        self.mini_fat = self._table(self._chain(mini, self.fat))
        self.entries: dict[str, tuple[int, int]] = {}
        self.root = (FREE, 0)
        listing = b"".join(map(self._sector, self._chain(directory, self.fat)))
        for place in range(0, len(listing) - 127, 128):
            entry = listing[place : place + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            where = struct.unpack_from("<II", entry, 116)
            if entry[66] == 5:
                self.root = where
            elif entry[66] == 2:
                self.entries[entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")] = where

    def stream(self, name: str) -> bytes:
        start, size = self.entries[name]
        if size >= self.cutoff:
            return b"".join(map(self._sector, self._chain(start, self.fat)))[:size]
        short = b"".join(map(self._sector, self._chain(self.root[0], self.fat)))
        pieces = (
            short[number * self.small : (number + 1) * self.small] for number in self._chain(start, self.mini_fat)
        )
        return b"".join(pieces)[:size]

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def _chain(self, start: int, table: list[int]) -> list[int]:
        chain: list[int] = []
        while start < FREE:
            if start >= len(table) or len(chain) > MAX_SECTORS:
                raise ValueError("a broken chain of sectors")
            chain.append(start)
            start = table[start]
        return chain

    def _fat_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self.data, 76))
        following, per_sector = struct.unpack_from("<I", self.data, 68)[0], self.size // 4
        while following < FREE and len(sectors) < MAX_SECTORS:
            numbers = struct.unpack(f"<{per_sector}I", self._sector(following))
            sectors += numbers[:-1]
            following = numbers[-1]
        return [number for number in sectors if number < FREE]

    def _table(self, sectors: list[int]) -> list[int]:
        joined = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4]))
