"""A catalogue as frozen values: the adopted table, its items and their elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mingbai.rules.duties import Duty, Json, TimeLimit


class Audience(StrEnum):
    """公开对象: 全社会 or 特定对象."""

    GENERAL_PUBLIC = "general_public"
    SPECIFIC_PARTIES = "specific_parties"


class Mode(StrEnum):
    """公开方式: 主动公开 or 依申请公开."""

    PROACTIVE = "proactive"
    ON_REQUEST = "on_request"


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the reader noticed: ``row`` is the printed number of the row it is about, or None."""

    row: int | None
    kind: str
    message: str = ""

    def to_json(self) -> Json:
        return {"row": self.row, "kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True)
class Item:
    """公开事项: one row of the catalogue. ``inherited`` names the levels that were filled down from above."""

    number: int
    level1: str | None
    level2: str | None
    level3: str | None
    inherited: tuple[str, ...]
    elements: tuple[str, ...]
    time_limit: TimeLimit
    body: str | None
    carriers: tuple[str, ...]
    audience: tuple[Audience, ...]
    modes: tuple[Mode, ...]
    legal_basis: str | None = None
    tier: str | None = None  # 公开层级, where a catalogue has the column

    @property
    def name(self) -> str:
        """The most specific level that the item has; the first element where it has none."""
        return self.level3 or self.level2 or self.level1 or self.elements[0]

    def to_json(self) -> Json:
        return {
            "number": self.number,
            "level1": self.level1,
            "level2": self.level2,
            "level3": self.level3,
            "inherited": list(self.inherited),
            "elements": list(self.elements),
            "time_limit": self.time_limit.to_json(),
            "body": self.body,
            "carriers": list(self.carriers),
            "audience": [audience.value for audience in self.audience],
            "modes": [mode.value for mode in self.modes],
            "legal_basis": self.legal_basis,
            "tier": self.tier,
        }


@dataclass(frozen=True, slots=True)
class Catalogue:
    """标准目录: the adopted table."""

    title: str
    items: tuple[Item, ...]
    warnings: tuple[Warning, ...] = field(default=())

    def to_json(self) -> Json:
        return {
            "title": self.title,
            "items": [item.to_json() for item in self.items],
            "warnings": [warning.to_json() for warning in self.warnings],
        }


class CarrierKind(StrEnum):
    """纸质公示栏, 数字平台, or anything else (a loudspeaker, a meeting)."""

    PAPER_BOARD = "paper_board"
    DIGITAL = "digital"
    OTHER = "other"


PAPER_WORDS = ("公示栏", "公开栏", "宣传栏", "公告栏", "公布栏", "公示墙", "公开墙", "公示板", "公示牌", "明白墙")
DIGITAL_WORDS = (
    "平台",
    "网",
    "公众号",
    "微信",
    "小程序",
    "APP",
    "二维码",
    "电子",
    "触摸屏",
    "显示屏",
    "LED",
    "线上",
    "短信",
)


def carrier_kind(name: str) -> CarrierKind:
    """The kind of carrier that a printed name means. 电子公示栏 is digital: what counts is what it is made of."""
    if any(word in name.upper() for word in DIGITAL_WORDS):
        return CarrierKind.DIGITAL
    return CarrierKind.PAPER_BOARD if any(word in name for word in PAPER_WORDS) else CarrierKind.OTHER


def elements_for(duty: Duty, elements: Sequence[str]) -> tuple[int, ...]:
    """The 1-based positions of the elements that a duty covers: those that hold the words it is limited to.

    A duty without such words, or whose words stand in no element, covers all.
    """
    everything = tuple(range(1, len(elements) + 1))
    if duty.applies_to is None:
        return everything
    return tuple(place for place in everything if duty.applies_to in elements[place - 1]) or everything
