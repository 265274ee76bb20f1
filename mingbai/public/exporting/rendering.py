"""A page as the site itself answers it: the view of its address is asked directly, without what a server adds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from platform import python_version
from typing import cast
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.request import validate_host
from django.urls import resolve

# What draws pages, sheets and calendars beside our own code.
DRAWN_WITH = ("Django", "icalendar", "manimgx-fonts-cjk", "segno", "typst", "xlsxwriter")


@dataclass(frozen=True, slots=True)
class Answer:
    """``location``: where the site sends the reader instead."""

    status: int
    media_type: str
    body: bytes
    location: str = ""


def release() -> str:
    """Changes with everything of the program that a page could depend on: code, templates, styles, data, settings."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(settings.PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(settings.PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    told = (python_version(), [version(name) for name in DRAWN_WITH], settings.FONT_DIR, settings.STATIC_URL)
    digest.update(repr(told).encode())
    return digest.hexdigest()


def origin() -> str:
    """The address under which the views believe to be asked: the public one where it is known."""
    public = urlsplit(settings.PUBLIC_URL)
    if public.hostname and validate_host(public.hostname, settings.ALLOWED_HOSTS):
        return f"{public.scheme}://{public.netloc}"
    named = next((host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))), "localhost")
    return f"{'https' if settings.SECURE_SSL_REDIRECT else 'http'}://{named}"


def ask(url: str) -> Answer:
    """What the site answers at an address (not percent-encoded). What goes wrong in a view is logged, and a 500."""
    asked = urlsplit(origin())
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": asked.hostname or "localhost",
        "SERVER_PORT": str(asked.port or (443 if asked.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": asked.scheme,
        "wsgi.input": BytesIO(),
    }
    response = cast("HttpResponse | StreamingHttpResponse", _answer(WSGIRequest(environ)))
    body = b"".join(response)
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return Answer(response.status_code, media_type, body, response.headers.get("Location", ""))


def _view_of(request: HttpRequest) -> HttpResponseBase:
    try:
        match = resolve(request.path_info)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return HttpResponse(status=404)
    return response


_answer = convert_exception_to_response(_view_of)


def static_files() -> Iterator[tuple[str, bytes]]:
    """(address, bytes) of the styles and scripts of residents' pages."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            if name.startswith("mingbai/") and not name.startswith("mingbai/desk"):
                url = unquote(staticfiles_storage.url(name))
                kept_as = url.removeprefix(settings.STATIC_URL)
                collected = bool(settings.STATIC_ROOT) and staticfiles_storage.exists(kept_as)
                with staticfiles_storage.open(kept_as) if collected else storage.open(name) as file:
                    yield url, file.read()


def quoted(path: str) -> str:
    return quote(path, safe="/~!$&'()*+,;=@")
