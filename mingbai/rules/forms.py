"""How an element of a disclosure is filled in: its kind, its columns, what may be named, what must add up."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

KINDS = frozenset({"paragraphs", "table", "person_list", "meeting", "attachment"})
COLUMN_TYPES = frozenset({"text", "name", "money", "number", "date"})
# What an element is for, where a page has to know: a notice that asks residents for their views, decisions and what
# became of them, applications that the community checks first.
PURPOSES = frozenset({"consultation", "decision", "application"})
HEADING = 40
# The name of a kind of application, and of a stage.
LONGEST = 40


class BadForm(ValueError):
    """A form that can't be used; the message says what to change, ``place`` where: «heading», «columns.2» (the second
    column), «checks.1»."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place


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


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage that an application goes through; ``published``: that it got there is to be made public."""

    name: str
    published: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A kind of application and the stages it goes through; at the last one it is settled."""

    kind: str
    stages: tuple[Stage, ...]


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
    ``purpose``: one of ``PURPOSES`` or None; ``courses``: of applications, which stages each kind goes through."""

    kind: str
    heading: str
    columns: tuple[Column, ...] = ()
    total: bool = False
    ground: str | None = None
    whitelist: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    purpose: str | None = None
    courses: tuple[Course, ...] = ()

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
            **({"courses": [_course_json(course) for course in self.courses]} if self.courses else {}),
        }

    @classmethod
    def from_json(cls, data: Any) -> ElementForm:
        """Raises BadForm naming the first place that is wrong."""
        if not isinstance(data, Mapping) or data.get("kind") not in KINDS:
            raise BadForm("kind", "请选择怎样填写：文字、表格、名单、会议或者附件。")
        if not isinstance(data.get("heading"), str) or not data["heading"].strip():
            raise BadForm("heading", "小标题没有填写。")
        columns = tuple(_column(column, place) for place, column in enumerate(data.get("columns", []), 1))
        labels = [column.label for column in columns]
        for place, label in enumerate(labels, 1):
            if label in labels[: place - 1]:
                raise BadForm(f"columns.{place}", f"前面已经有一列叫“{label}”，请改成不同的列名。")
        whitelist = tuple(_words(data.get("whitelist", []), "whitelist", "可公开的列"))
        if data["kind"] == "person_list" and not columns:
            raise BadForm("columns", "名单要写明有哪些列，请至少填写一列。")
        for place, label in enumerate(labels, 1):
            if whitelist and label not in whitelist:
                raise BadForm(f"columns.{place}", f"“{label}”没有列为可公开，名单不能有这一列。")
        checks = tuple(check_from_json(check, place) for place, check in enumerate(data.get("checks", []), 1))
        ground, purpose = data.get("ground"), data.get("purpose")
        if purpose is not None and purpose not in PURPOSES:
            raise BadForm("purpose", f"用途要写成 {'、'.join(sorted(PURPOSES))} 中的一种，或者不写。")
        courses = tuple(_course(course, place) for place, course in enumerate(data.get("courses", []), 1))
        kinds = [course.kind for course in courses]
        for place, kind in enumerate(kinds, 1):
            if kind in kinds[: place - 1]:
                raise BadForm(f"courses.{place}", f"前面已经有一类申请叫“{kind}”，请改成不同的名称。")
        if purpose == "application" and not courses:
            raise BadForm("courses", "请至少写明一类申请和它要经过的步骤。")
        return cls(
            kind=data["kind"],
            heading=data["heading"].strip(),
            columns=columns,
            total=data.get("total") is True,
            ground=ground if isinstance(ground, str) else None,
            whitelist=whitelist,
            checks=checks,
            purpose=purpose,
            courses=courses,
        )


def _course_json(course: Course) -> dict[str, Any]:
    stages = [{"name": stage.name, "published": stage.published} for stage in course.stages]
    return {"kind": course.kind, "stages": stages}


def _course(data: Any, number: int) -> Course:
    place = f"courses.{number}"
    if not isinstance(data, Mapping) or not isinstance(data.get("stages"), list):
        raise BadForm(place, f"第{number}类申请没有写明要经过哪些步骤。")
    if not all(isinstance(stage, Mapping) for stage in data["stages"]):
        raise BadForm(place, f"第{number}类申请的步骤没有写清楚。")
    names = _words([stage.get("name") for stage in data["stages"]], place, f"第{number}类申请的步骤")
    if len(set(names)) != len(names) or len(names) < 2:
        raise BadForm(place, f"第{number}类申请至少要有两个步骤，名称不能重复。")
    (kind,) = _words([data.get("kind")], place, f"第{number}类申请的名称")
    too_long = next((name for name in (kind, *names) if len(name) > LONGEST), None)
    if too_long is not None:
        raise BadForm(place, f"“{too_long[:10]}……”太长（{len(too_long)}字），请缩短到{LONGEST}字以内。")
    published = [stage.get("published") is True for stage in data["stages"]]
    return Course(kind, tuple(Stage(*both) for both in zip(names, published, strict=True)))


def _words(value: Any, place: str, what: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise BadForm(place, f"{what}没有写清楚，请逐个写明。")
    return value


def _column(data: Any, number: int) -> Column:
    place = f"columns.{number}"
    if not isinstance(data, Mapping) or not isinstance(data.get("label"), str) or not data["label"].strip():
        raise BadForm(place, "这一列没有填写列名。")
    if data.get("type") not in COLUMN_TYPES:
        raise BadForm(place, f"请选择“{data['label']}”这一列填什么：文字、姓名、金额、数字或者日期。")
    return Column(data["label"].strip(), data["type"], tuple(_words(data.get("aliases", []), place, "别名")))


def check_from_json(data: Any, number: int) -> Check:
    """The ``number``-th check of a form. Raises BadForm."""
    place = f"checks.{number}"
    kind = CHECKS.get(data.get("check", "")) if isinstance(data, Mapping) else None
    if kind is None:
        raise BadForm(place, "不认识这一种核对，请去掉后重新加。")
    values = {key: value for key, value in data.items() if key != "check"}
    if "parts" in values:
        values["parts"] = tuple(_words(values["parts"], place, "相加的各列"))
    if set(values) != set(kind.__slots__) or not all(values.values()):
        raise BadForm(place, "这条核对没有填完整，每一格都要填。")
    made = kind(**values)
    if isinstance(made, OtherShare) and not _is_share(made.limit):
        raise BadForm(place, "占比要在0到100%之间，例如10%。")
    return made


def _is_share(text: Any) -> bool:
    return isinstance(text, str) and text.replace(".", "", 1).isdigit() and 0 <= float(text) <= 1


def sentence_of(check: Check) -> str:
    """What a check holds, as an administrator reads it."""
    match check:
        case Balance(opening, income, expense, closing):
            return f"每一列金额：“{opening}”＋“{income}”－“{expense}”＝“{closing}”"
        case PartsWhole(parts, whole):
            return f"每一行：{'＋'.join(f'“{part}”' for part in parts)}＝“{whole}”"
        case SameAsLast(opening, closing):
            return f"本期的“{opening}”＝上一期的“{closing}”"
        case OtherShare(label, limit):
            return f"以“{label}”开头的各行，合计不超过该列总数的{float(limit) * 100:g}%"


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
