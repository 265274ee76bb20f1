"""The search language: overlapping pairs of characters, so that any part of a word is found, in any language.

A run of letters, digits and Chinese characters «公示栏» becomes 公示 示栏 and its last character 栏. A query of two or
more characters is then a phrase of pairs, and one of a single character the beginning of a pair: recall and precision
are those of looking through every text for the very characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

MAX_TERMS, MAX_LETTERS = 5, 50
MAX_KNOWN = 16_384
SPACE = re.compile(r"\s")


class Folded(NamedTuple):
    """``text``: what is compared; ``places``: for each of its characters the place in the original."""

    text: str
    places: Sequence[int]


def fold(text: str) -> Folded:
    """NFKC and lower case, without the spaces that stand beside a Chinese character («2026 年» is «2026年»)."""
    plain = text.translate(FOLDS)
    if len(plain) == len(text) and SPACE.search(plain) is None:  # no letter has become two, and none is left out
        return Folded(plain, range(len(text)))
    letters: list[str] = []
    places: list[int] = []
    spaces: list[tuple[str, int]] = []
    for place, raw in enumerate(text):
        for letter in FOLDS[ord(raw)]:
            if letter.isspace() and letter != "\n":
                spaces.append((letter, place))
                continue
            if spaces and letters and not (_is_chinese(letters[-1]) or _is_chinese(letter)):
                letters += [space for space, _ in spaces]
                places += [at for _, at in spaces]
            spaces.clear()
            letters.append(letter)
            places.append(place)
    return Folded("".join(letters), tuple(places))


class _Folds(dict[int, str]):
    """Code point → what stands for it, worked out when it is met first; so many are kept, whatever is searched for."""

    def __missing__(self, letter: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(letter)).casefold()
        if len(self) < MAX_KNOWN:
            self[letter] = folded
        return folded


FOLDS = _Folds()


def _is_chinese(letter: str) -> bool:
    return letter >= "\u2e80" and letter.isalnum()


def runs(folded: str) -> Iterator[str]:
    """The unbroken runs of letters and digits of a folded text."""
    run: list[str] = []
    for letter in f"{folded} ":
        if letter.isalnum():
            run.append(letter)
        elif run:
            yield "".join(run)
            run = []


@lru_cache(maxsize=65_536)
def coded(gram: str) -> str:
    """A gram in six hexadecimal digits a character, which every tokeniser keeps whole; a prefix stays a prefix."""
    return "".join(f"{ord(letter):06x}" for letter in gram)


def grams_of(folded: str) -> list[str]:
    """The coded grams of a folded text in order: pairs, and the last character of each run."""
    return [coded(run[n : n + 2]) for run in runs(folded) for n in range(len(run))]


def terms_of(query: str) -> list[str]:
    """What a query asks for: its runs, all of which must be there. At most MAX_TERMS of them."""
    words = query[:MAX_LETTERS].split()
    return list(dict.fromkeys(run for word in words for run in runs(fold(word).text)))[:MAX_TERMS]


def pairs_of(term: str) -> list[str]:
    """The coded pairs of a term, in order; a single character stands alone."""
    return [coded(term[n : n + 2]) for n in range(len(term) - 1)] or [coded(term)]


def marked(text: str, terms: list[str]) -> list[tuple[str, bool]]:
    """A text in parts, each with whether it is a hit of one of the terms."""
    folded = fold(text)
    if text and not any(term in folded.text for term in terms):
        return [(text, False)]
    hit = [False] * len(text)
    for term in terms:
        start = folded.text.find(term)
        while start >= 0:
            first, last = folded.places[start], folded.places[start + len(term) - 1]
            hit[first : last + 1] = [True] * (last + 1 - first)
            start = folded.text.find(term, start + 1)
    edges = [0, *(place for place in range(1, len(text)) if hit[place] != hit[place - 1]), len(text)]
    return [(text[first:last], hit[first]) for first, last in pairwise(edges) if first < last]


def around(text: str, terms: list[str], width: int = 60) -> str | None:
    """The piece of a text around its first hit, about ``width`` characters; None where there is no hit."""
    folded = fold(text)
    found = [folded.text.find(term) for term in terms if term in folded.text]
    if not found:
        return None
    place = folded.places[min(found)]
    first = max(0, place - width // 3)
    piece = text[first : first + width]
    return f"{'…' if first else ''}{piece}{'…' if first + width < len(text) else ''}"
