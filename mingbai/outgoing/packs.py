"""Packs: tables for other platforms and offices, described by column maps that an operator can add.

A map is a JSON file; docs/packs.md says what stands in it. What it can name are the fields of our shapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

from ninja import Schema

from mingbai.data.packs import PACKS
from mingbai.outgoing import facts
from mingbai.outgoing.rows import ROWS, Wanted
from mingbai.outgoing.shapes import CommunityOut, said
from mingbai.outgoing.spreadsheets import cell_of
from mingbai.rules.days import chinese_date

FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
KINDS = ("xlsx", "csv")
MOST_COLUMNS, MOST_BYTES = 100, 200_000
FORBIDDEN_IN_A_SHEETS_NAME = set("[]:*?/\\'")
DATES: dict[str, Callable[[date], str]] = {
    "2026-10-04": date.isoformat,
    "2026/10/04": lambda day: f"{day:%Y/%m/%d}",
    "20261004": lambda day: f"{day:%Y%m%d}",
    "2026年10月4日": chinese_date,
}


class PackError(ValueError):
    """A map that can't be used; the message says which file, where in it, and what is known."""


class PackOut(Schema):
    """What every row of a pack may say beside its own fields."""

    row: int = said("第几行，从 1 起", "系统")
    year: int = said("选的年份", "系统")
    made_on: date = said("制作的日期", "系统")


@dataclass(frozen=True, slots=True)
class Column:
    """``path`` None: every cell says ``text``."""

    heading: str
    path: str | None
    text: str = ""
    day: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def value(self, fact: facts.Fact) -> Any:
        """What stands in the cell."""
        if self.path is None:
            return self.text
        value = fact[self.path]
        if self.day is not None and value is not None:
            return DATES[self.day](value.date() if isinstance(value, datetime) else value)
        return self.words.get(cell_of(value), value) if self.words else value


