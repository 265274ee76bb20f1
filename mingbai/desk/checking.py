"""The supervision committee's desk: what to check this week, review sheets, the sample, findings. Large plain pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingbai.carriers.queries import on_show, situation_of
from mingbai.carriers.windows import passed_over
from mingbai.communities.models import Community, Role, User
from mingbai.communities.queries import roles_of
from mingbai.data.checklists import checklist_for
from mingbai.desk.common import PREPARERS, REVIEWERS, community_or_404, me, page, today
from mingbai.desk.todo import Group, Task
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import awaited_step, forms_of, open_drafts, visible_version, visible_versions
from mingbai.obligations.models import Obligation
from mingbai.residents.queries import for_desk
from mingbai.rules.concerns import RESOLUTIONS, ConcernState
from mingbai.rules.days import chinese_date
from mingbai.rules.flow import STEPS
from mingbai.rules.sampling import METHOD, SPANS, Span, span_before
from mingbai.rules.state import State
from mingbai.supervision.checking import (
    MAX_REPLY,
    MAX_TEXT,
    NotConcerned,
    NotDrawable,
    draw_sample,
    raise_concern,
    remedies,
    reply_to_concern,
    resolve_concern,
)
from mingbai.supervision.models import Concern
from mingbai.supervision.watching import concern_for, concerns_of, samples_of

WATCHERS = frozenset({Role.Kind.SUPERVISION_MEMBER})
WEEK = timedelta(days=7)
# For how long a drawn sample stands among what is to be checked.
SAMPLE_STANDS = timedelta(days=31)


def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """What to check this week: one line and one button each."""
    community = community_or_404(request, slug, WATCHERS)
    context = {"groups": groups_for(me(request), community, today()), "items": situation_of(community, today()).items}
    return page(request, "watch", community, context)


def groups_for(user: User, community: Community, on: date) -> list[Group]:
    groups = [
        Group("review", "等我审核的", tuple(_drafts(user, community))),
        Group("replied", "居委会答复了，等我们认定的", tuple(_replied(community, on))),
        Group("passed_over", "没有公布异议的处理结果就往下办的", tuple(_passed_over(community))),
        Group("overdue", "逾期没有公开的", tuple(_overdue(community, on))),
        Group("sample", "抽查抽中的", tuple(_sampled(community, on))),
        Group("published", "这七天公开的", tuple(_published(community, on))),
        Group("unanswered", "居民的意见还没有答复的", tuple(_unanswered(community, on))),
        Group("ending", "七天内公示期满的", tuple(_ending(community, on))),
    ]
    return [group for group in groups if group.tasks]


def _drafts(user: User, community: Community) -> Iterable[Task]:
    roles, absences = roles_of(user, community), 0
    for draft in open_drafts(community):
        step = awaited_step(draft, user, roles)
        if step is None:
            continue
        if draft.is_absence and draft.version_id is None:
            absences += 1
            continue
        item = draft.obligation.occurrence.item
        title = draft.content_data.get("title") or item.name
        yield Task(title, f"等{STEPS[step]}", reverse("desk_review", args=[community.slug, draft.pk]), "去审核")
    if absences:
        url = reverse("desk_absence_review", args=[community.slug])
        yield Task(f"本期无、暂缓公开 {absences} 项", "一页看完，一次签字", url, "去审核")


def _replied(community: Community, on: date) -> Iterable[Task]:
    for one in concerns_of(community, on):
        if one.state is ConcernState.REPLIED:
            url = reverse("desk_concern", args=[community.slug, one.concern.pk])
            why = f"{chinese_date(one.concern.replied_on)}答复" if one.concern.replied_on else ""
            yield Task(f"{one.concern.reference}：{one.where}", why, url, "去认定")


def _overdue(community: Community, on: date) -> Iterable[Task]:
    for standing in situation_of(community, on).unmet:
        if standing.state is State.OVERDUE and standing.due_on is not None and standing.item.is_public:
            url = f"{reverse('desk_watch_find', args=[community.slug])}?owed={standing.pk}"
            why = f"{standing.what}；应在{chinese_date(standing.due_on)}前公开，已过 {(on - standing.due_on).days} 天"
            yield Task(standing.item.name, why, url, "提意见")


def _passed_over(community: Community) -> Iterable[Task]:
    for one in passed_over([community]):
        url = f"{reverse('desk_watch_find', args=[community.slug])}?owed={one.went_on.pk}"
        yield Task(one.went_on.occurrence.item.name, one.sentence, url, "提意见")


def _sampled(community: Community, on: date) -> Iterable[Task]:
    for drawn in samples_of(community, 1):
        if drawn.sample.drawn_on + SAMPLE_STANDS >= on:
            for place, (_, version) in enumerate(drawn.versions, 1):
                if version is not None:
                    why = f"{chinese_date(drawn.sample.drawn_on)}抽中的第 {place} 份"
                    yield Task(version.title, why, _sheet_of(community, version), "去核对")


def _published(community: Community, on: date) -> Iterable[Task]:
    for version in visible_versions(community).filter(published_on__gt=on - WEEK).order_by("-pk"):
        why = f"{chinese_date(version.published_on)}公开"
        yield Task(version.title, why, _sheet_of(community, version), "去核对")


def _sheet_of(community: Community, version: Version) -> str:
    code = version.disclosure.obligation.occurrence.item.code
    return f"{reverse('desk_watch_sheet', args=[community.slug, code])}?v={version.code}"


def _unanswered(community: Community, on: date) -> Iterable[Task]:
    for told in for_desk(community, on):
        if told.is_open:
            feedback = told.feedback
            why = f"{chinese_date(feedback.received_on)}收到" + (
                f"，最迟{chinese_date(feedback.due_on)}答复" if feedback.due_on else "，未规定答复期限"
            )
            title = f"{feedback.kind_name} {feedback.reference}：{feedback.text[:30]}"
            yield Task(title, why, reverse("desk_feedback_one", args=[community.slug, feedback.pk]), "去看")


def _ending(community: Community, on: date) -> Iterable[Task]:
    ending: dict[Version, dict[date, list[str]]] = {}
    for posting in on_show(community, on):
        if posting.until_on is not None and posting.until_on < on + WEEK:
            ending.setdefault(posting.version, {}).setdefault(posting.until_on, []).append(posting.carrier.name)
    for version, days in ending.items():
        why = "；".join(f"{'、'.join(names)}公示到{chinese_date(day)}" for day, names in days.items())
        yield Task(version.title, why, _sheet_of(community, version), "去核对")


def sheet(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The review sheet of an item, for one of its versions where ``v`` names one; made to be printed and ticked."""
    community = community_or_404(request, slug, REVIEWERS)
    item = situation_of(community, today()).item(code)
    version = visible_version(request.GET.get("v", ""), community)
    if version is not None and version.disclosure.obligation.occurrence.item.code != code:
        raise Http404("没有这一页")
    if item is None and version is not None:
        item = version.disclosure.obligation.occurrence.item  # of a catalogue that was replaced
    if item is None:
        raise Http404("没有这一页")
    forms = forms_of(community, item)
    elements = item.elements.order_by("position")
    rows = [(element.text, checklist_for(element.text, forms[element.position].kind)) for element in elements]
    context = {"item": item, "version": version, "rows": rows, "may_find": _may_find(request, community)}
    return page(request, "watch_sheet", community, context)


