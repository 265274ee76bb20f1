"""The Chinese font of the sheets, and which characters it can show."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimSun")
SUFFIXES = (".ttf", ".otf", ".ttc")


class NoFont(RuntimeError):
    """There is no font to print with: neither the packaged one nor the one that the operator names."""


@lru_cache(maxsize=4)
def font_files(directory: str = "") -> tuple[Path, ...]:
    """The font files of a directory; of the font package for an empty name. Raises NoFont."""
    if directory:
        root = Path(directory)
    else:
        package = find_spec("manimgx_fonts_cjk")
        if package is None or not package.submodule_search_locations:
            raise NoFont("没有安装中文字体包，请用 MINGBAI_FONT_DIR 指明字体所在的文件夹。")
        root = Path(next(iter(package.submodule_search_locations)))
    found = tuple(sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES))
    if not found:
        raise NoFont(f"文件夹 {root.name} 里没有字体文件，请检查 MINGBAI_FONT_DIR。")
    return found


@lru_cache(maxsize=4)
def shown_characters(directory: str = "") -> frozenset[int]:
    """The code points that at least one of the fonts has a glyph for."""
    known: set[int] = set()
    for path in font_files(directory):
        with TTFont(path, fontNumber=0, lazy=True) as font:
            known.update(font.getBestCmap())
    return frozenset(known)
