"""What the supervision committee found and what came of it, the samples that anybody can draw again, the orders."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mingbai.carriers.queries import situation_of
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.concerns import ConcernState
from mingbai.rules.sampling import METHOD
from mingbai.supervision.watching import concerns_of, orders_of, samples_of


def checks(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(slug)
    found, situation = concerns_of(community, today()), situation_of(community, today())
    orders = [(order, situation.standing(order.pk)) for order in orders_of(community)]
    context = {
        "found": found,
        "open": [one for one in found if one.is_open],
        "overdue": sum(1 for one in found if one.state is ConcernState.OVERDUE),
        "put_right": sum(1 for one in found if one.state is ConcernState.PUT_RIGHT),
        "orders": orders,
        "samples": samples_of(community),
        "method": METHOD,
    }
    return page(request, "checks", community, context)
