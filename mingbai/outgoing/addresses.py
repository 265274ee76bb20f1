"""Whole addresses: what leaves the site (feeds, API, data) has to say where it came from."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def site_address(request: HttpRequest) -> str:
    """The public address without a slash at its end; the request's own where none is set."""
    return str(settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"))


def authority() -> str:
    """The name in our tag URIs. Never taken from a request: what a reader has kept must be known again."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def address(base: str, name: str, *args: object) -> str:
    """The whole address of one of our pages."""
    return base + reverse(name, args=args)
