"""The fixed cast and the one community that tests share: 金安社区 with its real catalogue."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from mingbai.data.seed import SEED_CATALOGUE
from mingbai.reading.read import read
from mingbai.rules.catalogue import Catalogue
from mingbai.rules.days import SHANGHAI

DATA = Path(__file__).parent / "data"
DAY_OF_DEMO = date(2026, 11, 23)


def noon(day: str | date) -> datetime:
    on = day if isinstance(day, date) else date.fromisoformat(day)
    return datetime.combine(on, time(12), SHANGHAI)


def golden(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@lru_cache
def seed_catalogue() -> Catalogue:
    """金安社区's catalogue as the reader reads it; a frozen value, so that one reading serves all tests."""
    return read(SEED_CATALOGUE)


# An example of hypothesis has a fifth of a second, by the clock on the wall; beside other processes it has two seconds.
hypothesis.settings.register_profile("side by side", hypothesis.settings.default, deadline=2000)
if "PYTEST_XDIST_WORKER" in os.environ and hypothesis.settings.default.deadline is not None:
    hypothesis.settings.load_profile("side by side")


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: it needn't be looked through for rubbish again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def pages_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the page store of this machine's own site."""
    from django.conf import settings

    settings.PAGES = tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A hash that is weak and quick; what is tested here isn't Django's own hashing."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once() -> Iterator[None]:
    """WhiteNoise lists every static file when a server starts, and each Client is one that starts: the list is kept."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def add_files(self: Any) -> None:
        if not listed:
            look(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """pytest-django's database, and two copies of it: with the cast, and for the demo's year, loaded when asked for."""
    from tests.prepared import Prepared

    def year() -> Any:
        from mingbai.jobs.demo import load_demo

        return load_demo(DAY_OF_DEMO)

    with django_db_blocker.unblock():
        copies = {"cast": Prepared("cast", bring_together), "year": Prepared("year", year)}
        copies["cast"].filled()
    yield copies
    with django_db_blocker.unblock():
        for copy in copies.values():
            copy.close()


@pytest.fixture(scope="module")
def demo(django_db_setup: dict[str, Any], django_db_blocker: Any) -> Iterator[Any]:
    """The demo's community with its year, for a module: what the module does to it is rolled back after it."""
    with django_db_blocker.unblock(), django_db_setup["year"].opened() as community:
        yield community


@pytest.fixture
def demo_for_once(django_db_setup: dict[str, Any], db: None) -> Iterator[Any]:
    """The same for one test of a module whose other tests have no demo."""
    with django_db_setup["year"].opened() as community:
        yield community


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
def cast(django_db_setup: dict[str, Any], db: None) -> Iterator[Cast]:
    """Everybody from the prepared copy; anew where the test has something already, or commits."""
    from django.db import connection

    from mingbai.communities.models import Community, Event, User

    begun = any(model.objects.exists() for model in (Community, Event, User))
    if begun or not connection.in_atomic_block:
        yield bring_together()
    else:
        with django_db_setup["cast"].opened() as everybody:
            yield everybody


def bring_together() -> Cast:
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
