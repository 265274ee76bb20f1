"""Tables for other platforms and offices, each of a year: only what anyone may see, and how many serve."""

from __future__ import annotations

import io
from collections.abc import Collection

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from mingbai.carriers.report_paper import report_pdf
from mingbai.carriers.reports import report_of, years_of
from mingbai.communities.models import Community
from mingbai.communities.queries import roles_of
from mingbai.desk.common import HANDS_OVER, PACKERS, community_or_404, me, page, today
from mingbai.outgoing import packs as maps
from mingbai.outgoing.actions import hand_out
from mingbai.outgoing.addresses import address, site_address
from mingbai.outgoing.archive import Retention, RetentionError, archive_parts, retention_of, versions_of
from mingbai.outgoing.handover import write_handover
from mingbai.outgoing.models import Download
from mingbai.outgoing.queries import last_downloads
from mingbai.outgoing.rows import Wanted
from mingbai.outgoing.spreadsheets import csv_lines
from mingbai.outgoing.workbook import Table, write_workbook

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}

# So many of the last downloads are listed.
LISTED = 20
MOST_BYTES = 200_000


def packs(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is, for the year that was chosen; the running one where none was."""
    community = community_or_404(request, slug, PACKERS)
    years = years_of(community, today())
    chosen = request.GET.get("year", "")
    year = next((year for year in years if str(year) == chosen), years[0] if years else None)
    error = "" if not chosen or str(year) == chosen else f"没有{chosen[:10]}年的记录，请在下面另选一年。"
    return _shown(request, community, year, years, error)


def _shown(
    request: HttpRequest, community: Community, year: int | None, years: list[int], error: str = ""
) -> HttpResponse:
    found, wrong = maps.packs(settings.PACKS_DIR)
    hands_over = bool(roles_of(me(request), community) & HANDS_OVER)
    context = {
        "hands_over": hands_over,
        "packs": found,
        "years": years,
        "year": year,
        "versions": versions_of(_wanted(request, community, year)).count() if year is not None else 0,
        "downloads": last_downloads(community, LISTED),
        "wrong": wrong,
        "error": error,
    }
    return page(request, "packs", community, context, 422 if error else 200)


def _posted(request: HttpRequest, slug: str, kinds: Collection[str]) -> Community:
    """Taking a file away is an act: only a POST does it."""
    community = community_or_404(request, slug, kinds)
    if request.method != "POST":
        raise Http404("没有这一页")
    return community


def _handed_out(
    request: HttpRequest, community: Community, kind: Download.Kind, name: str, response: HttpResponseBase
) -> HttpResponseBase:
    """The answer as a file with this name, written down before it is sent."""
    hand_out(community=community, kind=kind, name=name, by=me(request), at=timezone.now())
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def pack(request: HttpRequest, slug: str, code: str, year: int, kind: str) -> HttpResponseBase:
    community = _posted(request, slug, PACKERS)
    found = next((pack for pack in maps.packs(settings.PACKS_DIR)[0] if pack.code == code and kind in pack.files), None)
    if found is None or year not in years_of(community, today()):
        raise Http404("没有这个报表")
    wanted = _wanted(request, community, year)
    name = f"{community.name}-{found.name}-{year}年-截至{wanted.today:%Y%m%d}.{kind}"
    response: HttpResponseBase
    if kind == "csv":
        (sheet,) = found.sheets
        response = StreamingHttpResponse(csv_lines(sheet.headings, sheet.cells(wanted)), content_type=TYPES[kind])
    else:
        response = HttpResponse(_workbook(found, wanted), content_type=TYPES[kind])
    return _handed_out(request, community, Download.Kind.PACK, name, response)


def _wanted(request: HttpRequest, community: Community, year: int) -> Wanted:
    return Wanted(community, year, today(), site_address(request))


def _workbook(found: maps.Pack, wanted: Wanted) -> bytes:
    out = io.BytesIO()
    tables = (Table(sheet.name, sheet.headings, sheet.cells(wanted)) for sheet in found.sheets)
    write_workbook(out, f"{wanted.community.name}{wanted.year}年{found.name}", wanted.today, tables)
    return out.getvalue()


def report(request: HttpRequest, slug: str, year: int) -> HttpResponseBase:
    """The annual report on paper."""
    community = _posted(request, slug, PACKERS)
    if year not in years_of(community, today()):
        raise Http404("没有这一年的年度报告")
    url = address(site_address(request), "report", slug, year)
    pdf = report_pdf(report_of(community, year, today()), community, url, font_dir=settings.FONT_DIR)
    name = f"{community.name}-{year}年年度报告-截至{today():%Y%m%d}.pdf"
    response = HttpResponse(pdf, content_type="application/pdf")
    return _handed_out(request, community, Download.Kind.REPORT, name, response)


def archive(request: HttpRequest, slug: str, year: int) -> HttpResponseBase:
    """The year for the archive, sent while it is made: how far it is, the browser shows by what has come."""
    community = _posted(request, slug, PACKERS)
    years = years_of(community, today())
    if year not in years:
        raise Http404("没有这一年的记录")
    try:
        retention = _retention(request)
    except RetentionError as error:
        return _shown(request, community, year, years, str(error))
    parts = archive_parts(_wanted(request, community, year), retention, font_dir=settings.FONT_DIR)
    name = f"{community.name}-{year}年居务公开档案-{today():%Y%m%d}.zip"
    response = StreamingHttpResponse(parts, content_type="application/zip")
    return _handed_out(request, community, Download.Kind.ARCHIVE, name, response)


def _retention(request: HttpRequest) -> dict[str, Retention]:
    """The list of periods that came with the form; none where none came. Raises RetentionError."""
    sent = request.FILES.get("retention")
    if sent is None:
        return {}
    if sent.size is None or sent.size > MOST_BYTES:
        raise RetentionError(f"“{sent.name}”太大，保管期限表最多 {MOST_BYTES // 1000} KB。")
    return retention_of(sent.read(), str(sent.name))


def handover(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What one office hands to the next."""
    community = _posted(request, slug, HANDS_OVER)
    out = io.BytesIO()
    write_handover(out, community, today())
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    name = f"{community.name}-交接清单-{today():%Y%m%d}.zip"
    return _handed_out(request, community, Download.Kind.HANDOVER, name, response)
