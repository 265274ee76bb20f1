"""The printable board sheet of a version: pure values in, PDF or PNG out, set by typst."""

from __future__ import annotations

import io
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import segno
import typst

from mingbai.carriers.fonts import FAMILIES, font_files, shown_characters
from mingbai.disclosures.content import STATEMENTS, SUMMED_TYPES, decimal_of
from mingbai.rules.days import chinese_date

Paper: TypeAlias = Literal["a4", "a3"]
TEMPLATE = Path(__file__).with_name("sheet.typ")
UNPRINTED = frozenset("\n\r\t\u200b\ufeff")
_LOCK = threading.Lock()


class UnprintableText(ValueError):
    """The font has no glyph for some characters; the message names them and where they stand."""


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on the sheet. ``shown_until`` None: long-term. ``url``: what the QR opens."""

    community: str
    body: str
    title: str
    item_name: str
    index_number: str
    version_number: int
    code: str
    url: str
    digest: str
    dated_on: date
    published_on: date
    posted_on: date | None
    shown_until: date | None
    take_down_after: date | None
    blocks: tuple[Mapping[str, Any], ...]
    contact: str | None = None
    sample: bool = False
    remarks: tuple[str, ...] = ()


def render_pdf(sheet: Sheet, paper: Paper = "a4", *, font_dir: str = "") -> bytes:
    """The sheet as a tagged PDF of as many pages as it needs. Raises UnprintableText before anything is set."""
    return _compile(sheet, paper, font_dir, "pdf")[0]


def render_png(sheet: Sheet, paper: Paper = "a4", *, page: int = 1, ppi: int = 110, font_dir: str = "") -> bytes:
    """One page (1 is the first) as a picture. Raises UnprintableText, or IndexError for a page that isn't there."""
    return _compile(sheet, paper, font_dir, "png", ppi)[page - 1]


def qr_svg(url: str) -> str:
    """The QR code of an address, error correction M, as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def _compile(
    sheet: Sheet, paper: Paper, font_dir: str, kind: Literal["pdf", "png"], ppi: int | None = None
) -> list[bytes]:
    check_printable(sheet, font_dir)
    inputs = {"data": json.dumps(_data(sheet, paper), ensure_ascii=False)}
    stamp = int(_midnight(sheet.published_on))
    with _LOCK:  # one compiler, kept warm with its fonts; it isn't promised to be safe between threads
        result = _compiler(font_dir).compile(format=kind, ppi=ppi, sys_inputs=inputs, timestamp=stamp)
    pages = result if isinstance(result, list) else [result]
    return [page for page in pages if page is not None]


def _midnight(day: date) -> float:
    return (day - date(1970, 1, 1)).total_seconds()


@lru_cache(maxsize=4)
def _compiler(font_dir: str) -> typst.Compiler:
    """A compiler whose root is a folder of its own that holds the template and nothing else to be read."""
    folders = sorted({str(path.parent) for path in font_files(font_dir)})
    root = Path(tempfile.mkdtemp(prefix="mingbai-sheet-"))
    template = root / TEMPLATE.name
    template.write_bytes(TEMPLATE.read_bytes())
    return typst.Compiler(str(template), root=str(root), font_paths=folders, ignore_system_fonts=not font_dir)


def _data(sheet: Sheet, paper: Paper) -> dict[str, Any]:
    until = chinese_date(sheet.shown_until) if sheet.shown_until else "长期公开，直至更新"
    posted = chinese_date(sheet.posted_on) if sheet.posted_on else "　　　　年　　月　　日"
    dates = [["张贴", posted], ["公示至", until if sheet.posted_on else "张贴后登记"]]
    if sheet.take_down_after:
        dates.append(["可撤下", f"{chinese_date(sheet.take_down_after)}之后"])
    if sheet.contact:
        dates.append(["联系", sheet.contact])
    return {
        "paper": paper,
        "fonts": list(FAMILIES),
        "community": sheet.community,
        "body": sheet.body,
        "title": sheet.title,
        "item_name": sheet.item_name,
        "index_number": sheet.index_number,
        "version_number": str(sheet.version_number),
        "code": f"{sheet.code[:4]} {sheet.code[4:]}",
        "digest": sheet.digest[:16],
        "dated_on": chinese_date(sheet.dated_on),
        "dates": dates,
        "sample": sheet.sample,
        "remarks": list(sheet.remarks),
        "qr": qr_svg(sheet.url),
        "qr_alt": f"二维码，打开 {sheet.url}",
        "blocks": [_block(block) for block in sheet.blocks],
    }


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    """A content block with its cells as people read them."""
    if block["kind"] == "nothing":
        return {**block, "statement_name": STATEMENTS[block["statement"]]}
    if block["kind"] not in ("table", "person_list"):
        return dict(block)
    types = [column["type"] for column in block["columns"]]
    total = block.get("total")
    reduced = block.get("reduced")
    if reduced:
        sums = [{"label": entry["label"], "sum": _cell(entry["sum"], "money")} for entry in reduced["sums"]]
        reduced = {"count": str(reduced["count"]), "sums": sums}
    return {
        **block,
        "rows": [[_cell(text, kind) for text, kind in zip(row, types, strict=True)] for row in block["rows"]],
        "total": [_cell(text, kind) for text, kind in zip(total, types, strict=True)] if total else None,
        "reduced": reduced,
    }


def _cell(text: str, kind: str) -> str:
    number = decimal_of(text) if kind in SUMMED_TYPES else None
    if number is None:
        return text
    return f"{number:,.2f}" if kind == "money" else f"{number:,}"


def check_printable(sheet: Sheet, font_dir: str = "") -> None:
    """Raise UnprintableText where the font lacks a glyph: typst itself would print an empty box without a word."""
    shown = shown_characters(font_dir)
    for place, text in _texts(sheet):
        missing = sorted({character for character in text if ord(character) not in shown} - UNPRINTED)
        if missing:
            listed = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing[:5])
            raise UnprintableText(f"{place}里有字体打印不出来的字：{listed}，请换一个字或改用注音。")


def _texts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    yield from (("标题", sheet.title), ("事项名称", sheet.item_name), ("发布机构", sheet.body))
    yield "联系方式", sheet.contact or ""
    yield "说明", "".join(sheet.remarks)
    for number, block in enumerate(sheet.blocks, 1):
        yield from _block_texts(f"第{number}块", block)


def _block_texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if key == "rows":
                for number, row in enumerate(member, 1):
                    yield from _block_texts(f"{place}第{number}行", row)
            else:
                yield from _block_texts(place, member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _block_texts(place, member)
