"""The archive of the demo's year."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

from mingbai.disclosures.queries import visible_versions
from tests.apps.conftest import DAY
from tests.jobs.archiving import archive, index_of, text_of


def test_the_demos_year_is_whole_and_every_sum_holds(demo: Any, db: None, tmp_path: Path) -> None:
    made = archive("jinan", 2026, tmp_path / "a.zip", on=DAY)
    assert made.testzip() is None
    index = index_of(made)
    listed = {row["文件"]: row for row in index if row["文件"]}
    assert set(made.namelist()) == set(listed) | {"index.csv"}
    for name, row in listed.items():
        data = made.read(name)
        assert hashlib.sha256(data).hexdigest() == row["文件的SHA-256"] and str(len(data)) == row["字节数"]
    versions = {version.code: version for version in visible_versions(demo).filter(published_on__year=2026)}
    sheets = {row["短码"]: row for row in index if row["文件"].startswith("sheets/")}
    assert set(sheets) == set(versions) and len(versions) > 50
    for code, row in sheets.items():
        assert (row["题名"], row["内容摘要"]) == (versions[code].title, versions[code].digest)
    assert {row["保管期限"] for row in index} == {"未载明"}
    some = sheets[min(sheets)]
    assert some["短码"][:4] in text_of(made.read(some["文件"]))
    assert made.read("report-2026.pdf").startswith(b"%PDF")
    for name in ("versions.csv", "obligations.csv", "postings.csv"):
        rows = list(csv.reader(io.StringIO(made.read(name).decode("utf-8-sig"))))
        fields = list(csv.DictReader(io.StringIO(made.read("fields.csv").decode("utf-8-sig"))))
        assert len(rows) > 50 and rows[0] == [row["字段"] for row in fields if row["文件"] == name]
    assert "2026年居务公开档案" in made.read("说明.txt").decode()
