"""The door before Django: what lies finished in the store is answered without Django's stack and the database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe

from mingbai.communities.queries import heal_revisions
from mingbai.communities.revisions import announced
from mingbai.public.caching import CACHE_CONTROL, is_known, origin_of
from mingbai.public.middleware import ContentSecurityPolicy
from mingbai.public.store import Address, address_of, etag_of, find
from mingbai.rules.days import legal_day

log = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# What one process keeps at hand; beyond it, it starts over from the files.
MOST_BYTES = 32 * 1024 * 1024
MOST_ORIGINS = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme and host that are ours: how pages are told apart by them, and the headers that security asks for."""

    name: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Finished:
    """A page at hand, with all that has to be true for it to be current."""

    slug: str
    folder: str
    day: date
    tag: str
    modified: int
    validators: Headers
    headers: Headers
    body: bytes


class StoredFirst:
    """A WSGI application: a finished page if it is current, otherwise whatever ``django`` answers."""

    def __init__(self, django: Application) -> None:
        self.django = django
        self.origins: dict[tuple[Any, ...], Origin] = {}
        self.pages: dict[tuple[str, str], Finished] = {}
        self.bytes = 0
        self.proxied = (settings.SECURE_PROXY_SSL_HEADER or ("",))[0]

    def __call__(self, environment: Environ, start_response: StartResponse) -> Iterable[bytes]:
        origin = page = None
        if not environment.get("QUERY_STRING") and environment["REQUEST_METHOD"] in ("GET", "HEAD"):
            origin = self.origin(environment)
        if origin is not None:
            page = self.page(origin, environment.get("SCRIPT_NAME", "") + environment.get("PATH_INFO", ""))
        if origin is None or page is None:
            return self.django(environment, start_response)
        if not_modified(page, environment):
            start_response("304 Not Modified", page.validators + origin.headers)
            return []
        start_response("200 OK", page.headers + page.validators + origin.headers)
        return [] if environment["REQUEST_METHOD"] == "HEAD" else [page.body]

    def origin(self, environment: Environ) -> Origin | None:
        """Where the request was sent to; None for a host that isn't ours, or what has to move to https first."""
        asked = (environment.get("HTTP_HOST"), environment["wsgi.url_scheme"], environment.get(self.proxied))
        known = self.origins.get(asked)
        if known is not None:
            return known
        request = WSGIRequest(environment)
        try:
            request.get_host()
        except DisallowedHost:
            return None
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return None
        if len(self.origins) >= MOST_ORIGINS:
            self.origins.clear()
        origin = self.origins[asked] = Origin(origin_of(request), security_headers(request))
        return origin

    def page(self, origin: Origin, path: str) -> Finished | None:
        key, today = (origin.name, path), legal_day(timezone.now())
        page = self.pages.get(key)
        if page is not None and page.day == today and page.folder == announced(page.slug):
            return page
        address = address_of(path, origin.name)
        page = read(address, today) if address is not None else None
        if page is not None:
            self.bytes += len(page.body)
            if self.bytes > MOST_BYTES:
                self.pages.clear()
                self.bytes = len(page.body)
            self.pages[key] = page
        return page


def read(address: Address, today: date) -> Finished | None:
    found = find(address, today)
    if found is None or address.media_type is None:
        return None
    page, folder = found
    tag = etag_of(address, folder, today)
    validators = [("Cache-Control", CACHE_CONTROL), ("ETag", tag), ("Last-Modified", http_date(page.modified))]
    headers = [("Content-Type", address.media_type), ("Content-Length", str(len(page.body)))]
    return Finished(address.slug, folder, today, tag, page.modified, validators, headers, page.body)


def not_modified(page: Finished, environment: Environ) -> bool:
    if_none_match = environment.get("HTTP_IF_NONE_MATCH")
    if if_none_match is not None:
        return if_none_match.strip() == "*" or is_known(page.tag, if_none_match)
    since = environment.get("HTTP_IF_MODIFIED_SINCE")
    moment = parse_http_date_safe(since) if since is not None else None
    return moment is not None and page.modified <= moment


def security_headers(request: HttpRequest) -> Headers:
    """What the middleware of the settings puts on every answer to such a request: asked of the middleware itself."""
    framed = XFrameOptionsMiddleware(_empty).process_response(request, _empty(request))
    policed = ContentSecurityPolicy(lambda request: HttpResponse(headers=framed.headers))(request)
    answer = SecurityMiddleware(_empty).process_response(request, policed)
    return [(name, value) for name, value in answer.headers.items() if name != "Content-Type"]


def _empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def stored_first(django: Application) -> StoredFirst:
    """The site: finished pages first. What is current is asked of the database once, at the start."""
    try:
        heal_revisions()
    except Error as error:
        log.warning("the database can't be asked; what was announced last is taken as current: %s", error)
    finally:
        connections.close_all()
    return StoredFirst(django)
