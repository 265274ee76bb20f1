"""Validators of residents' pages, the finished page into the store, and what is said when the database is away."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import http_date, parse_etags

from mingbai.communities.queries import heal_revision, public_revision
from mingbai.communities.revisions import announced
from mingbai.public.store import Address, Page, address_of, etag_of, keep
from mingbai.rules.days import legal_day

# Anyone may keep a page, and asks every time whether it is still the same.
CACHE_CONTROL = "public, max-age=0, must-revalidate"
# What a page from the store carries too, beside the headers of security that stand further out.
GIVEN_BACK = frozenset({"content-type", "content-length", "cache-control", "etag", "last-modified", "x-frame-options"})


def origin_of(request: HttpRequest) -> str:
    """Where no public address is set, links with a host in them come from the request, and such pages are its own."""
    return "" if settings.PUBLIC_URL else f"@{request.scheme}-{request.get_host()}/"


class KeptPages:
    """Everything below a community's address carries validators of (release, revision, day, address).

    Revision and day are read before the page is rendered: a page can't claim to be newer than it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = None
        if request.method in {"GET", "HEAD"}:
            address = address_of(request.path, origin_of(request))
        revision = public_revision(address.slug) if address is not None else None
        if address is None or revision is None:
            return self.get_response(request)
        now = timezone.now()
        tag = etag_of(address, revision.folder, legal_day(now), request.META.get("QUERY_STRING", ""))
        if announced(address.slug) != revision.folder and not connection.in_atomic_block:
            heal_revision(address.slug)
        if is_known(tag, request.headers.get("If-None-Match", "")):
            return validated(HttpResponseNotModified(), tag)
        response = self.get_response(request)
        is_same = response.status_code == 200 and not response.streaming and not response.cookies
        if not is_same or response.has_header("Cache-Control") or legal_day(timezone.now()) != legal_day(now):
            return response
        modified = int(now.timestamp())
        validated(response, tag, modified)
        if is_finished(request, response, address):
            keep(address, revision, legal_day(now), Page(response.content, modified))
        return response


def is_known(tag: str, if_none_match: str) -> bool:
    return any(known.removeprefix("W/") == tag for known in parse_etags(if_none_match))


def validated(response: HttpResponse, tag: str, modified: int | None = None) -> HttpResponse:
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["ETag"] = tag
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    return response


def is_finished(request: HttpRequest, response: HttpResponse, address: Address) -> bool:
    """Whether the store gives back exactly this answer: no query, the type of its ending, no header of its own.

    Inside a transaction nothing is kept: what is rolled back gives its revision to something else.
    """
    own = {name.lower() for name in response.headers} - GIVEN_BACK
    return (
        not request.META.get("QUERY_STRING")
        and response.headers.get("Content-Type") == address.media_type
        and not own
        and not connection.in_atomic_block
    )


def failed(request: HttpRequest) -> HttpResponse:
    """What went wrong: the database is away (503, come back later), or there is a fault of ours (500)."""
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    response = HttpResponse(render_to_string("failed.html", {"away": away}), status=503 if away else 500)
    response.headers["Cache-Control"] = "no-store"
    if away:
        response.headers["Retry-After"] = "60"
    return response
