"""Findings on a catalogue: where it falls below the law, leaves something open, or lacks what the law asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mingbai.rules.catalogue import CarrierKind, Catalogue, Item, carrier_kind
from mingbai.rules.duties import AtLeast, Doubt, Unit
from mingbai.rules.profiles import Profile, Rule
from mingbai.rules.wording import DOUBTS


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind``: display_below_floor, no_paper_carrier, doubt, not_covered. ``item``: the printed number, or None."""

    kind: str
    item: int | None
    text: str
    article: str | None


def find(catalogue: Catalogue, profile: Profile, on: date) -> list[Finding]:
    """Everything to say of a catalogue by the law of a day, in the catalogue's order. The catalogue isn't changed."""
    floor, board = profile.display_floor(on), profile.rule("paper_board", on)
    findings: list[Finding] = []
    for item in catalogue.items:
        if floor is not None:
            findings += _below_floor(item, floor)
        if board is not None and CarrierKind.PAPER_BOARD not in map(carrier_kind, item.carriers):
            text = f"第{item.number}项“{item.name}”没有列纸质公示栏，法律要求必须在公示栏公布。"
            findings.append(Finding("no_paper_carrier", item.number, text, board.citation))
        for doubt in item.time_limit.doubts:
            findings.append(Finding("doubt", item.number, _doubt(item, doubt), None))
    return [*findings, *coverage(catalogue, profile, on)]


def _below_floor(item: Item, floor: Rule) -> Iterator[Finding]:
    """A display in working days lasts at least as many calendar days; it may still end before the floor."""
    for duty in item.time_limit.duties:
        display = duty.display
        if isinstance(display, AtLeast) and display.count < floor.value and display.unit is Unit.CALENDAR_DAY:
            text = (
                f"第{item.number}项“{item.name}”的公示期是{display.count}日，短于法律规定的{floor.value}日，"
                f"系统按{floor.value}日执行，建议修订目录。"
            )
            yield Finding("display_below_floor", item.number, text, floor.citation)


def _doubt(item: Item, doubt: Doubt) -> str:
    return f"第{item.number}项“{item.name}”的公开时限“{item.time_limit.text}”：{DOUBTS[doubt]}。"


def coverage(catalogue: Catalogue, profile: Profile, on: date) -> list[Finding]:
    """What the law wants published and no item of the catalogue mentions."""
    printed = "".join(
        part or "" for item in catalogue.items for part in (item.level1, item.level2, item.level3, *item.elements)
    )
    return [
        Finding("not_covered", None, f"目录里没有“{rule.value['matter']}”，法律要求公布，建议补充。", rule.citation)
        for rule in profile.all_on("coverage", on)
        if not any(word in printed for word in rule.value["keywords"])
    ]
