"""An element's form as fields on a page: from a form or from what was posted, and back to what ElementForm reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from mingbai.rules.forms import BadForm, ElementForm, check_from_json, sentence_of

KINDS = {"paragraphs": "文字", "table": "表格", "person_list": "名单", "meeting": "会议", "attachment": "附件"}
TYPES = {"text": "文字", "name": "姓名", "money": "金额", "number": "数字", "date": "日期"}
# What a new check of each kind asks for: name, label, what is proposed.
NEW_CHECKS: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "balance": (
        "期初＋收入－支出＝期末（按每行第一格的名称找这四行）",
        (
            ("opening", "期初一行的名称", "期初结存"),
            ("income", "收入一行的名称", "本期收入"),
            ("expense", "支出一行的名称", "本期支出"),
            ("closing", "期末一行的名称", "期末结存"),
        ),
    ),
    "same_as_last": (
        "本期的期初＝上一期的期末",
        (("opening", "期初一行的名称", "期初结存"), ("closing", "期末一行的名称", "期末结存")),
    ),
    "other_share": (
        "“其他”不能太多",
        (("label", "这些行的名称以什么开头", "其他"), ("limit", "最多占百分之几", "10")),
    ),
}
SPARE, MOST = 3, 60
BETWEEN = re.compile(r"[、,，;；\s]+")


@dataclass(slots=True)
class TypedColumn:
    """One row of the list of columns, as typed."""

    n: int
    label: str = ""
    type: str = "text"
    aliases: str = ""
    # Whether a list of persons may show it: to be said of each column, never taken for granted.
    open: bool = False
    drop: bool = False
    error: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.label.strip() and not self.aliases.strip()


@dataclass(slots=True)
class TypedCheck:
    """One check that there was before: what it says, the fields that carry it, and whether it shall go."""

    n: int
    data: dict[str, Any]
    sentence: str
    drop: bool = False
    error: str = ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        values = ((key, value if isinstance(value, list) else [value]) for key, value in self.data.items())
        return [(f"k{self.n}-{key}", one) for key, several in values for one in several]


@dataclass(slots=True)
class TypedStage:
    n: int
    name: str = ""
    published: bool = False


@dataclass(slots=True)
class TypedCourse:
    """One kind of application and its stages, as typed; a stage without a name is none."""

    n: int
    kind: str = ""
    stages: list[TypedStage] = field(default_factory=list)
    drop: bool = False
    error: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.kind.strip() and not self.named

    @property
    def named(self) -> list[TypedStage]:
        return [stage for stage in self.stages if stage.name.strip()]

    @property
    def data(self) -> dict[str, Any]:
        stages = [{"name": stage.name.strip(), "published": stage.published} for stage in self.named]
        return {"kind": self.kind.strip(), "stages": stages}

    def more(self, count: int) -> None:
        start = len(self.stages)
        self.stages += [TypedStage(n) for n in range(start, min(start + count, MOST))]


@dataclass(slots=True)
class TypedForm:
    kind: str
    heading: str
    ground: str
    total: bool
    columns: list[TypedColumn]
    checks: list[TypedCheck]
    parts: Sequence[str] = ()
    whole: str = ""
    new: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    courses: list[TypedCourse] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        return [label for column in self.columns if not column.drop and (label := column.label.strip())]

    @property
    def offered(self) -> list[dict[str, Any]]:
        """The kinds of checks that can be added, each with its fields as typed."""
        return [
            {
                "kind": kind,
                "title": title,
                "open": any(self.new.get(kind, {}).values()),
                "error": self.errors.get(f"new.{kind}", ""),
                "fields": [
                    (name, label, self.new.get(kind, {}).get(name, ""), proposed) for name, label, proposed in wanted
                ],
            }
            for kind, (title, wanted) in NEW_CHECKS.items()
        ]

    @property
    def new_parts_error(self) -> str:
        return self.errors.get("new.parts_whole", "")

    def more(self, count: int = SPARE) -> TypedForm:
        """With empty rows at the end of the columns, and of the stages of applications, where there are any."""
        start = len(self.columns)
        self.columns += [TypedColumn(n) for n in range(start, min(start + count, MOST))]
        if self.courses:
            self.courses += [TypedCourse(len(self.courses))][: MOST - len(self.courses)]
            for course in self.courses:
                course.more(count)
        return self


def typed_of(form: ElementForm) -> TypedForm:
    """The fields of a form as it stands, with a few empty rows."""
    unlimited = form.kind == "person_list" and not form.whitelist
    columns = [
        TypedColumn(
            n, column.label, column.type, "、".join(column.aliases), unlimited or column.label in form.whitelist
        )
        for n, column in enumerate(form.columns)
    ]
    checks = [
        TypedCheck(n, data, sentence_of(check))
        for n, (data, check) in enumerate(zip(form.to_json()["checks"], form.checks, strict=True))
    ]
    courses = [
        TypedCourse(n, course.kind, [TypedStage(m, one.name, one.published) for m, one in enumerate(course.stages)])
        for n, course in enumerate(form.courses)
    ]
    return TypedForm(form.kind, form.heading, form.ground or "", form.total, columns, checks, courses=courses).more()


def posted(post: QueryDict) -> TypedForm:
    """The fields exactly as they were typed."""
    columns = [
        TypedColumn(
            n,
            post.get(f"label-{n}", ""),
            post.get(f"type-{n}", "text"),
            post.get(f"aliases-{n}", ""),
            f"open-{n}" in post,
            f"drop-{n}" in post,
        )
        for n in range(_count(post, "rows"))
    ]
    checks = []
    for n in range(_count(post, "checks")):
        data: dict[str, Any] = {
            key.removeprefix(f"k{n}-"): post[key] for key in post if key.startswith(f"k{n}-") and key != f"k{n}-parts"
        }
        if f"k{n}-parts" in post:
            data["parts"] = post.getlist(f"k{n}-parts")
        checks.append(TypedCheck(n, data, _sentence(data), f"forget-{n}" in post))
    new = {
        kind: {name: post.get(f"{kind}-{name}", "").strip() for name, _, _ in wanted}
        for kind, (_, wanted) in NEW_CHECKS.items()
    }
    return TypedForm(
        kind=post.get("kind", ""),
        heading=post.get("heading", ""),
        ground=post.get("ground", ""),
        total="total" in post,
        columns=columns,
        checks=checks,
        parts=post.getlist("parts"),
        whole=post.get("whole", ""),
        new=new,
        courses=[_posted_course(post, n) for n in range(_count(post, "courses"))],
    )


def _posted_course(post: QueryDict, n: int) -> TypedCourse:
    stages = [
        TypedStage(m, post.get(f"stage-{n}-{m}", ""), f"published-{n}-{m}" in post)
        for m in range(_count(post, f"stages-{n}"))
    ]
    return TypedCourse(n, post.get(f"course-{n}", ""), stages, f"drop-course-{n}" in post)


def _count(post: QueryDict, name: str) -> int:
    told = post.get(name, "")
    return min(int(told), MOST) if told.isascii() and told.isdigit() else 0


def _sentence(data: Mapping[str, Any]) -> str:
    try:
        return sentence_of(check_from_json(data, 1))
    except BadForm as error:
        return str(error)


def read(typed: TypedForm, current: ElementForm) -> ElementForm | None:
    """The form that was typed; None when something is wrong, and then ``typed`` says so beside each place.

    What the page has no field for stays as it is in ``current``.
    """
    kept = [column for column in typed.columns if not column.drop and not column.is_blank]
    stay = [check for check in typed.checks if not check.drop]
    added = _added(typed)
    courses = [course for course in typed.courses if not course.drop and not course.is_blank]
    data = {
        **current.to_json(),
        "kind": typed.kind,
        "heading": typed.heading,
        "columns": [
            {"label": column.label, "type": column.type, "aliases": [a for a in BETWEEN.split(column.aliases) if a]}
            for column in kept
        ],
        "total": typed.total,
        "ground": typed.ground.strip() or None,
        # An empty list would not limit anything, so a list with no tick at all names a column that there can't be.
        "whitelist": ([c.label.strip() for c in kept if c.open] or ["—"]) if typed.kind == "person_list" else [],
        "checks": [*(check.data for check in stay), *(check for _, check in added)],
        **({"courses": [course.data for course in courses]} if current.purpose == "application" else {}),
    }
    form = None
    try:
        form = ElementForm.from_json(data)
    except BadForm as error:
        _place(typed, error, kept, stay, [kind for kind, _ in added], courses)
    known = {column.label.strip() for column in kept}
    for check in stay:
        used = [*check.data.get("parts", []), *([check.data["whole"]] if "whole" in check.data else [])]
        lost = [label for label in used if label not in known]
        if lost:
            check.error = f"这条核对用到的列“{lost[0]}”已经没有了，请勾选去掉，再按新的列名加一条。"
    return form if not typed.errors and not any(check.error for check in stay) else None


def _added(typed: TypedForm) -> list[tuple[str, dict[str, Any]]]:
    """The checks that were filled in anew: (kind, data)."""
    found: list[tuple[str, dict[str, Any]]] = []
    for kind, values in typed.new.items():
        if any(values.values()):
            data: dict[str, Any] = {"check": kind, **values}
            if kind == "other_share":
                data["limit"] = _share(values["limit"])
            found.append((kind, data))
    if typed.parts or typed.whole:
        found.append(("parts_whole", {"check": "parts_whole", "parts": list(typed.parts), "whole": typed.whole}))
        if typed.whole in typed.parts:
            typed.errors["new.parts_whole"] = "合计的那一列不能也在相加的各列里。"
    return found


def _share(text: str) -> str:
    """«10» or «10%» → "0.1"; what isn't a number stays as it is, to be refused."""
    try:
        return f"{Decimal(text.strip().rstrip('%％')) / 100:f}"
    except InvalidOperation:
        return text


def _place(
    typed: TypedForm,
    error: BadForm,
    kept: Sequence[TypedColumn],
    stay: Sequence[TypedCheck],
    added: Sequence[str],
    courses: Sequence[TypedCourse],
) -> None:
    """Put an error beside the field that it is about."""
    where, _, number = error.place.partition(".")
    typed.errors[where] = str(error)
    if where == "columns" and number:
        kept[int(number) - 1].error = str(error)
    elif where == "courses" and number:
        courses[int(number) - 1].error = str(error)
    elif where == "checks" and int(number) <= len(stay):
        stay[int(number) - 1].error = str(error)
    elif where == "checks":
        typed.errors[f"new.{added[int(number) - 1 - len(stay)]}"] = str(error)
