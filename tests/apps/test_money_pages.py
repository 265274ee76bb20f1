"""The demo's year: accounts told, checked, drawn and as files; the home page with all that at a glance."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.disclosures.tablefiles import csv_of, neutralised
from tests.conftest import noon

# In a page, drawings need no name space of their own.
SVG = ""


@pytest.fixture
def get(demo: Community, db: None) -> Iterator[Callable[..., Any]]:
    client = Client()
    with time_machine.travel(noon("2026-11-23"), tick=False):
        yield client.get


def some(title: str) -> Version:
    return Version.objects.filter(title__contains=title).order_by("-published_at")[0]


def address(version: Version, rest: str = "") -> str:
    return f"/c/{version.community.slug}/v/{version.code}/{rest}"


def drawings(page: str) -> list[ElementTree.Element]:
    """Every chart of a page, each well-formed by itself."""
    found = re.findall(r'<svg class="chart".*?</svg>', page, flags=re.DOTALL)
    return [ElementTree.fromstring(svg) for svg in found]  # noqa: S314


def test_the_account_is_told_checked_and_drawn(get: Callable[..., Any]) -> None:
    page = get(address(some("第三季度财务"))).content.decode()
    for words in (
        "本季度收入 66,647.55 元，比上季度少 8,503.53 元（下降 11.3%）。",
        "期初结存 307,537.14 ＋ 本期收入 66,647.55 － 本期支出 32,690.10 ＝ 期末结存 341,494.59，账目相符。",
        "期初结存和上期期末结存一致",
        "支出预算 412,600.00 元，累计支出 134,696.90 元，是预算的 32.6%。",
        "<dt>结存</dt>",
        "各期收入和支出",
    ):
        assert words in page, words
    assert page.count("<dt>结存</dt>") == 1


def test_every_figure_of_a_chart_stands_in_its_table(get: Callable[..., Any]) -> None:
    version = some("第三季度财务")
    page = get(address(version)).content.decode()
    cells = {cell for block in version.content.blocks for row in block["rows"] for cell in row}
    figures = {Decimal(cell) for cell in cells if re.fullmatch(r"\d+\.\d\d", cell)}
    charts = drawings(page)
    assert len(charts) == 3
    told = [text.text or "" for svg in charts for text in svg.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    shown = {Decimal(figure.replace(",", "")) for text in told for figure in text.split(" / ")}
    assert len(told) == 12 and shown <= figures


def test_every_chart_is_named_described_and_without_style(get: Callable[..., Any]) -> None:
    seen = 0
    for version in Version.objects.filter(disclosure__obligation__occurrence__item__number__in=(6, 7, 8, 9)):
        page = get(address(version)).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        for svg in drawings(page):
            seen += 1
            title, desc = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
            assert title is not None and desc is not None and title.text and desc.text
            assert svg.get("role") == "img"
            assert svg.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
            assert not any(element.get("style") for element in svg.iter())
    assert seen > 10


@pytest.mark.parametrize("title", ["第三季度财务", "捐赠款、配套资金", "建议", "社会救助享受对象", "人员变更"])
def test_a_table_as_a_file_says_what_the_page_says(get: Callable[..., Any], title: str) -> None:
    version = some(title) if title != "建议" else some("居民意见办理情况")
    page = get(address(version)).content.decode()
    tables = [block for block in version.content.blocks if block["kind"] in ("table", "person_list")]
    assert tables
    for block in tables:
        place = block["element"]
        expected = [*block["rows"], *([block["total"]] if block["total"] else [])]
        for kind in ("csv", "xlsx"):
            assert f'href="tables/{place}.{kind}"' in page
        made = get(address(version, f"tables/{place}.csv"))
        assert made.content.startswith(b"\xef\xbb\xbf") and not made.cookies
        assert "attachment" in made.headers["Content-Disposition"]
        header, *rows = csv.reader(io.StringIO(made.content.decode("utf-8-sig")))
        assert header == [column["label"] for column in block["columns"]] and rows == expected
        made = get(address(version, f"tables/{place}.xlsx"))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(made.content)).get_sheet_by_index(0)
        lines = sheet.to_python(skip_empty_area=False)
        assert lines[0][0] == version.title
        assert version.code in str(lines[2][0]) and address(version) in str(lines[2][0])
        assert lines[4] == header
        for line, row in zip(lines[5:], expected, strict=True):
            for cell, text, column in zip(line, row, block["columns"], strict=True):
                if column["type"] in ("money", "number") and text:
                    assert isinstance(cell, float) and Decimal(str(cell)) == Decimal(text)
                else:
                    assert cell == text


def test_the_workbook_has_a_chart_where_the_page_has_bars(get: Callable[..., Any]) -> None:
    version = some("第三季度财务")
    with_bars = get(address(version, "tables/1.xlsx")).content
    without = get(address(version, "tables/3.xlsx")).content
    assert b"xl/charts/chart1.xml" in with_bars and b"xl/charts/" not in without


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+cmd", "'+cmd", id="plus"),
        pytest.param("-cmd", "'-cmd", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("＝1+1", "'＝1+1", id="full-width"),
        pytest.param("\tx", "'\tx", id="tab"),
        pytest.param("\rx", "'\rx", id="return"),
        pytest.param(" =1", "' =1", id="space-before"),
        pytest.param(" x", "' x", id="a-space"),
        pytest.param("\u3000=1", "'\u3000=1", id="wide-space-before"),
        pytest.param("水电费-7月", "水电费-7月", id="inside-is-harmless"),
    ],
)
def test_nothing_becomes_a_formula(text: str, expected: str) -> None:
    assert neutralised(text) == expected
    block = {
        "columns": [{"label": "项目", "type": "text"}, {"label": "数", "type": "money"}],
        "rows": [[text, "-5.00"]],
        "total": None,
    }
    (_, row) = csv.reader(io.StringIO(csv_of(block).decode("utf-8-sig"), newline=""))
    assert row == [expected, "-5.00"]


def test_a_version_page_is_light_and_asks_little(
    get: Callable[..., Any], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    sizes = sorted(len(get(address(version)).content) for version in Version.objects.all())
    assert sizes[len(sizes) // 2] <= 8 * 1024
    assert sum(size <= 8 * 1024 for size in sizes) >= len(sizes) * 0.75
    for title, most in (("第三季度财务", 16), ("社会救助享受对象", 9), ("本期无", 9)):
        version = some(title)
        with django_assert_max_num_queries(most):
            assert get(address(version)).status_code == 200
    with django_assert_max_num_queries(8):
        assert get(address(some("第三季度财务"), "tables/1.xlsx")).status_code == 200


# -- the home page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def home_on(demo: Community, db: None) -> Iterator[Callable[[str], str]]:
    """The home page as it is on a day."""

    def visit(day: str) -> str:
        with time_machine.travel(noon(day), tick=False):
            response = Client().get("/c/jinan/")
        assert response.status_code == 200 and not response.cookies
        return response.content.decode()

    yield visit


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">.*?</section>', page, flags=re.DOTALL)
    assert found is not None, name
    return found.group()


def test_home_answers_in_the_order_in_which_residents_ask(home_on: Callable[[str], str]) -> None:
    page = home_on("2026-11-23")
    asked = ("new", "money", "meetings", "consultations", "showing", "late", "all")
    places = [page.index(f'id="{name}"') for name in asked]
    assert places == sorted(places)
    assert "今天是2026年11月23日，星期一" in page
    for name in ("showing", "meetings", "consultations", "late"):
        assert f'href="#{name}"' in page


def test_the_money_is_one_chart_and_three_sentences(home_on: Callable[[str], str]) -> None:
    money = section(home_on("2026-11-23"), "money")
    assert money.count('class="chart"') == 1 and money.count("<li>") == 3
    for words in (
        "本季度收入 66,647.55 元",
        "比上季度少 28,416.70 元（下降 46.5%）。支出共 11 笔，最大的一笔是“单元门禁系统年度维护费”",
        "期末结存 341,494.59 元，比期初结存多 33,957.45 元。",
    ):
        assert words in money


@pytest.mark.parametrize(
    ("day", "words"),
    [
        pytest.param("2026-11-15", "还有 4 天", id="in-some-days"),
        pytest.param("2026-11-18", "明天", id="tomorrow"),
        pytest.param("2026-11-19", "就在今天", id="today"),
        pytest.param("2026-11-20", "没有已经通知、还没开的会", id="over"),
    ],
)
def test_a_meeting_stands_there_until_it_is_over(home_on: Callable[[str], str], day: str, words: str) -> None:
    meetings = section(home_on(day), "meetings")
    assert words in meetings
    assert ("2026年第四次居民代表会议" in meetings) == (day <= "2026-11-19")


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        pytest.param("2026-09-08", True, id="on-show"),
        pytest.param("2026-09-09", False, id="its-display-is-over"),
    ],
)
def test_a_consultation_stands_there_while_it_is_on_show(
    home_on: Callable[[str], str], day: str, is_open: bool
) -> None:
    asked = section(home_on(day), "consultations")
    assert ("关于加装电动自行车充电棚的意见征集公告" in asked) == is_open
    assert "意见征集结果和反馈" not in asked


def test_at_most_nine_cards_those_that_end_first_of_all(home_on: Callable[[str], str]) -> None:
    showing = section(home_on("2026-11-23"), "showing")
    cards = re.findall(r'<li class="card">.*?</li>', showing, flags=re.DOTALL)
    assert len(cards) == 9
    lasting = ["长期公开" in card for card in cards]
    assert lasting == sorted(lasting) and not lasting[0]
    assert re.search(r"一共 \d+ 份正在公示", showing)


def test_every_item_stands_there_with_a_name_of_its_own(home_on: Callable[[str], str]) -> None:
    everything = home_on("2026-11-23").split('id="all"')[1]
    names = re.findall(r'<li><a href="/c/jinan/items/\d+/">([^<]+)</a>', everything)
    assert len(names) == len(set(names)) == Item.objects.count()


def test_home_asks_a_fixed_number_of_questions(
    home_on: Callable[[str], str], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(28):
        home_on("2026-11-15")
