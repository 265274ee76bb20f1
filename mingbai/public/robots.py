"""For search engines: which pages there are, when they last changed, and which aren't theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import ceil
from xml.sax.xmlreader import AttributesImpl

from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from mingbai.carriers.queries import situation_of
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, last_act_at
from mingbai.disclosures.queries import visible_versions
from mingbai.outgoing.addresses import address, site_address
from mingbai.public.conditional import kept_by_revision
from mingbai.public.views import community_or_404, today
from mingbai.rules.days import legal_day

# The protocol allows 50,000 addresses in a file.
ADDRESSES, MOST = 10_000, 5_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("home", "catalogue", "owed", "data", "data_dictionary")

Place = tuple[str, date | None]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = address(site_address(request), "sitemap")
    lines = ["User-agent: *", "Disallow: /desk/", "Disallow: /admin/", "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@kept_by_revision
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index: the sitemaps of every community."""
    counted = visible_versions().order_by().values_list("community__slug").annotate(Count("pk"))
    counts: dict[str, int] = dict(counted)
    base = site_address(request)
    places: list[Place] = [
        (address(base, "community_sitemap", community.slug, number), None)
        for community in communities()
        for number in range(1, max(1, ceil(counts.get(community.slug, 0) / ADDRESSES)) + 1)
    ]
    return _xml("sitemapindex", "sitemap", places)


@require_safe
@kept_by_revision
def community_sitemap(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The community's pages and items in its first sitemap, and its versions, oldest first, ten thousand in each."""
    community, base = community_or_404(slug), site_address(request)
    versions = _versions(community, number, base) if 1 <= number <= MOST else []
    if number != 1 and not versions:
        raise Http404("没有这一页")
    return _xml("urlset", "url", [*(_pages(community, base) if number == 1 else ()), *versions])


def _versions(community: Community, number: int, base: str) -> list[Place]:
    """Each version with the day on which it last changed."""
    start = (number - 1) * ADDRESSES
    rows = (
        visible_versions(community)
        .order_by("published_at", "pk")
        .values_list("code", "published_at", "withdrawal__confirmed_at", "replaced_by__published_at")
    )[start : start + ADDRESSES]
    return [
        (address(base, "version", community.slug, code), legal_day(max(at for at in moments if at is not None)))
        for code, *moments in rows
    ]


def _pages(community: Community, base: str) -> Iterator[Place]:
    last = legal_day(last_act_at(community))
    for name in PAGES:
        yield address(base, name, community.slug), last
    by_item = visible_versions(community).order_by().values_list("disclosure__obligation__occurrence__item__code")
    published: dict[str, date] = dict(by_item.annotate(Max("published_on")))
    for item in situation_of(community, today()).items:
        yield address(base, "item", community.slug, item.code), published.get(item.code)


def _xml(root: str, child: str, places: list[Place]) -> HttpResponse:
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for place, changed in places:
        xml.startElement(child, AttributesImpl({}))
        xml.addQuickElement("loc", place)
        if changed is not None:
            xml.addQuickElement("lastmod", changed.isoformat())
        xml.endElement(child)
    xml.endElement(root)
    xml.endDocument()
    return response
