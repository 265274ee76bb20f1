"""Answers that a client may keep: an ETag made of the community's revision and the day, and 304 for who has it.

Everything that is shown follows from the community's record and the day, so nothing else has to be looked at; see
decision 0007. A client asks each time («no-cache»): names leave at midnight, and no cache may show them longer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from mingbai.communities.queries import last_event, revision_by_slug
from mingbai.public.views import today

View = Callable[..., HttpResponseBase]
# A new release may say the same facts in another shape.
RELEASE = version("mingbai")


def for_everyone(response: HttpResponseBase) -> HttpResponseBase:
    """Public data: the page of any other site may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    return response


def kept_by_revision(view: View) -> View:
    """Answer 304 as long as nothing of the community has changed on this day; all communities where none is named."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        slug = kwargs.get("slug")
        revision = last_event() if slug is None else revision_by_slug(slug)
        if not revision:
            return view(request, *args, **kwargs)
        return _conditional(f'W/"{RELEASE}-{revision}-{today():%Y%m%d}"', view, request, *args, **kwargs)

    return answered


def _conditional(etag: str, view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    unchanged = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = unchanged or view(request, *args, **kwargs)
    if response.status_code in (200, 304):
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, no-cache"
    return response
