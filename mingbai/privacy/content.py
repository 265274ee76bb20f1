"""Personal data in what a version says: every text, every cell, and cells of one row together."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mingbai.privacy.findings import Found, Kind, Severity, found
from mingbai.privacy.text import find_in_text, mask_name, mask_text

MEETING = ("name", "time", "place", "attendees", "chair")


def find_in_content(content: Mapping[str, Any], whitelists: Mapping[int, Sequence[str] | None]) -> list[Found]:
    """Everything in a content (title and blocks) that may not be public. ``whitelists``: element position → the only
    columns that its list of persons may have; None: no whitelist is known."""
    named = any(block["kind"] == "person_list" for block in content["blocks"])
    everything = list(find_in_text(content.get("title", ""), "标题", listed=named))
    for place, block in enumerate(content["blocks"], 1):
        everything += _in_block(block, f"“{block.get('heading') or f'第{place}块'}”", whitelists)
    seen: dict[str, Found] = {}
    for one in everything:
        seen.setdefault(one.key, one)
    return list(seen.values())


def _in_block(block: Mapping[str, Any], where: str, whitelists: Mapping[int, Sequence[str] | None]) -> Iterator[Found]:
    kind = block["kind"]
    listed = kind == "person_list"
    yield from find_in_text(block.get("heading", ""), f"{where}小标题", listed=listed)
    if kind in ("table", "person_list"):
        yield from _in_table(block, where, listed, whitelists.get(block["element"]) if listed else None)
        yield from find_in_text(block.get("caption") or "", f"{where}说明", listed=listed)
    elif kind == "paragraphs":
        for number, text in enumerate(block["paragraphs"], 1):
            yield from find_in_text(text, f"{where}第{number}段")
    elif kind == "meeting":
        for name in MEETING:
            yield from find_in_text(block.get(name, ""), where)
        for number, text in enumerate(block.get("topics", []), 1):
            yield from find_in_text(text, f"{where}第{number}件事项")
    elif kind == "attachment":
        for file in block["files"]:
            yield from find_in_text(file["name"], f"{where}附件名")
    elif kind == "nothing":
        yield from find_in_text(block.get("reason", ""), f"{where}理由")


def _in_table(block: Mapping[str, Any], where: str, listed: bool, whitelist: Sequence[str] | None) -> Iterator[Found]:
    labels = [column["label"] for column in block["columns"]]
    for label in labels:
        if whitelist and label not in whitelist:
            yield found(Kind.OUTSIDE_WHITELIST, Severity.BLOCK, f"{where}“{label}”列", label)
        elif any(word in label for word in ("出生", "生日")):
            yield found(Kind.BIRTH_DATE, Severity.BLOCK, f"{where}“{label}”列", label)
        elif any(word in label for word in ("身份证", "证件号", "卡号")):
            yield found(Kind.ID_NUMBER, Severity.BLOCK, f"{where}“{label}”列", label)
    for number, row in enumerate([*block["rows"], *([block["total"]] if block.get("total") else [])], 1):
        at_cells = [
            list(find_in_text(text, f"{where}第{number}行“{label}”", listed=listed))
            for label, text in zip(labels, row, strict=True)
        ]
        for cell in at_cells:
            yield from cell
        if not any(at_cells):
            yield from _split(row, f"{where}第{number}行")


def _split(row: Sequence[str], where: str) -> Iterator[Found]:
    """A number that only shows when neighbouring cells are read together."""
    certain = (Kind.ID_NUMBER, Kind.PERMIT)
    for first in range(len(row) - 1):
        for last in range(first + 2, min(first + 5, len(row)) + 1):
            together = [one for one in find_in_text("".join(row[first:last]), where) if one.kind in certain]
            if together:
                yield from together
                return


def mask_names(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block whose columns of names say 张* only: applied as soon as it is typed, so that full names aren't kept."""
    if block["kind"] not in ("table", "person_list"):
        return dict(block)
    kinds = [column["type"] for column in block["columns"]]
    rows = [
        [mask_name(text) if kind == "name" else text for text, kind in zip(row, kinds, strict=True)]
        for row in block["rows"]
    ]
    return {**block, "rows": rows}


def masked(content: Mapping[str, Any]) -> dict[str, Any]:
    """The copy that is published: names in columns of names as 张*, and no certain finding left."""
    copied: dict[str, Any] = copy.deepcopy(dict(content))
    copied["title"] = mask_text(copied.get("title", ""))
    copied["blocks"] = [mask_names(block) for block in copied["blocks"]]
    for block in copied["blocks"]:
        if block["kind"] == "paragraphs":
            block["paragraphs"] = [mask_text(text) for text in block["paragraphs"]]
        elif block["kind"] in ("table", "person_list"):
            listed = block["kind"] == "person_list"
            block["rows"] = [[mask_text(text, listed=listed) for text in row] for row in block["rows"]]
            block["caption"] = mask_text(block.get("caption") or "", listed=listed) or None
        elif block["kind"] == "meeting":
            block["topics"] = [mask_text(text) for text in block["topics"]]
        elif block["kind"] == "nothing":
            block["reason"] = mask_text(block["reason"])
    return copied
