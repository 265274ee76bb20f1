"""Every door through which machines read a community, and what comes out of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from django.test import Client

ATOM = "{http://www.w3.org/2005/Atom}"


def addresses(slug: str, code: str, item: str) -> list[str]:
    """What may say something of one version: feeds, calendar, sitemap, data, API and the linked data in pages."""
    site, api = f"/c/{slug}", f"/api/v1/communities/{slug}"
    return [
        *(f"{site}/{name}" for name in ("feed.xml", "meetings.ics", "sitemap-1.xml", "", f"v/{code}/")),
        f"{site}/items/{item}/feed.xml",
        *(
            f"{site}/data/{name}"
            for name in ("versions.jsonl", "versions.csv", "postings.csv", "obligations.csv", "catalogue.csv")
        ),
        *(f"{site}/data/{name}.csv" for name in ("decisions", "steps", "applications", "requests")),
        f"{site}/data/decisions.jsonl",
        *(f"{api}/{name}" for name in ("versions", f"versions/{code}", "postings", "changes", "obligations", "items")),
        *(f"{api}/{name}" for name in ("decisions", "applications", "requests")),
    ]


def through(client: Client, slug: str, code: str, item: str) -> dict[str, str]:
    """Address → what it says; pages only by their linked data, which is what this is about."""
    said = {}
    for address in addresses(slug, code, item):
        response = client.get(address)
        text = b"".join(response) if response.streaming else response.content
        said[address] = _told(text.decode(), response.headers) if response.status_code == 200 else ""
    return said


def _told(text: str, headers: Mapping[str, Any]) -> str:
    if not headers["Content-Type"].startswith("text/html"):
        return text
    return text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]


def entries(client: Client, address: str = "/c/jinan/feed.xml") -> dict[str, dict[str, str]]:
    """The entries of a feed by the code in their ids, in the feed's order."""
    feed = ElementTree.fromstring(client.get(address).content)  # noqa: S314 — our own feed
    found = {}
    for entry in feed.iter(f"{ATOM}entry"):
        told = {
            name: str(entry.findtext(f"{ATOM}{name}")) for name in ("id", "title", "summary", "updated", "published")
        }
        link = entry.find(f"{ATOM}link")
        assert link is not None
        found[told["id"].rpartition(":")[2]] = {**told, "link": link.attrib["href"]}
    return found
