"""The boards: what hangs where as a plan of slots, the week at the board, setting boards up, photographs, parity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.boards import Layout, NotABoard, change_board, close_board, hang, set_up_board
from mingbai.carriers.hanging import NotHangable, Place
from mingbai.carriers.models import Board, Photo
from mingbai.carriers.parity import TROUBLES, Trouble, findings_of
from mingbai.carriers.photos import remove_photo, show_photo
from mingbai.carriers.plan import Plan, hanging_somewhere, plans_of, proposed_slot, still_hanging, week_of
from mingbai.carriers.queries import sheets_to_put_up
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Community
from mingbai.desk.common import KEEPERS, PREPARERS, SERVES, community_or_404, me, page, today
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import version_for
from mingbai.obligations.queries import current_calendar

# A sheet of more pages than this isn't hung page by page.
MOST_PAGES = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A board to hang a version on: each slot with what hangs there, and the one that is proposed."""

    plan: Plan
    proposed: int | None
    options: tuple[tuple[int, str, bool], ...]  # (slot, how it is called, whether it may be chosen)

    @property
    def board(self) -> Board:
        return self.plan.board


def choices_for(community: Community, version: Version) -> dict[int, list[Choice]]:
    """By carrier, the boards on which a version may hang; where there is but one, a slot is proposed."""
    by_carrier: dict[int, list[Choice]] = {}
    for plan in plans_of(community, today()):
        options = tuple(
            (slot.number, *_called(slot.number, slot.posting.version if slot.posting else None, version))
            for slot in plan.slots
        )
        choice = Choice(plan, proposed_slot(plan, version), options)
        by_carrier.setdefault(plan.board.carrier_id, []).append(choice)
    return {
        carrier: choices if len(choices) == 1 else [Choice(c.plan, None, c.options) for c in choices]
        for carrier, choices in by_carrier.items()
    }


def _called(number: int, hangs: Version | None, version: Version) -> tuple[str, bool]:
    if hangs is None:
        return f"第{number}格（空）", True
    if hangs.pk in (version.pk, version.replaces_id):
        return f"第{number}格（换下旧版）" if hangs.pk != version.pk else f"第{number}格（现在这里）", True
    return f"第{number}格（{hangs.title}）", False


def places_told(request: HttpRequest, carrier: Carrier) -> list[Place]:
    """The slots that a form names: for each board a first slot and the number of pages."""
    told = []
    for board in carrier.boards.filter(closed_on=None):
        slot = number(request, f"slot-{board.pk}")
        if slot:
            pages = min(max(number(request, f"pages-{board.pk}"), 1), MOST_PAGES)
            told.append(Place(board, tuple(range(slot, slot + pages))))
    return told


def number(request: HttpRequest, name: str) -> int:
    told = request.POST.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def day_told(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("on") or f"{today():%Y-%m-%d}")
    except ValueError:
        raise NotHangable("日期不对，请写成 2026-11-23 这样的形式。") from None


def boards(request: HttpRequest, slug: str) -> HttpResponse:
    """Every board as a plan of slots, and what has to be done there."""
    community = community_or_404(request, slug, SERVES)
    context = {
        "plans": plans_of(community, today()),
        "somewhere": hanging_somewhere(community),
        "to_put_up": sheets_to_put_up(community),
        "still_hanging": still_hanging(community, today()),
        "has_paper": community.carriers.filter(kind=Carrier.Kind.PAPER_BOARD).exists(),
    }
    return page(request, "boards", community, context)


def week(request: HttpRequest, slug: str) -> HttpResponse:
    """What comes down on which day of a week, and what has to go up."""
    community = community_or_404(request, slug, SERVES)
    now = today()
    try:
        asked = date.fromisoformat(request.GET.get("day", f"{now:%Y-%m-%d}"))
    except ValueError:
        raise Http404("没有这一天") from None
    if abs((asked - now).days) > 366:
        raise Http404("没有这一周")
    first = asked - timedelta(days=asked.weekday())
    context = {
        "days": week_of(community, first, now, current_calendar()),
        "first": first,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
    }
    return page(request, "board_week", community, context)


