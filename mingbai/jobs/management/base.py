"""What our commands share: dates from the command line, texts from files, tables."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from wcwidth import wcswidth

from mingbai.communities.commanding import refuse

MAX_TEXT = 1024 * 1024


class RulesCommand(BaseCommand):
    """A command that needs no database: it checks nothing and migrates nothing."""

    requires_system_checks: list[str] = []

    def print_json(self, data: Any) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))


def day_argument(text: str) -> date:
    """A date on the command line: YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2026-09-10 这样的形式") from None


def read_text(name: str) -> str:
    """The text of a file, or of standard input for ``-``. Exit 2 for what can't be read as UTF-8 or GB 18030."""
    try:
        raw = sys.stdin.buffer.read(MAX_TEXT + 1) if name == "-" else _bytes_of(Path(name))
    except OSError as error:
        raise refuse(f"读不到文件“{name}”：{error.strerror}。请检查文件名和路径。") from error
    if len(raw) > MAX_TEXT:
        raise refuse(f"文件“{name}”超过1兆字节，不像是一份通知，请检查文件。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(f"文件“{name}”不是文本文件，请另存为 UTF-8 编码的文本后再试。")


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_TEXT + 1)


def table(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> Iterable[str]:
    """Lines of a table whose cells are cut to ``widths`` terminal columns (a Chinese character takes two)."""
    for row in rows:
        yield "  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _fit(text: str, width: int) -> str:
    text = " ".join(text.split())
    if wcswidth(text) > width:
        while wcswidth(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - wcswidth(text))
