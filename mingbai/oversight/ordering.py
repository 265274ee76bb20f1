"""The subdistrict's corrective order (责令公布): something is to be made public by a day that it names."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from mingbai.catalogues.models import Duty
from mingbai.obligations.actions import MAX_ORDER, NotRecordable, order_disclosure
from mingbai.oversight.views import me, page, subdistrict_or_404, today
from mingbai.supervision.queries import communities_under
from mingbai.supervision.watching import orders_of, tally_concerns


def order(request: HttpRequest, slug: str) -> HttpResponse:
    """First the community, then what and by when; below, what was ordered before."""
    subdistrict = subdistrict_or_404(request, slug)
    communities, posted = communities_under(subdistrict), request.POST
    chosen = posted.get("community", "") or request.GET.get("community", "")
    community = next((one for one in communities if one.slug == chosen), None)
    if chosen and community is None:
        raise Http404("没有这个社区")
    if community is None and len(communities) == 1:
        community = communities[0]
    duties = _duties(community.pk) if community is not None else []
    error, made = "", None
    if request.method == "POST" and community is not None:
        duty = next((one for one in duties if str(one.pk) == posted.get("duty", "")), None)
        try:
            if duty is None:
                raise NotRecordable("请选择哪一项公开事项。")
            due_on = _day(posted.get("due_on", ""))
            what, at = posted.get("what", ""), timezone.now()
            made = order_disclosure(community=community, duty=duty, due_on=due_on, what=what, by=me(request), at=at)
        except NotRecordable as wrong:
            error = str(wrong)
    context = {
        "subdistrict": subdistrict,
        "communities": communities,
        "community": community,
        "duties": duties,
        "made": made,
        "typed": {} if made is not None else posted,
        "orders": orders_of(community) if community is not None else [],
        "tally": next(iter(tally_concerns([community], today())), None) if community is not None else None,
        "max_order": MAX_ORDER,
        "error": error,
    }
    return page(request, "order", context, 422 if error else 201 if made is not None else 200)


def _duties(community_id: int) -> list[Duty]:
    """What can be ordered: every public duty of the catalogue in force, in printed order."""
    in_force = Duty.objects.filter(item__catalogue__community=community_id, item__catalogue__superseded_on=None)
    return list(
        in_force.filter(item__is_public=True).select_related("item__catalogue").order_by("item__number", "position")
    )


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise NotRecordable("请选择最迟哪一天公布。") from error