def _may_find(request: HttpRequest, community: Community) -> bool:
    return bool(roles_of(me(request), community) & WATCHERS)


def find(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the form, about a version (also by the ``code`` on its sheet) or about something owed. POST: the finding is
    raised and public."""
    community = community_or_404(request, slug, WATCHERS)
    posted, error = request.POST, ""
    code = request.GET.get("code", "").strip()
    if code and request.method == "GET":
        asked_for = visible_version(code, community)
        if asked_for is not None:
            return redirect(f"{reverse('desk_watch_find', args=[slug])}?v={asked_for.code}")
        error = f"没有找到短码“{code[:40]}”。请对照纸上的短码再输入一次，或者在下面选。"
    version, obligation = _subject(request, community)
    if request.method == "POST":
        element = posted.get("element", "")
        try:
            if obligation is None:
                raise NotConcerned("请先选择是哪一份内容，或者哪一件该公开的事。")
            concern = raise_concern(
                obligation=obligation,
                version=version,
                element=int(element) if element.isdecimal() else None,
                text=posted.get("text", ""),
                by=me(request),
                at=timezone.now(),
            )
        except NotConcerned as wrong:
            error = str(wrong)
        else:
            messages.success(request, f"监督意见 {concern.reference} 已提出，并且公开。{concern.basis}")
            return redirect("desk_concern", slug, concern.pk)
    context = {
        "version": version,
        "obligation": obligation,
        "blocks": version.content_data["blocks"] if version is not None else [],
        "recent": list(visible_versions(community).order_by("-pk")[:20]) if obligation is None else [],
        "code": code,
        "typed": posted,
        "max_text": MAX_TEXT,
        "error": error,
    }
    return page(request, "watch_find", community, context, 422 if error else 200)


def _subject(request: HttpRequest, community: Community) -> tuple[Version | None, Obligation | None]:
    code = request.POST.get("v", "") or request.GET.get("v", "")
    owed = request.POST.get("owed", "") or request.GET.get("owed", "")
    if code:
        version = visible_version(code, community)
        if version is None:
            raise Http404("没有这个短码")
        return version, version.disclosure.obligation
    if not owed:
        return None, None
    public = Obligation.objects.filter(community=community, occurrence__item__is_public=True)
    found = public.filter(pk=int(owed) if owed.isdecimal() and len(owed) < 19 else 0).select_related("occurrence__item")
    if not found:
        raise Http404("没有这一条")
    return None, found[0]


def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw a sample, once a period; what was drawn before stands below."""
    community = community_or_404(request, slug, WATCHERS)
    posted, error = request.POST, ""
    if request.method == "POST":
        size = posted.get("size", "")
        try:
            draw_sample(
                community=community,
                span=posted.get("span", ""),
                size=int(size) if size.isdecimal() and len(size) < 4 else 0,
                lots=posted.get("lots", ""),
                by=me(request),
                at=timezone.now(),
            )
        except NotDrawable as wrong:
            error = str(wrong)
        else:
            messages.success(request, "抽好了，结果和抽法已经公开。")
            return redirect("desk_watch_draw", slug)
    spans = [(span, name, *span_before(span, today())) for span, name in SPANS.items()]
    context = {
        "spans": spans,
        "chosen": posted.get("span", "") or Span.MONTH,
        "size": posted.get("size", "5"),
        "typed": posted,
        "samples": samples_of(community),
        "method": METHOD,
        "error": error,
    }
    return page(request, "watch_draw", community, context, 422 if error else 200)


def concerns(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, REVIEWERS)
    listed = sorted(concerns_of(community, today()), key=lambda one: not one.is_open)
    context = {"everything": listed, "may_find": _may_find(request, community)}
    return page(request, "watch_concerns", community, context)


def concern(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: one finding. POST: the committee's reply, or what the supervision committee says came of it."""
    community = community_or_404(request, slug, REVIEWERS)
    found = concern_for(community, pk, today())
    if found is None:
        raise Http404("没有这条监督意见")
    roles = roles_of(me(request), community)
    may_resolve = bool(roles & WATCHERS) and found.state is ConcernState.REPLIED
    may_reply = bool(roles & PREPARERS) and found.state in (ConcernState.WAITING, ConcernState.OVERDUE)
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _written(request, found.concern, "resolution" in request.POST))
            return redirect("desk_concern", slug, pk)
        except NotConcerned as wrong:
            error = str(wrong)
    context = {
        "found": found,
        "may_reply": may_reply,
        "may_resolve": may_resolve,
        "remedies": remedies(found.concern) if may_reply else [],
        "resolutions": list(RESOLUTIONS.items()),
        "typed": request.POST,
        "max_reply": MAX_REPLY,
        "error": error,
    }
    return page(request, "watch_concern", community, context, 422 if error else 200)


def _written(request: HttpRequest, concern: Concern, resolves: bool) -> str:
    """What was done, in words. Who may is asked by the actions themselves."""
    posted, by, at = request.POST, me(request), timezone.now()
    if resolves:
        resolve_concern(concern=concern, resolution=posted["resolution"], by=by, at=at)
        return "处理结果已公开。"
    reply_to_concern(concern=concern, text=posted.get("text", ""), code=posted.get("remedy", ""), by=by, at=at)
    return "答复已公开，等监督委员会认定。"
