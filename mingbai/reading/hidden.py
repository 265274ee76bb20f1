"""What a workbook hides: rows and columns that its owner doesn't see and a reader of the file does."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def parse_xml(data: bytes) -> etree._Element:
    """XML from a stranger: no entities, no network, no huge trees."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def hidden_places(data: bytes) -> dict[str, tuple[frozenset[int], frozenset[int]]]:
    """Sheet name → (hidden rows, hidden columns), both from 0; nothing for a file that isn't .xlsx."""
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in parse_xml(archive.read("xl/_rels/workbook.xml.rels"))
        }
        found = {}
        for sheet in parse_xml(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
            target = str(targets.get(sheet.get(RELATION), ""))
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in names:
                found[str(sheet.get("name"))] = _hidden_in(parse_xml(archive.read(path)))
    return found


def _hidden_in(sheet: etree._Element) -> tuple[frozenset[int], frozenset[int]]:
    rows = {
        int(row.get("r", "0")) - 1
        for row in sheet.iter(f"{MAIN}row")
        if _is_on(row.get("hidden")) or row.get("ht") == "0"
    }
    columns: set[int] = set()
    for column in sheet.iter(f"{MAIN}col"):
        if _is_on(column.get("hidden")) or column.get("width") == "0":
            first, last = int(column.get("min", "1")), min(int(column.get("max", "1")), 16_384)
            columns |= set(range(first - 1, last))
    return frozenset(rows), frozenset(columns)


def _is_on(value: object) -> bool:
    return value in ("1", "true")


def cell_name(row: int, column: int) -> str:
    """C5 for row 4, column 2 (both from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
