"""The check of a table in words, and the sentences: only what the figures say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.data.words import money_words, words_in
from mingbai.rules.accounts import Proof, Wording, budget_pairs, largest_expense, proofs, sentences, wording
from mingbai.rules.arithmetic import Table, check_block
from mingbai.rules.forms import ElementForm
from tests.rules.test_arithmetic import FORM, balanced, block

QUARTER = Wording("本季度", "上季度")
PLAIN = ElementForm(kind="table", heading="债权债务")
THIS = block(
    ["期初结存", "300.00", "700.00", "1000.00"],
    ["本期收入", "0.00", "700.50", "700.50"],
    ["本期支出", "50.00", "150.00", "200.00"],
    ["期末结存", "250.00", "1250.50", "1500.50"],
)
LAST = block(
    ["期初结存", "400.00", "600.00", "1000.00"],
    ["本期收入", "0.00", "250.00", "250.00"],
    ["本期支出", "100.00", "150.00", "250.00"],
    ["期末结存", "300.00", "700.00", "1000.00"],
)


def table(columns: list[tuple[str, str]], *rows: list[str], total: list[str] | None = None) -> dict[str, Any]:
    made = [{"label": label, "type": kind} for label, kind in columns]
    return {"element": 1, "heading": "表", "kind": "table", "columns": made, "rows": list(rows), "total": total}


def debts(*rows: list[str], total: list[str]) -> dict[str, Any]:
    return table([("事由", "text"), ("债权（元）", "money")], *rows, total=total)


def test_an_account_is_checked_line_by_line() -> None:
    told = proofs(FORM, THIS, LAST)
    assert all(proof.agrees for proof in told)
    assert [proof.text for proof in told] == [
        "现金：期初结存 300.00 ＋ 本期收入 0.00 － 本期支出 50.00 ＝ 期末结存 250.00，账目相符。",
        "银行存款：期初结存 700.00 ＋ 本期收入 700.50 － 本期支出 150.00 ＝ 期末结存 1,250.50，账目相符。",
        "合计：期初结存 1,000.00 ＋ 本期收入 700.50 － 本期支出 200.00 ＝ 期末结存 1,500.50，账目相符。",
        "每一行的现金＋银行存款＝合计，4 行都对得上（如期末结存：250.00 ＋ 1,250.50 ＝ 1,500.50），账目相符。",
        "期初结存和上期期末结存一致（现金 300.00、银行存款 700.00、合计 1,000.00），前后接得上。",
    ]


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        pytest.param([], "发布时没有说明理由", id="unexplained-is-said"),
        pytest.param(["零钱没有计入"], "零钱没有计入", id="the-stated-reason"),
    ],
)
def test_a_difference_stands_with_its_reason(notes: list[str], reason: str) -> None:
    wrong = block(*THIS["rows"][:3], ["期末结存", "249.00", "1250.50", "1499.50"])
    found = check_block(FORM, wrong, None)
    wrong["notes"] = [{"text": difference.text, "reason": note} for difference in found for note in notes]
    told = proofs(FORM, wrong, None)
    short = [proof for proof in told if not proof.agrees]
    assert len(short) == len(found) == 2
    assert "应为 250.00，填的是 249.00，相差 1.00" in short[0].text and short[0].reason == reason
    assert not any(proof.agrees and proof.text.startswith(("现金", "合计")) for proof in told)


money = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


@given(st.lists(money, min_size=3, max_size=3), st.lists(money, min_size=3, max_size=3))
def test_what_adds_up_is_never_called_wrong(cash: list[Decimal], bank: list[Decimal]) -> None:
    told = proofs(FORM, balanced(cash, bank), None)
    assert len(told) == 4 and all(proof.agrees for proof in told)


@pytest.mark.parametrize(
    ("kind", "figures", "expected"),
    [
        pytest.param(
            "money", ["1.10", "2.20"], "数：1.10 ＋ 2.20 ＝ 合计 3.30，账目相符。", id="a-few-are-written-out"
        ),
        pytest.param("number", ["1200", "3"], "数：1,200 ＋ 3 ＝ 合计 1,203，数目相符。", id="counts-have-no-cents"),
        pytest.param("money", ["1"] * 5, "数：5 行相加 ＝ 合计 5.00，账目相符。", id="many-are-counted"),
    ],
)
def test_the_row_of_sums_is_checked(kind: str, figures: list[str], expected: str) -> None:
    total = str(sum(map(Decimal, figures)))
    made = table([("项目", "text"), ("数", kind)], *(["甲", figure] for figure in figures), total=["合计", total])
    assert proofs(PLAIN, made, None) == [Proof(expected, True)]


def test_the_share_of_other_is_told_while_it_is_small() -> None:
    made = block(["水电", "95", "0", "95"], ["其他", "5", "0", "5"])
    assert "现金：“其他”占 5.0%，没有超过 10%。" in [proof.text for proof in proofs(FORM, made, None)]


def test_an_account_in_three_sentences() -> None:
    assert sentences(FORM, THIS, LAST, QUARTER) == [
        "本季度收入 700.50 元，比上季度多 450.50 元（上升 180.2%）。",
        "本季度支出 200.00 元，比上季度少 50.00 元（下降 20.0%）。",
        "期末结存 1,500.50 元，比期初结存多 500.50 元。",
    ]


def test_without_a_last_period_nothing_is_compared() -> None:
    told = sentences(FORM, THIS, None, Wording("本期", ""))
    assert told[0] == "本期收入 700.50 元。" and not any("比" in sentence for sentence in told[:2])


def test_nothing_is_divided_by_nothing() -> None:
    before = block(*([row[0], "0", "0", "0"] for row in LAST["rows"]))
    assert sentences(FORM, THIS, before, QUARTER)[0] == "本季度收入 700.50 元，比上季度多 700.50 元。"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(
            ("2000", "100"), ("2000", "600"), "比上季度多 500.00 元（上升 23.8%），变化最大的是“房租”（多", id="more"
        ),
        pytest.param(
            ("2000", "600"), ("2000", "100"), "比上季度少 500.00 元（下降 19.2%），变化最大的是“房租”（少", id="less"
        ),
        pytest.param(("2000", "100"), ("2000", "100"), "债权合计 2,100.00 元，和上季度一样。", id="the-same"),
    ],
)
def test_a_total_is_compared_and_the_line_that_changed_most_named(
    before: tuple[str, str], now: tuple[str, str], expected: str
) -> None:
    tables = [
        debts(["押金", figures[0]], ["房租", figures[1]], total=["合计", str(sum(map(Decimal, figures)))])
        for figures in (before, now)
    ]
    assert expected in sentences(PLAIN, tables[1], tables[0], QUARTER)[0]


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        pytest.param([], [["房租", "500.00"]], "“房租”（新增 500.00 元）", id="new"),
        pytest.param([["房租", "500.00"]], [], "“房租”（不再有 500.00 元）", id="gone"),
    ],
)
def test_a_line_that_came_or_went_is_called_so(before: list[list[str]], now: list[list[str]], word: str) -> None:
    tables = [debts(["押金", "10.00"], *rows, total=["合计", "510.00" if rows else "10.00"]) for rows in (before, now)]
    assert word in sentences(PLAIN, tables[1], tables[0], QUARTER)[0]


BUDGET = [("科目", "text"), ("收入预算（元）", "money"), ("支出预算（元）", "money")]
SPENT = [("累计收入（元）", "money"), ("累计支出（元）", "money")]


def test_a_budget_is_held_against_what_was_spent() -> None:
    made = table(
        BUDGET + SPENT,
        ["收入：拨款", "1000", "", "500", ""],
        ["支出：水电", "", "400", "", "450"],
        ["支出：办公", "", "600", "", "50"],
    )
    assert budget_pairs(Table(made)) == [(2, 4), (1, 3)]
    assert sentences(PLAIN, made, None, QUARTER) == [
        "支出预算 1,000.00 元，累计支出 500.00 元，是预算的 50.0%。",
        "累计支出比预算多的有 1 项：“水电”超出 50.00 元。",
        "收入预算 1,000.00 元，累计收入 500.00 元，是预算的 50.0%。",
    ]


def test_a_journal_names_its_largest_entry() -> None:
    made = table(
        [("日期", "date"), ("摘要", "text"), ("支出（元）", "money")],
        ["2026-07-13", "水电费", "2436.10"],
        ["2026-09-29", "门禁维护费", "6200.00"],
    )
    assert sentences(PLAIN, made, None, QUARTER) == ["支出共 2 笔，最大的一笔是“门禁维护费”，6,200.00 元。"]
    assert largest_expense(made).startswith("支出共 2 笔")
    assert largest_expense(THIS) == ""


@pytest.mark.parametrize("kind", ["paragraphs", "person_list"])
def test_a_list_of_persons_is_never_told_line_by_line(kind: str) -> None:
    names = {**THIS, "kind": kind}
    assert sentences(FORM, names, names, QUARTER) == [] and proofs(FORM, names, names) == []


@pytest.mark.parametrize(
    ("on", "before", "is_period", "expected"),
    [
        pytest.param("2026-09-30", "2026-06-30", True, Wording("本季度", "上季度"), id="a-quarter"),
        pytest.param("2026-03-31", "2025-12-31", True, Wording("本季度", "上季度"), id="the-shortest-quarter"),
        pytest.param("2026-03-31", "2026-02-28", True, Wording("本月", "上月"), id="a-month"),
        pytest.param("2026-12-31", "2025-12-31", True, Wording("本年", "上年"), id="a-year"),
        pytest.param("2026-09-30", "2026-03-31", True, Wording("本半年", "上半年度"), id="half-a-year"),
        pytest.param("2026-09-30", "2026-05-31", True, Wording("本期", "上次（2026年5月31日）"), id="one-is-missing"),
        pytest.param("2026-09-30", "2026-06-30", False, Wording("这次", "上次（2026年6月30日）"), id="not-a-period"),
        pytest.param("2026-09-30", None, True, Wording("本期", ""), id="the-first"),
    ],
)
def test_periods_are_called_as_people_call_them(
    on: str, before: str | None, is_period: bool, expected: Wording
) -> None:
    last = date.fromisoformat(before) if before else None
    assert wording(date.fromisoformat(on), last, is_period=is_period) == expected


def test_every_word_is_told_once_and_found_in_a_text() -> None:
    words = [word for entry in money_words() for word in (entry.word, *entry.also)]
    assert len(words) == len(set(words)) >= 20
    assert [word.word for word in words_in(["期末结余", "借债务"])] == ["结存", "债务"]
    assert all(entry.plain.endswith("。") and entry.word not in entry.plain[:2] for entry in money_words())
