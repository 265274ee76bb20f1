"""A table of figures told in words: the check of its arithmetic, line by line, and plain sentences.

Only what the figures say: how much, more or less than when, which line is the largest. Never a cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mingbai.rules.arithmetic import Difference, Table, check_block, money_of
from mingbai.rules.days import chinese_date
from mingbai.rules.forms import Balance, Check, ElementForm, OtherShare, PartsWhole, SameAsLast

Block = Mapping[str, Any]
AGREES = "账目相符。"
# What the column beside a budget is called.
SPENT = ("累计", "决算", "实际", "执行")
# Days between the ends of two periods → what they are called. Months and quarters differ in length.
SPANS = (
    (28, 31, "本月", "上月"),
    (89, 92, "本季度", "上季度"),
    (181, 184, "本半年", "上半年度"),
    (365, 366, "本年", "上年"),
)


@dataclass(frozen=True, slots=True)
class Proof:
    """One line of the check. ``reason``: what was stated when the table was published, where it doesn't add up."""

    text: str
    agrees: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How the period and the one before it are called in a sentence."""

    now: str
    before: str


def wording(on: date, before: date | None, *, is_period: bool) -> Wording:
    """«本季度», «上季度» where the two ends lie a quarter apart; otherwise the day of the last time is named."""
    days = (on - before).days if before is not None else 0
    for least, most, now, last in SPANS:
        if is_period and least <= days <= most:
            return Wording(now, last)
    return Wording("本期" if is_period else "这次", f"上次（{chinese_date(before)}）" if before is not None else "")


def yuan(figure: Decimal) -> str:
    return f"{figure:,.2f}"


# -- the check of the arithmetic --------------------------------------------------------------------------------------


def proofs(form: ElementForm, block: Block, previous: Block | None) -> list[Proof]:
    """The check of a table as it is printed beneath it: each formula with its figures, or what it is short of."""
    if block["kind"] != "table":
        return []
    table = Table(block)
    reasons = {note["text"]: note["reason"] for note in block.get("notes", [])}
    wrong = [_shortfall(found, reasons) for found in check_block(form, block, previous)]
    right = [*_told_totals(table)]
    for check in form.checks:
        right += _told(table, check, previous)
    return [*(Proof(text, True) for text in right), *wrong]


def _shortfall(found: Difference, reasons: Mapping[str, str]) -> Proof:
    return Proof(found.text, False, reasons.get(found.text, "发布时没有说明理由"))


def _told(table: Table, check: Check, previous: Block | None) -> Iterator[str]:
    if isinstance(check, Balance):
        yield from _told_balance(table, check)
    elif isinstance(check, PartsWhole):
        yield from _told_parts(table, check)
    elif isinstance(check, SameAsLast):
        yield from _told_same(table, check, previous)
    else:
        yield from _told_share(table, check)


def _told_totals(table: Table) -> Iterator[str]:
    for place in table.summed:
        stated = money_of(table.total[place]) if table.total is not None else None
        figures = [figure for row in table.rows if (figure := money_of(row[place])) is not None]
        if stated is not None and sum(figures, Decimal(0)) == stated:
            is_money = place in table.money
            said = yuan if is_money else "{:,}".format
            adding = " ＋ ".join(map(said, figures)) if len(figures) <= 4 else f"{len(figures)} 行相加"
            yield f"{table.labels[place]}：{adding} ＝ 合计 {said(stated)}，{AGREES if is_money else '数目相符。'}"


def balance_rows(table: Table, check: Balance) -> tuple[Sequence[str], ...] | None:
    """The rows opening, income, expense and closing; None unless all four are there."""
    found = [table.row_named(name) for name in (check.opening, check.income, check.expense, check.closing)]
    rows = tuple(row for one in found if one is not None for row in one[1:])
    return rows if len(rows) == len(found) else None


def _told_balance(table: Table, check: Balance) -> Iterator[str]:
    rows = balance_rows(table, check)
    if rows is None:
        return
    for place in table.summed:
        opening, income, expense, closing = (table.figure(row, place) for row in rows)
        if opening + income - expense == closing:
            yield (
                f"{table.labels[place]}：{check.opening} {yuan(opening)} ＋ {check.income} {yuan(income)}"
                f" － {check.expense} {yuan(expense)} ＝ {check.closing} {yuan(closing)}，{AGREES}"
            )


def _told_parts(table: Table, check: PartsWhole) -> Iterator[str]:
    if check.whole not in table.labels or not set(check.parts) <= set(table.labels):
        return
    places = [table.labels.index(part) for part in check.parts]
    whole = table.labels.index(check.whole)
    right = [row for row in table.rows if sum(table.figure(row, p) for p in places) == table.figure(row, whole)]
    if right and len(right) == len(table.rows):
        figures = " ＋ ".join(yuan(table.figure(right[-1], place)) for place in places)
        example = f"如{right[-1][0]}：{figures} ＝ {yuan(table.figure(right[-1], whole))}"
        yield f"每一行的{'＋'.join(check.parts)}＝{check.whole}，{len(right)} 行都对得上（{example}），{AGREES}"


def _told_same(table: Table, check: SameAsLast, previous: Block | None) -> Iterator[str]:
    if previous is None or previous.get("kind") != "table":
        return
    last = Table(previous)
    opening, closing = table.row_named(check.opening), last.row_named(check.closing)
    if opening is None or closing is None:
        return
    same = [
        (table.labels[place], table.figure(opening[1], place))
        for place in table.summed
        if table.labels[place] in last.labels
        and table.figure(opening[1], place) == last.figure(closing[1], last.labels.index(table.labels[place]))
    ]
    if same:
        figures = "、".join(f"{label} {yuan(figure)}" for label, figure in same)
        yield f"{check.opening}和上期{check.closing}一致（{figures}），前后接得上。"


def _told_share(table: Table, check: OtherShare) -> Iterator[str]:
    for place in table.summed:
        whole = sum((table.figure(row, place) for row in table.rows), Decimal(0))
        other = sum((table.figure(row, place) for row in table.rows if row[0].startswith(check.label)), Decimal(0))
        if Decimal(0) < other <= whole * Decimal(check.limit):
            yield f"{table.labels[place]}：“{check.label}”占 {other / whole:.1%}，没有超过 {Decimal(check.limit):.0%}。"


# -- sentences --------------------------------------------------------------------------------------------------------


def sentences(form: ElementForm, block: Block, previous: Block | None, words: Wording) -> list[str]:
    """What the figures of one table say in plain words; [] where no rule fits."""
    if block["kind"] != "table":
        return []
    table = Table(block)
    last = Table(previous) if previous is not None and previous.get("kind") == "table" else None
    if form.balance is not None and (told := _account(table, last, form, words)):
        return told
    if block["columns"][0]["type"] == "date":
        return list(_largest_entries(table))
    if pairs := budget_pairs(table):
        return [sentence for budget, spent in pairs for sentence in _against_budget(table, budget, spent)]
    return list(_totals_then_and_now(table, last, words))


def account_column(table: Table, form: ElementForm) -> int | None:
    """The column in which an account is told: the whole of its parts, or its only column of figures."""
    whole = next((check.whole for check in form.checks if isinstance(check, PartsWhole)), None)
    if whole in table.labels:
        return table.labels.index(whole)
    return table.summed[0] if len(table.summed) == 1 else None


def _account(table: Table, last: Table | None, form: ElementForm, words: Wording) -> list[str]:
    figures = account_figures(table, form)
    if figures is None or form.balance is None:
        return []
    opening, income, expense, closing = figures
    before = account_figures(last, form) if last is not None else None
    told = [
        f"{words.now}收入 {yuan(income)} 元{_than(income, before and before[1], words)}。",
        f"{words.now}支出 {yuan(expense)} 元{_than(expense, before and before[2], words)}。",
    ]
    change = closing - opening
    if change:
        said = f"比{form.balance.opening}{'多' if change > 0 else '少'} {yuan(abs(change))} 元"
    else:
        said = f"和{form.balance.opening}一样多"
    return [*told, f"{form.balance.closing} {yuan(closing)} 元，{said}。"]


def account_figures(table: Table, form: ElementForm) -> tuple[Decimal, Decimal, Decimal, Decimal] | None:
    """Opening, income, expense and closing of an account; None where the table isn't one."""
    rows = balance_rows(table, form.balance) if form.balance is not None else None
    place = account_column(table, form)
    if rows is None or place is None:
        return None
    opening, income, expense, closing = (table.figure(row, place) for row in rows)
    return opening, income, expense, closing


