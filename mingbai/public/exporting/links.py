"""The links of a page made to work from a folder: relative, naming the file, and none that leads nowhere."""

from __future__ import annotations

import html
import re
from collections.abc import Container
from urllib.parse import quote, unquote, urljoin, urlsplit

from mingbai.public.exporting.routes import file_of

SPAN = re.compile(
    r"<(?P<name>a|form|script|iframe|object)\b(?P<head>[^>]*)>(?P<inner>.*?)</(?P=name)>"
    r"|<(?P<void>link|img|source|embed)\b(?P<attributes>[^>]*)>",
    re.DOTALL,
)
TARGET = re.compile(r'(?P<before>\s(?:href|src|action|data|poster)=")(?P<url>[^"]*)(?=")')
# A page loads these by itself: they come from the folder or not at all.
FETCHING = frozenset({"script", "iframe", "object", "img", "source", "embed"})
# What holds nothing once its link has gone.
EMPTY = re.compile(r'<(p|li|ul)(?: class="[^"]*")?>[\s·|、]*</\1>\n?')
PAGE_DAY = re.compile(r'<span class="page-day">.*?</span>', re.DOTALL)


class Links:
    """``files``: what there is in the export. ``living``: the address of the site itself, or an empty text.
    ``origins``: how absolute links to the site begin."""

    def __init__(self, files: Container[str], living: str, origins: tuple[str, ...]) -> None:
        self.files = files
        self.living = living
        self.origins = tuple(origin for origin in origins if origin)

    def in_html(self, page: str, url: str) -> str:
        """A page of the site, at ``url``, as a file. A link to what isn't exported leads to the living site; where
        nobody knows that, the link goes, and a form goes with everything in it."""
        changed = SPAN.sub(lambda found: self._span(found, url), page)
        while changed != page and EMPTY.search(changed):
            changed = EMPTY.sub("", changed)
        return changed

    def in_xml(self, text: str, url: str) -> str:
        """A feed read from a folder; with a living site its addresses stay as they are."""
        return text if self.living else TARGET.sub(lambda found: self._target(found, url) or found[0], text)

    def to(self, target: str, url: str) -> str | None:
        """How the page at ``url`` names ``target``; None: there is nothing to name."""
        wanted = self._on_site(target, url)
        if wanted is None:
            return target
        path, _, fragment = wanted.partition("#")
        asked, _, query = path.partition("?")
        file = file_of(unquote(asked))
        if file not in self.files or (query and asked.endswith("/")):
            return f"{self.living}{wanted}" if self.living else None
        named = quote(_from(file_of(url), file))
        return f"{named}#{fragment}" if fragment else named

    def _on_site(self, target: str, url: str) -> str | None:
        """The target as an address on the site; None for one that is elsewhere, or on the same page."""
        for origin in self.origins:
            if target == origin or target.startswith(f"{origin}/"):
                return target.removeprefix(origin) or "/"
        if not target or target.startswith(("#", "//")) or (":" in target and urlsplit(target).scheme):
            return None
        return target if target.startswith("/") else urljoin(quote(url), target)

    def _span(self, found: re.Match[str], url: str) -> str:
        if found["void"]:
            return self._tag(found["void"], found["attributes"], url) or ""
        head = self._tag(found["name"], found["head"], url)
        if head is None:
            return ""
        inner = found["inner"]
        if found["name"] == "form" and not re.search(r'\saction="', found["head"]):
            return ""
        if found["name"] in ("a", "form"):
            inner = SPAN.sub(lambda nested: self._span(nested, url), inner)
        return f"{head}{inner}</{found['name']}>"

    def _tag(self, name: str, attributes: str, url: str) -> str | None:
        """The tag with its targets written anew; None when one leads nowhere, or fetches from the living site."""
        lost = False

        def write(found: re.Match[str]) -> str:
            nonlocal lost
            target = self._target(found, url)
            lost = lost or target is None or (name in FETCHING and self._leads_out(target))
            return target or ""

        changed = TARGET.sub(write, attributes)
        return None if lost else f"<{name}{changed}>"

    def _leads_out(self, target: str) -> bool:
        return bool(self.living) and f'="{self.living}/' in target

    def _target(self, found: re.Match[str], url: str) -> str | None:
        named = self.to(html.unescape(found["url"]), url)
        return None if named is None else f"{found['before']}{html.escape(named)}"


def _from(page: str, file: str) -> str:
    """The way from one file of the export to another."""
    here, there = page.split("/")[:-1], file.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:])


def without_day(page: str) -> str:
    """A page that doesn't change with the day doesn't name one."""
    return PAGE_DAY.sub("", page)


def forward(target: str) -> str:
    """A page that sends its reader on, without a server."""
    named = html.escape(target)
    return (
        '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8"><title>居务公开</title>'
        f'<meta http-equiv="refresh" content="0; url={named}"></head>'
        f'<body><p><a href="{named}">居务公开</a></p></body></html>\n'
    )
