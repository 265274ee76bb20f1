"""Every table of a version as a file for a spreadsheet, by the same rule of what may be seen as its page.

A list of persons is a file only while it is on show: once the names have left the page there is nothing to download.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from mingbai.carriers.queries import last_day_on_show
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, forms_of
from mingbai.disclosures.tablefiles import Origin, csv_of, xlsx_of
from mingbai.public.accounts import offers_file
from mingbai.public.views import community_or_404, today, version_or_404
from mingbai.rules.charts import spreadsheet_column

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table(request: HttpRequest, slug: str, code: str, element: int, kind: str) -> HttpResponse:
    version = version_or_404(community_or_404(slug), code)
    block = _block(version, element)
    if kind not in TYPES or block is None:
        raise Http404("没有这张表")
    made = csv_of(block) if kind == "csv" else _workbook(request, version, block)
    response = HttpResponse(made, content_type=TYPES[kind])
    name = quote(f"{version.code}-{element}-{block['heading'][:30]}.{kind}".replace("/", "／"))
    response["Content-Disposition"] = (
        f"attachment; filename=\"{version.code}-{element}.{kind}\"; filename*=UTF-8''{name}"
    )
    return response


def _block(version: Version, element: int) -> dict[str, Any] | None:
    content = content_on(version, last_day_on_show(version.postings.all()), today())
    return next((block for block in content.blocks if block["element"] == element and offers_file(block)), None)


def _workbook(request: HttpRequest, version: Version, block: dict[str, Any]) -> bytes:
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    origin = Origin(
        title=version.title,
        community=version.community.name,
        code=version.code,
        address=base + reverse("version", args=[version.community.slug, version.code]),
        published_at=version.published_at,
    )
    form = forms_of(version.community, version.disclosure.obligation.occurrence.item).get(block["element"])
    return xlsx_of(block, origin, chart_column=spreadsheet_column(form, block) if form is not None else None)
