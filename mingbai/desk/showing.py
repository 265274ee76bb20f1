"""After publishing: the sheet goes up and comes down, and what was wrong is corrected in the open."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.actions import NotPostable, confirm_withdrawal, put_up, take_down
from mingbai.carriers.boards import take_off_board
from mingbai.carriers.hanging import NotHangable
from mingbai.carriers.models import Board, Posting
from mingbai.carriers.photos import add_photo
from mingbai.carriers.sightings import postings_with_evidence
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Community
from mingbai.desk.boards import choices_for, number, places_told
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.disclosures.drafts import NotDraftable, start_draft
from mingbai.disclosures.models import Draft, Version, Withdrawal
from mingbai.disclosures.queries import open_step, version_for
from mingbai.disclosures.reviews import NotReviewable, propose_withdrawal
from mingbai.privacy.limits import NotAllowed
from mingbai.residents.queries import feedback_on, in_window
from mingbai.rules.flow import STEPS


def version_or_404(request: HttpRequest, community: Community, code: str) -> Version:
    found = version_for(me(request), community, code)
    if found is None:
        raise Http404("没有这一版")
    return found


def version(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    community = community_or_404(request, slug)
    return _shown(request, community, version_or_404(request, community, code))


def _shown(request: HttpRequest, community: Community, found: Version, error: str = "") -> HttpResponse:
    postings = postings_with_evidence(found, today(), desk=True)
    choices = choices_for(community, found)
    hanging = {posting.carrier_id for posting in postings if posting.shown.counts}
    item = found.disclosure.obligation.occurrence.item
    draft = Draft.objects.filter(version=found).first()
    step = open_step(draft) if draft is not None and found.emergency_reason else None
    context = {
        "version": found,
        "item": item,
        "obligation": found.disclosure.obligation,
        "postings": [(posting, _held(posting), choices.get(posting.carrier_id, [])) for posting in postings],
        "print_on": [choice.board for at in choices.values() for choice in at],
        "to_post": [
            (carrier, choices.get(carrier.pk, []))
            for carrier in item.carriers.all()
            if carrier.pk not in hanging and carrier.kind != Carrier.Kind.DIGITAL
        ],
        "withdrawal": getattr(found, "withdrawal", None),
        "kinds": Withdrawal.Kind.choices,
        "replaced_by": getattr(found, "replaced_by", None),
        "open_draft": Draft.objects.filter(
            obligation=found.disclosure.obligation, version=None, abandoned_at=None
        ).first(),
        "draft": draft,
        "window": in_window(found, feedback_on(found, today()), today()),
        "waiting_for": STEPS[step] if step is not None else "",
        "error": error,
    }
    return page(request, "version", community, context, 422 if error else 200)


def _held(posting: Posting) -> list[Board]:
    """The boards on which a posting hangs now."""
    return list(
        {hanging.board_id: hanging.board for hanging in posting.hangings.all() if not hanging.ended_on}.values()
    )


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("on") or f"{today():%Y-%m-%d}")
    except ValueError:
        raise NotPostable("日期不对，请写成 2026-11-23 这样的形式。") from None


def post(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """«Put up»: one tap, with a place on the boards if there are any, and an optional word or photograph."""
    community = community_or_404(request, slug, PREPARERS)
    found = version_or_404(request, community, code)
    carrier = found.disclosure.obligation.occurrence.item.carriers.filter(pk=number(request, "carrier")).first()
    if carrier is None or request.method != "POST":
        raise Http404("没有这个载体")
    try:
        posting = put_up(
            version=found,
            carrier=carrier,
            on=_day(request),
            by=me(request),
            at=timezone.now(),
            evidence=request.POST.get("evidence", "").strip()[:200],
            places=places_told(request, carrier),
        )
    except (NotPostable, NotHangable) as error:
        return _shown(request, community, found, str(error))
    messages.success(request, f"已登记张贴在{carrier.name}。")
    _keep_photo(request, posting)
    return redirect("desk_version", slug, found.code)


def _keep_photo(request: HttpRequest, posting: Posting) -> None:
    """The photograph of a form, if there is one; that it can't be taken doesn't undo the posting."""
    upload = request.FILES.get("photo")
    if upload is None:
        return
    try:
        add_photo(
            posting=posting,
            name=upload.name or "",
            data=upload.read(),
            is_public=request.POST.get("photo_public") == "1",
            by=me(request),
            at=timezone.now(),
        )
    except NotAllowed as error:
        messages.error(request, f"照片没有收下：{error}")


def unpost(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    """«Taken down», or «lost» before its time."""
    community = community_or_404(request, slug, PREPARERS)
    found = version_or_404(request, community, code)
    posting = found.postings.filter(pk=pk).first()
    if posting is None or request.method != "POST":
        raise Http404("没有这次张贴")
    lost = "lost" in request.POST
    board = Board.objects.filter(pk=number(request, "board"), community=community).first()
    try:
        if board is not None:
            take_off_board(posting=posting, board=board, on=_day(request), by=me(request), at=timezone.now(), lost=lost)
        else:
            take_down(posting=posting, on=_day(request), by=me(request), at=timezone.now(), lost=lost)
    except NotPostable as error:
        return _shown(request, community, found, str(error))
    messages.success(request, "已登记丢失，请尽快重新张贴。" if lost else "已登记撤下。")
    return redirect("desk_boards", slug) if "from_board" in request.POST else redirect("desk_version", slug, found.code)


def photograph(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    """A photograph for a posting that is registered already."""
    community = community_or_404(request, slug, PREPARERS)
    found = version_or_404(request, community, code)
    posting = found.postings.filter(pk=pk).first()
    if posting is None or request.method != "POST":
        raise Http404("没有这次张贴")
    _keep_photo(request, posting)
    return redirect("desk_version", slug, found.code)


def change(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Begin a correction or a supplement."""
    community = community_or_404(request, slug, PREPARERS)
    found = version_or_404(request, community, code)
    if request.method != "POST":
        raise Http404("没有这一页")
    kind = request.POST.get("kind", "")
    if kind not in (Version.Kind.CORRECTION, Version.Kind.SUPPLEMENT):
        return _shown(request, community, found, "请选择是更正还是补充。")
    try:
        draft = start_draft(
            obligation=found.disclosure.obligation,
            by=me(request),
            at=timezone.now(),
            corrects=found,
            kind=kind,
            reason=request.POST.get("reason", ""),
            material=request.POST.get("material") == "1",
        )
    except NotDraftable as error:
        return _shown(request, community, found, str(error))
    return redirect("desk_draft", slug, draft.pk)


def withdraw(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Propose to take a version down before its time, or confirm what another person proposed."""
    community = community_or_404(request, slug, REVIEWERS)
    found = version_or_404(request, community, code)
    if request.method != "POST":
        raise Http404("没有这一页")
    proposed = Withdrawal.objects.filter(version=found).first()
    try:
        if proposed is not None:
            confirm_withdrawal(withdrawal=proposed, by=me(request), at=timezone.now())
            messages.success(request, "已撤下。按规定不算已公开，要重新公开。")
        else:
            propose_withdrawal(
                version=found,
                kind=request.POST.get("kind", ""),
                reason=request.POST.get("reason", ""),
                by=me(request),
                at=timezone.now(),
            )
            messages.success(request, "已提出撤下，请另一个人确认后生效。")
    except NotReviewable as error:
        return _shown(request, community, found, str(error))
    return redirect("desk_version", slug, found.code)
