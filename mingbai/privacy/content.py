"""Personal data in what a version says: every text, every cell, and cells of one row together."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mingbai.privacy.findings import Found, Kind, Severity, found
from mingbai.privacy.text import find_across, find_in_text, is_full_name, mask_across, mask_name, mask_text

MEETING = ("name", "time", "place", "attendees", "chair")
TABLES = ("table", "person_list")
# Columns that are personal by what they are called. «生日慰问金» is money, «出生人口» a count.
BIRTH_COLUMN = re.compile(r"出生(?!证|缺陷|率|人口|登记|数)|生日(?!慰问|蛋糕|金|补|礼)")
ID_COLUMN = re.compile(r"身份证|证件号|卡号|护照号|银行账号")
ILLNESS_COLUMN = re.compile(r"病种|疾病|病情|病名|诊断|残疾(?:等级|类别|类型|程度)|患病")


def find_in_content(content: Mapping[str, Any], whitelists: Mapping[int, Sequence[str] | None]) -> list[Found]:
    """Everything in a content (title and blocks) that may not be public. ``whitelists``: element position → the only
    columns that its list of persons may have; None: no whitelist is known."""
    named = any(block["kind"] == "person_list" for block in content["blocks"])
    everything = list(find_in_text(content.get("title", ""), "标题", over_list=named))
    for place, block in enumerate(content["blocks"], 1):
        everything += _in_block(block, f"“{block.get('heading') or f'第{place}块'}”", whitelists)
    seen: dict[str, Found] = {}
    for one in everything:
        seen.setdefault(one.key, one)
    return list(seen.values())


def _in_block(block: Mapping[str, Any], where: str, whitelists: Mapping[int, Sequence[str] | None]) -> Iterator[Found]:
    kind = block["kind"]
    listed = kind == "person_list"
    yield from find_in_text(block.get("heading") or "", f"{where}小标题", over_list=listed)
    if kind in TABLES:
        yield from _in_table(block, where, listed, whitelists.get(block["element"]) if listed else None)
        for one in find_in_text(block.get("caption") or "", f"{where}说明", over_list=listed):
            # A caption may explain whom a rule is for; so an illness there asks, and doesn't stop.
            yield replace(one, severity=Severity.CONFIRM) if one.kind is Kind.ILLNESS else one
        yield from find_in_text(block.get("ground") or "", f"{where}法律依据")
    elif kind == "paragraphs":
        for number, text in enumerate(block.get("paragraphs", []), 1):
            yield from find_in_text(text, f"{where}第{number}段")
    elif kind == "meeting":
        for name in MEETING:
            yield from find_in_text(block.get(name) or "", where)
        for number, text in enumerate(block.get("topics", []), 1):
            yield from find_in_text(text, f"{where}第{number}件事项")
    elif kind == "attachment":
        for file in block.get("files", []):
            yield from find_in_text(file["name"], f"{where}附件名")
    elif kind == "nothing":
        yield from find_in_text(block.get("reason") or "", f"{where}理由")


def _in_table(block: Mapping[str, Any], where: str, listed: bool, whitelist: Sequence[str] | None) -> Iterator[Found]:
    columns: Sequence[Mapping[str, Any]] = block.get("columns", [])
    allowed = {_plain(label) for label in whitelist or ()}
    for place, column in enumerate(columns):
        label = column["label"]
        yield from find_in_text(label, f"{where}表头“{label}”")
        if allowed and _plain(label) not in allowed:
            yield found(Kind.OUTSIDE_WHITELIST, Severity.BLOCK, f"{where}“{label}”列", label)
        else:
            cells = [row[place] for row in block["rows"] if place < len(row)]
            kind = _kind_of_column(label, column.get("type", "text"), cells, listed)
            if kind is not None:
                yield found(kind, Severity.BLOCK, f"{where}“{label}”列", label)
    for number, row in enumerate(block["rows"], 1):
        yield from _in_row(columns, row, f"{where}第{number}行", listed)
    if block.get("total"):
        yield from _in_row(columns, block["total"], f"{where}合计行", listed, named=False)


def _plain(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).split())


def _kind_of_column(label: str, kind: str, cells: Sequence[str], listed: bool) -> Kind | None:
    """What a column is by its label. Outside a list of persons, only if figures stand in it."""
    if not listed and not any(sum(letter.isdigit() for letter in cell) >= 4 for cell in cells):
        return None
    if kind != "money" and BIRTH_COLUMN.search(label):
        return Kind.BIRTH_DATE
    if ID_COLUMN.search(label):
        return Kind.ID_NUMBER
    return Kind.ILLNESS if listed and ILLNESS_COLUMN.search(label) else None


def _in_row(
    columns: Sequence[Mapping[str, Any]], row: Sequence[str], where: str, listed: bool, *, named: bool = True
) -> Iterator[Found]:
    for place, text in enumerate(row):
        column = columns[place] if place < len(columns) else {"label": f"第{place + 1}格", "type": "text"}
        at = f"{where}“{column['label']}”"
        if named and column.get("type") == "name" and is_full_name(text):
            yield found(Kind.NAME_COLUMN, Severity.BLOCK, at, text)
        yield from find_in_cell(column["label"], text, at, listed=listed)
    yield from find_across(row, where)


def find_in_cell(label: str, text: str, place: str, *, listed: bool) -> Iterator[Found]:
    """What a cell says under its label: «电话» makes eight digits a telephone, «出生日期» a day a birth date."""
    under = f"{label}:" if listed and not any(letter.isdigit() for letter in label) else ""
    alone = {one.key for one in find_in_text(under, place, listed=listed)}
    yield from (one for one in find_in_text(under + text, place, listed=listed) if one.key not in alone)


def mask_names(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block whose columns of names say 张* only: applied as soon as it is typed, so that full names aren't kept."""
    if block["kind"] not in TABLES:
        return dict(block)
    kinds = [column["type"] for column in block["columns"]]
    rows = [
        [mask_name(text) if kinds[place : place + 1] == ["name"] else text for place, text in enumerate(row)]
        for row in block["rows"]
    ]
    return {**block, "rows": rows}


def masked(content: Mapping[str, Any]) -> dict[str, Any]:
    """The copy that is published: names in columns of names as 张*, and no certain finding left in any text."""
    copied: dict[str, Any] = copy.deepcopy(dict(content))
    copied["title"] = mask_text(copied.get("title", ""))
    copied["blocks"] = [_masked_block(mask_names(block)) for block in copied["blocks"]]
    return copied


def _masked_block(block: dict[str, Any]) -> dict[str, Any]:
    for name in ("heading", "caption", "ground", "reason", *(MEETING if block["kind"] == "meeting" else ())):
        if isinstance(block.get(name), str):
            block[name] = mask_text(block[name])
    for name in ("paragraphs", "topics"):
        if name in block:
            block[name] = [mask_text(text) for text in block[name]]
    if block["kind"] == "attachment":
        block["files"] = [{**file, "name": mask_text(file["name"])} for file in block["files"]]
    if block["kind"] in TABLES:
        listed = block["kind"] == "person_list"
        block["rows"] = [_masked_row(row, listed) for row in block["rows"]]
        if block.get("total"):
            block["total"] = _masked_row(block["total"], listed)
    return block


def _masked_row(row: Sequence[str], listed: bool) -> list[str]:
    return [mask_text(text, listed=listed) for text in mask_across(row)]
