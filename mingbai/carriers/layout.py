"""Paper, orientation and type size of a printed sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from mingbai.rules.legibility import FARTHEST_CM, NEAREST_CM, USUAL_CM, farthest_for, points_on

Paper: TypeAlias = Literal["a4", "a3", "a2", "a4-landscape", "a3-landscape", "a2-landscape"]
PAPERS: tuple[Paper, ...] = get_args(Paper)
PAPER_NAMES: dict[Paper, str] = {
    "a4": "A4 竖排",
    "a3": "A3 竖排",
    "a2": "A2 竖排",
    "a4-landscape": "A4 横排",
    "a3-landscape": "A3 横排",
    "a2-landscape": "A2 横排",
}


class BadLayout(ValueError):
    """A paper or a distance that nobody can print for; the message says what to choose."""


@dataclass(frozen=True, slots=True)
class _Size:
    """Millimetres, but for ``footer``: the points of the small print at the foot, read from close by."""

    width: int
    height: int
    top: int
    side: int
    bottom: int
    qr: int
    footer: float


_SIZES = {
    "a4": _Size(210, 297, top=15, side=18, bottom=52, qr=26, footer=10),
    "a3": _Size(297, 420, top=21, side=24, bottom=70, qr=35, footer=14),
    "a2": _Size(420, 594, top=29, side=34, bottom=94, qr=48, footer=19.5),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the papers, for readers at ``distance_cm``."""

    paper: Paper = "a4"
    distance_cm: int = USUAL_CM

    @property
    def _size(self) -> _Size:
        return _SIZES[self.paper.split("-")[0]]

    @property
    def is_landscape(self) -> bool:
        return self.paper.endswith("-landscape")

    @property
    def line_mm(self) -> int:
        """How long a line is."""
        size = self._size
        return (size.height if self.is_landscape else size.width) - 2 * size.side

    @property
    def depth_mm(self) -> int:
        """How much of a page the text may fill from top to bottom."""
        size = self._size
        return (size.width if self.is_landscape else size.height) - size.top - size.bottom

    @property
    def points(self) -> float:
        size = self._size
        return points_on(size.width - 2 * size.side, self.line_mm, self.distance_cm)

    @property
    def farthest_cm(self) -> int:
        """From how far this paper can be read at best."""
        size = self._size
        return farthest_for(size.width - 2 * size.side)

    def to_json(self) -> dict[str, object]:
        """What the template is told: points and millimetres."""
        size = self._size
        return {
            "paper": self.paper.split("-")[0],
            "flipped": self.is_landscape,
            "points": self.points,
            "top": size.top,
            "side": size.side,
            "bottom": size.bottom,
            "qr": size.qr,
            "footer": size.footer,
        }


def read_layout(paper: str, distance: str = "") -> Layout:
    """A layout as an address or a form names it; no distance: one metre. Raises BadLayout."""
    if paper not in PAPERS:
        raise BadLayout(f"没有这种纸张，请选择{'、'.join(PAPER_NAMES.values())}。")
    told = distance or str(USUAL_CM)
    if not (told.isascii() and told.isdigit() and len(told) <= 3 and NEAREST_CM <= int(told) <= FARTHEST_CM):
        raise BadLayout(f"观看距离请写 {NEAREST_CM} 到 {FARTHEST_CM} 之间的整数，单位是厘米。")
    return Layout(paper, int(told))
