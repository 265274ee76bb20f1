"""Which chart a table of money gets, and its drawing as plain numbers: lengths and places in units of the drawing.

An account: opening, income, expense and closing as bars. A budget: what was spent inside what was planned. Any other
table of money with three figures or more: bars, the largest first, eight at most and the rest as one. The same figure
over periods: columns for what flows, a line for what stands at the end of a period.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from mingbai.rules.accounts import Block, account_column, account_figures, bare, budget_pairs, yuan
from mingbai.rules.arithmetic import Table, money_of
from mingbai.rules.forms import ElementForm

# As wide as a telephone's page, so that its text is never smaller than 16 pixels.
WIDTH = 320
BAR_STEP = 46
MOST = 8
FEWEST = 3
LABEL = 11
LINE = 18
PLOT = 150
# Over how many periods every figure is written into the drawing.
ROOM = 3
OTHER = "其他"

# How a figure is marked, so that two are told apart in grey: ink, plain colour, hatched colour.
Mark: TypeAlias = Literal["stock", "income", "expense"]


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` as the table says it; ``width`` of the bar, and ``frame`` of the outline around it (0: none)."""

    label: str
    value: Decimal
    text: str
    mark: Mark
    y: int
    width: int
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series over periods. ``text`` is empty where there is no room for it; the page's table has it."""

    period: str
    value: Decimal
    text: str
    x: int
    y: int
    height: int
    text_y: int


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    mark: Mark
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Chart:
    """``kind``: bars, columns or lines. ``desc`` says in one sentence what is to be seen."""

    kind: Literal["bars", "columns", "lines"]
    title: str
    desc: str
    height: int
    bars: tuple[Bar, ...] = ()
    series: tuple[Series, ...] = ()
    legend: tuple[tuple[Mark, str], ...] = ()
    periods: tuple[str, ...] = ()
    wide: int = 0

    @property
    def is_hatched(self) -> bool:
        """Whether an area of it stands for expense."""
        return any(mark == "expense" for mark in (*(bar.mark for bar in self.bars), *(s.mark for s in self.series)))

    @property
    def axis(self) -> list[tuple[int, str]]:
        """(middle, name) of each period."""
        step = WIDTH // max(len(self.periods), 1)
        return [(place * step + step // 2, name) for place, name in enumerate(self.periods)]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same figures as a table: the period and the figure of each series."""
        return [
            (name, [yuan(series.points[place].value) for series in self.series])
            for place, name in enumerate(self.periods)
        ]


def charts(form: ElementForm, block: Block, earlier: Sequence[tuple[str, Block]] = (), now: str = "") -> list[Chart]:
    """The charts of one table. ``earlier``: (short name of the period, its table), the oldest first; ``now``: the
    short name of this one."""
    if block["kind"] != "table" or block["columns"][0]["type"] == "date":
        return []
    table = Table(block)
    before = [(name, Table(old)) for name, old in earlier if old.get("kind") == "table"]
    made = account_chart(form, block)
    if made is not None:
        return [made, *_account_over_periods(form, [*before, (now, table)])]
    pairs = budget_pairs(table)
    if pairs:
        return [chart for budget, spent in pairs[:1] if (chart := _budget(table, budget, spent))]
    return [*_categories(table), *_totals_over_periods([*before, (now, table)])]


def account_chart(form: ElementForm, block: Block) -> Chart | None:
    """Opening, income, expense and closing; None for what isn't an account."""
    figures = account_figures(Table(block), form) if block["kind"] == "table" else None
    if figures is None or form.balance is None or min(figures) < 0:
        return None
    names = (form.balance.opening, form.balance.income, form.balance.expense, form.balance.closing)
    marks: tuple[Mark, ...] = ("stock", "income", "expense", "stock")
    bars = _bars([(n, f, m, Decimal(0)) for n, f, m in zip(names, figures, marks, strict=True)])
    desc = "，".join(f"{name} {yuan(figure)} 元" for name, figure in zip(names, figures, strict=True))
    return Chart("bars", f"{block['heading']}：收了多少、花了多少、还剩多少", f"{desc}。", BAR_STEP * 4, bars)


def spreadsheet_column(form: ElementForm, block: Block) -> int | None:
    """The one column of figures that a spreadsheet's own chart shows, where the page has bars for the table."""
    if not any(chart.kind == "bars" for chart in charts(form, block)):
        return None
    table = Table(block)
    if form.balance is not None:
        return account_column(table, form)
    pairs = budget_pairs(table)
    return pairs[0][1] if pairs else table.money[0]


def _bars(rows: Sequence[tuple[str, Decimal, Mark, Decimal]]) -> tuple[Bar, ...]:
    """(label, figure, mark, the outline's figure) as bars, the longest as long as the drawing is wide."""
    longest = max((max(value, frame) for _, value, _, frame in rows), default=Decimal(0))
    made = []
    for place, (label, value, mark, frame) in enumerate(rows):
        text = f"{yuan(value)} / {yuan(frame)}" if frame else yuan(value)
        made.append(
            Bar(_short(label), value, text, mark, place * BAR_STEP, _length(value, longest), _length(frame, longest))
        )
    return tuple(made)


def _length(value: Decimal, longest: Decimal, size: int = WIDTH) -> int:
    return round(value * size / longest) if longest > 0 else 0


def _short(label: str) -> str:
    """A label without the group before its colon, cut to what fits beside its figure."""
    own = label.split("：")[-1]
    return own if len(own) <= LABEL else f"{own[: LABEL - 1]}…"


def _budget(table: Table, budget: int, spent: int) -> Chart | None:
    mark: Mark = "expense" if "支出" in table.labels[budget] else "income"
    names = bare(table.labels[budget]), bare(table.labels[spent])
    rows = [
        (row[0], table.figure(row, spent), table.figure(row, budget))
        for row in table.rows
        if money_of(row[budget]) is not None or money_of(row[spent]) is not None
    ]
    if len(rows) < FEWEST or any(value < 0 or planned < 0 for _, value, planned in rows):
        return None
    rows.sort(key=lambda row: max(row[1:]), reverse=True)
    shown, rest = rows[:MOST], rows[MOST:]
    if rest:
        shown.append((OTHER, _sum(row[1] for row in rest), _sum(row[2] for row in rest)))
    bars = _bars([(label, value, mark, planned) for label, value, planned in shown])
    first = shown[0]
    desc = f"框是{names[0]}，实心是{names[1]}。最大的是{first[0]}：{yuan(first[1])} 元，预算 {yuan(first[2])} 元。"
    return Chart("bars", f"{names[1]}（实心）和{names[0]}（框）", desc, BAR_STEP * len(bars), bars)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _categories(table: Table) -> list[Chart]:
    """Every figure of money as a bar: of one column, or of two told apart by their marks."""
    if not 1 <= len(table.money) <= 2:
        return []
    marks: tuple[Mark, ...] = ("stock", "expense") if len(table.money) == 2 else ("stock",)
    rows = [
        (row[0], value, mark)
        for row in table.rows
        for place, mark in zip(table.money, marks, strict=True)
        if (value := money_of(row[place])) is not None and value != 0
    ]
    if len(rows) < FEWEST or any(value < 0 for _, value, _ in rows):
        return []
    rows.sort(key=lambda row: row[1], reverse=True)
    shown, rest = rows[:MOST], rows[MOST:]
    shown += [(OTHER, _sum(row[1] for row in rest if row[2] == mark), mark) for mark in {row[2] for row in rest}]
    bars = _bars([(label, value, mark, Decimal(0)) for label, value, mark in shown])
    names = [bare(table.labels[place]) for place in table.money]
    desc = f"共 {len(rows)} 个数，最大的是{shown[0][0]}，{yuan(shown[0][1])} 元。"
    legend = tuple(zip(marks, names, strict=True)) if len(names) == 2 else ()
    title = f"{table.heading}：{'、'.join(names)}，从大到小"
    return [Chart("bars", title, desc, BAR_STEP * len(bars), bars, legend=legend)]


# -- over periods -----------------------------------------------------------------------------------------------------


def _account_over_periods(form: ElementForm, tables: Sequence[tuple[str, Table]]) -> list[Chart]:
    told = [(name, figures) for name, table in tables if (figures := account_figures(table, form)) is not None][-MOST:]
    if len(told) < 2 or any(figure < 0 for _, figures in told for figure in figures):
        return []
    rows: list[tuple[str, Mark, list[Decimal]]] = [
        ("收入", "income", [figures[1] for _, figures in told]),
        ("支出", "expense", [figures[2] for _, figures in told]),
    ]
    return [_over_periods("columns", "各期收入和支出", [name for name, _ in told], rows)]


def _totals_over_periods(tables: Sequence[tuple[str, Table]]) -> list[Chart]:
    """The totals of one or two columns of money over the periods that have both; nothing where nothing changed."""
    this = tables[-1][1]
    labels = [this.labels[place] for place in this.money]
    told = [(name, table) for name, table in tables if table.total and set(labels) <= set(table.labels)][-MOST:]
    if not 1 <= len(labels) <= 2 or len(told) < FEWEST:
        return []
    marks: tuple[Mark, ...] = ("stock", "expense")
    rows = [
        (bare(label), mark, [_total(table, label) for _, table in told])
        for label, mark in zip(labels, marks, strict=False)
    ]
    if any(figure < 0 for _, _, figures in rows for figure in figures) or all(len(set(f)) == 1 for _, _, f in rows):
        return []
    return [_over_periods("lines", f"各期{'和'.join(name for name, _, _ in rows)}", [name for name, _ in told], rows)]


def _total(table: Table, label: str) -> Decimal:
    return _sum(table.figure(row, table.labels.index(label)) for row in table.rows)


def _over_periods(
    kind: Literal["columns", "lines"], title: str, names: list[str], rows: list[tuple[str, Mark, list[Decimal]]]
) -> Chart:
    longest = max(figure for _, _, figures in rows for figure in figures)
    step = WIDTH // len(names)
    wide = step * 2 // 5 if kind == "columns" else 0
    series = []
    for order, (label, mark, figures) in enumerate(rows):
        shift = (2 * order - len(rows) + 1) * wide // 2
        points = []
        for place, figure in enumerate(figures):
            height = _length(figure, longest, PLOT)
            told = in_brief(figure) if len(names) <= ROOM or place == len(names) - 1 else ""
            # Two lines' figures stand on either side of them; columns carry theirs on top,
            # one higher where they'd touch.
            below = kind == "lines" and any(figure < other[place] for _, _, other in rows)
            y = PLOT - height
            near = [PLOT - _length(other[place], longest, PLOT) for _, _, other in rows[:order]]
            lifted = kind == "columns" and any(abs(y - other) < LINE for other in near)
            text_y = min(y, *near) - 7 - LINE if lifted else y + (24 if below else -7)
            point = Point(names[place], figure, told, place * step + step // 2 + shift, y, height, text_y)
            points.append(point)
        series.append(Series(label, mark, tuple(points)))
    said = [f"{label}从{names[0]}的 {yuan(f[0])} 元到{names[-1]}的 {yuan(f[-1])} 元" for label, _, f in rows]
    legend = tuple((mark, label) for label, mark, _ in rows)
    return Chart(
        kind, title, f"{'；'.join(said)}。", PLOT, series=tuple(series), legend=legend, periods=tuple(names), wide=wide
    )


def in_brief(figure: Decimal) -> str:
    """A figure short enough to stand over its column: 6.66万, 4,500."""
    return f"{figure / 10000:.1f}万" if figure >= 10000 else f"{figure:,.0f}"
