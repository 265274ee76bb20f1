"""Whether a table of figures adds up: exact decimals, never floats; each difference said at its cell."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from mingbai.rules.forms import Balance, ElementForm, OtherShare, PartsWhole, SameAsLast

SUMMED = frozenset({"money", "number"})
CENT = Decimal("0.01")


class NotMoney(ValueError):
    """A text that isn't an amount."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``row``: 1-based, None for the total row or the table as a whole. ``key`` names it for a stated reason."""

    key: str
    element: int
    row: int | None
    column: str
    expected: Decimal
    found: Decimal
    text: str


def money_of(text: str) -> Decimal | None:
    """«1,234.5元», «￥1234.50», «１２３» → a finite Decimal; None for what isn't a number."""
    folded = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    folded = folded.removeprefix("¥").removesuffix("元")
    try:
        number = Decimal(folded)
    except InvalidOperation:
        return None
    return number if number.is_finite() and "e" not in folded.lower() else None


def canonical_money(text: str) -> str:
    """«1,234.5» → "1234.50". Raises NotMoney; more than two decimals are kept as they are."""
    number = money_of(text)
    if number is None:
        raise NotMoney(f"“{text}”不是金额，请只填数字，例如 1200.00。")
    return f"{number:f}" if number != number.quantize(CENT) else f"{number.quantize(CENT):f}"


def check_block(form: ElementForm, block: Mapping[str, Any], previous: Mapping[str, Any] | None) -> list[Difference]:
    """Every difference of a table or list against its form; ``previous``: the same block of the last period."""
    if block["kind"] not in ("table", "person_list"):
        return []
    table = Table(block)
    found = list(_totals(table))
    for check in form.checks:
        if isinstance(check, Balance):
            found += _balance(table, check)
        elif isinstance(check, PartsWhole):
            found += _parts_whole(table, check)
        elif isinstance(check, SameAsLast):
            found += _same_as_last(table, check, previous)
        else:
            found += _other_share(table, check)
    return found


class Table:
    """The figures of a block by row and column. ``summed``: the places of the columns that are figures."""

    def __init__(self, block: Mapping[str, Any]) -> None:
        self.element: int = block["element"]
        self.heading: str = block["heading"]
        self.labels = [column["label"] for column in block["columns"]]
        self.summed = [place for place, column in enumerate(block["columns"]) if column["type"] in SUMMED]
        self.money = [place for place in self.summed if block["columns"][place]["type"] == "money"]
        self.rows: Sequence[Sequence[str]] = block["rows"]
        self.total: Sequence[str] | None = block.get("total")

    def row_named(self, label: str) -> tuple[int, Sequence[str]] | None:
        named = ((number, row) for number, row in enumerate(self.rows, 1) if row and row[0].strip() == label)
        return next(named, None)

    def figure(self, row: Sequence[str], place: int) -> Decimal:
        return money_of(row[place]) or Decimal(0)

    def difference(self, row: int | None, place: int, expected: Decimal, found: Decimal, said: str) -> Difference:
        column = self.labels[place]
        where = f"“{self.heading}”{f'第{row}行' if row else '合计行'}“{column}”"
        text = f"{where}：{said}应为 {expected:,.2f}，填的是 {found:,.2f}，相差 {abs(expected - found):,.2f}。"
        key = _key(self.element, row, column, said, str(expected), str(found))
        return Difference(key, self.element, row, column, expected, found, text)


def _key(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def _totals(table: Table) -> Iterator[Difference]:
    """The row of sums, where there is one."""
    if table.total is None:
        return
    for place in table.summed:
        stated = money_of(table.total[place])
        if stated is None:
            continue
        summed = sum((table.figure(row, place) for row in table.rows), Decimal(0))
        if summed != stated:
            yield table.difference(None, place, summed, stated, "各行相加")


def _balance(table: Table, check: Balance) -> Iterator[Difference]:
    rows = [table.row_named(name) for name in (check.opening, check.income, check.expense, check.closing)]
    if any(row is None for row in rows):
        return
    (_, opening), (_, income), (_, expense), (number, closing) = (row for row in rows if row is not None)
    for place in table.summed:
        expected = table.figure(opening, place) + table.figure(income, place) - table.figure(expense, place)
        found = table.figure(closing, place)
        if expected != found:
            said = f"{check.opening}＋{check.income}－{check.expense}"
            yield table.difference(number, place, expected, found, said)


def _parts_whole(table: Table, check: PartsWhole) -> Iterator[Difference]:
    if check.whole not in table.labels or not set(check.parts) <= set(table.labels):
        return
    places = [table.labels.index(part) for part in check.parts]
    whole = table.labels.index(check.whole)
    for number, row in enumerate(table.rows, 1):
        expected = sum((table.figure(row, place) for place in places), Decimal(0))
        found = table.figure(row, whole)
        if expected != found:
            yield table.difference(number, whole, expected, found, "＋".join(check.parts))


def _same_as_last(table: Table, check: SameAsLast, previous: Mapping[str, Any] | None) -> Iterator[Difference]:
    if previous is None or previous.get("kind") != "table":
        return
    last = Table(previous)
    closing, opening = last.row_named(check.closing), table.row_named(check.opening)
    if closing is None or opening is None:
        return
    for place in table.summed:
        if table.labels[place] not in last.labels:
            continue
        expected = last.figure(closing[1], last.labels.index(table.labels[place]))
        found = table.figure(opening[1], place)
        if expected != found:
            yield table.difference(opening[0], place, expected, found, f"上期{check.closing}")


def _other_share(table: Table, check: OtherShare) -> Iterator[Difference]:
    limit = Decimal(check.limit)
    for place in table.summed:
        whole = sum((table.figure(row, place) for row in table.rows), Decimal(0))
        other = sum(
            (table.figure(row, place) for row in table.rows if row[0].strip().startswith(check.label)), Decimal(0)
        )
        if whole > 0 and other > whole * limit:
            column = table.labels[place]
            text = (
                f"“{table.heading}”“{column}”：“{check.label}”共 {other:,.2f}，占 {other / whole:.1%}，"
                f"超过 {limit:.0%}，请把“{check.label}”分项列明。"
            )
            key = _key(table.element, column, check.label, str(other), str(whole))
            yield Difference(key, table.element, None, column, whole * limit, other, text)
