"""What changed between two contents, line by line, as a reader would want it told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: ``kind`` says whether it stands in both, only in the new or only in the old."""

    kind: Kind
    text: str


def differences(old: Mapping[str, Any], new: Mapping[str, Any], *, context: int = 1) -> list[Line]:
    """The lines that were added or removed, each with ``context`` unchanged lines around; [] for equal contents."""
    before, after = list(lines_of(old)), list(lines_of(new))
    told: list[Line] = []
    for operation, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if operation == "equal":
            told += [Line("same", text) for text in _around(before[i1:i2], context, i1 == 0, i2 == len(before))]
        else:
            told += [Line("removed", text) for text in before[i1:i2]]
            told += [Line("added", text) for text in after[j1:j2]]
    return told if any(line.kind != "same" for line in told) else []


def _around(lines: Sequence[str], context: int, first: bool, last: bool) -> Sequence[str]:
    head = [] if first else list(lines[:context])
    tail = [] if last else list(lines[max(len(lines) - context, len(head)) :])
    return head + tail


def lines_of(content: Mapping[str, Any]) -> Iterator[str]:
    """A content as plain lines: the title, then each block's heading and what it says, a row a line."""
    yield content.get("title", "")
    for block in content.get("blocks", []):
        yield f"【{block['heading']}】"
        yield from _lines_of_block(block)


def _lines_of_block(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block["kind"]
    if kind == "paragraphs":
        yield from block["paragraphs"]
    elif kind in ("table", "person_list"):
        if block.get("caption"):
            yield block["caption"]
        yield "　".join(column["label"] for column in block["columns"])
        rows = [*block["rows"], *([block["total"]] if block.get("total") else [])]
        yield from ("　".join(row) for row in rows)
    elif kind == "meeting":
        yield from (block[name] for name in ("name", "time", "place", "attendees", "chair"))
        yield from block["topics"]
    elif kind == "attachment":
        yield from (file["name"] for file in block["files"])
    elif kind == "nothing":
        yield block["reason"]