def edit(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """Set a board up, describe it anew, or close it."""
    community = community_or_404(request, slug, KEEPERS)
    board = Board.objects.filter(community=community, closed_on=None, pk=pk).first()
    if pk and board is None:
        raise Http404("没有这个公示栏")
    carriers = list(community.carriers.filter(kind=Carrier.Kind.PAPER_BOARD))
    if not carriers:
        raise Http404("目录里没有纸质公示栏")
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _saved(request, board, carriers))
            return redirect("desk_boards", slug)
        except NotABoard as wrong:
            error = str(wrong)
    told = request.POST if request.method == "POST" else None
    context = {
        "board": board,
        "carriers": carriers,
        "papers": Board.Paper.choices,
        "layout": _layout(request) if told else board or Layout("", 2, 4),
        "error": error,
    }
    return page(request, "board_edit", community, context, 422 if error else 200)


def _layout(request: HttpRequest) -> Layout:
    return Layout(
        name=request.POST.get("name", ""),
        rows=number(request, "rows"),
        columns=number(request, "columns"),
        paper=request.POST.get("paper", ""),
        landscape=request.POST.get("landscape") == "1",
        reading_distance_cm=number(request, "reading_distance_cm"),
    )


def _saved(request: HttpRequest, board: Board | None, carriers: list[Carrier]) -> str:
    by, at = me(request), timezone.now()
    if board is not None and "close" in request.POST:
        close_board(board=board, by=by, at=at)
        return f"“{board}”已停用，挂过什么仍可查到。"
    if board is not None:
        change_board(board=board, layout=_layout(request), by=by, at=at)
        return "公示栏已保存。"
    chosen = number(request, "carrier")
    carrier = next((one for one in carriers if one.pk == chosen), carriers[0] if len(carriers) == 1 else None)
    if carrier is None:
        raise NotABoard("请选择这是目录里的哪个载体。")
    return f"已添加“{set_up_board(carrier=carrier, layout=_layout(request), by=by, at=at)}”。"


def put(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    """Say where a posting hangs, hang it on one more board, or move it."""
    community = community_or_404(request, slug, PREPARERS)
    version = version_for(me(request), community, code)
    posting = version.postings.filter(pk=pk).first() if version is not None else None
    if version is None or posting is None or request.method != "POST":
        raise Http404("没有这次张贴")
    places = places_told(request, posting.carrier)
    if not places:
        messages.error(request, "请选择公示栏和格子。")
    try:
        for place in places:
            hang(
                posting=posting,
                board=place.board,
                slots=place.slots,
                on=day_told(request),
                by=me(request),
                at=timezone.now(),
            )
            messages.success(request, f"已登记挂在“{place.board}”。")
    except NotHangable as error:
        messages.error(request, str(error))
    return redirect("desk_version", slug, version.code)


def photo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A photograph of a posting, for those who serve."""
    found = _photo_or_404(community_or_404(request, slug, SERVES), pk)
    return HttpResponse(bytes(found.data), content_type="image/jpeg")


def change_photo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open a photograph to everyone, close it, or remove it."""
    found = _photo_or_404(community_or_404(request, slug, PREPARERS), pk)
    if request.method != "POST":
        raise Http404("没有这一页")
    if "remove" in request.POST:
        remove_photo(photo=found, by=me(request), at=timezone.now())
        messages.success(request, "照片已删除。")
    else:
        is_public = request.POST.get("public") == "1"
        show_photo(photo=found, is_public=is_public, by=me(request), at=timezone.now())
        messages.success(request, "照片已公开，公示期内可见。" if is_public else "照片不再公开。")
    return redirect("desk_version", slug, found.posting.version.code)


def _photo_or_404(community: Community, pk: int) -> Photo:
    found = Photo.objects.select_related("posting__version", "posting__community")
    one = found.filter(pk=pk, posting__community=community).first()
    if one is None:
        raise Http404("没有这张照片")
    return one


def parity(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version whose carriers differ, public or not."""
    community = community_or_404(request, slug, SERVES)
    told = findings_of(community, today())
    context = {
        "groups": [
            (TROUBLES[kind], [finding for finding in told if finding.trouble is kind])
            for kind in Trouble
            if any(finding.trouble is kind for finding in told)
        ],
        "differences": sum(finding.differs for finding in told),
        "still_hanging": still_hanging(community, today()),
    }
    return page(request, "parity", community, context)
