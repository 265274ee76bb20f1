"""What differs between two catalogues, item by item and field by field, in plain Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from mingbai.rules.catalogue import Catalogue, Item
from mingbai.rules.comparison import Change, Difference
from mingbai.rules.wording import AUDIENCES, MODES

Kind: TypeAlias = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Words:
    """How a difference is said: what happened to items and parts of them, and what the two sides are called."""

    added: str
    removed: str
    changed: str
    before: str
    after: str

    def of(self, kind: Kind) -> str:
        return {"added": self.added, "removed": self.removed, "changed": self.changed}[kind]


# From one version to the next; and of a neighbour's catalogue against the one that most communities follow.
IN_TIME = Words("增加", "删去", "改动", "原", "现")
IN_PLACE = Words("多", "少", "不同", "目录 1 是", "这里是")
NONE = "（空）"
OWN = "本社区"
KINDS: tuple[Kind, ...] = ("added", "removed", "changed")
FIELDS = {
    "level1": "一级事项",
    "level2": "二级事项",
    "level3": "三级事项",
    "elements": "公开内容",
    "time_limit": "公开时限",
    "carriers": "公开渠道和载体",
    "audience": "公开对象",
    "modes": "公开方式",
    "body": "公开主体",
    "legal_basis": "公开依据",
    "tier": "公开层级",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What differs, and in which items: their ``places``, number and name as printed where they (still) stand. Items
    that differ in the very same way are told together."""

    kind: Kind
    word: str
    places: tuple[tuple[int, str], ...]
    lines: tuple[str, ...]
    new_time_limit: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """``renumbered``: how many items differ by nothing but their printed number."""

    items: tuple[Told, ...]
    renumbered: int
    words: Words = IN_TIME

    def count(self, kind: Kind) -> int:
        return sum(len(one.places) for one in self.items if one.kind == kind)

    @property
    def summary(self) -> str:
        """增加 1 项，删去 2 项，改动 3 项（其中时限 1 项）; 没有不同 where nothing differs."""
        parts = [f"{self.words.of(kind)} {self.count(kind)} 项" for kind in KINDS if self.count(kind)]
        limits = sum(len(one.places) for one in self.items if one.new_time_limit)
        if limits:
            parts[-1] += f"（其中时限 {limits} 项）"
        if self.renumbered:
            parts.append(f"只有序号不同的 {self.renumbered} 项")
        return "，".join(parts) or "没有不同"


def unnamed(catalogue: Catalogue, name: str) -> Catalogue:
    """The catalogue with the community's own name taken out of it: what is left can be compared with a neighbour's."""
    return renamed(catalogue, [name], OWN)


def renamed(catalogue: Catalogue, names: Iterable[str], own: str) -> Catalogue:
    """The catalogue with every one of ``names`` put as ``own``: in the title, the items' names and contents, the body
    and the carriers. The time limits stay as printed."""
    longest_first = sorted((name for name in names if name), key=lambda name: (-len(name), name))
    if not longest_first:
        return catalogue
    pattern = re.compile("|".join(map(re.escape, longest_first)))

    def put(text: str) -> str:
        return pattern.sub(lambda _: own, text)

    items = tuple(
        replace(
            item,
            level1=put(item.level1) if item.level1 else item.level1,
            level2=put(item.level2) if item.level2 else item.level2,
            level3=put(item.level3) if item.level3 else item.level3,
            body=put(item.body) if item.body else item.body,
            elements=tuple(map(put, item.elements)),
            carriers=tuple(dict.fromkeys(map(put, item.carriers))),
        )
        for item in catalogue.items
    )
    return replace(catalogue, title=put(catalogue.title), items=items)


def tell(difference: Difference, words: Words = IN_TIME) -> Telling:
    """The differences in words, in the order of the printed numbers."""
    told = [_whole("added", item, words) for item in difference.added]
    told += [_whole("removed", item, words) for item in difference.removed]
    changed = [_changed(change, words) for change in difference.changed if change.fields != ("number",)]
    alike: dict[tuple[Kind, tuple[str, ...], bool], list[tuple[int, str]]] = {}
    for one in sorted([*told, *changed], key=lambda one: (one.places, one.kind)):
        alike.setdefault((one.kind, one.lines, one.new_time_limit), []).extend(one.places)
    return Telling(
        items=tuple(
            Told(kind, words.of(kind), tuple(places), lines, limit) for (kind, lines, limit), places in alike.items()
        ),
        renumbered=len(difference.changed) - len(changed),
        words=words,
    )


def _whole(kind: Kind, item: Item, words: Words) -> Told:
    lines = (f"公开时限：{item.time_limit.text or NONE}", f"公开内容：{'；'.join(item.elements)}")
    return Told(kind, words.of(kind), ((item.number, item.name),), lines)


def _changed(change: Change, words: Words) -> Told:
    fields = [field for field in FIELDS if field in change.fields]
    lines = [line for field in fields for line in _LINES.get(field, _replaced)(field, change, words)]
    if "number" in change.fields:
        lines.append(f"序号：{words.before} {change.before.number}，{words.after} {change.after.number}")
    place = (change.after.number, change.after.name)
    return Told("changed", words.changed, (place,), tuple(lines), "time_limit" in change.fields)


def _replaced(field: str, change: Change, words: Words) -> Iterator[str]:
    before, after = getattr(change.before, field), getattr(change.after, field)
    yield f"{FIELDS[field]}：{words.before}“{before or NONE}”，{words.after}“{after or NONE}”"


def _time_limit(field: str, change: Change, words: Words) -> Iterator[str]:
    before, after = change.before.time_limit.text or NONE, change.after.time_limit.text or NONE
    if before != after:
        yield f"{FIELDS[field]}：{words.before}“{before}”，{words.after}“{after}”"
    else:
        yield f"{FIELDS[field]}“{after}”读法有变"


Lines: TypeAlias = Callable[[str, Change, Words], Iterator[str]]


def _members(names: Mapping[Any, str] | None = None) -> Lines:
    """For a field that holds several things: which came, which went; only their order, where it is that."""

    def lines(field: str, change: Change, words: Words) -> Iterator[str]:
        before, after = (_named(getattr(item, field), names) for item in (change.before, change.after))
        came, went = _left(after, before), _left(before, after)
        if went:
            yield f"{FIELDS[field]}{words.removed}：{'；'.join(went)}"
        if came:
            yield f"{FIELDS[field]}{words.added}：{'；'.join(came)}"
        if not (came or went):
            yield f"{FIELDS[field]}：只有先后次序不同"

    return lines


def _named(things: Iterable[Any], names: Mapping[Any, str] | None) -> list[str]:
    return [names[thing] if names is not None else str(thing) for thing in things]


def _left(these: Sequence[str], those: Sequence[str]) -> list[str]:
    """What ``these`` have more than ``those``, each as often as it is more, in order."""
    more = Counter(these) - Counter(those)
    return list(more.elements())


_LINES: Mapping[str, Lines] = {
    "elements": _members(),
    "carriers": _members(),
    "audience": _members(AUDIENCES),
    "modes": _members(MODES),
    "time_limit": _time_limit,
}
