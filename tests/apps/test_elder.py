"""大字版: the same pages under /da/, all links staying there, and nothing of it left for the next request."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_script_prefix, set_script_prefix

from mingbai.public.elder import ElderMode, modes
from tests.conftest import Cast, noon, paragraphs


@pytest.fixture
def code(cast: Cast, owe: Callable[..., Any]) -> str:
    from mingbai.carriers.actions import publish

    version = publish(
        obligation=owe(10, "2026-03-02"),
        content=paragraphs(1, 2),
        dated_on=noon("2026-03-02").date(),
        by=cast.clerk,
        at=noon("2026-03-02"),
    )
    return str(version.code)


PAGES = ("", "catalogue/", "owed/", "items/10/", "guide/", "rules/", "contact/", "v/CODE/")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_large_page_stays_in_large_pages(client: Client, code: str, page: str) -> None:
    path = f"/c/jinan/{page}".replace("CODE", code)
    large, standard = client.get(f"/da{path}"), client.get(path)
    assert large.status_code == standard.status_code == 200
    text = large.content.decode()
    assert '<html lang="zh-Hans" class="elder">' in text
    links = re.findall(r'<a[^>]* href="(/[^"]*)"', text)
    assert links and [link for link in links if not link.startswith("/da/")] == [path]
    assert f'<a href="{path}">标准版</a>' in text and f'<link rel="canonical" href="{path}">' in text
    assert not large.cookies
    plain = standard.content.decode()
    assert 'class="elder"' not in plain and f'<link rel="canonical" href="{path}">' in plain
    assert [link for link in re.findall(r'href="(/da/[^"]*)"', plain)] == [f"/da{path}"]


@pytest.mark.parametrize(
    "path",
    [
        "/da/desk/",
        "/da/desk/login/",
        "/da/admin/",
        "/da/api/v1/openapi.json",
        "/da/api/v1/communities",
        "/da/static/mingbai/site.css",
        "/da/da/c/jinan/",
        "/da//c/jinan/",
        "/da/c/nowhere/",
    ],
)
def test_only_the_residents_pages_exist_twice(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).status_code == 404


def test_a_file_has_one_address(client: Client, code: str) -> None:
    answer = client.get(f"/da/c/jinan/v/{code}/sheet-a4.pdf?distance=200")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/c/jinan/v/{code}/sheet-a4.pdf?distance=200"


@pytest.mark.parametrize("path", ["/da//example.org/c/x.pdf", "/da/\\example.org/x.pdf", "/da/%5cexample.org/x.pdf"])
def test_nobody_is_sent_elsewhere(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_redirects_stay_in_large_pages(client: Client, code: str) -> None:
    assert client.get("/da/c/jinan").headers["Location"] == "/da/c/jinan/"
    assert client.get(f"/da/s/{code.lower()}/").headers["Location"] == f"/da/s/{code}/"


def test_the_next_request_knows_nothing_of_it(client: Client, code: str) -> None:
    before = client.get("/c/jinan/").content
    for path in ("/da/c/jinan/", "/da/desk/", f"/da/c/jinan/v/{code}/"):
        client.get(path)
        assert get_script_prefix() == "/"
        assert client.get("/c/jinan/").content == before


def test_an_error_leaves_no_prefix_behind() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        assert get_script_prefix() == "/da/" and request.path_info == "/c/jinan/"
        raise RuntimeError("a view failed")

    with pytest.raises(RuntimeError):
        ElderMode(fail)(RequestFactory().get("/da/c/jinan/"))
    assert get_script_prefix() == "/"


def test_another_thread_is_not_in_large_mode() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        other = threading.Thread(target=lambda: seen.append(get_script_prefix()))
        other.start()
        other.join()
        seen.append(get_script_prefix())
        return HttpResponse()

    ElderMode(view)(RequestFactory().get("/da/c/jinan/"))
    assert seen == ["/", "/da/"]


@pytest.mark.parametrize(
    ("prefix", "elder", "canonical", "other"),
    [
        ("/", False, "/c/x/", "/da/c/x/"),
        ("/da/", True, "/c/x/", "/c/x/"),
        ("/below/", False, "/below/c/x/", "/below/da/c/x/"),
        ("/below/da/", True, "/below/c/x/", "/below/c/x/"),
    ],
)
def test_the_two_addresses_of_a_page(prefix: str, elder: bool, canonical: str, other: str, settings: Any) -> None:
    """Also where the site hangs below an address of a government site."""
    settings.PUBLIC_URL = "https://example.org"
    set_script_prefix(prefix)
    try:
        assert modes("/c/x/") == {
            "elder": elder,
            "canonical": f"https://example.org{canonical}",
            "other_mode": other,
        }
    finally:
        set_script_prefix("/")
