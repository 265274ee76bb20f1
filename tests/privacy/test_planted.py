"""Recall and false alarms over both collections, and what a rebuilt file no longer has."""

from __future__ import annotations

import io
import random
import string
from typing import Any

import pytest
import python_calamine
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mingbai.privacy.content import find_in_content, masked
from mingbai.privacy.files import NotAllowed, find_in_file, rebuild
from mingbai.privacy.findings import WORDS, Found, Kind, Severity
from mingbai.privacy.text import find_in_text, mask_across, mask_name, mask_text
from tests.privacy import corpus, planted
from tests.privacy.test_privacy import every_byte_of

TEXTS = [*corpus.texts(), *planted.texts()]
CONTENTS = [*corpus.contents(), *planted.contents()]
FILES = [*corpus.files(), *planted.files()]


def found_in_each() -> list[tuple[str, list[Found]]]:
    found = [(what, find_in_text(text, "")) for what, text in TEXTS]
    found += [(what, find_in_content(content, {})) for what, content in CONTENTS]
    return found + [(f"{name} {what}", find_in_file(name, data)) for what, name, data in FILES]


def alarms_of_clean() -> list[tuple[str, list[Found]]]:
    alarms = [(text, find_in_text(text, "")) for text in [*corpus.clean_texts(), *planted.clean_texts()]]
    contents = [*corpus.clean_contents(), *planted.clean_contents()]
    alarms += [(content["title"], find_in_content(content, {})) for content in contents]
    files = [*corpus.clean_files(), *planted.clean_files()]
    return alarms + [(name, find_in_file(name, data)) for name, data in files]


def test_recall_is_one() -> None:
    found = found_in_each()
    assert [what for what, findings in found if not findings] == []
    assert len(CONTENTS) + len(FILES) >= 60


def test_false_alarms_are_at_most_one_in_twenty() -> None:
    alarms = alarms_of_clean()
    assert len(alarms) >= 100
    loud = [(what, [one.sentence for one in findings]) for what, findings in alarms if findings]
    assert len(loud) <= 0.05 * len(alarms), loud


@pytest.mark.parametrize("text", [pytest.param(text, id=text[:12]) for text in planted.clean_texts()])
def test_a_look_alike_is_let_through(text: str) -> None:
    assert [one.sentence for one in find_in_text(text, "")] == []


@pytest.mark.parametrize(
    ("text", "listed", "kinds"),
    [
        pytest.param("护照E12345678", False, [(Kind.PERMIT, "block")], id="passport"),
        pytest.param(f"身份证{planted.NO_FIT}", False, [(Kind.ID_NUMBER, "block")], id="mistyped-after-the-word"),
        pytest.param(planted.NO_FIT, False, [(Kind.ID_NUMBER, "confirm")], id="mistyped-alone"),
        pytest.param(f"编 {corpus.OLD_ID}", False, [(Kind.ID_NUMBER_15, "confirm")], id="old-id-alone"),
        pytest.param("370102********4518", True, [(Kind.ID_NUMBER, "block")], id="part-of-an-id-in-a-list"),
        pytest.param("138 1234 5678 139 1234 5678", True, [(Kind.MOBILE, "block")] * 2, id="two-mobiles"),
        pytest.param("0531-8888 1234", True, [(Kind.LANDLINE, "confirm")], id="landline-in-a-list"),
        pytest.param("0531-8888 1234", False, [], id="landline-in-prose"),
        pytest.param("住户电话 0531-88881234", False, [(Kind.LANDLINE, "confirm")], id="landline-of-a-person"),
        pytest.param("3号楼", True, [], id="building-alone"),
        pytest.param("12345、12388、400-800-1234", True, [], id="hotlines"),
        pytest.param("癌症防治讲座", False, [], id="illness-in-prose"),
    ],
)
def test_what_it_is(text: str, listed: bool, kinds: list[tuple[Kind, str]]) -> None:
    assert [(one.kind, one.severity.value) for one in find_in_text(text, "", listed=listed)] == kinds


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(Kind)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("张三、李四", "张*、李*", id="two"),
        pytest.param("张*、李四", "张*、李*", id="one-masked-already"),
        pytest.param("令狐冲", "令狐*", id="compound"),
        pytest.param("合计", "合计", id="sum"),
        pytest.param("—", "—", id="dash"),
    ],
)
def test_each_name_of_a_cell_is_masked(name: str, shown: str) -> None:
    assert mask_name(name) == shown
    assert mask_name(shown) == shown


