"""What other programs follow: Atom of a community and of an item, its meetings as a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from mingbai.carriers.queries import situation_of
from mingbai.communities.models import Community
from mingbai.communities.queries import last_act_at
from mingbai.disclosures.meetings import Meeting, calendar_of
from mingbai.disclosures.models import Version, Withdrawal
from mingbai.outgoing import facts
from mingbai.outgoing.addresses import address, authority, site_address
from mingbai.public.conditional import kept_by_revision
from mingbai.public.summaries import summary, writable
from mingbai.public.views import community_or_404, today

NEWEST = 30
# How far back meetings are kept in the calendar, and how long before its day one may have been announced.
PAST = timedelta(days=366)
ANNOUNCED = timedelta(days=366)


class Feed(Atom1Feed):
    """Atom whose ``updated`` is a moment of ours; Django's asks the clock where there are no entries."""

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["at"]
        return moment


@require_safe
@kept_by_revision
def community_feed(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(slug)
    base = site_address(request)
    return _feed(
        community,
        facts.told(community),
        base,
        title=f"{community.name}居务公开",
        link=address(base, "home", slug),
        feed_url=address(base, "feed", slug),
        guid=f"tag:{authority()},2026:{slug}",
    )


@require_safe
@kept_by_revision
def item_feed(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    community = community_or_404(slug)
    item = situation_of(community, today()).item(code)
    if item is None:
        raise Http404("没有这个事项")
    base = site_address(request)
    return _feed(
        community,
        facts.told(community).filter(disclosure__obligation__occurrence__item__code=code),
        base,
        title=f"{community.name}居务公开：{item.name}",
        link=address(base, "item", slug, code),
        feed_url=address(base, "item_feed", slug, code),
        guid=f"tag:{authority()},2026:{slug}/items/{code}",
    )


def _feed(community: Community, versions: QuerySet[Version], base: str, **about: str) -> HttpResponse:
    entries = sorted(lately_touched(versions), key=lambda version: (touched_at(version), version.pk), reverse=True)
    moment = touched_at(entries[0]) if entries else last_act_at(community)
    feed = Feed(
        title=writable(about["title"]),
        link=about["link"],
        description=f"{community.body}公开的居务，最近{NEWEST}条",
        language="zh-Hans",
        author_name=community.body,
        feed_url=about["feed_url"],
        feed_guid=about["guid"],
        at=moment,
    )
    for version in entries[:NEWEST]:
        feed.add_item(**_entry(version, base))
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def lately_touched(versions: QuerySet[Version]) -> list[Version]:
    """What was published, replaced or withdrawn last: the newest, what they replaced, and the last withdrawals."""
    newest = versions.prefetch_related(None).values_list("pk", "replaces")[:NEWEST]
    withdrawn = Withdrawal.objects.filter(version__in=versions.order_by(), confirmed_at__isnull=False)
    keys = {key for pair in newest for key in pair if key is not None}
    keys |= set(withdrawn.order_by("-confirmed_at").values_list("version", flat=True)[:NEWEST])
    return list(versions.filter(pk__in=keys))


def touched_at(version: Version) -> datetime:
    """When what is said of a version last changed: its publication, its replacement or its withdrawal.

    Names that leave change nothing here, since no entry ever held them.
    """
    moments = [version.published_at]
    withdrawal, successor = facts.withdrawal_of(version), getattr(version, "replaced_by", None)
    if withdrawal is not None and withdrawal.confirmed_at is not None:
        moments.append(withdrawal.confirmed_at)
    if successor is not None:
        moments.append(successor.published_at)
    return max(moments)


def _entry(version: Version, base: str) -> dict[str, Any]:
    # As it may be shown when every display has ended: a feed is read for ever.
    title, told = facts.title_of(version), summary(facts.blocks_of(version, date.max))
    withdrawal = facts.withdrawal_of(version)
    if withdrawal is not None:
        told = f"已撤下（{withdrawal.get_kind()}）：{withdrawal.reason}"
    elif getattr(version, "replaced_by", None) is not None:
        title, told = f"（已被新版替换）{title}", f"这一版已经被新的一版替换。{told}"
    elif version.kind != Version.Kind.FIRST:
        title, told = f"{version.kind_name}：{title}", f"{version.kind_name}说明：{version.reason}。{told}"
    return {
        "title": writable(title),
        "link": address(base, "version", version.community.slug, version.code),
        # Atom says that a summary without a stated type of its own is HTML here, as Django writes it.
        "description": escape(writable(told)),
        "unique_id": f"tag:{authority()},{version.published_on}:{version.code}",
        "pubdate": version.published_at,
        "updateddate": touched_at(version),
        "categories": (writable(version.disclosure.obligation.occurrence.item.name),),
    }


@require_safe
@kept_by_revision
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings to come and of the past year, for a calendar that subscribes."""
    community = community_or_404(slug)
    base = site_address(request)
    found = [
        meeting
        for version in announcing(community, today())
        for meeting in meetings_in(version, today(), base)
        if meeting.start.date() >= today() - PAST
    ]
    made = calendar_of(f"{community.name}会议", sorted(found, key=lambda meeting: (meeting.start, meeting.uid)))
    return HttpResponse(made, content_type="text/calendar; charset=utf-8")


def announcing(community: Community, on: date) -> QuerySet[Version]:
    """Versions in force that may announce a meeting of the past year or a later one. Their text is looked through by
    the database, so that only those with a meeting are read."""
    return (
        facts.told(community)
        .filter(published_on__gte=on - PAST - ANNOUNCED, replaced_by=None)
        .exclude(withdrawal__confirmed_at__isnull=False)
        .annotate(text=Cast("content_data", TextField()))
        .filter(text__contains='"meeting"')
    )


def meetings_in(version: Version, on: date, base: str) -> list[Meeting]:
    """The meetings that a version announces, as far as their time can be read."""
    url = address(base, "version", version.community.slug, version.code)
    blocks = [block for block in facts.blocks_of(version, on) if block["kind"] == "meeting"]
    # The first one bears the same name as in the version's own file, so that a phone knows it again.
    names = [version.code, *(f"{version.code}-{block['element']}" for block in blocks[1:])]
    read = (Meeting.read(block, uid, version.published_at, url) for block, uid in zip(blocks, names, strict=False))
    return [meeting for meeting in read if meeting is not None]
