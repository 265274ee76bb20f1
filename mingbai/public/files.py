"""What is printed of a version, and its attachments. The same visibility as the pages."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from mingbai.carriers.layout import PAPERS, BadLayout, Layout, read_layout
from mingbai.carriers.leaflet import LeafletPaper, leaflet_pdf, script_of, script_pdf
from mingbai.carriers.queries import last_day_on_show
from mingbai.carriers.sheet import Sheet, UnprintableText, render_pdf, render_png
from mingbai.carriers.sheets import sheet_of_version
from mingbai.disclosures.meetings import meeting_calendar
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_attachment
from mingbai.public.views import community_or_404, page, today, version_or_404
from mingbai.residents.queries import echoes_on

# What a browser may show by itself; everything else is only offered for download.
SAFE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg"})


def sheet_of(request: HttpRequest, version: Version) -> Sheet:
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return sheet_of_version(version, today(), base, echoes_on(version, today()))


def sheet_pdf(request: HttpRequest, slug: str, code: str, paper: str) -> HttpResponse:
    """The board sheet; ``?distance=`` is how far away its readers stand, in centimetres."""
    version = version_or_404(community_or_404(slug), code)
    try:
        layout = _layout(request, paper)
        pdf = render_pdf(sheet_of(request, version), layout, font_dir=settings.FONT_DIR)
    except (BadLayout, UnprintableText) as error:
        return _refused(error)
    return _pdf(pdf, f"{version.code}-{paper}.pdf")


def sheet_png(request: HttpRequest, slug: str, code: str, paper: str) -> HttpResponse:
    version = version_or_404(community_or_404(slug), code)
    try:
        png = render_png(sheet_of(request, version), _layout(request, paper), font_dir=settings.FONT_DIR)
    except (BadLayout, UnprintableText) as error:
        return _refused(error)
    return HttpResponse(png, content_type="image/png")


def leaflet(request: HttpRequest, slug: str, code: str, paper: LeafletPaper = "a5") -> HttpResponse:
    """The household leaflet."""
    version = version_or_404(community_or_404(slug), code)
    try:
        pdf = leaflet_pdf(sheet_of(request, version), paper, font_dir=settings.FONT_DIR)
    except UnprintableText as error:
        return _refused(error)
    return _pdf(pdf, f"{version.code}-leaflet-{paper}.pdf")


def aloud(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The script for the loudspeaker as a page."""
    community = community_or_404(slug)
    version = version_or_404(community, code)
    return page(request, "aloud", community, {"version": version, "script": script_of(sheet_of(request, version))})


def aloud_pdf(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    version = version_or_404(community_or_404(slug), code)
    try:
        pdf = script_pdf(sheet_of(request, version), font_dir=settings.FONT_DIR)
    except UnprintableText as error:
        return _refused(error)
    return _pdf(pdf, f"{version.code}-aloud.pdf")


def _layout(request: HttpRequest, paper: str) -> Layout:
    """Raises Http404 for a paper that there isn't, BadLayout for a distance that can't be."""
    if paper not in PAPERS:
        raise Http404("没有这种纸张")
    return read_layout(paper, request.GET.get("distance", ""))


def _refused(error: ValueError) -> HttpResponse:
    return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")


def _pdf(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def attachment(request: HttpRequest, slug: str, code: str, name: str) -> HttpResponse:
    community = community_or_404(slug)
    file = visible_attachment(community, code, name)
    if file is None:
        raise Http404("没有这个附件")
    shown = file.media_type in SAFE_TYPES
    response = HttpResponse(bytes(file.data), content_type=file.media_type if shown else "application/octet-stream")
    response["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name)}"
    return response


def meeting(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The meeting that a version announces, for the calendar of a phone."""
    version = version_or_404(community_or_404(slug), code)
    content = content_on(version, last_day_on_show(version.postings.all()), today())
    block = next((block for block in content.blocks if block["kind"] == "meeting"), None)
    made = meeting_calendar(block, version.code, version.published_at) if block is not None else None
    if made is None:
        raise Http404("没有会议")
    return HttpResponse(made, content_type="text/calendar; charset=utf-8")
