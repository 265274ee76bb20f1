"""How tables are laid on paper: columns, bars, and what is said to add up. Needs no database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.carriers.bars import bars_of
from mingbai.carriers.columns import INSET, breakable, fit, width
from mingbai.rules.adding_up import adds_up
from mingbai.rules.forms import Balance, ElementForm, PartsWhole

cells = st.text("一二三四五六七八九十abc123,. ", max_size=60)


@given(
    st.integers(1, 9).flatmap(
        lambda count: st.tuples(
            st.lists(st.sampled_from(["text", "money", "date", "name"]), min_size=count, max_size=count),
            st.lists(st.lists(cells, min_size=count, max_size=count), min_size=1, max_size=12),
        )
    ),
    st.floats(15, 90),
)
def test_the_columns_fill_the_line_and_no_more(table: tuple[list[str], list[list[str]]], line: float) -> None:
    types, rows = table
    columns = [{"label": f"第{place}列", "type": kind} for place, kind in enumerate(types)]
    fitted = fit(columns, rows, line, 40, good=0.75, least=0.5)
    assert 0.5 <= fitted.scale <= 1
    assert all(share > 0 for share in fitted.widths)
    assert sum(fitted.widths) >= line / fitted.scale * 0.999
    if fitted.scale > 0.5:
        assert sum(fitted.widths) <= line / fitted.scale * 1.001
    for place, kind in enumerate(types):
        if kind in ("money", "date"):
            assert fitted.widths[place] >= max(width(row[place]) for row in rows) + INSET - 0.001


def test_type_shrinks_only_for_a_table_that_needs_it() -> None:
    columns = [{"label": "项目", "type": "text"}, {"label": "金额", "type": "money"}]
    assert fit(columns, [["水电费", "100.00"]], 27, 40, good=0.75, least=0.5).scale == 1
    wide = [{"label": f"第{n}季度金额", "type": "money"} for n in range(6)]
    assert 0.5 <= fit(wide, [["1,234,567.00"] * 6], 27, 40, good=0.75, least=0.5).scale < 0.75


def test_a_long_word_may_be_broken_and_reads_the_same() -> None:
    word = "JINAN-06-2026-0001/ABCDEFGH"
    assert breakable(word).replace("\u200b", "") == word and "\u200b" in breakable(word)
    assert breakable("短 words 2026-10-14") == "短 words 2026-10-14"


def block(rows: list[list[str]], *labels: str, **more: Any) -> dict[str, Any]:
    types = ["text", *["money"] * (len(labels) - 1)]
    columns = [{"label": label, "type": kind} for label, kind in zip(labels, types, strict=True)]
    return {"element": 1, "heading": "经费", "kind": "table", "columns": columns, "rows": rows, **more}


THREE = [["甲", "100.00", "50.00"], ["乙", "0.00", "25.00"], ["丙", "50.00", "75.00"]]


def test_bars_stand_in_proportion_with_their_figures() -> None:
    bars = bars_of(block(THREE, "科目", "预算", "实际"))
    assert bars is not None and bars.series == ("预算", "实际")
    assert bars.rows == (
        ("甲", ((1.0, "100.00"), (0.5, "50.00"))),
        ("乙", ((0.0, "0.00"), (0.25, "25.00"))),
        ("丙", ((0.5, "50.00"), (0.75, "75.00"))),
    )


def test_of_many_columns_only_the_whole_is_drawn() -> None:
    rows = [[*row, "1.00"] for row in THREE]
    bars = bars_of(block(rows, "科目", "现金", "存款", "合计"))
    assert bars is not None and bars.series == ("合计",)
    assert bars_of(block(rows, "科目", "现金", "存款", "其他")) is None


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(THREE[:2], id="too-few"),
        pytest.param([[str(n), "1.00", "1.00"] for n in range(13)], id="too-many"),
        pytest.param([*THREE, ["甲", "1.00", "1.00"]], id="two-rows-of-one-name"),
        pytest.param([*THREE, ["丁", "-1.00", "1.00"]], id="negative"),
        pytest.param([[row[0], "0.00", ""] for row in THREE], id="nothing-but-noughts"),
    ],
)
def test_no_bars_where_they_would_not_help(rows: list[list[str]]) -> None:
    assert bars_of(block(rows, "科目", "预算", "实际")) is None


PERIOD = [["期初", "10.00"], ["收入", "5.00"], ["支出", "3.00"], ["期末", "12.00"]]
BALANCED = ElementForm("table", "经费", checks=(Balance("期初", "收入", "支出", "期末"), PartsWhole(("甲",), "乙")))


def test_what_adds_up_is_said() -> None:
    assert adds_up(BALANCED, block(PERIOD, "项目", "金额")) == "期初＋收入－支出＝期末，相符。"
    total = block(THREE, "科目", "预算", "实际", total=["合计", "150.00", "150.00"])
    assert adds_up(None, total) == "各行相加＝合计，相符。"
    parts = ElementForm("table", "经费", checks=(PartsWhole(("预算",), "实际"),))
    same = block([["甲", "1.00", "1.00"]], "科目", "预算", "实际")
    assert adds_up(parts, same) == "预算＝实际，相符。"


def test_what_differs_or_cannot_be_checked_is_not_said_to_add_up() -> None:
    wrong = [*PERIOD[:3], ["期末", "13.00"]]
    assert adds_up(BALANCED, block(wrong, "项目", "金额")) == ""
    assert adds_up(BALANCED, block(PERIOD[:3], "项目", "金额")) == ""
    assert adds_up(None, block(THREE, "科目", "预算", "实际")) == ""
    assert adds_up(None, {**block(THREE, "科目", "预算", "实际", total=["合计", "1.00", "1.00"])}) == ""
