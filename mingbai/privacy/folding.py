"""Text as a reader takes it: one form of each character, nothing invisible, and where each one came from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Stands between cells of one row that are read together; never in what people type.
CELL = "\x1f"
_KEPT_CONTROLS = frozenset("\t\n\r" + CELL)
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Cc", "Mn", "Me"})
# Letters that show nothing: Hangul fillers.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")
# What takes the place of the final X of an identity number: Cyrillic, Greek, the sign of multiplication.
CROSSES = frozenset("XxХхΧχ×")


@dataclass(frozen=True, slots=True)
class Folded:
    """``places[n]``: where character n of ``text`` stood in the original; one more for its end."""

    text: str
    places: tuple[int, ...]


def fold(text: str) -> Folded:
    """NFKC character by character, decimal digits of any script as 0–9, invisible characters left out."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in folded_letter(letter):
            letters.append(one)
            places.append(place)
    return Folded("".join(letters), (*places, len(text)))


@lru_cache(maxsize=16_384)
def folded_letter(letter: str) -> str:
    """What one character reads as: none, one or several."""
    if letter in _KEPT_CONTROLS:
        return letter
    if letter in _INVISIBLE or unicodedata.category(letter) in _INVISIBLE_CATEGORIES:
        return ""
    folded = unicodedata.normalize("NFKC", letter)
    if folded.isdecimal() and not folded.isascii():
        return "".join(str(unicodedata.decimal(one)) for one in folded)
    return "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Me"))


@lru_cache(maxsize=16_384)
def is_between(letter: str) -> bool:
    """Whether people put it between the digits of one number."""
    return letter in _BETWEEN or unicodedata.category(letter) in ("Zs", "Pd")


# The Braille blank is a symbol by category and a space by looks.
_BETWEEN = frozenset(" \t\r\n" + CELL + "-−_·.。,、/|~'’‘`\u2800")
