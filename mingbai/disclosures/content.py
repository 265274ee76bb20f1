"""What a version says: a title and one block per element, as frozen values with an exact JSON form.

Cells are text; money is a decimal string ("1200.00"), never a float.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

COLUMN_TYPES = frozenset({"text", "name", "money", "number", "date"})
SUMMED_TYPES = frozenset({"money", "number"})
STATEMENTS = {"none_this_period": "本期无", "not_applicable": "不适用", "postponed": "暂缓公开"}
MEETING_FIELDS = {
    "name": "会议名称",
    "time": "时间",
    "place": "地点",
    "attendees": "与会人员",
    "chair": "主持人",
}


class ContentError(ValueError):
    """The content can't be published as it is; the message names the block, row and cell and what to do."""


@dataclass(frozen=True, slots=True)
class Content:
    """The title and the blocks of one version, checked by :func:`read_content`."""

    title: str
    blocks: tuple[Json, ...]

    def to_json(self) -> Json:
        return {"title": self.title, "blocks": list(self.blocks)}

    @property
    def elements(self) -> tuple[int, ...]:
        return tuple(block["element"] for block in self.blocks)

    @property
    def has_persons(self) -> bool:
        return any(block["kind"] == "person_list" and block["rows"] for block in self.blocks)

    @property
    def is_reduced(self) -> bool:
        """Whether names have left it."""
        return any("reduced" in block for block in self.blocks)

    @property
    def is_absence(self) -> bool:
        """Whether every block only states that there is nothing."""
        return bool(self.blocks) and all(block["kind"] == "nothing" for block in self.blocks)

    def without_names(self) -> Content:
        """Person lists reduced to their count and sums; everything else as it was."""
        return Content(self.title, tuple(_reduced(block) for block in self.blocks))


def read_content(data: Any) -> Content:
    """Check JSON that came from anywhere. Raises ContentError at the first thing that is wrong."""
    if not isinstance(data, dict) or not isinstance(data.get("title"), str) or not data["title"].strip():
        raise ContentError("标题没有填写，请补上标题。")
    blocks = data.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        raise ContentError("没有任何公开内容，请至少填写一项。")
    checked = tuple(_checked(block, place) for place, block in enumerate(blocks, 1))
    positions = [block["element"] for block in checked]
    if len(set(positions)) != len(positions):
        raise ContentError("同一项公开内容填写了两次，请合并为一项。")
    return Content(data["title"].strip(), checked)


def missing_elements(content: Content, elements: Mapping[int, str]) -> list[str]:
    """The texts of those elements (position → text) for which the content has no block."""
    return [text for position, text in elements.items() if position not in content.elements]


def _checked(block: Any, place: int) -> Json:
    where = f"第{place}块"
    if not isinstance(block, dict) or block.get("kind") not in _CHECKS:
        raise ContentError(f"{where}：内容形式不认识，请重新填写。")
    if not isinstance(block.get("element"), int) or isinstance(block["element"], bool):
        raise ContentError(f"{where}：没有写明对应目录的哪一项内容。")
    _text(block, "heading", where)
    _CHECKS[block["kind"]](block, f"{where}“{block['heading']}”")
    return block


def _text(block: Json, key: str, where: str) -> None:
    if not isinstance(block.get(key), str) or not block[key].strip():
        names = {"heading": "小标题", "ground": "公开个人信息的法律依据", "reason": "理由", **MEETING_FIELDS}
        raise ContentError(f"{where}：{names.get(key, key)}没有填写，请补上。")


def _texts(values: Any, where: str, what: str) -> None:
    if not isinstance(values, list) or not values or not all(isinstance(v, str) and v.strip() for v in values):
        raise ContentError(f"{where}：{what}没有填写，请补上。")


def _check_paragraphs(block: Json, where: str) -> None:
    _texts(block.get("paragraphs"), where, "正文")


def _check_meeting(block: Json, where: str) -> None:
    for field in MEETING_FIELDS:
        _text(block, field, where)
    _texts(block.get("topics"), where, "会议研究的事项")


def _check_attachment(block: Json, where: str) -> None:
    files = block.get("files")
    if not isinstance(files, list) or not files:
        raise ContentError(f"{where}：没有附件，请上传文件或改用其他形式。")
    for file in files:
        if not isinstance(file, dict) or not all(file.get(key) for key in ("name", "sha256", "size")):
            raise ContentError(f"{where}：附件信息不完整，请重新上传。")


def _check_nothing(block: Json, where: str) -> None:
    if block.get("statement") not in STATEMENTS:
        raise ContentError(f"{where}：请选择“本期无”“不适用”或“暂缓公开”。")
    _text(block, "reason", where)


def _check_table(block: Json, where: str) -> None:
    columns, rows = block.get("columns"), block.get("rows")
    if not isinstance(columns, list) or not columns:
        raise ContentError(f"{where}：表格没有列，请补上表头。")
    for column in columns:
        if not isinstance(column, dict) or not column.get("label") or column.get("type") not in COLUMN_TYPES:
            raise ContentError(f"{where}：表头不完整，请检查每一列的名称。")
    if not isinstance(rows, list) or (not rows and "reduced" not in block):
        raise ContentError(f"{where}：表格没有内容；如果本期没有，请改为填写“本期无”。")
    for number, row in enumerate(rows, 1):
        _check_row(row, columns, f"{where}第{number}行")
    if block.get("total") is not None:
        _check_row(block["total"], columns, f"{where}合计行")
        _check_total(block, where)


def _check_row(row: Any, columns: Sequence[Json], where: str) -> None:
    if not isinstance(row, list) or len(row) != len(columns) or not all(isinstance(cell, str) for cell in row):
        raise ContentError(f"{where}：单元格数目和表头不一致，应为{len(columns)}格。")
    for column, cell in zip(columns, row, strict=True):
        if column["type"] in SUMMED_TYPES and cell not in ("", "—") and decimal_of(cell) is None:
            raise ContentError(f"{where}“{column['label']}”：“{cell}”不是数字，请只填数字，例如 1200.00。")


def _check_total(block: Json, where: str) -> None:
    for place, column in enumerate(block["columns"]):
        stated = decimal_of(block["total"][place])
        if column["type"] not in SUMMED_TYPES or stated is None:
            continue
        summed = sum((decimal_of(row[place]) or Decimal(0) for row in block["rows"]), Decimal(0))
        if summed != stated:
            raise ContentError(f"{where}“{column['label']}”：合计写的是 {stated}，各行相加是 {summed}，请核对后改正。")


def _check_persons(block: Json, where: str) -> None:
    _check_table(block, where)
    _text(block, "ground", where)


def decimal_of(cell: str) -> Decimal | None:
    """The finite number that a cell says, or None."""
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _reduced(block: Json) -> Json:
    if block["kind"] != "person_list" or "reduced" in block:
        return block
    sums = [
        {
            "label": column["label"],
            "sum": str(sum((decimal_of(row[place]) or Decimal(0) for row in block["rows"]), Decimal(0))),
        }
        for place, column in enumerate(block["columns"])
        if column["type"] in SUMMED_TYPES
    ]
    return {**block, "rows": [], "total": None, "reduced": {"count": len(block["rows"]), "sums": sums}}


_CHECKS: dict[str, Callable[[Json, str], None]] = {
    "paragraphs": _check_paragraphs,
    "table": _check_table,
    "person_list": _check_persons,
    "meeting": _check_meeting,
    "attachment": _check_attachment,
    "nothing": _check_nothing,
}
