"""The data dictionary: each field's name, type, meaning and source, read from the shapes that data is written in."""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

TYPES = {
    str: "文本",
    int: "整数",
    bool: "true 或 false",
    date: "日期，如 2026-10-14",
    datetime: "时间，如 2026-10-14T12:00:00+08:00",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as the dictionary tells it. ``name`` of a field inside another one is ``carriers.from_on``."""

    name: str
    type: str
    meaning: str
    source: str


def dictionary(shape: type[BaseModel], inside: str = "") -> list[Entry]:
    """Every field of a shape, each followed by the fields inside it."""
    entries = []
    for name, field in shape.model_fields.items():
        extra = field.json_schema_extra
        source = str(extra["x-source"]) if isinstance(extra, dict) else ""
        entries.append(Entry(inside + name, type_name(field.annotation), field.description or "", source))
        for nested in _shapes_in(field.annotation):
            entries += dictionary(nested, f"{inside}{name}.")
    return entries


def type_name(annotation: Any) -> str:
    """The type in Chinese."""
    if annotation in TYPES:
        return TYPES[annotation]
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        (kept,) = (part for part in parts if part is not type(None))
        return f"{type_name(kept)}，可以为空"
    if origin is list:
        return f"若干个{type_name(parts[0])}"
    is_choice = origin is Literal or (isinstance(annotation, type) and issubclass(annotation, Enum))
    return "文本（几个词之一）" if is_choice else "一组字段"


def _shapes_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [shape for part in get_args(annotation) for shape in _shapes_in(part)]
