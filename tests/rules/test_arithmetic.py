"""Tables of figures: each difference at its cell, and none in a year of real accounts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.data.forms import packaged_forms
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.reading.read import read
from mingbai.rules.arithmetic import NotMoney, canonical_money, check_block, money_of
from mingbai.rules.forms import (
    BadForm,
    Balance,
    ElementForm,
    OtherShare,
    PartsWhole,
    SameAsLast,
    form_for,
    sentence_of,
)

FORM = ElementForm.from_json(
    {
        "kind": "table",
        "heading": "经费",
        "columns": [
            {"label": "项目", "type": "text"},
            {"label": "现金", "type": "money"},
            {"label": "银行存款", "type": "money"},
            {"label": "合计", "type": "money"},
        ],
        "checks": [
            {
                "check": "balance",
                "opening": "期初结存",
                "income": "本期收入",
                "expense": "本期支出",
                "closing": "期末结存",
            },
            {"check": "parts_whole", "parts": ["现金", "银行存款"], "whole": "合计"},
            {"check": "same_as_last", "opening": "期初结存", "closing": "期末结存"},
            {"check": "other_share", "label": "其他", "limit": "0.10"},
        ],
    }
)


def block(*rows: list[str], total: list[str] | None = None) -> dict[str, Any]:
    columns = [{"label": column.label, "type": column.type} for column in FORM.columns]
    return {"element": 1, "heading": "经费", "kind": "table", "columns": columns, "rows": list(rows), "total": total}


def balanced(cash: list[Decimal], bank: list[Decimal]) -> dict[str, Any]:
    """Opening, income and expense as given, closing and sums worked out."""
    names = ("期初结存", "本期收入", "本期支出", "期末结存")
    columns = [[*column, column[0] + column[1] - column[2]] for column in (cash, bank)]
    rows = [
        [name, f"{columns[0][n]:.2f}", f"{columns[1][n]:.2f}", f"{columns[0][n] + columns[1][n]:.2f}"]
        for n, name in enumerate(names)
    ]
    return block(*rows)


amounts = st.decimals("0", "999999", places=2)


@given(st.lists(amounts, min_size=3, max_size=3), st.lists(amounts, min_size=3, max_size=3))
def test_a_table_that_balances_has_no_difference_and_a_changed_figure_has(
    cash: list[Decimal], bank: list[Decimal]
) -> None:
    table = balanced(cash, bank)
    assert check_block(FORM, table, None) == []
    for row in range(4):
        for column in (1, 2, 3):
            changed = json.loads(json.dumps(table))
            changed["rows"][row][column] = str(Decimal(changed["rows"][row][column]) + Decimal("0.01"))
            assert check_block(FORM, changed, None)


@pytest.mark.parametrize(
    ("rows", "total", "words"),
    [
        pytest.param(
            [["期初结存", "1", "1", "3"]], None, "第1行“合计”：现金＋银行存款应为 2.00，填的是 3.00", id="parts"
        ),
        pytest.param(
            [["一", "1", "1", "2"]], ["合计", "9", "1", "2"], "合计行“现金”：各行相加应为 1.00，填的是 9.00", id="sum"
        ),
        pytest.param(
            [["水电", "1000", "0", "1000"], ["其他支出", "500", "0", "500"]], None, "占 33.3%，超过 10%", id="other"
        ),
    ],
)
def test_a_difference_says_where_and_how_much(rows: list[list[str]], total: list[str] | None, words: str) -> None:
    told = check_block(FORM, block(*rows, total=total), None)
    assert any(words in one.text for one in told), [one.text for one in told]
    assert len({one.key for one in told}) == len(told)


def test_the_opening_is_last_periods_closing() -> None:
    zero, ten = [Decimal(0)] * 3, [Decimal(10), Decimal(0), Decimal(0)]
    assert check_block(FORM, balanced(ten, zero), balanced(ten, zero)) == []
    told = check_block(FORM, balanced([Decimal(11), Decimal(0), Decimal(0)], zero), balanced(ten, zero))
    assert [one.column for one in told] == ["现金", "合计"]
    assert "上期期末结存应为 10.00，填的是 11.00" in told[0].text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", "1234.50"),
        ("￥1234.50", "1234.50"),
        ("１２３", "123.00"),
        ("1200元", "1200.00"),
        ("-5", "-5.00"),
        ("0.125", "0.125"),
        ("", None),
        ("—", None),
        ("1e9", None),
        ("NaN", None),
        ("一百", None),
        ("12 345.00", "12345.00"),
    ],
)
def test_money_as_people_write_it(text: str, number: str | None) -> None:
    assert money_of(text) == (None if number is None else Decimal(number))
    if number is None:
        with pytest.raises(NotMoney):
            canonical_money(text)
    else:
        assert canonical_money(text) == number


def test_a_year_of_the_demos_accounts_adds_up() -> None:
    """Also from quarter to quarter: each opening is the closing before."""
    items = {item.number: item for item in read(SEED_CATALOGUE).items}
    data = json.loads((Path(__file__).parents[2] / "mingbai/data/demo/jinan-2026.json").read_text(encoding="utf-8"))
    last: dict[tuple[int, int], Any] = {}
    checked = 0
    for entry in data["occurrences"]:
        for one in entry["disclosure"]["blocks"] if entry["disclosure"] else []:
            form = form_for(items[entry["item"]].elements[one["element"] - 1], packaged_forms())
            place = entry["item"], one["element"]
            assert [d.text for d in check_block(form, one, last.get(place))] == []
            checked += bool(form.checks)
            last[place] = one
    assert checked >= 6


def test_every_element_of_the_seed_has_its_form_and_the_demo_fits_them() -> None:
    items = {item.number: item for item in read(SEED_CATALOGUE).items}
    texts = {"".join(element.split()) for item in items.values() for element in item.elements}
    assert len(packaged_forms()) == len(texts)
    for item in items.values():
        for element in item.elements:
            form = form_for(element, packaged_forms())
            assert ElementForm.from_json(form.to_json()) == form
            if item.number in (13, 15, 16, 19):
                assert form.kind == "person_list" and form.whitelist and form.ground


def test_an_unknown_element_is_plain_paragraphs() -> None:
    form = form_for("  某个别处才有的内容  ", packaged_forms())
    assert (form.kind, form.heading) == ("paragraphs", "某个别处才有的内容")


A, B = {"label": "a", "type": "text"}, {"label": "b", "type": "money"}


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"kind": "magic"}, "kind", "请选择怎样填写"),
        ({"heading": " "}, "heading", "小标题"),
        ({"columns": [A, {"label": "b", "type": "sum"}]}, "columns.2", "“b”这一列填什么"),
        ({"columns": [{"type": "text"}]}, "columns.1", "没有填写列名"),
        ({"columns": [A, B, A]}, "columns.3", "前面已经有一列叫“a”"),
        ({"columns": [{**A, "aliases": "x"}]}, "columns.1", "别名"),
        ({"kind": "person_list", "columns": []}, "columns", "有哪些列"),
        ({"columns": [A, B], "whitelist": ["a"]}, "columns.2", "“b”没有列为可公开"),
        ({"whitelist": "姓名"}, "whitelist", "可公开的列"),
        ({"checks": [{"check": "magic"}]}, "checks.1", "不认识"),
        ({"checks": [{"check": "balance"}]}, "checks.1", "没有填完整"),
        ({"checks": [{"check": "same_as_last", "opening": "期初", "closing": ""}]}, "checks.1", "没有填完整"),
        ({"checks": [{"check": "other_share", "label": "其他", "limit": "9"}]}, "checks.1", "占比"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_naming_the_place(change: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(BadForm, match=words) as refused:
        ElementForm.from_json({"kind": "table", "heading": "表", **change})
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (Balance("期初", "收入", "支出", "期末"), "每一列金额：“期初”＋“收入”－“支出”＝“期末”"),
        (PartsWhole(("现金", "存款"), "合计"), "每一行：“现金”＋“存款”＝“合计”"),
        (SameAsLast("期初", "期末"), "本期的“期初”＝上一期的“期末”"),
        (OtherShare("其他", "0.10"), "以“其他”开头的各行，合计不超过该列总数的10%"),
    ],
)
def test_a_check_says_in_a_sentence_what_it_holds(check: Any, sentence: str) -> None:
    assert sentence_of(check) == sentence
