"""The subdistrict's pages: who owes what, who is late, and the list behind every number."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from mingbai.carriers.asof import stood
from mingbai.communities.models import Subdistrict, User
from mingbai.communities.queries import subdistrict_for, subdistricts_of
from mingbai.rules.days import legal_day
from mingbai.rules.report import Outcome
from mingbai.rules.wording import OUTCOMES
from mingbai.sealed.queries import complaints_of
from mingbai.supervision.queries import behind, communities_under, gone_on, item_names
from mingbai.supervision.queries import overview as figures_of
from mingbai.supervision.watching import tally_concerns

FIRST_YEAR = 2020
LISTED = 500
# Of what is late, the first due; the rest is behind the number.
LATE_SHOWN = 30


def today() -> date:
    return legal_day(timezone.now())


def me(request: HttpRequest) -> User:
    """Who is signed in; the gate has seen to it that somebody is."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user


def subdistrict_or_404(request: HttpRequest, slug: str) -> Subdistrict:
    subdistrict = subdistrict_for(me(request), slug)
    if subdistrict is None:
        raise Http404("没有这个街道")
    return subdistrict


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {"person": me(request), "today": today()}
    return render(request, f"oversight/{name}.html", {**shared, **context}, status=status)


def asked_day(request: HttpRequest) -> tuple[date, int, str]:
    """The day as of which, the year of the occurrences, and what was wrong with what was typed."""
    now = today()
    told = request.GET.get("on", "")
    try:
        on = date.fromisoformat(told) if told else now
    except ValueError:
        return now, now.year, "截至日期不对，请写成 2026-06-01 这样的形式。"
    if not date(FIRST_YEAR, 1, 1) <= on <= now:
        return now, now.year, f"截至日期要在{FIRST_YEAR}年到今天之间。"
    year = request.GET.get("year", "")
    return on, int(year) if year.isdigit() and FIRST_YEAR <= int(year[:4]) <= on.year else on.year, ""


def front(request: HttpRequest) -> HttpResponse:
    mine = subdistricts_of(me(request))
    if not mine:
        raise Http404("没有这一页")
    if len(mine) == 1:
        return redirect("oversight_overview", mine[0].slug)
    return page(request, "front", {"subdistricts": mine})


def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """All communities on one page, as of any day."""
    subdistrict = subdistrict_or_404(request, slug)
    on, year, error = asked_day(request)
    communities = communities_under(subdistrict)
    figures = figures_of(communities, on=on, year=year, today=today())
    shown = figures.overdue[:LATE_SHOWN]
    context = {
        "subdistrict": subdistrict,
        "figures": figures,
        "names": OUTCOMES,
        "listed": f"{reverse('oversight_list', args=[slug])}?on={on:%Y-%m-%d}&year={year}",
        "overdue": list(stood([community.pk for community in communities], on, keys=shown)) if shown else [],
        "more": len(figures.overdue) > LATE_SHOWN,
        "items": item_names([code for code, _ in figures.by_item], communities),
        "by_pk": {community.pk: community for community in communities},
        "waiting": sum(not one.answered for one in complaints_of(subdistrict)),
        "tallies": tally_concerns(communities, today()),
        "passed_over": gone_on(communities),
        "years": range(on.year, max(FIRST_YEAR, on.year - 4) - 1, -1),
        "error": error,
    }
    return page(request, "overview", context, 422 if error else 200)


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The obligations behind a number."""
    subdistrict = subdistrict_or_404(request, slug)
    on, year, error = asked_day(request)
    chosen = request.GET.get("community", "")
    communities = [one for one in communities_under(subdistrict) if not chosen or one.slug == chosen]
    outcome, code, month = request.GET.get("outcome", ""), request.GET.get("item", ""), request.GET.get("month", "")
    if not communities or (outcome and outcome not in OUTCOMES):
        raise Http404("没有这一页")
    number = int(month) if month.isdigit() and len(month) < 3 else 0
    found = behind(communities, on=on, year=year, outcome=outcome, code=code, month=number)
    by_pk = {community.pk: community for community in communities}
    context = {
        "subdistrict": subdistrict,
        "rows": [(by_pk[one.community], one) for one in found[:LISTED]],
        "count": len(found),
        "listed": LISTED,
        "names": OUTCOMES,
        "what": [*(one.name for one in communities if chosen), *([OUTCOMES[Outcome(outcome)]] if outcome else [])],
        "on": on,
        "year": year,
        "month": number,
        "code": code,
        "error": error,
    }
    return page(request, "list", context, 422 if error else 200)
