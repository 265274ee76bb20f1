"""The annual report as a page, as a table for Excel and on paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from mingbai.carriers.report_paper import HEADINGS, report_pdf
from mingbai.carriers.reports import Report, report_of, years_of
from mingbai.communities.models import Community
from mingbai.outgoing.addresses import address, site_address
from mingbai.outgoing.spreadsheets import csv_lines
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.report import Counts, Outcome, percent
from mingbai.rules.wording import OUTCOMES

BAR, ROW, LABEL = 180, 44, 94
# From dark to light, so that the bars differ in grey print too; what is late has a frame as well.
FILLS = {
    Outcome.DONE_IN_TIME: "#1d5b3a",
    Outcome.DONE_LATE: "#a3281e",
    Outcome.OPEN_NOT_DUE: "#8c8678",
    Outcome.OPEN_OVERDUE: "#a3281e",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in its own units: where it lies, how long it is, what is written beside it."""

    label: str
    number: int
    y: int
    text_y: int
    width: float
    number_x: float
    fill: str
    hollow: bool


def bars(counts: Counts) -> list[Bar]:
    """The four buckets, each a bar from the same left edge; an open and late one is only framed."""
    most = max(getattr(counts, outcome.value) for outcome in FILLS) or 1
    made = []
    for place, (outcome, fill) in enumerate(FILLS.items()):
        number = getattr(counts, outcome.value)
        width = round(BAR * number / most, 1)
        hollow = outcome in (Outcome.OPEN_NOT_DUE, Outcome.OPEN_OVERDUE)
        y = place * ROW + 6
        made.append(Bar(OUTCOMES[outcome], number, y, y + 22, width, LABEL + width + 8, fill, hollow))
    return made


def _found(slug: str, year: int) -> tuple[Community, Report, list[int]]:
    community = community_or_404(slug)
    years = years_of(community, today())
    if year not in years:
        raise Http404("没有这一年的年度报告")
    return community, report_of(community, year, today()), years


def report(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    community, made, years = _found(slug, year)
    context = {
        "report": made,
        "years": years,
        "rate": percent(made.total.rate),
        "bars": bars(made.total),
        "chart": {"height": len(FILLS) * ROW, "bar_x": LABEL, "label_x": LABEL - 8},
        "outcomes": [(OUTCOMES[outcome], number) for outcome, number in zip(Outcome, made.total.row, strict=True)],
        "rows": [(item, counts, percent(counts.rate)) for item, counts in made.items],
    }
    return page(request, "report", community, context)


def report_csv(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The table by item, with the sums below it."""
    _, made, _ = _found(slug, year)
    rows: list[list[str | int]] = [
        [item.number, item.name, *counts.row, counts.total, percent(counts.rate)] for item, counts in made.items
    ]
    rows.append(["", f"合计（截至{made.day}）", *made.total.row, made.total.total, percent(made.total.rate)])
    response = HttpResponse(b"".join(csv_lines(HEADINGS, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{year}.csv"'
    return response


def report_as_pdf(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    community, made, _ = _found(slug, year)
    url = address(site_address(request), "report", slug, year)
    response = HttpResponse(
        report_pdf(made, community, url, font_dir=settings.FONT_DIR), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{slug}-{year}.pdf"'
    return response