def _than(now: Decimal, before: Decimal | None, words: Wording) -> str:
    """«，比上季度少 1,200.00 元（下降 12.5%）»; nothing without a figure to compare with."""
    if before is None:
        return ""
    if now == before:
        return f"，和{words.before}一样"
    change = f"，比{words.before}{'多' if now > before else '少'} {yuan(abs(now - before))} 元"
    return (
        f"{change}（{'上升' if now > before else '下降'} {abs(now - before) / before:.1%}）" if before > 0 else change
    )


def _largest_entries(table: Table) -> Iterator[str]:
    """Of a journal: how many entries, and the largest in each column of money."""
    for place in table.summed:
        entries = [(figure, row) for row in table.rows if (figure := money_of(row[place])) and figure > 0]
        if entries:
            figure, row = max(entries, key=lambda entry: entry[0])
            name = bare(table.labels[place])
            yield f"{name}共 {len(entries)} 笔，最大的一笔是“{row[1]}”，{yuan(figure)} 元。"


def largest_expense(block: Block) -> str:
    """«最大的一笔是“…”，6,200.00 元» of a journal of entries; an empty text for anything else."""
    if block["kind"] != "table" or block["columns"][0]["type"] != "date":
        return ""
    told = [sentence for sentence in _largest_entries(Table(block)) if sentence.startswith("支出")]
    return told[0] if told else ""


