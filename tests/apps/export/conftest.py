"""What the tests of ``mingbai export`` start from: three items in force, and what happens with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingbai.carriers.actions import publish, put_up
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import Duty
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import elements_of
from mingbai.obligations.actions import record_occurrence
from mingbai.obligations.models import Obligation
from mingbai.public.exporting import run as running
from mingbai.rules.catalogue import Catalogue
from tests.conftest import Cast, noon, paragraphs, seed_catalogue


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are rendered."""
    found: list[str] = []
    ask = running.ask
    monkeypatch.setattr(running, "ask", lambda url: found.append(url) or ask(url))
    return found


FEW = (2, 15, 22)


@pytest.fixture
def few(cast: Cast) -> None:
    """Only three items are in force: one always on show, one that names people, one that is plain."""
    items = tuple(item for item in seed_catalogue().items if item.number in FEW)
    adopt(cast, replace(seed_catalogue(), items=items), "2026-01-06")


def adopt(cast: Cast, catalogue: Catalogue, on: str) -> None:
    adopt_catalogue(
        community=cast.community,
        catalogue=catalogue,
        source_name="catalogue.txt",
        source=on.encode(),
        by=cast.director,
        on=date.fromisoformat(on),
        at=noon(on),
    )


@pytest.fixture
def owed(cast: Cast) -> Callable[[int, str], Obligation]:
    """Something happened with an item in force."""

    def record(number: int, on: str) -> Obligation:
        duty = Duty.objects.get(
            item__catalogue__community=cast.community,
            item__catalogue__superseded_on=None,
            item__number=number,
            position=1,
        )
        day = date.fromisoformat(on)
        return record_occurrence(
            community=cast.community, duty=duty, on=day, what="测试事由", by=cast.clerk, at=noon(on)
        )

    return record


@pytest.fixture
def issued(cast: Cast, few: None, owed: Callable[..., Obligation]) -> Callable[..., Version]:
    def issue(number: int, on: str, content: Any = None, obligation: Any = None, **more: Any) -> Version:
        obligation = obligation or owed(number, on)
        return publish(
            obligation=obligation,
            content=content or paragraphs(*elements_of(obligation)),
            dated_on=date.fromisoformat(on),
            by=cast.clerk,
            at=noon(on),
            **more,
        )

    return issue


def hang(version: Version, on: str, cast: Cast) -> Any:
    board = version.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")
    return put_up(version=version, carrier=board, on=date.fromisoformat(on), by=cast.clerk, at=noon(on))


def with_a_file(name: str = "名单.txt") -> tuple[dict[str, Any], Upload]:
    upload = Upload(name, "text/plain", "附件里的字".encode())
    files = [{"name": upload.name, "sha256": upload.sha256, "size": len(upload.data)}]
    return {
        "title": "带附件的公开",
        "blocks": [{"element": 1, "heading": "附件", "kind": "attachment", "files": files}],
    }, upload
