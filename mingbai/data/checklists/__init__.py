"""What a supervision committee looks at and which vouchers it asks for: for each element of the seed catalogue, found
by the element's text like the packaged forms; for others by the kind of their form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mingbai.rules.forms import normalised


@dataclass(frozen=True, slots=True)
class Checklist:
    """看什么、要什么凭证."""

    look: tuple[str, ...]
    ask: tuple[str, ...]


def checklist_for(text: str, kind: str) -> Checklist:
    """For an element with this text, filled in with a form of this kind."""
    by_element, by_kind = packaged_checklists()
    return by_element.get(normalised(text)) or by_kind[kind]


@lru_cache(maxsize=1)
def packaged_checklists() -> tuple[Mapping[str, Checklist], Mapping[str, Checklist]]:
    """(Normalised element text → checklist, kind of form → checklist)."""
    data = json.loads((Path(__file__).parent / "jinan.json").read_text(encoding="utf-8"))
    elements = {normalised(text): _read(one) for text, one in data["elements"].items()}
    return elements, {kind: _read(one) for kind, one in data["kinds"].items()}


def _read(one: Mapping[str, list[str]]) -> Checklist:
    return Checklist(tuple(one["look"]), tuple(one["ask"]))