def bare(label: str) -> str:
    """A column's name without its unit: «支出（元）» → 支出."""
    return label.split("（")[0].split("(")[0].strip()


def budget_pairs(table: Table) -> list[tuple[int, int]]:
    """The places of (budget, what came of it), found by the columns' names: 支出预算 and 累计支出, expenses first."""
    found = []
    for place in table.summed:
        name = bare(table.labels[place])
        stem = name.replace("预算", "")
        spent = next(
            (p for p in table.summed if any(w in table.labels[p] for w in SPENT) and stem in table.labels[p]), None
        )
        if "预算" in name and spent is not None:
            found.append((place, spent))
    return sorted(found, key=lambda pair: "支出" not in table.labels[pair[0]])


def _against_budget(table: Table, budget: int, spent: int) -> Iterator[str]:
    planned = sum((table.figure(row, budget) for row in table.rows), Decimal(0))
    real = sum((table.figure(row, spent) for row in table.rows), Decimal(0))
    names = bare(table.labels[budget]), bare(table.labels[spent])
    if planned > 0:
        yield f"{names[0]} {yuan(planned)} 元，{names[1]} {yuan(real)} 元，是预算的 {real / planned:.1%}。"
    over = [
        f"“{row[0].split('：')[-1]}”超出 {yuan(table.figure(row, spent) - table.figure(row, budget))} 元"
        for row in table.rows
        if row[budget].strip() and table.figure(row, spent) > table.figure(row, budget)
    ]
    if over:
        yield f"{names[1]}比预算多的有 {len(over)} 项：{'；'.join(over)}。"
    elif planned > 0 and "支出" in names[1]:
        yield "没有哪一项支出超出预算。"


def _totals_then_and_now(table: Table, last: Table | None, words: Wording) -> Iterator[str]:
    """Of each column of money with a total: the total, how it changed, and the line that changed most."""
    for place in table.money:
        stated = money_of(table.total[place]) if table.total is not None else None
        if stated is None:
            continue
        label = table.labels[place]
        then = last.labels.index(label) if last is not None and label in last.labels else None
        if last is None or then is None:
            yield f"{bare(label)}合计 {yuan(stated)} 元。"
            continue
        before = sum((last.figure(row, then) for row in last.rows), Decimal(0))
        changed = _changed_most(table, last, place, then, up=stated > before) if stated != before else ""
        yield f"{bare(label)}合计 {yuan(stated)} 元{_than(stated, before, words)}{changed}。"


def _changed_most(table: Table, last: Table, place: int, then: int, *, up: bool) -> str:
    """Among the lines that went the way of the total, the one that went furthest."""
    now, before = _by_label(table, place), _by_label(last, then)
    changes = {name: now.get(name, Decimal(0)) - before.get(name, Decimal(0)) for name in {**before, **now}}
    name = (max if up else min)(changes, key=lambda name: changes[name])
    word = "新增" if name not in before else "不再有" if name not in now else "多" if up else "少"
    return f"，变化最大的是“{name}”（{word} {yuan(abs(changes[name]))} 元）"


def _by_label(table: Table, place: int) -> dict[str, Decimal]:
    figures: dict[str, Decimal] = {}
    for row in table.rows:
        if (figure := money_of(row[place])) is not None:
            figures[row[0]] = figures.get(row[0], Decimal(0)) + figure
    return figures
