"""大字版: the residents' pages again under /da/, larger, plainer and with more contrast, without cookie or script.

The prefix is taken off before the address is looked up, and put before every address that a page links to: who has
chosen the large pages stays with them. Only pages are there twice; a file has one address, and so has the screen, which
is large already and whose worker answers for one address.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix

PREFIX = "/da/"
# Only the residents' addresses are known there: no desk, no admin, no API.
PUBLIC = "mingbai.public.urls"


class ElderMode:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        inner = request.path_info.removeprefix(PREFIX)
        before = get_script_prefix()
        if _is_there_once(f"/{inner}"):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{before}{quote(inner)}{'?' if query else ''}{query}")
        request.path_info = f"/{inner}"
        request.urlconf = PUBLIC
        set_script_prefix(f"{before.rstrip('/')}{PREFIX}")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(before)


def _is_there_once(path: str) -> bool:
    """Whether a residents' address is a file's (its last part has an ending) or the screen's."""
    try:
        found = resolve(path, PUBLIC)
    except Resolver404:
        return False
    return "." in path.rsplit("/", 1)[-1] or found.url_name == "screen"


def modes(path: str) -> dict[str, object]:
    """What a page says of its two modes: whether it is the large one, its standard address, and its other one.

    ``path``: the page's address without any prefix.
    """
    prefix = get_script_prefix()
    elder = prefix.endswith(PREFIX)
    standard = f"{prefix.removesuffix(PREFIX).rstrip('/')}{path}"
    large = f"{prefix.removesuffix(PREFIX).rstrip('/')}{PREFIX}{path.lstrip('/')}"
    return {
        "elder": elder,
        "canonical": f"{settings.PUBLIC_URL}{standard}",
        "other_mode": standard if elder else large,
    }
