"""PDF files: their pages' text, what stands beside it, and what makes one unfit to be published."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFNoOutlines
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfplumber.pdf import PDF

from mingbai.privacy.limits import MAX_CHARACTERS, NotAllowed, Part, TooLarge

MAX_PAGES = 300
MAX_DEPTH = 20
ACTIVE = re.compile(rb"/(?:JavaScript|JS|EmbeddedFiles?|Launch|RichMedia)(?![A-Za-z])")
STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
ACTIVE_NAMES = frozenset({"JavaScript", "Launch", "RichMedia", "FileAttachment", "Movie", "Sound", "SubmitForm"})
AUTHOR = re.compile(rb"/Author\s*(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL)
XMP_AUTHOR = re.compile(rb"(<dc:creator>.*?<rdf:li[^>]*>)([^<]*)(</rdf:li>)", re.DOTALL)


def pdf_parts(data: bytes) -> Iterator[Part]:
    """Page by page; then properties, notes, forms and outlines."""
    with pdfplumber.open(io.BytesIO(_checked(data))) as document:
        if len(document.pages) > MAX_PAGES:
            raise TooLarge(f"PDF有{len(document.pages)}页，请分成几份（最多{MAX_PAGES}页）。")
        size = 0
        for number, page in enumerate(document.pages, 1):
            where = f"第{number}页"
            lines = (page.extract_text() or "").splitlines()
            size += sum(map(len, lines))
            if size > MAX_CHARACTERS:
                raise TooLarge("PDF的文字太多，请分成几份。")
            yield from (Part(where, line) for line in lines)
            yield Part(where, cells=tuple(lines))
            yield Part(where, cells=tuple(str(char["text"]) for char in page.chars))
            for table in page.extract_tables():
                for row in table:
                    yield from (Part(where, cells=tuple((cell or "").splitlines())) for cell in row)
                    yield Part(where, cells=tuple(cell or "" for cell in row))
            page.close()
        yield from beside_pages(document)


def _checked(data: bytes) -> bytes:
    if not data[:1024].lstrip().startswith(b"%PDF-"):
        raise NotAllowed("文件的内容不是 PDF，请重新导出后再上传。")
    return data


def beside_pages(document: PDF) -> Iterator[Part]:
    """What a PDF says outside its pages."""
    for name, value in (document.metadata or {}).items():
        yield Part(f"文件属性 {name}", str(value), shown=False, author=name == "Author")
    catalog = document.doc.catalog
    stream = resolve1(catalog.get("Metadata"))
    if isinstance(stream, PDFStream):
        for text in re.split(r"<[^>]*>", stream.get_data().decode("utf-8", "ignore")):
            if text.strip():
                yield Part("文件属性", text.strip(), shown=False)
    for page in document.pages:
        for note in page.annots:
            kept = note.get("data") or {}
            for key in ("Contents", "T", "Subj", "V", "RC"):
                yield Part(f"第{page.page_number}页批注", _string(resolve1(kept.get(key))), shown=False)
            yield Part(f"第{page.page_number}页链接", str(note.get("uri") or ""), shown=False)
    form = resolve1(catalog.get("AcroForm")) or {}
    yield from (Part("表单", text, shown=False) for text in _values(form.get("Fields"), 0))
    try:
        for _, title, *_ in document.doc.get_outlines():
            yield Part("书签", str(title), shown=False)
    except PDFNoOutlines:
        return


def _values(fields: object, depth: int) -> Iterator[str]:
    for field in resolve1(fields) or []:
        kept = resolve1(field)
        if isinstance(kept, dict) and depth < MAX_DEPTH:
            yield _string(resolve1(kept.get("V")))
            yield from _values(kept.get("Kids"), depth + 1)


def _string(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value) if isinstance(value, str) else ""
    return value[2:].decode("utf-16-be", "ignore") if value.startswith(b"\xfe\xff") else value.decode("utf-8", "ignore")


def published_pdf(data: bytes) -> tuple[bytes, list[Part]]:
    """The PDF without its author's name, and what it says outside its pages, for its publisher to look through.

    A signed PDF stays as it is: a byte changed would break the signature. Raises NotAllowed for one that does more
    than show pages.
    """
    if ACTIVE.search(STREAM.sub(b"", _checked(data))):
        raise NotAllowed("PDF带有脚本或夹带的文件，请用“打印为 PDF”重新生成后再上传。")
    signed = b"/ByteRange" in data
    if not signed:
        data = AUTHOR.sub(_blanked, data)
        data = XMP_AUTHOR.sub(lambda match: match[1] + b" " * len(match[2]) + match[3], data)
    with pdfplumber.open(io.BytesIO(data)) as document:
        if len(document.pages) > MAX_PAGES:
            raise TooLarge(f"PDF有{len(document.pages)}页，请分成几份（最多{MAX_PAGES}页）。")
        if _does_more(document):
            raise NotAllowed("PDF带有脚本或夹带的文件，请用“打印为 PDF”重新生成后再上传。")
        beside = [part for part in beside_pages(document) if not (signed and part.author)]
    return data, beside


def _blanked(match: re.Match[bytes]) -> bytes:
    """The same number of bytes, so that the table of places in the file still fits."""
    whole, value = match[0], match[1]
    return whole[: -len(value)] + value[:1] + b" " * (len(value) - 2) + value[-1:]


def _does_more(document: PDF) -> bool:
    catalog = document.doc.catalog
    names = resolve1(catalog.get("Names")) or {}
    if "JavaScript" in names or "EmbeddedFiles" in names or "AF" in catalog:
        return True
    acting: list[Any] = [catalog.get("OpenAction"), catalog.get("AA")]
    for page in document.pages:
        acting.append(page.page_obj.attrs.get("AA"))
        acting += [note.get("data") for note in page.annots]
    return any(_names_an_action(one, 0) for one in acting)


def _names_an_action(value: object, depth: int) -> bool:
    """Whether a dictionary, or one in it that acts, is of an active kind."""
    kept = resolve1(value)
    if not isinstance(kept, dict) or depth > 4:
        return False
    if any(isinstance(kept.get(key), PSLiteral) and kept[key].name in ACTIVE_NAMES for key in ("S", "Subtype")):
        return True
    return "JS" in kept or any(
        _names_an_action(kept.get(key), depth + 1) for key in ("A", "AA", "Next", "O", "C", "U", "D", "K", "F", "V")
    )
