"""The form in which residents say something: what it offers to point at."""

from __future__ import annotations

from mingbai.disclosures.content import Content


def spots(content: Content) -> list[tuple[str, str]]:
    """(«element» or «element-row», label) of every element of a content and every row of its tables."""
    found = []
    for block in content.blocks:
        found.append((str(block["element"]), block["heading"]))
        for number, row in enumerate(block.get("rows", []), 1):
            label = "　".join(cell for cell in row[:2] if cell)
            found.append((f"{block['element']}-{number}", f"{block['heading']} 第{number}行：{label}"[:60]))
    return found
