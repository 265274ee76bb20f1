"""What a version says in one short text, for feeds and linked data.

Readers keep feeds for ever, so a summary tells no name out of a list, not even while it is on show: lists are told
as counts, tables as the number of their rows, meetings as when and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from mingbai.disclosures.content import STATEMENTS

LONGEST = 300
# What XML can't hold: a reader would refuse the whole feed because of one pasted character.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def summary(blocks: Iterable[dict[str, Any]], longest: int = LONGEST) -> str:
    """The blocks as at most ``longest`` characters."""
    text = writable(" ".join(f"{block['heading']}：{_told(block)}" for block in blocks))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def writable(text: str) -> str:
    return UNWRITABLE.sub("", text)


def _told(block: dict[str, Any]) -> str:
    match block["kind"]:
        case "paragraphs":
            return "".join(block["paragraphs"])
        case "person_list":
            count = block["reduced"]["count"] if "reduced" in block else len(block["rows"])
            return f"名单{count}人。"
        case "table":
            return f"表格{len(block['rows'])}行。"
        case "meeting":
            return f"{block['name']}，{block['time']}，{block['place']}。"
        case "attachment":
            return f"附件{len(block['files'])}个。"
        case "nothing":
            return f"{STATEMENTS[block['statement']]}，{block['reason']}。"
        case _:
            return ""
