"""A draft as a whole: what it has, what it lacks, what it would look like, and handing it in."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.sheet import UnprintableText, check_printable, render_pdf, render_png
from mingbai.carriers.sheets import sheet_of_draft
from mingbai.carriers.windows import why_waits
from mingbai.desk.common import PREPARERS, draft_or_404, me, page, today
from mingbai.disclosures.checks import as_published, check
from mingbai.disclosures.drafts import (
    Conflict,
    NotDraftable,
    NotReady,
    abandon_draft,
    mask_draft,
    record_impact,
    save_draft,
    submit_draft,
)
from mingbai.disclosures.meetings import meeting_calendar
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import elements_of, flow_for, forms_of, open_step
from mingbai.rules.flow import STEPS


def overview(request: HttpRequest, draft: Draft, *, error: str = "", status: int = 200) -> HttpResponse:
    """Each element with what it has, then what is open, then the button that hands it in."""
    blocks = {block["element"]: block for block in draft.content_data["blocks"]}
    forms = forms_of(draft.community, draft.obligation.occurrence.item)
    returned = next((review for review in reversed(draft.reviews.all()) if not review.approved), None)
    reasons = returned.reasons if returned is not None and not draft.submitted_hash else {}
    rows = [
        {
            "position": position,
            "text": text,
            "block": blocks.get(position),
            "form": forms[position],
            "returned": reasons.get(str(position), ""),
        }
        for position, text in elements_of(draft.obligation).items()
    ]
    checks = check(draft)
    step = open_step(draft)
    context = {
        "draft": draft,
        "item": draft.obligation.occurrence.item,
        "obligation": draft.obligation,
        "rows": rows,
        "checks": checks,
        "differences": [(one, draft.reasons.get(one.key, "")) for one in checks.differences],
        "confirmations": [(one, draft.reasons.get(one.key, "")) for one in checks.to_confirm],
        "returned": reasons.get("0", ""),
        "returned_by": returned.by if reasons and returned else None,
        "waiting_for": STEPS[step] if step is not None else "",
        "flow": [STEPS[each] for each in flow_for(draft.community)],
        "not_yet": why_waits(draft, today()),
        "unprintable": _unprintable(draft),
        "has_meeting": any(block["kind"] == "meeting" for block in blocks.values()),
        "error": error,
    }
    return page(request, "draft", draft.community, context, status)


def _unprintable(draft: Draft) -> str:
    try:
        check_printable(sheet_of_draft(draft, today(), "https://example.org"), settings.FONT_DIR)
    except UnprintableText as error:
        return str(error)
    return ""


def revision_of(request: HttpRequest) -> int:
    """The revision that a form was made from; 0 (which conflicts with every draft) when it isn't told."""
    told = request.POST.get("revision", "")
    return int(told) if told.isdigit() and len(told) < 9 else 0


