"""Everything that has to go up on the board: printed as one PDF, registered with one tap."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.actions import NotPostable, put_up_all
from mingbai.carriers.layout import PAPER_NAMES, PAPERS, BadLayout, Layout, read_layout
from mingbai.carriers.plan import board_for
from mingbai.carriers.queries import sheets_to_put_up
from mingbai.carriers.sheet import UnprintableText, render_batch
from mingbai.carriers.sheets import sheet_of_version
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Community
from mingbai.desk.common import PREPARERS, community_or_404, me, page, today
from mingbai.disclosures.models import Version
from mingbai.residents.queries import echoes_on
from mingbai.rules.legibility import FARTHEST_CM, NEAREST_CM, USUAL_CM

NOTHING_CHOSEN = "没有选中纸张，请至少勾选一张。"


def sheets(request: HttpRequest, slug: str) -> HttpResponse:
    """What is to be put up, each line ticked."""
    return _shown(request, community_or_404(request, slug, PREPARERS))


def _shown(request: HttpRequest, community: Community, error: str = "") -> HttpResponse:
    asked = request.POST
    ticked, waiting = set(asked.getlist("sheet")), _waiting(community)
    rows = [
        {"version": version, "carrier": carrier, "value": value, "ticked": not asked or value in ticked}
        for version, carrier, value in waiting
    ]
    board = board_for(community, {carrier for _, carrier, _ in waiting})
    context = {
        "rows": rows,
        "papers": [(paper, PAPER_NAMES[paper], Layout(paper).farthest_cm) for paper in PAPERS],
        "paper": asked.get("paper", board.print_as if board else "a3"),
        "distance": asked.get("distance", str(board.reading_distance_cm if board else USUAL_CM)),
        "board": board,
        "nearest": NEAREST_CM,
        "farthest": FARTHEST_CM,
        "error": error,
    }
    return page(request, "sheets", community, context, 422 if error else 200)


def _waiting(community: Community) -> list[tuple[Version, Carrier, str]]:
    return [(version, carrier, f"{version.code}-{carrier.pk}") for version, carrier in sheets_to_put_up(community)]


def _chosen(request: HttpRequest, community: Community) -> list[tuple[Version, Carrier]]:
    """The ticked lines that still wait, in the order of the list."""
    ticked = set(request.POST.getlist("sheet"))
    return [(version, carrier) for version, carrier, value in _waiting(community) if value in ticked]


def _posting(request: HttpRequest, slug: str) -> Community:
    community = community_or_404(request, slug, PREPARERS)
    if request.method != "POST":
        raise Http404("没有这一页")
    return community


def print_sheets(request: HttpRequest, slug: str) -> HttpResponse:
    """The ticked sheets as one PDF, dated as if they went up today. Changes nothing."""
    community = _posting(request, slug)
    chosen = _chosen(request, community)
    if not chosen:
        return _shown(request, community, NOTHING_CHOSEN)
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    made = [sheet_of_version(version, today(), base, echoes_on(version, today())) for version, _ in chosen]
    try:
        layout = read_layout(request.POST.get("paper", ""), request.POST.get("distance", ""))
        pdf = render_batch(made, layout, font_dir=settings.FONT_DIR)
    except (BadLayout, UnprintableText) as error:
        return _shown(request, community, str(error))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-{today():%Y%m%d}.pdf"'
    return response


def put_up_sheets(request: HttpRequest, slug: str) -> HttpResponse:
    """«All of these hang now»: one tap, all or none."""
    community = _posting(request, slug)
    chosen = _chosen(request, community)
    if not chosen:
        return _shown(request, community, NOTHING_CHOSEN)
    try:
        hung = put_up_all(sheets=chosen, on=today(), by=me(request), at=timezone.now())
    except NotPostable as error:
        return _shown(request, community, str(error))
    messages.success(request, f"已登记 {len(hung)} 张，今天起张贴。")
    return redirect("desk_sheets", slug)
