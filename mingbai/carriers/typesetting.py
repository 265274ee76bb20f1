"""One typst compiler, kept warm with its fonts, and the only way to it: data in, PDF or pictures out."""

from __future__ import annotations

import io
import json
import tempfile
import threading
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
import typst

from mingbai.carriers.fonts import FAMILIES, font_files, shown_characters

if TYPE_CHECKING:
    from typst import PDFStandard

HERE = Path(__file__).parent
TEMPLATES = ("sheet.typ", "leaflet.typ", "slips.typ", "report.typ")
UNPRINTED = frozenset("\n\r\t\u200b\ufeff")
# For people who hear their documents read, and for the archive.
STANDARDS: list[PDFStandard] = ["ua-1", "a-2a"]
_LOCK = threading.Lock()


class UnprintableText(ValueError):
    """The font has no glyph for some characters; the message names them and where they stand."""


def compile_pdf(template: str, data: Mapping[str, Any], *, on: date, font_dir: str = "") -> bytes:
    """A tagged PDF (PDF/UA-1, PDF/A-2a). ``on``: the day that the file says it was made."""
    inputs = {"data": json.dumps({"fonts": FAMILIES, **data}, ensure_ascii=False)}
    compiler, root = _compiler(font_dir)
    with _LOCK:  # it isn't promised to be safe between threads
        made = compiler.compile(
            str(root / template), format="pdf", sys_inputs=inputs, timestamp=_midnight(on), pdf_standards=STANDARDS
        )
    if not isinstance(made, bytes):
        raise TypeError("typst returned no PDF")
    return made


def compile_png(template: str, data: Mapping[str, Any], *, ppi: int, font_dir: str = "") -> list[bytes]:
    """A picture of every page."""
    inputs = {"data": json.dumps({"fonts": FAMILIES, **data}, ensure_ascii=False)}
    compiler, root = _compiler(font_dir)
    with _LOCK:
        made = compiler.compile(str(root / template), format="png", ppi=ppi, sys_inputs=inputs)
    pages = made if isinstance(made, list) else [made]
    return [page for page in pages if page is not None]


def check_texts(texts: Iterable[tuple[str, str]], font_dir: str = "") -> None:
    """Raise UnprintableText where the font lacks a glyph: typst itself would print an empty box without a word.

    ``texts``: (where it stands, what it says).
    """
    shown = shown_characters(font_dir)
    for place, text in texts:
        missing = sorted({sign for sign in text if ord(sign) not in shown} - UNPRINTED)
        if missing:
            listed = "、".join(f"“{sign}”（U+{ord(sign):04X}）" for sign in missing[:5])
            raise UnprintableText(f"{place}里有字体打印不出来的字：{listed}，请换一个字或改用注音。")


def legible(text: str, font_dir: str = "") -> str:
    """What a resident wrote, with a box for each sign that the font lacks: a smiley must not keep a sheet back."""
    shown = shown_characters(font_dir)
    return "".join(sign if ord(sign) in shown or sign in UNPRINTED else "□" for sign in text)


@lru_cache(maxsize=256)
def qr_svg(url: str) -> str:
    """The QR code of an address, error correction M, as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


@lru_cache(maxsize=4)
def _compiler(font_dir: str) -> tuple[typst.Compiler, Path]:
    """A compiler whose root is a folder of its own that holds the templates and nothing else to be read."""
    folders: list[str] = sorted({str(path.parent) for path in font_files(font_dir)})
    root = Path(tempfile.mkdtemp(prefix="mingbai-sheet-"))
    for name in TEMPLATES:
        (root / name).write_bytes((HERE / name).read_bytes())
    compiler = typst.Compiler(
        str(root / TEMPLATES[0]), root=str(root), font_paths=folders, ignore_system_fonts=not font_dir
    )
    return compiler, root
