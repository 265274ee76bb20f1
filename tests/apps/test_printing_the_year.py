"""Everything that 金安社区 published in a year, printed on every paper, as leaflet and as script."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pdfplumber
import pypdfium2
import pytest

from mingbai.carriers.layout import PAPERS, Layout, Paper
from mingbai.carriers.leaflet import leaflet_pdf, script_of, script_pdf
from mingbai.carriers.sheet import Sheet, render_batch, render_pdf
from mingbai.carriers.sheets import sheet_of_version
from mingbai.disclosures.models import Version

pytestmark = pytest.mark.django_db  # so that there is a database for the fixture


@pytest.fixture(scope="module")
def year(demo: Any) -> list[Sheet]:
    """A sheet of every current version on its first day, names and all."""
    current = Version.objects.filter(replaced_by=None).select_related("community").order_by("pk")
    return [sheet_of_version(version, version.published_on, "https://example.org") for version in current]


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.mark.parametrize("paper", PAPERS)
def test_each_sheet_of_a_batch_counts_its_own_pages(year: list[Sheet], paper: Paper) -> None:
    pages = iter(pages_of(render_batch(year, Layout(paper))))
    assert len(year) > 60
    for sheet in year:
        first = next(pages)
        total = int(re.search(r"第1页共(\d+)页", first)[1])  # type: ignore[index]
        assert "居务公开" in first
        for number, text in enumerate([first, *(next(pages) for _ in range(total - 1))], 1):
            assert f"第{number}页共{total}页" in text
            assert sheet.code in text, "the short code is on every page"
            if number == total:
                assert "盖章处" in text
    assert next(pages, None) is None


def test_every_figure_of_the_year_is_on_paper(year: list[Sheet]) -> None:
    printed = "".join(pages_of(render_batch(year, Layout("a3"))))
    for sheet in year:
        for block in sheet.blocks:
            for place, column in enumerate(block.get("columns", ())):
                if column["type"] == "money":
                    assert all(not row[place] or f"{float(row[place]):,.2f}" in printed for row in block["rows"])


@pytest.mark.parametrize("paper", ["a4", "a3-landscape"])
def test_type_grows_with_the_distance(year: list[Sheet], paper: Paper) -> None:
    meeting = next(sheet for sheet in year if any(block["kind"] == "meeting" for block in sheet.blocks))
    sizes = [letters(render_pdf(meeting, Layout(paper, cm)), "与会人员") for cm in (60, 100, 140)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]
    assert letters(render_pdf(meeting, Layout("a2", 300)), "与会人员") > 50


def letters(pdf: bytes, word: str) -> float:
    """The height, in points, of the square in which a word is set."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for found in page.search(word):
                return float(found["chars"][0]["size"])
    raise AssertionError(word)


def test_a_long_table_has_its_head_on_every_page_and_no_row_is_torn(year: list[Sheet]) -> None:
    rows = [[f"2026-01-{n % 28 + 1:02}", f"起头{n}号{'很长的摘要' * 6}收尾{n}号", f"{n}00.00"] for n in range(1, 40)]
    columns = [
        {"label": "日期", "type": "date"},
        {"label": "摘要", "type": "text"},
        {"label": "金额（元）", "type": "money"},
    ]
    block = {"element": 1, "heading": "明细", "kind": "table", "caption": None, "columns": columns, "rows": rows}
    pages = pages_of(render_pdf(replace(year[0], blocks=(block,)), Layout("a4")))
    with_rows = [text for text in pages if "起头" in text]
    assert len(with_rows) >= 3
    assert all("日期摘要金额" in text for text in with_rows)
    for number in range(1, 40):
        (home,) = [text for text in pages if f"起头{number}号" in text]
        assert f"收尾{number}号" in home


def test_a_row_longer_than_a_page_goes_on_overleaf_and_a_long_word_stays_in_its_cell(year: list[Sheet]) -> None:
    rows = [["开头" + "这一格特别长" * 400 + "结尾", "A" * 200]]
    columns = [{"label": "说明", "type": "text"}, {"label": "文号", "type": "text"}]
    block = {"element": 1, "heading": "明细", "kind": "table", "caption": None, "columns": columns, "rows": rows}
    pages = pages_of(render_pdf(replace(year[0], blocks=(block,)), Layout("a4")))
    printed = "".join(pages)
    assert "开头" in pages[0] + pages[1] and "结尾" in printed and "结尾" not in pages[0]
    assert printed.replace("\ufffe", "").count("A") >= 200


def test_a_table_that_adds_up_says_so(year: list[Sheet]) -> None:
    finance = next(sheet for sheet in year if "第三季度财务" in sheet.title)
    printed = "".join(pages_of(render_pdf(finance)))
    assert "核对：期初结存＋本期收入－本期支出＝期末结存" in printed
    assert "图示：合计" in printed


@pytest.mark.parametrize("kind", ["leaflet", "script"])
def test_leaflet_and_script_name_nobody_of_a_list(year: list[Sheet], kind: str) -> None:
    listed = 0
    for sheet in year:
        names = {
            row[place]
            for block in sheet.blocks
            if block["kind"] == "person_list"
            for place, column in enumerate(block["columns"])
            if column["type"] == "name"
            for row in block["rows"]
        }
        listed += len(names)
        if not names:
            continue
        pdf = leaflet_pdf(sheet, "a5") if kind == "leaflet" else script_pdf(sheet)
        said = "".join(pages_of(pdf)) + "".join(script_of(sheet).lines)
        assert not any(name in said or name.replace("*", "某") in said for name in names), sheet.title
    assert listed > 50


def test_every_script_can_be_read_out(year: list[Sheet]) -> None:
    for sheet in year:
        script = script_of(sheet)
        said = "".join(script.lines)
        assert not re.search(r"[0-9%*]", re.sub(r"[A-Za-z]\S*", "", said)), sheet.title
        assert 1 <= script.minutes <= 15
        assert "大家好" in script.lines[0] and "谢谢" in script.lines[-1]


def test_every_leaflet_is_large_and_says_until_when_and_whom_to_ask(year: list[Sheet]) -> None:
    for sheet in year[::7]:
        pdf = leaflet_pdf(sheet)
        printed = "".join(pages_of(pdf))
        assert "问谁" in printed and "0531-00001201" in printed and sheet.code in printed
        assert letters(pdf, "讲什么") >= 16
        until = sheet.shown_until
        said = f"{until.year}年{until.month}月{until.day}日" if until else "长期公开"
        assert said in printed
