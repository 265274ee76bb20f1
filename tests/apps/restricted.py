"""A community whose catalogue ticks the columns 特定对象 and 依申请公开: what tests of the other two ways share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from mingbai.carriers.actions import publish
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import Duty
from mingbai.communities.models import Community, User
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.models import Version
from mingbai.obligations.actions import record_occurrence
from mingbai.rules.catalogue import Audience, Mode
from tests.conftest import noon, seed_catalogue

# What only households read, and what is only given to who asks. The words stand nowhere else.
MARK = "甲乙丙丁专门内容"
FOR_HOUSEHOLDS, ALSO_FOR_HOUSEHOLDS, ON_REQUEST = 10, 11, 22
FILE = "专门附件.txt"


def adopt_restricted(community: Community, by: User, on: str = "2026-02-01") -> None:
    """The seed's catalogue with three of its items for fewer people."""
    changed = {
        FOR_HOUSEHOLDS: {"audience": (Audience.SPECIFIC_PARTIES,)},
        ALSO_FOR_HOUSEHOLDS: {"audience": (Audience.SPECIFIC_PARTIES,)},
        ON_REQUEST: {"modes": (Mode.ON_REQUEST,)},
    }
    items = tuple(replace(item, **changed.get(item.number, {})) for item in seed_catalogue().items)
    adopt_catalogue(
        community=community,
        catalogue=replace(seed_catalogue(), items=items),
        source_name=SEED_CATALOGUE.name,
        source=SEED_CATALOGUE.read_bytes(),
        by=by,
        on=date.fromisoformat(on),
        at=noon(on),
    )


def saying(text: str = MARK, file: bool = True) -> tuple[dict[str, Any], list[Upload]]:
    """Content with the words in its title, its text and, unless told otherwise, a file."""
    upload = Upload(FILE, "text/plain", text.encode())
    named = {"name": upload.name, "media_type": upload.media_type, "sha256": upload.sha256, "size": len(upload.data)}
    blocks: list[dict[str, Any]] = [
        {"element": 1, "heading": "说明", "kind": "paragraphs", "paragraphs": [f"{text}的一段。"]}
    ]
    if file:
        blocks.append({"element": 2, "heading": "附件", "kind": "attachment", "files": [named]})
    return {"title": f"{text}通知", "blocks": blocks}, [upload] if file else []


def issue(
    community: Community, number: int, on: str, content: dict[str, Any], files: list[Upload], by: User
) -> Version:
    duty = Duty.objects.filter(
        item__catalogue__community=community, item__catalogue__superseded_on=None, item__number=number
    ).order_by("position")[0]
    at, day = noon(on), date.fromisoformat(on)
    owed = record_occurrence(community=community, duty=duty, on=day, what="测试事由", by=by, at=at)
    return publish(obligation=owed, content=content, dated_on=day, by=by, at=at, files=files)
