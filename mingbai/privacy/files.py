"""Files that people want to attach: what must not be in them, and the copy that may be published."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from docx.opc.exceptions import OpcError
from lxml import etree
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from PIL import Image, UnidentifiedImageError
from python_calamine import CalamineError, PasswordError, XmlError, ZipError

from mingbai.privacy.content import find_in_cell
from mingbai.privacy.documents import document_parts, hidden_in_document, rebuilt_document
from mingbai.privacy.findings import Found, Kind, Severity, found
from mingbai.privacy.limits import FORMULA, MAX_BYTES, MAX_CHARACTERS, NotAllowed, Part, TooLarge
from mingbai.privacy.pdfs import pdf_parts, published_pdf
from mingbai.privacy.pictures import clean_picture, picture_parts, says_where
from mingbai.privacy.text import find_across, find_in_text, is_somebodys_name
from mingbai.privacy.workbooks import (
    hidden_in_workbook,
    is_head_of_persons,
    rebuilt_workbook,
    ruined_numbers,
    workbook_parts,
)
from mingbai.reading.cells import NotReadable
from mingbai.reading.grid import text_of

__all__ = ["NotAllowed", "find_in_file", "rebuild"]

TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
SAME = {".jpeg": ".jpg", ".xls": ".xlsx"}
_BROKEN = (
    CalamineError,
    PasswordError,
    XmlError,
    ZipError,
    OpcError,
    PdfminerException,
    MalformedPDFException,
    PSException,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    csv.Error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    RuntimeError,
    EOFError,
    SyntaxError,
)


def find_in_file(name: str, data: bytes) -> list[Found]:
    """Everything in a file, in all its parts, that may not be public. Raises NotAllowed for what can't be read."""
    suffix = _suffix(name, data)
    everything = list(find_in_text(PurePath(name).stem, "文件名"))
    try:
        for part in _parts(suffix, data):
            everything += _in_part(name, part)
        everything += [found(Kind.HIDDEN, Severity.BLOCK, f"“{name}”{where}", "") for where in _hidden(suffix, data)]
        if suffix == ".xlsx":
            places = [f"“{name}”{cell}（16位以上的数字）" for cell in ruined_numbers(data)]
            everything += [found(Kind.ID_NUMBER, Severity.BLOCK, place, "") for place in places]
        if suffix in (".jpg", ".png") and says_where(data):
            everything.append(found(Kind.METADATA, Severity.BLOCK, f"“{name}”拍摄地点", ""))
    except _BROKEN as error:
        raise _refusal(name, error) from error
    return list({one.key: one for one in everything}.values())


def rebuild(name: str, data: bytes) -> tuple[str, str, bytes]:
    """The copy that may be published: (name, media type, bytes). Workbooks, text tables and pictures are made anew
    from what is seen of them; a Word file loses its properties, a PDF its author. Raises NotAllowed."""
    suffix = _suffix(name, data)
    try:
        made = _made_anew(suffix, data)
    except _BROKEN as error:
        raise _refusal(name, error) from error
    return f"{PurePath(name).stem}{suffix}", TYPES[suffix], made


def _refusal(name: str, error: Exception) -> NotAllowed:
    if isinstance(error, NotAllowed | NotReadable | TooLarge):
        return NotAllowed(f"“{name}”：{error}")
    return NotAllowed(f"“{name}”已损坏或加了密码，打不开，请重新保存后再上传。")


def _suffix(name: str, data: bytes) -> str:
    """The extension of the copy. Raises NotAllowed for a kind or a size that isn't published."""
    own = PurePath(name).suffix.lower()
    suffix = SAME.get(own, own)
    if suffix not in TYPES:
        raise NotAllowed(f"“{name}”这种文件不能公开，请改用 PDF、图片、Excel 或 Word（.docx）。")
    if not data:
        raise NotAllowed(f"“{name}”是空的，请重新选择。")
    if len(data) > MAX_BYTES:
        raise NotAllowed(f"“{name}”超过10兆字节，请压缩后再上传。")
    return suffix


# -- looking ----------------------------------------------------------------------------------------------------------


def _parts(suffix: str, data: bytes) -> Iterator[Part]:
    if suffix == ".xlsx":
        return workbook_parts(data)
    if suffix == ".docx":
        return document_parts(data)
    if suffix == ".pdf":
        return pdf_parts(data)
    if suffix in (".jpg", ".png"):
        return picture_parts(data)
    return _table_parts(data) if suffix == ".csv" else _text_parts(data)


def _text_parts(data: bytes) -> Iterator[Part]:
    lines = _text(data).splitlines()
    yield from (Part(f"第{number}行", line) for number, line in enumerate(lines, 1))
    yield Part("全文", cells=tuple(lines))


def _text(data: bytes) -> str:
    text = text_of(data)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge("文字太多，请只留要公开的部分。")
    return text


def _table_parts(data: bytes) -> Iterator[Part]:
    labels: list[str] | None = None
    for number, row in enumerate(_rows(_text(data)), 1):
        for column, cell in enumerate(row):
            label = labels[column] if labels is not None and column < len(labels) else ""
            where = f"第{number}行第{column + 1}列"
            yield Part(where, cell, label=label, listed=labels is not None)
        yield Part(f"第{number}行", cells=tuple(row))
        labels = row if is_head_of_persons(row) else labels


def _rows(text: str) -> Iterator[list[str]]:
    head = text[:4096]
    delimiter = max(",;\t", key=head.count)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter if head.count(delimiter) else ","))


def _in_part(name: str, part: Part) -> Iterator[Found]:
    place = f"“{name}”{part.where}"
    if part.cells:
        yield from find_across(part.cells, place)
        return
    if part.author and is_somebodys_name(part.text):
        yield found(Kind.METADATA, Severity.CONFIRM, place, part.text)
    for one in find_in_cell(part.label, part.text, place, listed=part.listed):
        # Programs keep long numbers of their own beside what people wrote.
        if part.shown or one.kind is not Kind.LONG_NUMBER:
            yield one


def _hidden(suffix: str, data: bytes) -> Iterator[str]:
    if suffix == ".xlsx":
        yield from hidden_in_workbook(data)
    elif suffix == ".docx":
        yield from hidden_in_document(data)


# -- making anew ------------------------------------------------------------------------------------------------------


def _made_anew(suffix: str, data: bytes) -> bytes:
    if suffix == ".xlsx":
        return rebuilt_workbook(data)
    if suffix == ".docx":
        made = rebuilt_document(data)
        _refuse_beside(part for part in document_parts(made) if not part.shown)
        return made
    if suffix == ".pdf":
        made, beside = published_pdf(data)
        _refuse_beside(beside)
        return made
    if suffix in (".jpg", ".png"):
        return clean_picture(f"x{suffix}", data)
    return _text_table(data) if suffix == ".csv" else _text(data).encode()


def _refuse_beside(parts: Iterator[Part] | list[Part]) -> None:
    for part in parts:
        for one in _in_part("", part):
            seen = replace(one, place=part.where)
            raise NotAllowed(f"看不见的地方有个人信息，{seen.sentence}")


def _text_table(data: bytes) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in _rows(_text(data)):
        writer.writerow([f"'{cell}" if _is_a_formula(cell) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _is_a_formula(cell: str) -> bool:
    return cell.lstrip(" \u3000").startswith(FORMULA) and not _is_number(cell.strip())


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "", 1).lstrip("+-").isdigit()
