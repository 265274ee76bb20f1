"""«Something happened»: which item, which day, a word about it, and what is due because of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.queries import situation_of
from mingbai.carriers.windows import may_continue, why_not_yet
from mingbai.catalogues.models import Duty, Item
from mingbai.catalogues.queries import catalogue_in_force, items_of
from mingbai.communities.models import Community
from mingbai.data.plain_events import plain_events
from mingbai.desk.common import PREPARERS, community_or_404, me, page, today
from mingbai.disclosures.drafts import NotDraftable, start_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import previous_version
from mingbai.obligations.actions import NotRecordable, record_occurrence, void_occurrence
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import duty_of, obligation_of, preview
from mingbai.rules.days import chinese_date
from mingbai.rules.duties import Trigger
from mingbai.rules.timelimit import render
from mingbai.rules.workdays import OutOfCalendar


@dataclass(frozen=True, slots=True)
class Choice:
    """One duty that can be recorded: its item, which part of it, its rule in plain words."""

    pk: int
    item: Item
    part: str
    rule: str
    by_calendar: bool


def find_choices(community: Community, query: str) -> list[Choice]:
    """The duties whose item says one of the words, or one of the words that a plain event leads to; all for ""."""
    catalogue = catalogue_in_force(community.pk)
    if catalogue is None:
        return []
    words = [word for part in query.split() for word in plain_events().get(part, (part,))]
    found = []
    for item in items_of(catalogue.pk):
        said = " ".join((item.name, item.level1, item.level2, item.level3, *(e.text for e in item.elements.all())))
        if words and not any(word in said for word in words):
            continue
        found += [_choice(item, duty) for duty in item.duties.all()]
    return found


def _choice(item: Item, duty: Duty) -> Choice:
    trigger = Trigger(duty.trigger)
    return Choice(duty.pk, item, duty.applies_to, render(duty.value), trigger.is_period)


NEW = "new"


class OccurrenceForm(forms.Form):
    on = forms.DateField(
        label="哪一天发生的",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写发生的日期。", "invalid": "日期不对，请写成 2026-11-23 这样的形式。"},
    )
    what = forms.CharField(
        label="发生了什么（一句话）",
        max_length=200,
        widget=forms.TextInput({"placeholder": "例如：收到街道拨付的惠民项目资金"}),
        error_messages={"required": "请写一句话说明发生了什么。"},
    )

    def __init__(self, *args: Any, earlier: Sequence[Obligation] = (), **kwargs: Any) -> None:
        """``earlier``: what the matter may go on from; where there is any, it has to be said whether it does."""
        super().__init__(*args, **kwargs)
        if earlier:
            known = [
                (str(one.pk), f"接着办：{chinese_date(one.occurrence.on)} {one.occurrence.what}") for one in earlier
            ]
            self.fields["continues"] = forms.ChoiceField(
                label="是不是接着前面公示过的一件事办的",
                choices=[("", "请选择"), (NEW, "不是，是新的一件事"), *known],
                error_messages={
                    "required": "请选择是新的一件事，还是接着前面公示过的哪一件。",
                    "invalid_choice": "所选的那件事已经不在了，请重新选择。",
                },
            )

    @property
    def continued(self) -> list[int]:
        said = self.cleaned_data.get("continues", NEW)
        return [] if said == NEW else [int(said)]


def choose(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, PREPARERS)
    query = request.GET.get("q", "").strip()[:50]
    context = {"query": query, "events": plain_events(), "choices": find_choices(community, query)}
    return page(request, "choose", community, context)


def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET: the form. POST with ``preview``: what would be due. POST with ``save``: it is recorded."""
    community = community_or_404(request, slug, PREPARERS)
    duty = duty_of(community, pk)
    if duty is None:
        raise Http404("没有这个事项")
    earlier = may_continue(community, duty.item.code)
    form = OccurrenceForm(request.POST or None, initial={"on": today()}, earlier=earlier)
    context: dict[str, Any] = {"duty": duty, "item": duty.item, "rule": render(duty.value), "form": form}
    context["by_calendar"] = Trigger(duty.trigger).is_period
    if request.method == "POST" and form.is_valid():
        on, what = form.cleaned_data["on"], form.cleaned_data["what"]
        try:
            if "save" in request.POST:
                obligation = record_occurrence(
                    community=community,
                    duty=duty,
                    on=on,
                    what=what,
                    by=me(request),
                    at=timezone.now(),
                    continues=form.continued,
                )
                messages.success(request, f"已记录：{what}。")
                return redirect("desk_obligation", slug, obligation.pk)
            context["schedule"] = _preview(community, duty, on)
        except NotRecordable as error:
            form.add_error(None, str(error))
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "record", community, context, status)


def _preview(community: Community, duty: Duty, on: date) -> Any:
    try:
        return preview(community, duty, on)
    except OutOfCalendar as error:
        raise NotRecordable(f"{error} 请检查日期。") from error


def obligation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One thing owed: why, by when, what was done and what to do next."""
    community = community_or_404(request, slug)
    found = obligation_of(community, pk)
    standing = situation_of(community, today()).standing(pk)
    if found is None or standing is None:
        raise Http404("没有这条记录")
    versions = Version.objects.filter(disclosure__obligation=found).order_by("number")
    context = {
        "obligation": found,
        "standing": standing,
        "steps": found.schedule.steps,
        "draft": Draft.objects.filter(obligation=found, version=None, abandoned_at=None).first(),
        "versions": versions,
        "said": any(version.kind != Version.Kind.POSTPONEMENT for version in versions),
        "last": previous_version(found),
        "not_yet": why_not_yet(found, today()) if not versions else [],
        "can_void": found.occurrence.kind == "event" and not versions,
    }
    return page(request, "obligation", community, context)


def void(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = community_or_404(request, slug, PREPARERS)
    found = obligation_of(community, pk)
    if found is None or request.method != "POST":
        raise Http404("没有这条记录")
    try:
        void_occurrence(
            occurrence=found.occurrence, reason=request.POST.get("reason", ""), by=me(request), at=timezone.now()
        )
    except NotRecordable as error:
        messages.error(request, str(error))
        return redirect("desk_obligation", slug, pk)
    messages.success(request, "已作废，理由已记录。")
    return redirect("desk_todo", slug)


def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Begin to prepare; with ``copy`` from what the last one said."""
    community = community_or_404(request, slug, PREPARERS)
    found = obligation_of(community, pk)
    if found is None or request.method != "POST":
        raise Http404("没有这条记录")
    try:
        draft = start_draft(obligation=found, by=me(request), at=timezone.now(), copy_last="copy" in request.POST)
    except NotDraftable as error:
        messages.error(request, str(error))
        return redirect("desk_obligation", slug, pk)
    return redirect("desk_draft", slug, draft.pk)
