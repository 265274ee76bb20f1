"""Residents' pages about the carriers: whether board and site agree, photographs, and the screen of a kiosk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from mingbai.carriers.models import Photo
from mingbai.carriers.parity import TROUBLES, Finding, Trouble, findings_of
from mingbai.carriers.plan import boards_of
from mingbai.carriers.queries import last_day_on_show, on_show, with_postings
from mingbai.carriers.sightings import photos_are_shown
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_versions
from mingbai.public.middleware import POLICY
from mingbai.public.pages import Showing, showing
from mingbai.public.views import community_or_404, page, today, version_or_404

# After so many days without the network a screen shows nothing: something may have been taken down meanwhile.
OFFLINE_DAYS = 7


def carriers(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether the board shows what the site shows, in plain words."""
    community = community_or_404(slug)
    told = [finding for finding in findings_of(community, today()) if finding.public]
    shown = showing(on_show(community, today()), today())
    context = {
        "groups": by_trouble(told),
        "differences": sum(finding.differs for finding in told),
        "shown": len(shown),
        "boards": boards_of(community),
    }
    return page(request, "carriers", community, context)


def by_trouble(told: list[Finding]) -> list[tuple[str, list[Finding]]]:
    grouped = [(TROUBLES[kind], [finding for finding in told if finding.trouble is kind]) for kind in Trouble]
    return [(name, group) for name, group in grouped if group]


def photo(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    """A photograph that the clerk has opened, as long as its sheet is on show."""
    version = version_or_404(community_or_404(slug), code)
    found = Photo.objects.filter(pk=pk, posting__version=version, is_public=True).first()
    if found is None or not photos_are_shown(version, version.postings.all(), today()):
        raise Http404("没有这张照片")
    return HttpResponse(bytes(found.data), content_type="image/jpeg")


@dataclass(frozen=True, slots=True)
class Slide:
    """One version on the screen, as its page shows it, with the QR that opens it on a phone."""

    version: Version
    shown: Showing
    blocks: tuple[dict[str, Any], ...]
    qr: SafeString


def slides(community: Community, base: str) -> list[Slide]:
    """What is on show today, newest first; of a line of versions only the last. Three queries."""
    on_day = today()
    shown = {one.version.pk: one for one in showing(on_show(community, on_day), on_day)}
    current = visible_versions().filter(pk__in=shown, replaced_by=None).select_related("withdrawal")
    versions = {version.pk: version for version in with_postings(current)}
    return [
        Slide(
            version=versions[pk],
            shown=one,
            blocks=content_on(versions[pk], last_day_on_show(versions[pk].postings.all()), on_day).blocks,
            qr=_qr(f"{base}/s/{versions[pk].code}/"),
        )
        for pk, one in shown.items()
        if pk in versions
    ]


def _qr(address: str) -> SafeString:
    """A QR code without a size of its own: as large as the screen draws it. Not the paper's: it counts nothing."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 — drawn by us from our own address


def screen(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything on show, for a large screen: the script turns it page by page; without it, it is a long page."""
    community = community_or_404(slug)
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    shown = slides(community, base)
    said = [today(), *((slide.version.code, slide.shown.until) for slide in shown)]
    context = {
        "slides": shown,
        "offline_days": OFFLINE_DAYS,
        "state": hashlib.sha256(repr(said).encode()).hexdigest()[:16],
    }
    response = page(request, "screen", community, context)
    response.headers["Content-Security-Policy"] = f"{POLICY}; worker-src 'self'"
    return response


def screen_worker(request: HttpRequest, slug: str) -> HttpResponse:
    """The script that keeps the screen when the network drops; it answers for nothing beside the screen."""
    made = render_to_string("public/screen-worker.js", {"community": community_or_404(slug)})
    return HttpResponse(made, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
