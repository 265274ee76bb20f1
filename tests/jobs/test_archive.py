"""The archive of a year: whole, checkable, the same again, and nothing in it that residents couldn't see that day."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from mingbai.carriers.actions import confirm_withdrawal, publish
from mingbai.catalogues.models import Item
from mingbai.disclosures.models import Attachment, Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.outgoing.archive import RetentionError, read_retention
from tests.conftest import Cast, names_list, noon, paragraphs
from tests.jobs.archiving import archive, index_of, text_of


@pytest.fixture
def small(cast: Cast, owe: Any) -> list[Version]:
    """A text, and a list of names with its file."""
    made = [
        publish(
            obligation=owe(number, "2026-03-02"),
            content=content,
            dated_on=date(2026, 3, 2),
            by=cast.clerk,
            at=noon("2026-03-03"),
        )
        for number, content in ((22, paragraphs(1)), (15, names_list()))
    ]
    data = b"%PDF-1.4 x"
    Attachment.objects.create(
        version=made[1],
        name="../表 格.PDF",
        media_type="application/pdf",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        data=data,
    )
    return made


def test_the_same_day_makes_the_same_bytes_and_a_later_hour_too(small: list[Version], tmp_path: Path) -> None:
    archive("jinan", 2026, tmp_path / "a.zip", on=noon("2026-03-05"))
    with time_machine.travel(noon("2026-03-05").replace(hour=20), tick=False):
        call_command("archive", "jinan", "2026", str(tmp_path / "b.zip"), stdout=io.StringIO(), stderr=io.StringIO())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.zip", "b.zip"]


def test_names_are_there_while_they_are_on_show_and_the_index_says_until_when(
    small: list[Version], tmp_path: Path
) -> None:
    before = archive("jinan", 2026, tmp_path / "a.zip", on=noon("2026-03-05"))
    (row,) = [row for row in index_of(before) if row["短码"] == small[1].code and row["文件"].startswith("sheets/")]
    assert "张*" in text_of(before.read(row["文件"])) and row["姓名留到"]
    day = date.fromisoformat(row["姓名留到"])
    (other,) = [row for row in index_of(before) if row["短码"] == small[0].code]
    assert other["姓名留到"] == ""
    after = archive("jinan", 2026, tmp_path / "b.zip", on=noon(date.fromordinal(day.toordinal() + 1)))
    (row,) = [row for row in index_of(after) if row["短码"] == small[1].code and row["文件"].startswith("sheets/")]
    assert "张*" not in text_of(after.read(row["文件"])) and row["姓名留到"] == ""


def test_files_go_under_names_that_every_system_takes(small: list[Version], tmp_path: Path) -> None:
    made = archive("jinan", 2026, tmp_path / "a.zip", on=noon("2026-03-05"))
    (row,) = [row for row in index_of(made) if row["文件"].startswith("files/")]
    assert row["文件"] == f"files/2026-03-03-{small[1].code}-1.pdf" and row["题名"] == "../表 格.PDF"
    assert made.read(row["文件"]) == b"%PDF-1.4 x"


def test_what_was_taken_down_keeps_one_line_and_what_is_for_few_none(
    small: list[Version], cast: Cast, tmp_path: Path
) -> None:
    at = noon("2026-03-05")
    withdrawal = propose_withdrawal(version=small[1], kind="personal_data", reason="写错了人", by=cast.clerk, at=at)
    confirm_withdrawal(withdrawal=withdrawal, by=cast.director, at=at)
    Item.objects.filter(pk=small[0].disclosure.obligation.occurrence.item_id).update(is_public=False)
    made = archive("jinan", 2026, tmp_path / "a.zip", on=noon("2026-03-06"))
    (row,) = [row for row in index_of(made) if row["短码"]]
    assert row["短码"] == small[1].code and row["文件"] == "" and row["说明"] == "已撤下：写错了人"
    everything = b"".join(made.read(name) for name in made.namelist()).decode("utf-8", "replace")
    assert "慰问名单" not in everything and small[0].code not in everything and "张*" not in everything


def test_what_cant_be_printed_is_said_and_the_rest_is_written(cast: Cast, owe: Any, tmp_path: Path) -> None:
    for number, title in ((22, "通知\U0001f600"), (22, "通知")):
        publish(
            obligation=owe(number, "2026-03-02"),
            content=paragraphs(1, title=title),
            dated_on=date(2026, 3, 2),
            by=cast.clerk,
            at=noon("2026-03-03"),
        )
    with pytest.raises(CommandError, match="1 版没有公示单.*U\\+1F600") as raised:
        archive("jinan", 2026, tmp_path / "a.zip", on=noon("2026-03-05"))
    assert raised.value.returncode == 1
    index = index_of(zipfile.ZipFile(tmp_path / "a.zip"))
    assert [bool(row["文件"]) for row in index if row["短码"]] == [False, True]


def test_retention_comes_from_the_operators_list(small: list[Version], tmp_path: Path) -> None:
    code = small[0].disclosure.obligation.occurrence.item.code
    listed = tmp_path / "r.csv"
    listed.write_text(f"\ufeff事项编号,保管期限,依据\n{code},30年,某局第1号\n\n*,10年,某局第2号\n", encoding="utf-8")
    made = archive("jinan", 2026, tmp_path / "a.zip", "--retention", str(listed), on=noon("2026-03-05"))
    kept = {row["短码"]: (row["保管期限"], row["保管期限的依据"]) for row in index_of(made)}
    assert kept[small[0].code] == ("30年", "某局第1号")
    assert kept[small[1].code] == kept[""] == ("10年", "某局第2号")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,30年", "第 1 行"),
        ("1,30年,\n", "第 1 行"),
        ("1,a,b\n1,a,b", "第 2 行"),
        ("1,a,b,c", "三格"),
        ("\xff", "UTF-8"),
    ],
)
def test_a_bad_list_of_periods_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "r.csv").write_bytes(text.encode("latin-1" if text == "\xff" else "utf-8"))
    with pytest.raises(RetentionError, match=said):
        read_retention(tmp_path / "r.csv")
    with pytest.raises(RetentionError):
        read_retention(tmp_path / "nowhere.csv")


def test_it_refuses_what_it_should_and_leaves_nothing_behind(small: list[Version], tmp_path: Path) -> None:
    there = tmp_path / "a.zip"
    there.write_text("mine")
    for slug, year, file, said in (
        ("nobody", 2026, tmp_path / "b.zip", "jinan"),
        ("jinan", 2031, tmp_path / "b.zip", "2026"),
        ("neighbour", 2026, tmp_path / "b.zip", "还没有"),
        ("jinan", 2026, there, "--force"),
        ("jinan", 2026, tmp_path / "none" / "b.zip", "文件夹"),
        ("jinan", 2026, tmp_path, "文件"),
    ):
        with pytest.raises(CommandError, match=said) as raised:
            archive(slug, year, file, on=noon("2026-03-05"))
        assert raised.value.returncode == 2
    assert there.read_text() == "mine" and list(tmp_path.iterdir()) == [there]
    assert zipfile.is_zipfile(archive("jinan", 2026, there, "--force", on=noon("2026-03-05")).filename or "")
