"""Ten thousand published versions, as they would be after years: copies of what the demo published, further back.

fill("jinan", 10_000)
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

from django.db import transaction
from django.db.models import Model

from mingbai.carriers.models import Posting
from mingbai.communities.models import Community, record
from mingbai.disclosures.models import Disclosure, Version
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.rules.canonical import short_code

BATCH = 1000
TEN_YEARS = 3650


@transaction.atomic
def fill(community_slug: str, versions: int) -> None:
    """Bring a community's versions up to ``versions``: what happens once, copied to earlier days with its dates.

    What is always on show has no copies: of that there is one at a time.
    """
    community = Community.objects.get(slug=community_slug)
    patterns = [
        version
        for version in Version.objects.filter(community=community, replaces=None, replaced_by=None)
        .select_related("disclosure__obligation__occurrence__duty")
        .prefetch_related("postings")
        .order_by("pk")
        if not version.disclosure.obligation.occurrence.duty.is_long_term
        and all(posting.until_on for posting in version.postings.all())
    ]
    lacking = versions - Version.objects.filter(community=community).count()
    made = list(islice(cycle(patterns), max(lacking, 0)))
    earliest = min(version.disclosure.obligation.occurrence.on for version in patterns)
    span = (max(version.published_on for version in patterns) - earliest).days + 1
    # As many as wanted lie in ten years: working days of earlier ones aren't known.
    step = min(span, TEN_YEARS // (1 + len(made) // len(patterns)))
    shifts = [timedelta(days=step * (1 + n // len(patterns))) for n in range(len(made))]
    for start in range(0, len(made), BATCH):
        _copy(community, made[start : start + BATCH], shifts[start : start + BATCH], start)
    at = Version.objects.filter(community=community).latest("published_at").published_at
    record(community, "versions_copied", community, by=None, at=at)


def _copy(community: Community, patterns: list[Version], shifts: list[timedelta], start: int) -> None:
    occurrences, obligations, disclosures, versions, postings = [], [], [], [], []
    for number, (pattern, shift) in enumerate(zip(patterns, shifts, strict=True), start):
        obligation = pattern.disclosure.obligation
        occurrence = _again(
            obligation.occurrence,
            kind=Occurrence.Kind.EVENT,
            on=_back(obligation.occurrence.on, shift),
            recorded_at=obligation.occurrence.recorded_at - shift,
        )
        owed = _again(obligation, occurrence=occurrence, due_on=_back(obligation.due_on, shift))
        disclosure = _again(pattern.disclosure, obligation=owed)
        digest = hashlib.sha256(f"{community.slug} {number}".encode()).hexdigest()
        version = _again(
            pattern,
            disclosure=disclosure,
            code=short_code(digest, 0),
            index_number=f"{pattern.index_number}-{number}",
            title=f"{pattern.title}（{number}）",
            digest=digest,
            nonce="" if pattern.reduced_at else digest[:32],
            dated_on=_back(pattern.dated_on, shift),
            published_on=_back(pattern.published_on, shift),
            published_at=pattern.published_at - shift,
        )
        occurrences.append(occurrence)
        obligations.append(owed)
        disclosures.append(disclosure)
        versions.append(version)
        for posting in pattern.postings.all():
            until = _back(posting.until_on, shift)
            postings.append(
                _again(
                    posting,
                    version=version,
                    from_on=_back(posting.from_on, shift),
                    posted_at=posting.posted_at - shift,
                    until_on=until,
                    ended_on=until,
                    ended_as=Posting.Ended.EXPIRED,
                )
            )
    for model, rows in (
        (Occurrence, occurrences),
        (Obligation, obligations),
        (Disclosure, disclosures),
        (Version, versions),
        (Posting, postings),
    ):
        model._default_manager.bulk_create(rows, batch_size=200)


def _back(day: date | None, shift: timedelta) -> date | None:
    return None if day is None else day - shift


def _again(row: Model, **values: Any) -> Any:
    """A new row like another one."""
    kept = {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields if column.name != "id"}
    names = {row._meta.get_field(name).attname for name in values}
    copy = type(row)(**{name: value for name, value in kept.items() if name not in names})
    for name, value in values.items():
        setattr(copy, name, value)
    return copy