@pytest.mark.parametrize(
    "content", [pytest.param(content, id=what) for what, content in CONTENTS if "column" not in what]
)
def test_the_published_copy_holds_no_number_and_no_full_name(content: dict[str, Any]) -> None:
    gone = {Kind.ID_NUMBER, Kind.ID_NUMBER_15, Kind.PERMIT, Kind.NAME_COLUMN}
    assert not {one.kind for one in find_in_content(masked(content), {})} & gone


def test_a_row_shorter_or_longer_than_its_head_is_looked_through() -> None:
    content = corpus.listed("3号楼")
    content["blocks"][0]["rows"] += [["张*"], ["张*", "", corpus.ID]]
    assert [one.kind for one in find_in_content(content, {})] == [Kind.ID_NUMBER]
    assert not find_in_content(masked(content), {})


def test_a_number_over_cells_is_masked_in_each() -> None:
    assert mask_across(["张*", corpus.ID[:9], corpus.ID[9:], "1.00"]) == ["张*", "*" * 9, "*" * 9, "1.00"]
    assert mask_across([]) == []


BETWEEN = ["", "", " ", "-", "—", "\u200b", "\u3000", "\u00a0", "\u00ad", ".", "·", "\ufeff", "  ", "\u2060-"]
CHINESE = "的一是在社区公开名单收支号楼，。：；（）\n"


@given(st.integers(0, 2**32), st.text(CHINESE, max_size=20), st.text(CHINESE, max_size=20))
def test_an_id_however_written_is_found_and_masked(seed: int, before: str, after: str) -> None:
    """Another separator at each place, any digit full width, the X small or large."""
    chance = random.Random(seed)
    day = f"{chance.randint(1930, 2015)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    area = chance.choice(["110105", "370102", "522627", "659001", "810000", "820000", "830000"])
    number = corpus.id_number(f"{area}{day}{chance.randint(0, 999):03d}")
    wide = str.maketrans(string.digits + "X", "０１２３４５６７８９ｘ")
    letters = [one.translate(wide) if chance.random() < 0.3 else one.lower() for one in number]
    text = before + "".join(one + chance.choice(BETWEEN) for one in letters) + "完" + after
    found = find_in_text(text, "")
    assert Severity.BLOCK in {one.severity for one in found}
    assert all(number[-4:] not in one.excerpt and len(one.excerpt.rstrip("*")) <= 4 for one in found)
    assert Severity.BLOCK not in {one.severity for one in find_in_text(mask_text(text), "")}


# -- rebuilt files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data"), [pytest.param(n, d, id=what) for what, n, d in planted.workbooks()])
def test_nothing_hidden_is_left_in_a_rebuilt_workbook(name: str, data: bytes) -> None:
    made_name, _, made = rebuild(name, data)
    said = every_byte_of(made)
    assert corpus.ID not in said and corpus.MOBILE not in said and "底册" not in said
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("名单").to_python()
    assert rows[0][0] == "姓名" and rows[1][0] == "张*"
    assert find_in_file(made_name, made) == []


def test_the_same_file_is_rebuilt_the_same() -> None:
    whole = corpus.workbook(lambda book, sheet: None)
    assert rebuild("a.xlsx", whole) == rebuild("a.xlsx", whole)
    assert b"2000-01-01" in every_byte_of(rebuild("a.xlsx", whole)[2]).encode()


