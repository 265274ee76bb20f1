"""Two versions of a catalogue: which item is which, what was added, removed, changed; and codes that stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from mingbai.rules.catalogue import Catalogue, Item
from mingbai.rules.duties import Duty, LongTerm, Trigger

# Below this likeness two items are taken for different ones.
LIKE_ENOUGH = 0.6
COMPARED = (
    "number",
    "level1",
    "level2",
    "level3",
    "elements",
    "body",
    "carriers",
    "audience",
    "modes",
    "legal_basis",
    "tier",
)


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
    return _weighed(one, other, least=0)


def _weighed(one: Item, other: Item, *, least: float) -> float:
    """The likeness, or 0 where it can't reach ``least``: that is quickly known."""
    names = [(one.level1, other.level1), (one.level2, other.level2), (one.level3, other.level3)]
    same_names = sum(a == b for a, b in names) / len(names)
    elements = SequenceMatcher(None, "\n".join(one.elements), "\n".join(other.elements), autojunk=False)
    for bound in (elements.real_quick_ratio, elements.quick_ratio):
        if 0.4 * same_names + 0.6 * bound() < least:
            return 0.0
    return 0.4 * same_names + 0.6 * elements.ratio()


def match(before: Mapping[str, Item], after: Catalogue) -> dict[int, str]:
    """For each item of ``after`` (by printed number) that was there before, the key it had. Best pairs first."""
    matched: dict[int, str] = {}
    for alike_only in (True, False):  # a pair that is alike in full is the best: the others needn't be weighed
        old = {key: item for key, item in before.items() if key not in matched.values()}
        new = [item for item in after.items if item.number not in matched]
        pairs = sorted(
            (
                (1.0 if alike_only else _weighed(one, other, least=LIKE_ENOUGH), key, other.number)
                for key, one in old.items()
                for other in new
                if not alike_only or _looks(one) == _looks(other)
            ),
            key=lambda pair: (-pair[0], pair[1], pair[2]),
        )
        for score, key, number in pairs:
            if score >= LIKE_ENOUGH and number not in matched and key not in matched.values():
                matched[number] = key
    return matched


def _looks(item: Item) -> tuple[str | None, str | None, str | None, str]:
    """What ``likeness`` looks at."""
    return item.level1, item.level2, item.level3, "\n".join(item.elements)


def compare(before: Catalogue, after: Catalogue) -> Difference:
    """What changed from one version to the next."""
    old = {str(item.number): item for item in before.items}
    return difference(old, after, match(old, after))


def difference(before: Mapping[str, Item], after: Catalogue, codes: Mapping[int, str]) -> Difference:
    """What changed, where ``codes`` says by printed number which item of ``after`` bears which key of ``before``."""
    changed = []
    for item in after.items:
        earlier = before.get(codes.get(item.number, ""))
        fields = changed_fields(earlier, item) if earlier is not None else ()
        if earlier is not None and fields:
            changed.append(Change(earlier, item, fields))
    kept = set(codes.values())
    return Difference(
        added=tuple(item for item in after.items if codes.get(item.number) not in before),
        removed=tuple(item for key, item in before.items() if key not in kept),
        changed=tuple(changed),
    )


def changed_fields(before: Item, after: Item) -> tuple[str, ...]:
    """The names of the fields in which two items differ; of a time limit, its phrase or what it was read as."""
    fields = [name for name in COMPARED if getattr(before, name) != getattr(after, name)]
    one, other = before.time_limit, after.time_limit
    if (one.text, one.duties) != (other.text, other.duties):
        fields.append("time_limit")
    return tuple(fields)


def starts_at_adoption(duty: Duty) -> bool:
    """Whether something must be on show from the day on which the catalogue is adopted."""
    return not duty.trigger.is_period and (isinstance(duty.display, LongTerm) or duty.trigger is Trigger.CHANGE)


def is_carried_over(duty: Duty, item: Item, before: Item | None) -> bool:
    """Whether what was owed at an earlier adoption answers for ``item`` too: nothing of what must be shown, where,
    to whom and by when is new."""
    if before is None or duty not in before.time_limit.duties:
        return False
    return not {"elements", "carriers", "audience", "modes"} & set(changed_fields(before, item))


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
