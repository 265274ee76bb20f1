"""What a mirror follows: the public acts out of the append-only record, without who did them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from mingbai.carriers.models import Posting
from mingbai.communities.models import Community, Event
from mingbai.disclosures.models import Version, Withdrawal
from mingbai.disclosures.queries import visible_versions
from mingbai.rules.days import SHANGHAI

# The record's word → what the public is told.
ACTS = {
    "version_published": "published",
    "posted": "posted",
    "taken_down": "taken_down",
    "taken_down_early": "taken_down",
    "names_left": "names_left",
    "withdrawn": "withdrawn",
    "occurrence_voided": "voided",
}
VERSION, POSTING, WITHDRAWAL = (model._meta.label_lower for model in (Version, Posting, Withdrawal))


def changes_after(community: Community, after: int, limit: int) -> dict[str, Any]:
    """The next public acts. ``last`` passes over acts of what the public doesn't see, so that nobody gets stuck."""
    events = list(Event.objects.filter(community=community, act__in=ACTS, pk__gt=after).order_by("pk")[: limit + 1])
    batch = events[:limit]
    versions = _versions(community, batch)
    changes = [
        {
            "event": event.pk,
            "at": event.at.astimezone(SHANGHAI),
            "act": _act(event, version),
            "version": version.code,
            "item": version.disclosure.obligation.occurrence.item.code,
            "carrier": carrier,
            "digest": event.digest,
        }
        for event in batch
        for version, carrier in versions.get(event.subject, ())
    ]
    return {"changes": changes, "last": batch[-1].pk if batch else after, "more": len(events) > limit}


def _act(event: Event, version: Version) -> str:
    corrects = version.kind in (Version.Kind.CORRECTION, Version.Kind.SUPPLEMENT)
    return "corrected" if event.act == "version_published" and corrects else ACTS[event.act]


def _versions(community: Community, events: Iterable[Event]) -> dict[str, list[tuple[Version, str | None]]]:
    """Subject of an event → the public versions it is about, each with the carrier where it is about one."""
    keys: dict[str, set[int]] = defaultdict(set)
    for event in events:
        model, _, pk = event.subject.partition(":")
        keys[model].add(int(pk))
    visible = visible_versions(community)
    found: dict[str, list[tuple[Version, str | None]]] = defaultdict(list)
    for version in visible.filter(pk__in=keys[VERSION]):
        found[f"{VERSION}:{version.pk}"].append((version, None))
    for version in visible.filter(withdrawal__in=keys[WITHDRAWAL]).select_related("withdrawal"):
        found[f"{WITHDRAWAL}:{version.withdrawal.pk}"].append((version, None))
    postings = Posting.objects.filter(pk__in=keys[POSTING]).select_related("carrier")
    hung = visible.in_bulk({posting.version_id for posting in postings})
    for posting in postings:
        if posting.version_id in hung:
            found[f"{POSTING}:{posting.pk}"].append((hung[posting.version_id], posting.carrier.name))
    for version in _voided(community, keys["obligations.occurrence"]):
        occurrence = version.disclosure.obligation.occurrence
        found[f"obligations.occurrence:{occurrence.pk}"].append((version, None))
    return found


def _voided(community: Community, occurrences: Iterable[int]) -> Iterable[Version]:
    """What anyone could see until its occurrence was voided: a mirror has to know that it is gone."""
    return (
        Version.objects.filter(
            community=community,
            disclosure__obligation__occurrence__in=list(occurrences),
            disclosure__obligation__occurrence__item__is_public=True,
        )
        .select_related("disclosure__obligation__occurrence__item")
        .order_by("pk")
    )
