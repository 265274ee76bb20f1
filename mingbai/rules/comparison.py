"""Two versions of a catalogue: which item is which, what was added, removed, changed; and codes that stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from mingbai.rules.catalogue import Catalogue, Item

# Below this likeness two items are taken for different ones.
LIKE_ENOUGH = 0.6
COMPARED = ("number", "level1", "level2", "level3", "elements", "body", "carriers", "audience", "modes", "legal_basis")


@dataclass(frozen=True, slots=True)
class Change:
    """One item in both versions and the fields in which it differs (``time_limit`` when its phrase does)."""

    before: Item
    after: Item
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def likeness(one: Item, other: Item) -> float:
    """0 to 1: how much two items look like the same one. The same names and elements outweigh everything else."""
    names = [(one.level1, other.level1), (one.level2, other.level2), (one.level3, other.level3)]
    same_names = sum(a == b for a, b in names) / len(names)
    elements = SequenceMatcher(None, "\n".join(one.elements), "\n".join(other.elements), autojunk=False).ratio()
    return 0.4 * same_names + 0.6 * elements


def match(before: Mapping[str, Item], after: Catalogue) -> dict[int, str]:
    """For each item of ``after`` (by printed number) that was there before, the key it had. Best pairs first."""
    pairs = sorted(
        ((likeness(old, new), key, new.number) for key, old in before.items() for new in after.items),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    matched: dict[int, str] = {}
    for score, key, number in pairs:
        if score >= LIKE_ENOUGH and number not in matched and key not in matched.values():
            matched[number] = key
    return matched


def compare(before: Catalogue, after: Catalogue) -> Difference:
    """What changed from one version to the next."""
    old = {str(item.number): item for item in before.items}
    matched = match(old, after)
    changed = []
    for item in after.items:
        if item.number in matched:
            earlier = old[matched[item.number]]
            fields = [name for name in COMPARED if getattr(earlier, name) != getattr(item, name)]
            if earlier.time_limit.text != item.time_limit.text:
                fields.append("time_limit")
            if fields:
                changed.append(Change(earlier, item, tuple(fields)))
    kept = set(matched.values())
    return Difference(
        added=tuple(item for item in after.items if item.number not in matched),
        removed=tuple(item for key, item in old.items() if key not in kept),
        changed=tuple(changed),
    )


def stable_codes(before: Mapping[str, Item], after: Catalogue) -> dict[int, str]:
    """A code for each item of ``after`` by its printed number: matched items keep theirs, no code is used twice.

    ``before``: every code ever given, with the item that bore it last. A new item is called by its printed number
    ("06") where that is free, else by the next free number.
    """
    codes = match(before, after)
    taken = set(before)
    for item in after.items:
        if item.number in codes:
            continue
        number = item.number
        while f"{number:02d}" in taken:
            number = max(number, *(int(code) for code in taken)) + 1
        codes[item.number] = f"{number:02d}"
        taken.add(codes[item.number])
    return codes
