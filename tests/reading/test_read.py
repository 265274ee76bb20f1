"""The reader: the seed exactly, the same catalogue from every format, slid columns, and hostile files."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mingbai.data.seed import SEED_CATALOGUE
from mingbai.reading.read import NotReadable, read
from mingbai.rules.catalogue import Audience, Catalogue, Mode
from tests.conftest import golden
from tests.reading.writing import WRITERS


@pytest.fixture(scope="module")
def seed() -> Catalogue:
    return read(SEED_CATALOGUE)


def test_the_seed_reads_as_it_must(seed: Catalogue) -> None:
    right = golden("jinan.json")
    got = seed.to_json()
    assert got["title"] == right["title"]
    assert [{key: item[key] for key in right["items"][0]} for item in got["items"]] == right["items"]
    assert [{"row": w["row"], "kind": w["kind"]} for w in got["warnings"]] == right["warnings"]


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_the_same_catalogue_reads_the_same_from(kind: str, seed: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / f"catalogue.{kind}"
    WRITERS[kind](seed, path)
    again = read(path)
    assert again.title == seed.title
    assert [item.to_json() for item in again.items] == [item.to_json() for item in seed.items]
    assert again.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_seed_reads_in_other_encodings_and_line_ends(encoding: str, seed: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(SEED_CATALOGUE.read_text(encoding="utf-8").replace("\n", "\r\n").encode(encoding))
    assert read(path) == seed


HEAD = "序号\t公开事项\t公开内容\t公开依据\t公开时限\t公开主体\t公开渠道和载体\t公开对象\t\t公开方式\t\t公开层级\n"
SUBHEAD = "\t\t\t\t\t\t\t全社会\t特定群体\t主动\t依申请\t\n"
ROW = "{n}\t{name}\t{content}\t《条例》\t{limit}\t某村委会\t■公开栏 □广播 ■政府网站\t√\t\t√\t\t村级\n"


def write(tmp_path: Path, text: str, name: str = "a.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def row(n: object, name: str = "事项甲", content: str = "内容", limit: str = "每季度公布一次") -> str:
    return ROW.format(n=n, name=name, content=content, limit=limit)


def test_other_columns_are_kept_and_boxes_are_read(tmp_path: Path) -> None:
    item = read(write(tmp_path, "某村务公开目录\n" + HEAD + SUBHEAD + row(1))).items[0]
    assert (item.level1, item.legal_basis, item.tier) == ("事项甲", "《条例》", "村级")
    assert item.carriers == ("公开栏", "政府网站")
    assert (item.audience, item.modes) == ((Audience.GENERAL_PUBLIC,), (Mode.PROACTIVE,))


def test_what_a_table_leaves_out_is_said(tmp_path: Path) -> None:
    text = "目录\n" + HEAD + SUBHEAD + row(1) + row(2, limit="同上") + row(2, limit="看情况办理吧") + row("")
    catalogue = read(write(tmp_path, text + "注：以上由村委会解释\n"))
    assert [(w.row, w.kind) for w in catalogue.warnings] == [
        (2, "time_limit_same_as_above"),
        (2, "time_limit_not_understood"),
        (2, "number_twice"),
        (3, "number_missing"),
        (None, "note"),
    ]
    assert catalogue.items[1].time_limit.text == "同上"


@pytest.mark.parametrize(
    ("content", "elements"),
    [
        ("1.甲 2.80周岁以上 3.丙", ["甲", "80周岁以上", "丙"]),
        ("一次3.5元，2.5折", ["一次3.5元，2.5折"]),
        ("1、甲；2、乙", ["甲；", "乙"]),
        ("①甲②乙", ["甲②乙"]),
        ("①甲 ②乙", ["甲", "乙"]),
        ("（1）甲 （2）乙", ["甲", "乙"]),
        ("没有编号", ["没有编号"]),
    ],
)
def test_elements_are_what_is_numbered_in_turn(tmp_path: Path, content: str, elements: list[str]) -> None:
    item = read(write(tmp_path, HEAD + SUBHEAD + row(1, content=content))).items[0]
    assert list(item.elements) == elements


def zip_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
HOSTILE: list[Any] = [
    pytest.param("a.txt", b"", "空", id="empty"),
    pytest.param("a.txt", b"\0" * 1000, "空", id="zeros"),
    pytest.param("a.txt", "一段话，没有表格".encode(), "表格", id="prose"),
    pytest.param("a.txt", "甲\t乙\n丙\t丁\n".encode(), "公开时限", id="no-time-limit-column"),
    pytest.param("a.txt", "序号\t公开内容\t公开时限\n".encode(), "没有任何事项", id="header-only"),
    pytest.param("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "二进制", id="binary"),
    pytest.param("a.doc", OLE, ".docx", id="old-word"),
    pytest.param("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码", id="encrypted"),
    pytest.param("a.xls", OLE + "WordDocument".encode("utf-16-le"), ".docx", id="word-named-xls"),
    pytest.param("a.xlsx", b"<html><table></table>", "扩展名", id="html-named-xlsx"),
    pytest.param("a.pdf", b"PK\x03\x04" + b"\0" * 50, "损坏", id="broken-zip-named-pdf"),
    pytest.param("a.pdf", b"%PDF-1.7\nnonsense", "PDF", id="broken-pdf"),
    pytest.param("a.xls", OLE, "损坏", id="broken-xls"),
    pytest.param("a.docx", zip_of(word__document=b"<x/>"), "损坏", id="docx-without-parts"),
    pytest.param("a.docx", zip_of(word__document=b"\0" * 200_000_000), "100兆", id="zip-bomb"),
    pytest.param("a.xlsx", zip_of(notes=b"x"), "压缩包", id="some-other-zip"),
    pytest.param("a.exe", b"MZ", "支持", id="unknown-kind"),
    pytest.param("a.html", b"<html><p>hi</p>", "表", id="html-without-a-table"),
    pytest.param("a.html", b"<table><tr><td colspan=100000000>x</td></tr></table>", "公开时限", id="huge-colspan"),
    pytest.param("a.txt", b"a\t" * 100_000, "列", id="a-million-columns"),
]


@pytest.mark.parametrize(("name", "data", "words"), HOSTILE)
def test_a_hostile_file_is_refused_in_plain_words(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(NotReadable) as refused:
        read(path)
    assert words in str(refused.value) and f"“{name}”" in str(refused.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.txt", tmp_path):
        with pytest.raises(NotReadable):
            read(path)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = write(tmp_path, f"{bomb}<html><table><tr><td>&b;&b;</td></tr></table>", "a.html")
    with pytest.raises(NotReadable):
        read(path)


@pytest.mark.parametrize("kind", ["docx", "html", "pdf", "xls", "xlsx", "txt"])
def test_a_damaged_file_gives_a_catalogue_or_a_refusal_and_nothing_else(
    kind: str, seed: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "txt":
        path.write_bytes(SEED_CATALOGUE.read_bytes())
    else:
        WRITERS[kind](seed, path)
    whole = path.read_bytes()
    chance = random.Random(kind)
    for _ in range(4 if kind == "pdf" else 12):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(bytes(damaged[: chance.randrange(len(damaged) // 2, len(damaged) + 1)]))
        try:
            assert read(path).items
        except NotReadable as refused:
            assert "文件“" in str(refused)
