"""A Word or text document → plain paragraphs. No markup is kept, so that there is nothing to sanitise."""

from __future__ import annotations

import io
from pathlib import PurePath

from docx import Document
from docx.table import Table

from mingbai.reading.cells import NotReadable
from mingbai.reading.grid import UNREADABLE, bytes_are, text_of

MAX_PARAGRAPHS = 2_000


class NotProse(ValueError):
    """The document can't be read; the message says what to do."""


def read_prose(name: str, data: bytes) -> list[str]:
    """The paragraphs of a .docx or .txt, without empty ones; each row of a table becomes one."""
    suffix = PurePath(name).suffix.lower()
    try:
        if suffix == ".txt":
            found = [line.strip() for line in text_of(data).splitlines()]
        elif suffix == ".docx":
            if bytes_are(data) != "docx":
                raise NotProse(f"“{name}”的内容不是 Word 文档，请在 Word 里重新另存为 .docx。")
            found = _paragraphs(data)
        else:
            raise NotProse(f"“{name}”读不了，请在 Word 或 WPS 里另存为 .docx 后再选。")
    except NotReadable as error:
        raise NotProse(str(error)) from error
    except NotProse:
        raise
    except UNREADABLE as error:
        raise NotProse("文件已损坏，打不开，请重新保存后再试。") from error
    kept = [text for text in found if text]
    if not kept:
        raise NotProse("文件里没有文字，请检查是不是选错了文件。")
    if len(kept) > MAX_PARAGRAPHS:
        raise NotProse(f"文件有{len(kept)}段，太长了，请只留要公开的部分，或作为附件上传。")
    return kept


def _paragraphs(data: bytes) -> list[str]:
    found = []
    for block in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                texts = list(dict.fromkeys(cell.text.strip() for cell in row.cells))
                found.append("；".join(text for text in texts if text))
        else:
            found.append(" ".join(block.text.split()))
    return found
