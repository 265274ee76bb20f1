"""CSV that a spreadsheet opens as text: UTF-8 with a byte order mark, and no cell that could run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Any

from mingbai.disclosures.tablefiles import neutralised


def cell_of(value: Any) -> str:
    """A value as one cell: days as 2026-10-14, yes and no as true and false, lists with semicolons, None empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return neutralised("；".join(map(str, value)))
    return str(value) if isinstance(value, int) else neutralised(str(value))


class _Line:
    """What csv writes to: hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file line by line, so that no more than one row is in memory."""
    writer = csv.writer(_Line())
    yield "\ufeff".encode() + str(writer.writerow([cell_of(name) for name in header])).encode()
    for row in rows:
        yield str(writer.writerow([cell_of(value) for value in row])).encode()
