"""Codes for households: made for a list, printed once on slips, ended when a slip is lost or a household moves."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingbai.carriers.slips import slips_pdf
from mingbai.carriers.typesetting import UnprintableText
from mingbai.communities.models import Community
from mingbai.communities.receipts import NotTaken, new_token, nonce_of
from mingbai.desk.common import PREPARERS, community_or_404, me, page, today
from mingbai.onrequest.households import AT_ONCE, NotMade, end_code, labels_in, make_codes
from mingbai.onrequest.models import HouseholdCode
from mingbai.onrequest.queries import codes_of, for_specific_parties


def households(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: whose codes there are, and the form. POST: new codes, answered by the slips to print."""
    community = community_or_404(request, slug, PREPARERS)
    error = ""
    if request.method == "POST":
        try:
            return _printed(request, community)
        except (NotMade, NotTaken, UnprintableText) as wrong:
            error = str(wrong)
    items = for_specific_parties(community)
    names = {item.code: item.name for item in items}
    posted = request.POST
    # A single item is what is meant; among several, nothing is opened that nobody ticked.
    ticked = posted.getlist("item") if posted else names if len(items) == 1 else ()
    context = {
        "codes": [(one, [names[code] for code in one.item_codes if code in names]) for one in codes_of(community)],
        "items": [(item, item.code in ticked) for item in items],
        "typed": posted,
        "token": posted.get("token") if error else new_token(timezone.now().timestamp()),
        "at_once": AT_ONCE,
        "error": error,
    }
    return page(request, "households", community, context, 422 if error else 200)


@transaction.atomic
def _printed(request: HttpRequest, community: Community) -> HttpResponse:
    """The slips. Codes and PDF are one transaction: what the font can't print leaves no code behind."""
    posted, now = request.POST, timezone.now()
    labels = labels_in(posted.get("labels", ""))
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    url = base + reverse("mine", args=[community.slug])
    nonce = nonce_of(posted.get("token", ""), now.timestamp(), quickest=0)
    slips = make_codes(
        community=community,
        labels=labels,
        item_codes=posted.getlist("item"),
        nonce=nonce,
        replace="replace" in posted,
        by=me(request),
        at=now,
    )
    pdf = slips_pdf(
        community=community.name,
        body=community.body,
        slips=[(slip.label, slip.code) for slip in slips],
        url=url,
        on=today(),
        font_dir=settings.FONT_DIR,
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{community.slug}-codes-{today():%Y%m%d}.pdf"'
    return response


def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = community_or_404(request, slug, PREPARERS)
    household = HouseholdCode.objects.filter(community=community, pk=pk).select_related("community").first()
    if household is None or request.method != "POST":
        raise Http404("没有这个住户码")
    end_code(household=household, by=me(request), at=timezone.now())
    messages.success(request, f"{household.label}的住户码已作废，原来的纸条不能再用。")
    return redirect("desk_households", slug)
