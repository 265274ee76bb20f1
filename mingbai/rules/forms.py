"""How an element of a disclosure is filled in: its kind, its columns, what may be named, what must add up."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

KINDS = frozenset({"paragraphs", "table", "person_list", "meeting", "attachment"})
COLUMN_TYPES = frozenset({"text", "name", "money", "number", "date"})
# What an element is for, where a page has to know: a notice that asks residents for their views.
PURPOSES = frozenset({"consultation"})
HEADING = 40


class BadForm(ValueError):
    """A form that can't be used; the message names the place and says what to change."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``aliases``: what clerks' own sheets call it."""

    label: str
    type: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """Down each money column, by the labels in the first column: opening + income − expense = closing."""

    opening: str
    income: str
    expense: str
    closing: str


@dataclass(frozen=True, slots=True)
class PartsWhole:
    """Along each row: the columns ``parts`` add up to the column ``whole``."""

    parts: tuple[str, ...]
    whole: str


@dataclass(frozen=True, slots=True)
class SameAsLast:
    """The row ``opening`` equals the row ``closing`` of the last period's table."""

    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class OtherShare:
    """The rows that begin with ``label`` are at most ``limit`` (a decimal string, "0.10") of their column."""

    label: str
    limit: str


Check: TypeAlias = Balance | PartsWhole | SameAsLast | OtherShare
CHECKS: dict[str, type[Check]] = {
    "balance": Balance,
    "parts_whole": PartsWhole,
    "same_as_last": SameAsLast,
    "other_share": OtherShare,
}


@dataclass(frozen=True, slots=True)
class ElementForm:
    """``columns``: of a table or a list; ``total``: whether it ends with a row of sums; ``ground``: the legal ground
    that a list proposes; ``whitelist``: the only columns that a list of persons may have (empty: not limited);
    ``purpose``: one of ``PURPOSES`` or None."""

    kind: str
    heading: str
    columns: tuple[Column, ...] = ()
    total: bool = False
    ground: str | None = None
    whitelist: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    purpose: str | None = None

    @property
    def balance(self) -> Balance | None:
        """The first check that an account balances; None for what isn't an account."""
        return next((check for check in self.checks if isinstance(check, Balance)), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "heading": self.heading,
            "columns": [
                {"label": column.label, "type": column.type, "aliases": list(column.aliases)} for column in self.columns
            ],
            "total": self.total,
            "ground": self.ground,
            "whitelist": list(self.whitelist),
            "checks": [_check_json(check) for check in self.checks],
            **({"purpose": self.purpose} if self.purpose else {}),
        }

    @classmethod
    def from_json(cls, data: Any) -> ElementForm:
        """Raises BadForm naming the first place that is wrong."""
        if not isinstance(data, Mapping) or data.get("kind") not in KINDS:
            raise BadForm(f"kind 要写成 {'、'.join(sorted(KINDS))} 中的一种。")
        if not isinstance(data.get("heading"), str) or not data["heading"].strip():
            raise BadForm("heading（小标题）没有填写。")
        columns = tuple(_column(column, place) for place, column in enumerate(data.get("columns", []), 1))
        if len({column.label for column in columns}) != len(columns):
            raise BadForm("columns 里有两列同名，请改成不同的列名。")
        whitelist = tuple(_words(data.get("whitelist", []), "whitelist"))
        if data["kind"] == "person_list" and not columns:
            raise BadForm("名单要写明 columns（有哪些列）。")
        strangers = [column.label for column in columns if whitelist and column.label not in whitelist]
        if strangers:
            raise BadForm(f"列“{strangers[0]}”不在 whitelist 里，名单不能有这一列。")
        checks = tuple(_check(check, place) for place, check in enumerate(data.get("checks", []), 1))
        ground, purpose = data.get("ground"), data.get("purpose")
        if purpose is not None and purpose not in PURPOSES:
            raise BadForm(f"purpose（用途）要写成 {'、'.join(sorted(PURPOSES))} 中的一种，或者不写。")
        return cls(
            kind=data["kind"],
            heading=data["heading"].strip(),
            columns=columns,
            total=data.get("total") is True,
            ground=ground if isinstance(ground, str) else None,
            whitelist=whitelist,
            checks=checks,
            purpose=purpose,
        )


def _words(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise BadForm(f'{where} 要写成一列文字，例如 ["姓名", "楼栋"]。')
    return value


def _column(data: Any, place: int) -> Column:
    where = f"columns 第{place}列"
    if not isinstance(data, Mapping) or not isinstance(data.get("label"), str) or not data["label"].strip():
        raise BadForm(f"{where}没有 label（列名）。")
    if data.get("type") not in COLUMN_TYPES:
        raise BadForm(f"{where}“{data['label']}”的 type 要写成 {'、'.join(sorted(COLUMN_TYPES))} 中的一种。")
    return Column(data["label"].strip(), data["type"], tuple(_words(data.get("aliases", []), f"{where}的 aliases")))


def _check(data: Any, place: int) -> Check:
    where = f"checks 第{place}条"
    kind = CHECKS.get(data.get("check", "")) if isinstance(data, Mapping) else None
    if kind is None:
        raise BadForm(f"{where}的 check 要写成 {'、'.join(CHECKS)} 中的一种。")
    values = {key: value for key, value in data.items() if key != "check"}
    if "parts" in values:
        values["parts"] = tuple(_words(values["parts"], f"{where}的 parts"))
    try:
        made = kind(**values)
    except TypeError:
        raise BadForm(f"{where}缺少或多出了内容，应有：{'、'.join(kind.__slots__)}。") from None
    if isinstance(made, OtherShare) and not _is_share(made.limit):
        raise BadForm(f'{where}的 limit 要写成 0 到 1 之间的小数，例如 "0.10"。')
    return made


def _is_share(text: Any) -> bool:
    return isinstance(text, str) and text.replace(".", "", 1).isdigit() and 0 <= float(text) <= 1


def _check_json(check: Check) -> dict[str, Any]:
    name = next(name for name, kind in CHECKS.items() if isinstance(check, kind))
    values = {slot: getattr(check, slot) for slot in check.__slots__}
    return {"check": name} | {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def normalised(text: str) -> str:
    """An element's text as forms are looked up by: NFKC, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def form_for(element_text: str, packaged: Mapping[str, ElementForm]) -> ElementForm:
    """The packaged form of an element with this text; otherwise plain paragraphs under the text itself."""
    found = packaged.get(normalised(element_text))
    return found if found is not None else ElementForm(kind="paragraphs", heading=element_text.strip()[:HEADING])
