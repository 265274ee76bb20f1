"""An administrator's pages: how each element is filled in, adjusted field by field."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.carriers.queries import situation_of
from mingbai.catalogues.models import Element, Item
from mingbai.communities.models import Community
from mingbai.desk.common import ADMINISTRATORS, community_or_404, me, page, today
from mingbai.desk.typed_form import KINDS, TYPES, TypedForm, posted, read, typed_of
from mingbai.disclosures.forms import NotAdjusted, adjust_form, restore_form
from mingbai.disclosures.queries import forms_of, is_adjusted


def item_forms(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, ADMINISTRATORS)
    items = situation_of(community, today()).items
    rows = [
        (item, [(element, forms_of(community, item)[element.position]) for element in item.elements.all()])
        for item in items
    ]
    return page(request, "forms", community, {"rows": rows})


def element_form(request: HttpRequest, slug: str, code: str, position: int) -> HttpResponse:
    """One element's form; nothing that was typed is lost when something about it is wrong."""
    community = community_or_404(request, slug, ADMINISTRATORS)
    item = situation_of(community, today()).item(code)
    element = next((one for one in item.elements.all() if one.position == position), None) if item else None
    if item is None or element is None:
        raise Http404("没有这一项")
    current = forms_of(community, item)[position]
    if request.method != "POST":
        return _shown(request, community, item, element, typed_of(current))
    if "restore" in request.POST:
        return _restored(request, community, item, element)
    typed = posted(request.POST)
    if "more" in request.POST:
        return _shown(request, community, item, element, typed.more())
    form = read(typed, current)
    if form is None:
        return _shown(request, community, item, element, typed, error="有一处填得不对，已经标在旁边；改好再保存。")
    adjust_form(community=community, item=item, element=position, form=form, by=me(request), at=timezone.now())
    messages.success(request, "表单已保存。")
    return redirect("desk_forms", slug)


def _restored(request: HttpRequest, community: Community, item: Item, element: Element) -> HttpResponse:
    try:
        restore_form(community=community, item=item, element=element.position, by=me(request), at=timezone.now())
        messages.success(request, f"“{element.text}”已恢复原来的表单。")
    except NotAdjusted as error:
        messages.info(request, str(error))
    return redirect("desk_forms", community.slug)


def _shown(
    request: HttpRequest, community: Community, item: Item, element: Element, typed: TypedForm, *, error: str = ""
) -> HttpResponse:
    context = {
        "item": item,
        "element": element,
        "typed": typed,
        "kinds": KINDS,
        "types": TYPES,
        "adjusted": is_adjusted(community, item, element.position),
        "error": error,
    }
    return page(request, "element_form", community, context, 422 if error else 200)
