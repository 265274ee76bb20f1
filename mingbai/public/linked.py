"""Linked data (schema.org) in the pages: what a search engine reads of a community and of a version.

It stands in a data block, ``<script type="application/ld+json">``, which no browser runs. Like the page around it, it
is made without the request: addresses are whole where the site's public address is set, else relative to the page.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from mingbai.carriers.statuses import Status
from mingbai.communities.models import Community
from mingbai.disclosures.content import Content
from mingbai.disclosures.meetings import read_moment
from mingbai.disclosures.models import Version
from mingbai.outgoing import facts
from mingbai.outgoing.addresses import address
from mingbai.outgoing.data_files import FILES
from mingbai.public.summaries import summary

Node = dict[str, Any]
CONTEXT = "https://schema.org"
# The text stands on the same page: so much of it, in characters, is what results of a search show.
ABSTRACT = 40
# Inside a script element nothing may look like its end; the same three that Django's json_script escapes.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def data_block(graph: list[Node]) -> SafeString:
    """The graph as text that can stand in a script element whatever it says."""
    text = json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 — ESCAPES leaves nothing that could end a script


def of_community(community: Community) -> SafeString:
    """The body that discloses, and its data as a data set with its files."""
    base, slug = settings.PUBLIC_URL, community.slug
    files = [
        {
            "@type": "DataDownload",
            "name": file.name,
            "description": file.what,
            "encodingFormat": file.media_type,
            "contentUrl": address(base, "data_file", slug, file.name),
        }
        for file in FILES
    ]
    dataset = {
        "@type": "Dataset",
        "@id": _dataset(community),
        "name": f"{community.name}居务公开数据",
        "description": f"{community.body}按居务公开事项标准目录公开的目录、应公开和各版本，公示期满的名单不含姓名。",
        "url": address(base, "data", slug),
        "inLanguage": "zh-Hans",
        "isAccessibleForFree": True,
        "creator": {"@id": _body(community)},
        "distribution": files,
    }
    return data_block([{**_organization(community), "url": address(base, "home", slug)}, dataset])


def of_version(version: Version, content: Content, status: Status) -> SafeString:
    """The version as a report, its files, and the meetings it announces. No list is told in it.

    ``content``: as it may be shown today.
    """
    base, community = settings.PUBLIC_URL, version.community
    blocks = content.blocks if facts.withdrawal_of(version) is None else ()
    report = {
        "@type": "Report",
        "@id": address(base, "version", community.slug, version.code),
        "name": facts.title_of(version),
        "identifier": version.code,
        "reportNumber": version.index_number,
        "version": version.number,
        "about": version.disclosure.obligation.occurrence.item.name,
        "abstract": summary(blocks, ABSTRACT),
        "dateCreated": version.dated_on.isoformat(),
        "datePublished": version.published_on.isoformat(),
        "creativeWorkStatus": status.kind,
        "publisher": _named(community),
        "isPartOf": {"@id": _dataset(community)},
        "encoding": [_file(file, version) for block in blocks for file in block.get("files", ())],
    }
    meetings = [meeting for block in blocks if (meeting := _meeting(block, version)) is not None]
    told = {key: value for key, value in report.items() if value not in ([], "")}
    return data_block([told, *meetings])


def _file(file: Node, version: Version) -> Node:
    return {
        "@type": "MediaObject",
        "name": file["name"],
        "contentSize": str(file["size"]),
        "sha256": file["sha256"],
        "contentUrl": address(settings.PUBLIC_URL, "attachment", version.community.slug, version.code, file["name"]),
    }


def _meeting(block: Node, version: Version) -> Node | None:
    start = read_moment(block["time"]) if block["kind"] == "meeting" else None
    if start is None:
        return None
    return {
        "@type": "Event",
        "name": block["name"],
        "startDate": start.isoformat(timespec="minutes"),
        "location": {"@type": "Place", "name": block["place"], "address": block["place"]},
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "organizer": {"@id": _body(version.community)},
    }


def _named(community: Community) -> Node:
    """Who publishes; the home page says more of it."""
    return {"@type": "GovernmentOrganization", "@id": _body(community), "name": community.body}


def _organization(community: Community) -> Node:
    named: Node = {**_named(community), "areaServed": community.name}
    if community.subdistrict:
        named["parentOrganization"] = {"@type": "GovernmentOrganization", "name": str(community.subdistrict)}
    return named


def _body(community: Community) -> str:
    return address(settings.PUBLIC_URL, "home", community.slug) + "#body"


def _dataset(community: Community) -> str:
    return address(settings.PUBLIC_URL, "data", community.slug) + "#dataset"
