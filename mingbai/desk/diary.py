"""The month on one page, and the private calendar that a phone fetches."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import situation_of
from mingbai.communities.actions import renew_calendar
from mingbai.communities.models import Community
from mingbai.communities.queries import role_by_token
from mingbai.desk.common import community_or_404, me, page, today


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a day: ``kind`` due or ends, and where it leads."""

    on: date
    kind: str
    text: str
    url: str


def entries(community: Community, first: date, last: date) -> list[Entry]:
    """Deadlines that are open and displays that end, between two days."""
    found = [
        Entry(
            standing.due_on,
            "due",
            f"{standing.item.name}：{standing.what}",
            reverse("desk_obligation", args=[community.slug, standing.pk]),
        )
        for standing in situation_of(community, today()).unmet
        if standing.due_on is not None and first <= standing.due_on <= last
    ]
    ends = Posting.objects.filter(community=community, ended_on=None, until_on__range=(first, last))
    found += [
        Entry(
            posting.until_on,
            "ends",
            f"{posting.version.title}（{posting.carrier.name}）公示到这一天",
            reverse("desk_version", args=[community.slug, posting.version.code]),
        )
        for posting in ends.select_related("version", "carrier")
        if posting.until_on is not None
    ]
    return sorted(found, key=lambda entry: (entry.on, entry.kind, entry.text))


def month(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    try:
        year, number = (int(part) for part in request.GET.get("month", f"{today():%Y-%m}").split("-"))
        first = date(year, number, 1)
        before, after = first - timedelta(days=1), (first + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        return redirect("desk_calendar", slug)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries(community, first, after - timedelta(days=1)):
        by_day.setdefault(entry.on, []).append(entry)
    weeks = [
        [(day, by_day.get(day, [])) if day.month == number else None for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, number)
    ]
    role = me(request).roles.filter(community=community, ended_at=None).first()
    address = request.build_absolute_uri(reverse("desk_ics", args=[role.calendar_token])) if role else ""
    context = {"first": first, "before": before, "after": after, "weeks": weeks, "address": address}
    return page(request, "calendar", community, context)


def renew(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug)
    role = me(request).roles.filter(community=community, ended_at=None).first()
    if role is None or request.method != "POST":
        raise Http404("没有这一页")
    renew_calendar(role=role, at=timezone.now())
    messages.success(request, "日历地址已经更换，原来的地址不能再用。")
    return redirect("desk_calendar", slug)


def private_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Deadlines and display ends as iCalendar, for whoever knows the secret address."""
    role = role_by_token(token)
    if role is None:
        raise Http404("没有这个日历")
    community, now = role.community, timezone.now()
    made = Calendar()
    made.add("prodid", "-//Mingbai//desk//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{community.name}居务公开")
    for entry in entries(community, today() - timedelta(days=31), today() + timedelta(days=400)):
        event = Event()
        event.add("summary", f"{'最迟公开' if entry.kind == 'due' else '公示期满'}：{entry.text}")
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("dtstamp", now)
        event.add("uid", f"{entry.kind}-{entry.on}-{entry.url.strip('/').replace('/', '-')}@mingbai")
        event.add("url", request.build_absolute_uri(entry.url))
        made.add_component(event)
    return HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
