"""Words of accounts that not everybody knows, each told plainly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Word:
    """``also``: other words that mean the same."""

    word: str
    also: tuple[str, ...]
    plain: str

    def stands_in(self, text: str) -> bool:
        return any(word in text for word in (self.word, *self.also))


@lru_cache(maxsize=1)
def money_words() -> tuple[Word, ...]:
    data = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return tuple(Word(entry["word"], tuple(entry["also"]), entry["plain"]) for entry in data)


def words_in(texts: Iterable[str]) -> list[Word]:
    """The words that stand in any of the texts, in the order of the list."""
    text = "\n".join(texts)
    return [word for word in money_words() if word.stands_in(text)]
