"""Whole addresses: what leaves the site (feeds, API, data) has to say where it came from."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse


def site_address(request: HttpRequest) -> str:
    """The public address without a slash at its end; the request's own where none is set."""
    return str(settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"))


def authority() -> str:
    """The name in our tag URIs. Never taken from a request: what a reader has kept must be known again."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def address(base: str, name: str, *args: object) -> str:
    """The whole address of one of our pages."""
    return base + path_to(name, *args)


def path_to(name: str, *args: object) -> str:
    """``reverse`` by place, remembered: the address of a page under the prefix of the edition that is being shown."""
    return _path(get_script_prefix(), get_urlconf(), name, args)


@lru_cache(maxsize=16_384)
def _path(prefix: str, urlconf: str | None, name: str, args: tuple[object, ...]) -> str:
    """``prefix`` and ``urlconf`` are what ``reverse`` looks at beside its arguments."""
    return reverse(name, args=args)
