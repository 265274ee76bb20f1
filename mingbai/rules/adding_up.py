"""What of a table was found to add up, as one line beneath it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mingbai.rules.arithmetic import SUMMED, check_block, money_of
from mingbai.rules.forms import Balance, ElementForm, PartsWhole


def adds_up(form: ElementForm | None, block: Mapping[str, Any]) -> str:
    """«各行相加＝合计；期初＋收入－支出＝期末，均相符。»; empty where nothing can be checked or something differs."""
    if block["kind"] != "table" or "reduced" in block:
        return ""
    form = form or ElementForm("table", block["heading"])
    said = list(_checks(form, block))
    if not said or check_block(form, block, None):
        return ""
    return f"{'；'.join(said)}，{'均相符' if len(said) > 1 else '相符'}。"


def _checks(form: ElementForm, block: Mapping[str, Any]) -> Iterator[str]:
    labels = [column["label"] for column in block["columns"]]
    total = block.get("total")
    summed = [place for place, column in enumerate(block["columns"]) if column["type"] in SUMMED]
    if total is not None and len(block["rows"]) > 1 and any(money_of(total[place]) is not None for place in summed):
        yield "各行相加＝合计"
    named = {row[0].strip() for row in block["rows"]}
    for check in form.checks:
        if isinstance(check, Balance) and {check.opening, check.income, check.expense, check.closing} <= named:
            yield f"{check.opening}＋{check.income}－{check.expense}＝{check.closing}"
        elif isinstance(check, PartsWhole) and {*check.parts, check.whole} <= set(labels):
            yield f"{'＋'.join(check.parts)}＝{check.whole}"
