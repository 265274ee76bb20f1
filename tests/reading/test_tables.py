"""A clerk's own table, from Excel or the clipboard, into the columns of a form."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter
import xlwt
from docx import Document

from mingbai.reading.prose import NotProse, read_prose
from mingbai.reading.tables import Matching, NotATable, fill, header_row, match_columns, paste_table, read_table
from mingbai.rules.forms import Column

COLUMNS = (
    Column("日期", "date", ("记账日期",)),
    Column("摘要", "text", ("用途", "内容")),
    Column("金额（元）", "money", ("金额", "支出金额")),
    Column("人数", "number"),
)


def workbook(fill_sheet: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        fill_sheet(book, book.add_worksheet("明细"))
    return out.getvalue()


def test_a_workbook_comes_as_exact_text() -> None:
    def cells(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["日期", "金额", "人数", "真"])
        sheet.write_datetime(1, 0, date(2026, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(1, 1, [0.1, 12, True])
        sheet.write_row(2, 1, [1234567.89, 0.1 + 0.2])

    rows = read_table("a.xlsx", workbook(cells))
    assert rows[1] == ["2026-03-05", "0.1", "12", "是"]
    assert rows[2][1:3] == ["1234567.89", "0.3"]


def test_what_is_hidden_stays_out() -> None:
    def cells(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["姓名", "证件", "金额"])
        sheet.write_row(1, 0, ["张*", "秘密", 1])
        sheet.write_row(2, 0, ["李*", "秘密", 2])
        sheet.set_column("B:B", options={"hidden": True})
        sheet.set_row(2, options={"hidden": True})
        other = book.add_worksheet("底册")
        other.write("A1", "秘密")
        other.hide()

    assert read_table("a.xlsx", workbook(cells)) == [["姓名", "金额"], ["张*", "1"]]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        pytest.param("a.docx", b"x", "不是表格", id="not-a-table"),
        pytest.param("a.xlsx", b"x", "不一致", id="not-a-workbook"),
        pytest.param("a.xlsx", b"PK\x03\x04 no", "损坏", id="broken"),
        pytest.param("a.csv", b"\0\0", "文本", id="binary"),
        pytest.param(
            "a.xlsx",
            workbook(lambda book, sheet: sheet.write("C5", 370102199001011234)),
            "明细 的 C5.*18位",
            id="ruined-number",
        ),
        pytest.param("a.csv", "\n".join(["甲"] * 2001).encode(), "2001行", id="too-long"),
        pytest.param("a.csv", ",".join(["甲"] * 61).encode(), "61列", id="too-wide"),
        pytest.param("a.xlsx", workbook(lambda book, sheet: None), "没有可见", id="empty"),
    ],
)
def test_what_is_no_table_is_refused(name: str, data: bytes, words: str) -> None:
    with pytest.raises(NotATable, match=words):
        read_table(name, data)


def test_old_workbooks_and_text_tables_are_read_too() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("明细")
    sheet.write(0, 0, "摘要")
    sheet.write(1, 0, "水电")
    out = io.BytesIO()
    book.save(out)
    assert read_table("a.xls", out.getvalue()) == [["摘要"], ["水电"]]
    assert read_table("a.csv", '摘要,金额\n"水,电",1\n'.encode("gb18030")) == [["摘要", "金额"], ["水,电", "1"]]


def test_the_clipboard_keeps_line_breaks_inside_a_cell() -> None:
    assert paste_table('摘要\t金额\r\n"水\n电"\t1\r\n\r\n') == [["摘要", "金额"], ["水\n电", "1"]]


def test_columns_are_found_by_name_alias_and_memory_and_titles_are_skipped() -> None:
    rows = [["金安社区明细", "", "", ""], ["用途", "日子", "金额(元)", "备注"], ["水电", "2026-3-5", "1,200", "x"]]
    assert header_row(rows, COLUMNS) == 1
    assert match_columns(rows[1], COLUMNS, {}) == Matching((None, 0, 2, None), ("日子", "备注"))
    assert match_columns(rows[1], COLUMNS, {"日子": "日期"}).columns == (1, 0, 2, None)
    assert match_columns(["备注"], COLUMNS, {}).columns == (None,) * 4
    assert header_row([["甲"], ["乙"]], COLUMNS) is None


def test_cells_are_brought_into_form_and_the_sum_is_told_apart() -> None:
    rows = [
        ["日期", "摘要", "金额", "人数"],
        ["2026年3月5日", "水电", "￥1,200.5", "１２"],
        ["", "", "", ""],
        ["合 计", "", "1200.50", ""],
    ]
    filled, total = fill(rows, 0, match_columns(rows[0], COLUMNS, {}), COLUMNS)
    assert filled == [["2026-03-05", "水电", "1200.50", "12"]]
    assert total == ["合 计", "", "1200.50", ""]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["2026-03-05", "水电", "一百", "1"], "第2行“金额（元）”：“一百”不是金额"),
        (["2026-03-05", "水电", "1", "许多"], "第2行“人数”：“许多”不是数字"),
        (["2026年2月30日", "水电", "1", "1"], "第2行“日期”：没有“2026年2月30日”这一天"),
    ],
)
def test_a_wrong_cell_is_named(row: list[str], words: str) -> None:
    rows = [["日期", "摘要", "金额", "人数"], row]
    with pytest.raises(NotATable, match=words):
        fill(rows, 0, match_columns(rows[0], COLUMNS, {}), COLUMNS)


def test_a_word_document_becomes_paragraphs() -> None:
    made = Document()
    made.add_paragraph("第一段。")
    made.add_paragraph("  ")
    made.add_paragraph("第二段。", style="List Bullet")
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "甲", "乙"
    out = io.BytesIO()
    made.save(out)
    assert read_prose("a.docx", out.getvalue()) == ["第一段。", "第二段。", "甲；乙"]
    assert read_prose("a.txt", "一\r\n\r\n二".encode("gb18030")) == ["一", "二"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.doc", b"x"), ("a.pdf", b"%PDF"), ("a.docx", b"x"), ("a.docx", b"PK\x03\x04"), ("a.txt", b" ")],
)
def test_what_is_no_prose_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(NotProse):
        read_prose(name, data)
