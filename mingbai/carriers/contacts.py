"""Whom residents can turn to: what the community itself has published about it, as it stands today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbai.carriers.queries import last_day_on_show
from mingbai.catalogues.models import Element, Item
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_of_items, visible_versions
from mingbai.rules.contacts import Contact, contact_of
from mingbai.rules.forms import normalised

LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One element that names a way to reach somebody, and the newest published block of it (None: none yet)."""

    kind: Contact
    item: Item
    element: Element
    version: Version | None
    block: dict[str, Any] | None


def contacts_of(community: Community, items: Iterable[Item], today: date) -> list[Told]:
    """Hotlines first, then the supervision committee, then the office; each with the version that says it."""
    wanted = [
        (kind, item, element)
        for item in items
        if item.is_public
        for element in item.elements.all()
        if (kind := contact_of(element.text)) is not None
    ]
    told = [Told(kind, item, element, *_said(community, item, element, today)) for kind, item, element in wanted]
    return sorted(told, key=lambda one: list(Contact).index(one.kind))


def _said(
    community: Community, item: Item, element: Element, today: date
) -> tuple[Version | None, dict[str, Any] | None]:
    versions = visible_of_items(community.pk, [item.code]).filter(replaced_by=None)
    # Their keys first: rows with their texts are slow to sort.
    looked_at = visible_versions().filter(pk__in=versions.values("pk")[:LOOKED_AT])
    for version in looked_at.select_related("withdrawal").prefetch_related("postings"):
        withdrawal = getattr(version, "withdrawal", None)
        if withdrawal is not None and withdrawal.confirmed_at is not None:
            continue
        block = _block(version, element, last_day_on_show(version.postings.all()), today)
        if block is not None:
            return version, block
    return None, None


def _block(version: Version, element: Element, last_day: date | None, today: date) -> dict[str, Any] | None:
    """What the version says of the element, found by its text: its place may change with the catalogue."""
    theirs = version.disclosure.obligation.occurrence.item.elements.all()
    places = {one.position for one in theirs if normalised(one.text) == normalised(element.text)}
    blocks = content_on(version, last_day, today).blocks
    return next((block for block in blocks if block["element"] in places and block["kind"] != "nothing"), None)
