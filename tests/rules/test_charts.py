"""Which table gets which chart, and that a chart says nothing that the table doesn't."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mingbai.rules.charts import MOST, PLOT, WIDTH, Chart, charts, in_brief, spreadsheet_column
from tests.rules.test_accounts import BUDGET, LAST, PLAIN, SPENT, THIS, debts, table
from tests.rules.test_arithmetic import FORM

MONEY = [("项目", "text"), ("金额（元）", "money")]


def test_an_account_has_its_four_bars_and_columns_over_periods() -> None:
    account, periods = charts(FORM, THIS, [("6月", LAST)], "9月")
    assert [(bar.label, bar.value, bar.mark) for bar in account.bars] == [
        ("期初结存", Decimal("1000.00"), "stock"),
        ("本期收入", Decimal("700.50"), "income"),
        ("本期支出", Decimal("200.00"), "expense"),
        ("期末结存", Decimal("1500.50"), "stock"),
    ]
    assert max(bar.width for bar in account.bars) == WIDTH
    assert periods.kind == "columns" and periods.rows == [("6月", ["250.00", "250.00"]), ("9月", ["700.50", "200.00"])]
    assert max(point.height for series in periods.series for point in series.points) == PLOT
    assert spreadsheet_column(FORM, THIS) == 3


def test_eight_bars_at_most_and_the_rest_as_one() -> None:
    made = table(MONEY, *([f"第{n}项", f"{n}.00"] for n in range(1, 12)))
    (chart,) = charts(PLAIN, made)
    assert [bar.label for bar in chart.bars] == [*(f"第{n}项" for n in range(11, 3, -1)), "其他"]
    assert len(chart.bars) == MOST + 1 and chart.bars[-1].value == 1 + 2 + 3
    assert sum(bar.value for bar in chart.bars) == sum(range(1, 12))
    assert spreadsheet_column(PLAIN, made) == 1


def test_two_columns_of_money_are_told_apart_by_their_marks() -> None:
    made = table(
        [("事由", "text"), ("债权（元）", "money"), ("债务（元）", "money")],
        ["押金", "2000.00", ""],
        ["质保金", "", "1158.00"],
        ["房租", "4500.00", ""],
    )
    (chart,) = charts(PLAIN, made)
    assert [(bar.label, bar.mark) for bar in chart.bars] == [
        ("房租", "stock"),
        ("押金", "stock"),
        ("质保金", "expense"),
    ]
    assert chart.legend == (("stock", "债权"), ("expense", "债务"))


def test_a_budget_is_the_frame_around_what_was_spent() -> None:
    made = table(BUDGET + SPENT, *([f"支出：第{n}项", "", f"{n}00", "", f"{n}0"] for n in range(1, 4)))
    (chart,) = charts(PLAIN, made)
    first = chart.bars[0]
    assert (first.label, first.text) == ("第3项", "30.00 / 300.00")
    assert (first.width, first.frame) == (WIDTH // 10, WIDTH)
    assert spreadsheet_column(PLAIN, made) == 4


def over(*totals: str) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{n}月", debts(["押金", figure], total=["合计", figure])) for n, figure in enumerate(totals, 1)]


@pytest.mark.parametrize(
    ("totals", "drawn"),
    [
        pytest.param(("10", "20"), 0, id="two-are-no-line"),
        pytest.param(("10", "20", "15"), 3, id="three-are"),
        pytest.param(("10", "10", "10"), 0, id="nothing-changed"),
        pytest.param(tuple(map(str, range(1, 13))), 8, id="eight-at-most"),
    ],
)
def test_a_total_over_periods_is_a_line(totals: tuple[str, ...], drawn: int) -> None:
    *earlier, (now, this) = over(*totals)
    lines = [chart for chart in charts(PLAIN, this, earlier, now) if chart.kind == "lines"]
    assert [len(chart.periods) for chart in lines] == ([drawn] if drawn else [])
    if drawn:
        assert lines[0].series[0].points[-1].value == Decimal(totals[-1])


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(table(MONEY, ["甲", "1"], ["乙", "2"]), id="two-figures"),
        pytest.param(table(MONEY, ["甲", "-1"], ["乙", "2"], ["丙", "3"]), id="below-nothing"),
        pytest.param(table([("项目", "text"), ("数量", "number")], *(["甲", "1"] for _ in "123")), id="no-money"),
        pytest.param(
            table([("日期", "date"), ("支出", "money")], *(["2026-01-01", "1"] for _ in "123")), id="a-journal"
        ),
        pytest.param({**table(MONEY, *(["张*", "1"] for _ in "123")), "kind": "person_list"}, id="names"),
    ],
)
def test_no_chart_where_none_helps(made: dict[str, Any]) -> None:
    assert charts(PLAIN, made) == []
    assert spreadsheet_column(PLAIN, made) is None


@pytest.mark.parametrize(
    ("figure", "brief"), [("9999.40", "9,999"), ("10000", "1.0万"), ("66647.55", "6.7万"), ("0", "0")]
)
def test_a_figure_in_brief(figure: str, brief: str) -> None:
    assert in_brief(Decimal(figure)) == brief


def test_every_point_lies_in_the_drawing() -> None:
    *earlier, (now, this) = over(*map(str, range(1, 9)))
    made: list[Chart] = [*charts(PLAIN, this, earlier, now), *charts(FORM, THIS, [("6月", LAST)], "9月")]
    points = [point for chart in made for series in chart.series for point in series.points]
    assert points and all(0 < point.x < WIDTH and 0 <= point.y <= PLOT for point in points)
