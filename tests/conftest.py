"""The fixed cast and the one community that tests share: 金安社区 with its real catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from mingbai.data.seed import SEED_CATALOGUE
from mingbai.reading.read import read
from mingbai.rules.catalogue import Catalogue
from mingbai.rules.days import SHANGHAI

DATA = Path(__file__).parent / "data"


def noon(day: str | date) -> datetime:
    on = day if isinstance(day, date) else date.fromisoformat(day)
    return datetime.combine(on, time(12), SHANGHAI)


def golden(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@lru_cache
def seed_catalogue() -> Catalogue:
    """金安社区's catalogue as the reader reads it; a frozen value, so that one reading serves all tests."""
    return read(SEED_CATALOGUE)


@pytest.fixture(scope="session", autouse=True)
def pages_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the page store of this machine's own site."""
    from django.conf import settings

    settings.PAGES = tmp_path_factory.mktemp("pages")


@dataclass
class Cast:
    """The people of the community, one of each role, and the clerk of another one."""

    community: Any
    clerk: Any
    member: Any
    director: Any
    supervisor: Any
    administrator: Any
    neighbour: Any
    neighbours_clerk: Any


@pytest.fixture
def cast(db: None) -> Cast:
    from mingbai.catalogues.actions import adopt_catalogue
    from mingbai.communities.actions import found_community, grant_role
    from mingbai.communities.models import Role, User

    at = noon("2026-01-05")
    community = found_community(slug="jinan", name="金安社区", body="金安社区居民委员会", by=None, at=at)
    neighbour = found_community(slug="neighbour", name="邻近社区", body="邻近社区居民委员会", by=None, at=at)
    people = {}
    for name, where, role in (
        ("clerk", community, Role.Kind.CLERK),
        ("member", community, Role.Kind.COMMITTEE_MEMBER),
        ("director", community, Role.Kind.DIRECTOR),
        ("administrator", community, Role.Kind.ADMINISTRATOR),
        ("supervisor", community, Role.Kind.SUPERVISION_MEMBER),
        ("neighbours_clerk", neighbour, Role.Kind.CLERK),
    ):
        people[name] = User.objects.create_user(name, display_name=name, password_changed_at=at)
        grant_role(community=where, user=people[name], kind=role, by=None, at=at)
    adopt_catalogue(
        community=community,
        catalogue=seed_catalogue(),
        source_name=SEED_CATALOGUE.name,
        source=SEED_CATALOGUE.read_bytes(),
        by=people["director"],
        on=date(2026, 1, 5),
        at=at,
    )
    return Cast(community=community, neighbour=neighbour, **people)


@pytest.fixture
def owe(cast: Cast) -> Callable[..., Any]:
    """Record that something happened with an item; returns the obligation."""
    from mingbai.catalogues.models import Duty
    from mingbai.obligations.actions import record_occurrence

    def record(number: int, on: str, position: int = 1) -> Any:
        duty = Duty.objects.get(item__catalogue__community=cast.community, item__number=number, position=position)
        return record_occurrence(
            community=cast.community, duty=duty, on=date.fromisoformat(on), what="测试事由", by=cast.clerk, at=noon(on)
        )

    return record


def paragraphs(*elements: int, title: str = "测试公开") -> dict[str, Any]:
    """Content with one paragraph for each of the elements."""
    return {
        "title": title,
        "blocks": [
            {"element": element, "heading": f"第{element}项", "kind": "paragraphs", "paragraphs": ["正文一段。"]}
            for element in elements
        ],
    }


def names_list(element: int = 1) -> dict[str, Any]:
    return {
        "title": "慰问名单",
        "blocks": [
            {
                "element": element,
                "heading": "名单",
                "kind": "person_list",
                "caption": None,
                "columns": [
                    {"label": "姓名", "type": "name"},
                    {"label": "楼栋", "type": "text"},
                    {"label": "金额（元）", "type": "money"},
                ],
                "rows": [["张*", "3号楼", "300.00"], ["李*", "5号楼", "200.00"]],
                "total": ["合计", "", "500.00"],
                "ground": "依照《个人信息保护法》第十三条公开。",
            }
        ],
    }


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **about: Any) -> bytes:
    """A photograph as a camera makes it; ``about`` is what else it knows."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **about)
    return out.getvalue()
