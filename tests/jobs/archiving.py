"""What the tests of the archive share: make one, and read its index and its sheets."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import pdfplumber
import time_machine
from django.core.management import call_command

from mingbai.outgoing.archive import HEADINGS


def archive(slug: str, year: int, file: Path, *more: str, on: datetime) -> zipfile.ZipFile:
    with time_machine.travel(on, tick=False):
        call_command("archive", slug, str(year), str(file), *more, stdout=io.StringIO(), stderr=io.StringIO())
    return zipfile.ZipFile(file)


def index_of(made: zipfile.ZipFile) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(made.read("index.csv").decode("utf-8-sig"))))
    assert rows and tuple(rows[0]) == HEADINGS
    return rows


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as paper:
        return "".join(page.extract_text() for page in paper.pages).replace(" ", "").replace("\n", "")
