"""The residents' templates are Jinja's, which renders them several times as fast as Django's (decision 0044)."""

from __future__ import annotations

from typing import Any

from django.template import defaultfilters
from django.templatetags.static import static
from jinja2 import ChainableUndefined, Environment

from mingbai.outgoing.addresses import path_to
from mingbai.public.templatetags import charts, mingbai


def environment(**options: Any) -> Environment:
    """What every template of the residents' pages may use: two functions, and the filters that the desk has too."""
    # What a page doesn't have is empty, as in Django's templates: no branch of a template may cost a resident the page.
    options |= {"keep_trailing_newline": True, "undefined": ChainableUndefined}
    made = Environment(**options)  # noqa: S701 — Django turns escaping on
    made.globals.update(url=path_to, static=static)
    made.filters.update(mingbai.register.filters | charts.register.filters)
    made.filters["filesizeformat"] = defaultfilters.filesizeformat
    made.filters["linebreaks"] = defaultfilters.linebreaks_filter
    return made
