"""The screen over HTTP: only what is public and on show, each with its last day, and a worker of narrow scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import publish, put_up
from mingbai.catalogues.models import Item
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation
from tests.conftest import Cast, names_list, noon, paragraphs


@pytest.fixture
def version(cast: Cast, owe: Callable[..., Obligation]) -> Version:
    at = noon("2026-03-02")
    return publish(obligation=owe(15, "2026-03-02"), content=names_list(), dated_on=at.date(), by=cast.clerk, at=at)


def screen(day: str, slug: str = "jinan") -> str:
    with time_machine.travel(noon(day), tick=False):
        response = Client().get(f"/c/{slug}/screen/")
    assert response.status_code == 200 and not response.cookies
    assert "worker-src 'self'" in response.headers["Content-Security-Policy"]
    return response.content.decode()


def test_what_is_on_show_is_there_with_its_last_day_and_its_qr(version: Version) -> None:
    page = screen("2026-03-04")
    assert version.title in page and "张*" in page and f"{version.code[:4]} {version.code[4:]}" in page
    assert "<!--until 2026-03-17-->" in page and 'data-until="2026-03-17"' in page and "<svg" in page
    assert " style=" not in page and 'data-today="2026-03-04"' in page
    assert "现在没有正在公示的内容" in screen("2026-03-18") and "张*" not in screen("2026-03-18")
    assert version.title not in screen("2026-03-04", "neighbour")


def test_of_a_line_of_versions_only_the_last_is_shown(cast: Cast, version: Version) -> None:
    board = version.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")
    at = noon("2026-03-03")
    put_up(version=version, carrier=board, on=at.date(), by=cast.clerk, at=at)
    new = publish(
        obligation=version.disclosure.obligation,
        content={**names_list(), "title": "新的名单"},
        dated_on=date(2026, 3, 5),
        by=cast.clerk,
        at=noon("2026-03-05"),
    )
    page = screen("2026-03-06")
    assert new.title in page and page.count('class="slide"') == 1


def test_what_is_not_for_everyone_is_not_on_the_screen(version: Version) -> None:
    Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
    assert version.title not in screen("2026-03-04")


def test_what_it_says_of_itself_changes_with_what_it_shows_and_with_the_day(
    cast: Cast, version: Version, owe: Any
) -> None:
    def state(day: str) -> str:
        found = re.search(r'data-state="(\w+)"', screen(day))
        assert found is not None
        return found[1]

    first = state("2026-03-04")
    assert state("2026-03-04") == first != state("2026-03-05")
    at = noon("2026-03-04")
    publish(obligation=owe(22, "2026-03-04"), content=paragraphs(1), dated_on=at.date(), by=cast.clerk, at=at)
    assert state("2026-03-04") != first


def test_the_worker_keeps_the_screen_and_nothing_else(version: Version) -> None:
    response = Client().get("/c/jinan/screen/sw.js")
    script = response.content.decode()
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert 'const KEPT = "screen-jinan"' in script and '"/c/jinan/screen/"' in script
    assert set(re.findall(r'"(/[^"]*)"', script)) == {
        "/c/jinan/screen/",
        "/static/mingbai/site.css",
        "/static/mingbai/screen.css",
        "/static/mingbai/screen.js",
    }
    for path in ("/c/nowhere/screen/", "/c/nowhere/screen/sw.js"):
        assert Client().get(path).status_code == 404


def test_the_screen_needs_few_queries(version: Version, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    with time_machine.travel(noon("2026-03-04"), tick=False), django_assert_max_num_queries(6):
        Client().get("/c/jinan/screen/")
    with time_machine.travel(noon("2026-03-04"), tick=False), django_assert_max_num_queries(14):
        Client().get("/c/jinan/carriers/")


def test_the_screen_has_one_address(version: Version) -> None:
    """It is large already, and its worker wouldn't be allowed to answer for another address."""
    response = Client().get("/da/c/jinan/screen/")
    assert (response.status_code, response.headers["Location"]) == (301, "/c/jinan/screen/")