@dataclass(frozen=True, slots=True)
class SheetMap:
    name: str
    rows: str
    columns: tuple[Column, ...]

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def cells(self, wanted: Wanted) -> Iterator[list[Any]]:
        """The rows of a year, cell by cell."""
        common = {
            **{f"community.{key}": value for key, value in _community(wanted).items()},
            "year": wanted.year,
            "made_on": wanted.today,
        }
        for number, fact in enumerate(ROWS[self.rows].of(wanted), 1):
            whole = {**fact, **common, "row": number}
            yield [column.value(whole) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Pack:
    """One kind of table. ``code`` is the name of its file."""

    code: str
    name: str
    about: str
    files: tuple[str, ...]
    sheets: tuple[SheetMap, ...]


def _community(wanted: Wanted) -> facts.Fact:
    return facts.community_fact(wanted.community, wanted.base)


def fields_of(rows: str) -> dict[str, Any]:
    """Every field that a column of these rows may name, with its type."""
    shapes = ((ROWS[rows].shape, ""), (CommunityOut, "community."), (PackOut, ""))
    return {prefix + name: told.annotation for shape, prefix in shapes for name, told in shape.model_fields.items()}


def packs(folder: str) -> tuple[list[Pack], list[str]]:
    """What ships and what lies in the operator's folder (an empty text: none), and what is wrong with what can't be
    used. A map of the operator's takes the place of one that ships under the same name."""
    found: dict[str, Pack] = {}
    wrong = []
    for path in [*sorted(PACKS.glob("*.json")), *(sorted(Path(folder).glob("*.json")) if folder else [])]:
        try:
            pack = read_pack(path)
        except PackError as error:
            wrong.append(str(error))
        else:
            found[pack.code] = pack
    if folder and not Path(folder).is_dir():
        wrong.append(f"MINGBAI_PACKS_DIR：没有文件夹“{folder}”。")
    return list(found.values()), wrong


def read_pack(path: Path) -> Pack:
    """Raises PackError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PackError(f"{path.name}：文件太大，最多 {MOST_BYTES // 1000} KB。")
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackError(f"{path.name}：读不了（{error.strerror}）。") from error
    except (ValueError, RecursionError) as error:
        raise PackError(f"{path.name}：不是正确的 JSON（UTF-8），请检查逗号、引号和括号。") from error
    try:
        return _pack(path.stem, data)
    except PackError as error:
        raise PackError(f"{path.name}：{error}") from None


def _pack(code: str, data: Any) -> Pack:
    if not FILE_NAME.fullmatch(code):
        raise PackError("文件名只能用小写字母、数字和减号。")
    told = _keys(data, "", needed=("name", "files", "sheets"), known=("about",))
    files = _list(told["files"], "files")
    for kind in files:
        _one_of(kind, KINDS, "files")
    sheets = tuple(_sheet(sheet, f"第{place}张表") for place, sheet in enumerate(_list(told["sheets"], "sheets"), 1))
    if "csv" in files and len(sheets) > 1:
        raise PackError("CSV 文件只能有一张表，请去掉 files 里的 csv，或者分成几个文件。")
    _once([sheet.name.casefold() for sheet in sheets], "sheets 里表的名称")
    return Pack(code, _text(told["name"], "name", 60), _about(told), tuple(files), sheets)


def _about(told: Mapping[str, Any]) -> str:
    return _text(told["about"], "about", 300) if "about" in told else ""


def _sheet(data: Any, place: str) -> SheetMap:
    told = _keys(data, place, needed=("name", "rows", "columns"))
    name = _text(told["name"], f"{place} name", 31)
    if FORBIDDEN_IN_A_SHEETS_NAME & set(name):
        raise PackError(f"{place} name：表的名称不能有 [ ] : * ? / \\ '。")
    rows = _one_of(told["rows"], ROWS, f"{place} rows")
    listed = _list(told["columns"], f"{place} columns")
    if len(listed) > MOST_COLUMNS:
        raise PackError(f"{place}：最多 {MOST_COLUMNS} 列。")
    columns = tuple(_column(column, f"{place}第{number}列", rows) for number, column in enumerate(listed, 1))
    _once([column.heading for column in columns], f"{place}的列名")
    return SheetMap(name, rows, columns)


def _column(data: Any, place: str, rows: str) -> Column:
    told = _keys(data, place, needed=("heading",), known=("field", "text", "date", "words"))
    heading = _text(told["heading"], f"{place} heading", 100)
    place = f"{place}“{heading}”"
    if ("field" in told) == ("text" in told):
        raise PackError(f"{place}：field（取哪个字段）和 text（固定文字）要写一个，只写一个。")
    if "text" in told:
        _keys(told, place, needed=("heading", "text"))
        return Column(heading, None, _text(told["text"], f"{place} text", 300, least=0))
    fields = fields_of(rows)
    path = _one_of(told["field"], fields, f"{place} field")
    day = None
    if "date" in told:
        day = _one_of(told["date"], DATES, f"{place} date")
        if not {date, datetime} & {fields[path], *get_args(fields[path])}:
            raise PackError(f"{place}：字段 {path} 不是日期，不能写 date。")
    return Column(heading, path, day=day, words=_words(told.get("words", {}), f"{place} words"))


def _words(data: Any, place: str) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(word, str) for word in data.values()):
        raise PackError(f'{place}：要写成 {{"原来的值": "换成的文字"}}。')
    return data


def _keys(data: Any, place: str, *, needed: Sequence[str], known: Sequence[str] = ()) -> dict[str, Any]:
    where = f"{place}：" if place else ""
    if not isinstance(data, dict):
        raise PackError(f"{where}要写成一组 {{…}}，里面有 {'、'.join(needed)}。")
    missing = [key for key in needed if key not in data]
    if missing:
        raise PackError(f"{where}缺少 {'、'.join(missing)}。")
    strange = sorted(set(data) - {*needed, *known})
    if strange:
        raise PackError(f"{where}不认识 {'、'.join(strange)}。可以写的有：{'、'.join((*needed, *known))}。")
    return data


def _list(data: Any, place: str) -> list[Any]:
    if not isinstance(data, list) or not data:
        raise PackError(f"{place}：要写成 […]，里面至少一个。")
    return data


def _text(data: Any, place: str, most: int, least: int = 1) -> str:
    if not isinstance(data, str) or not least <= len(data.strip()) or len(data) > most:
        raise PackError(f"{place}：要写 {least} 到 {most} 个字的文字。")
    return data.strip()


def _one_of(data: Any, known: Iterable[str], place: str) -> str:
    if not isinstance(data, str) or data not in known:
        raise PackError(f"{place}：没有“{data}”。可以写的有：{'、'.join(known)}。")
    return data


def _once(names: Sequence[str], place: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PackError(f"{place}重复了：{'、'.join(twice)}。")