def draft(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: the draft. POST: its title, date and the reasons for what the checks found."""
    found = draft_or_404(request, slug, pk, PREPARERS, closed=True)
    if found.version is not None:
        return redirect("desk_version", slug, found.version.code)
    if not found.is_open:
        return redirect("desk_obligation", slug, found.obligation_id)
    if request.method != "POST":
        return overview(request, found)
    try:
        dated_on = date.fromisoformat(request.POST["dated_on"]) if request.POST.get("dated_on") else None
    except ValueError:
        return overview(request, found, error="成文日期不对，请写成 2026-11-23 这样的形式。", status=422)
    keys = [key.removeprefix("reason-") for key in request.POST if key.startswith("reason-")]
    try:
        save_draft(
            draft=found,
            revision=revision_of(request),
            by=me(request),
            at=timezone.now(),
            title=request.POST.get("title", ""),
            dated_on=dated_on,
            reasons={**found.reasons, **{key: request.POST[f"reason-{key}"] for key in keys}},
        )
    except Conflict as conflict:
        return overview(request, conflict.draft, error=str(conflict), status=409)
    except NotDraftable as error:
        return overview(request, found, error=str(error), status=422)
    messages.success(request, "已保存。")
    return redirect("desk_draft", slug, pk)


def submit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = draft_or_404(request, slug, pk, PREPARERS)
    if request.method != "POST":
        raise Http404("没有这一页")
    try:
        submit_draft(draft=found, revision=revision_of(request), by=me(request), at=timezone.now())
    except Conflict as conflict:
        return overview(request, conflict.draft, error=str(conflict), status=409)
    except (NotReady, NotDraftable) as error:
        return overview(request, found, error=str(error), status=422)
    messages.success(request, "已送审。审核人会在自己的待办里看到。")
    return redirect("desk_draft", slug, pk)


def mask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """«Mask these»: what may not be public becomes asterisks."""
    found = draft_or_404(request, slug, pk, PREPARERS)
    if request.method != "POST":
        raise Http404("没有这一页")
    try:
        mask_draft(draft=found, revision=revision_of(request), by=me(request), at=timezone.now())
    except Conflict as conflict:
        return overview(request, conflict.draft, error=str(conflict), status=409)
    except NotDraftable as error:
        return overview(request, found, error=str(error), status=422)
    messages.success(request, "已把不能公开的号码换成星号，请再核对一遍。")
    return redirect("desk_draft", slug, pk)


def abandon(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = draft_or_404(request, slug, pk, PREPARERS)
    if request.method != "POST":
        raise Http404("没有这一页")
    try:
        abandon_draft(draft=found, by=me(request), at=timezone.now())
    except NotDraftable as error:
        return overview(request, found, error=str(error), status=422)
    messages.success(request, "草稿已放弃。")
    return redirect("desk_obligation", slug, found.obligation_id)


IMPACT_FIELDS = (
    ("ground", "法律依据", "例如：个人信息保护法第十三条第一款第三项，为履行法定职责所必需"),
    ("necessity", "为什么必须公开到个人", "例如：补助由居民监督，只公布人数无法核对"),
    ("risk", "对本人可能有什么影响", "例如：邻里知道其家庭困难"),
    ("measures", "怎样减轻影响", "例如：只公布姓、楼号和金额，公示期满隐去姓名"),
)


def impact(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The one-screen record before persons are named."""
    found = draft_or_404(request, slug, pk, PREPARERS)
    existing = getattr(found, "impact", None)
    typed = {name: request.POST.get(name, getattr(existing, name, "") or "") for name, _, _ in IMPACT_FIELDS}
    error = ""
    if request.method == "POST":
        try:
            record_impact(draft=found, **typed, by=me(request), at=timezone.now())
            messages.success(request, "影响评估已保存，保存三年。")
            return redirect("desk_draft", slug, pk)
        except NotDraftable as wrong:
            error = str(wrong)
    fields = [(name, label, hint, typed[name]) for name, label, hint in IMPACT_FIELDS]
    context = {"draft": found, "fields": fields, "error": error}
    return page(request, "impact", found.community, context, 422 if error else 200)


def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Exactly what the public would get."""
    found = draft_or_404(request, slug, pk)
    context = {"draft": found, "content": as_published(found), "item": found.obligation.occurrence.item}
    return page(request, "preview", found.community, context)


def sheet(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    found = draft_or_404(request, slug, pk)
    if kind not in ("pdf", "png"):
        raise Http404("没有这种格式")
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    made = sheet_of_draft(found, today(), base)
    try:
        if kind == "pdf":
            return HttpResponse(render_pdf(made, font_dir=settings.FONT_DIR), content_type="application/pdf")
        return HttpResponse(render_png(made, font_dir=settings.FONT_DIR), content_type="image/png")
    except UnprintableText as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")


def meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The meeting of a draft as iCalendar, as residents will get it. 404 without a time that can be read."""
    found = draft_or_404(request, slug, pk)
    block = next((one for one in found.content_data["blocks"] if one["kind"] == "meeting"), None)
    made = meeting_calendar(block, f"draft-{found.pk}", timezone.now()) if block is not None else None
    if made is None:
        raise Http404("会议时间读不出来，请写成 2026年11月30日 14:30 这样的形式")
    return HttpResponse(made, content_type="text/calendar; charset=utf-8")


def file(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponse:
    """A file of a draft, for those who prepare and review it; always as a download."""
    found = draft_or_404(request, slug, pk).files.filter(name=name).first()
    if found is None:
        raise Http404("没有这个附件")
    response = HttpResponse(bytes(found.data), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return response