def test_a_hidden_row_of_a_strict_workbook_is_left_out() -> None:
    def row(book: Any, sheet: Any) -> None:
        sheet.write_string("A5", corpus.ID)
        sheet.set_row(4, options={"hidden": True})

    data = corpus.workbook(row)
    for member in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        data = corpus.with_part(
            data,
            member,
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
    assert corpus.ID not in every_byte_of(rebuild("a.xlsx", data)[2])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(planted.small_pdf(page=planted.NOTE), "看不见的地方", id="note"),
        pytest.param(planted.small_pdf(catalog=planted.FORM), "看不见的地方", id="form"),
        pytest.param(planted.small_pdf(f"/Subject (tel {corpus.MOBILE})"), "看不见的地方", id="subject"),
        pytest.param(planted.small_pdf(catalog="/OpenAction << /S /JavaScript /JS (1) >>"), "脚本", id="script"),
        pytest.param(planted.small_pdf(catalog="/Names << /EmbeddedFiles << >> >>"), "夹带", id="file-inside"),
    ],
)
def test_a_pdf_with_more_than_its_pages_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        rebuild("a.pdf", data)


def test_a_pdf_loses_its_author_and_keeps_its_page() -> None:
    data = planted.small_pdf("/Author <FEFF5F204E09>")
    made = rebuild("a.pdf", data)[2]
    assert b"5F204E09" not in made and len(made) == len(data)
    assert find_in_file("a.pdf", made) == []


def test_a_signed_pdf_is_not_touched() -> None:
    data = planted.small_pdf("/Author <FEFF5F204E09> /ByteRange [0 1 2 3]")
    assert rebuild("a.pdf", data)[2] == data


def test_bytes_that_happen_to_read_js_are_no_script() -> None:
    data = planted.small_pdf(text="xx/JS yy")
    assert rebuild("a.pdf", data)[2] == data


def test_a_word_file_loses_what_its_pictures_and_properties_know() -> None:
    files = {what: data for what, _, data in planted.documents()}
    photo = rebuild("a.docx", files["photo inside"])[2]
    assert find_in_file("a.docx", photo) == []
    assert [one.text for one in Document(io.BytesIO(photo)).paragraphs][0] == "关于慰问的说明"
    assert "张三" not in every_byte_of(rebuild("a.docx", files["author"])[2])
    for what in ("moved away", "custom data"):
        with pytest.raises(NotAllowed):
            rebuild("a.docx", files[what])


@pytest.mark.parametrize(("name", "data"), [pytest.param(n, d, id=what) for what, n, d in planted.pictures()])
def test_a_rebuilt_picture_only_shows(name: str, data: bytes) -> None:
    made_name, media_type, made = rebuild(name, data)
    assert media_type.startswith("image/") and find_in_file(made_name, made) == []


def test_a_photo_is_stood_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", exif=exif)
    with Image.open(io.BytesIO(rebuild("a.jpg", out.getvalue())[2])) as picture:
        assert picture.size == (30, 40)


def test_a_picture_of_too_many_points_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    for step in (rebuild, find_in_file):
        with pytest.raises(NotAllowed, match="像素"):
            step("a.png", out.getvalue())


def test_a_workbook_of_hidden_sheets_only_is_refused() -> None:
    def nothing_seen(book: Any, sheet: Any) -> None:
        book.add_worksheet("二").activate()
        sheet.hide()

    data = corpus.with_part(
        corpus.workbook(nothing_seen), "xl/workbook.xml", 'sheetId="2"', 'sheetId="2" state="hidden"'
    )
    with pytest.raises(NotAllowed, match="取消隐藏"):
        rebuild("a.xlsx", data)


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingbai.reading.grid.MAX_UNPACKED", 100_000)
    data = corpus.with_part(corpus.document(lambda made: None), "word/media/a.bin", "", "0" * 200_000)
    with pytest.raises(NotAllowed, match="100兆"):
        rebuild("a.docx", data)


def test_a_cell_that_begins_like_a_formula_stays_text() -> None:
    data = corpus.workbook(lambda book, sheet: sheet.write_string("C2", "=1+1"))
    said = every_byte_of(rebuild("a.xlsx", data)[2])
    assert "=1+1" in said and "<f>" not in said and 'quotePrefix="1"' in said
    assert rebuild("a.csv", b" =cmd(),-5\n")[2].decode("utf-8-sig") == "' =cmd(),-5\r\n"


def test_a_ruined_number_names_its_cell() -> None:
    data = corpus.workbook(lambda book, sheet: sheet.write_number("C5", 370102198503124510))
    assert any(one.severity is Severity.BLOCK and "名单!C5" in one.sentence for one in find_in_file("a.xlsx", data))
