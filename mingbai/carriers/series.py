"""Reads of the front page and of a version among its periods: each a fixed number of rows, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from mingbai.carriers.queries import ShownVersion, Situation, last_day_on_show, with_postings
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_versions
from mingbai.obligations.models import Occurrence
from mingbai.rules.state import Shown

PERIODS = 8
# How many versions may stand for one period (corrections, supplements) before older periods are left out.
VERSIONS_A_PERIOD = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A version with what it may still say on a day."""

    version: Version
    on: date
    content: Content


def said_by(pks: Sequence[int], today: date) -> list[Said]:
    """These versions, in this order, and what each may still say; those that were taken down are left out.

    Texts are only loaded for what has been chosen: sorting rows that carry them is what makes a long list slow.
    """
    if not pks:
        return []
    standing = visible_versions().filter(Q(withdrawal=None) | Q(withdrawal__confirmed_at=None), pk__in=pks)
    versions = with_postings(standing).select_related("withdrawal").order_by()
    found = versions.defer("disclosure__obligation__schedule_data").in_bulk(pks)
    return [
        Said(
            version,
            version.disclosure.obligation.occurrence.on,
            content_on(version, last_day_on_show(version.postings.all()), today),
        )
        for version in (found[pk] for pk in pks if pk in found)
    ]


def earlier_periods(version: Version, today: date) -> list[Said]:
    """What was published for the occurrences before this one's, the nearest first; one version for each."""
    occurrence = version.disclosure.obligation.occurrence
    # By item, not by the version's community: that index would be walked through everything it published.
    earlier = visible_versions().filter(
        disclosure__obligation__occurrence__item__catalogue__community=version.community_id,
        disclosure__obligation__occurrence__item__code=occurrence.item.code,
        disclosure__obligation__occurrence__duty__position=occurrence.duty.position,
        disclosure__obligation__occurrence__on__lt=occurrence.on,
    )
    told = earlier.exclude(disclosure__obligation__occurrence__kind=Occurrence.Kind.SILENCE)
    nearest = told.order_by("-disclosure__obligation__occurrence__on", "-published_at", "-pk")
    last: dict[int, int] = {}
    for disclosure, pk in nearest.values_list("disclosure", "pk")[: PERIODS * VERSIONS_A_PERIOD]:
        last.setdefault(disclosure, pk)
    return said_by(list(last.values())[: PERIODS - 1], today)


def latest_of(
    situation: Situation, codes: Collection[str], today: date, limit: int, *, shown: bool = False
) -> list[Said]:
    """The last versions of these items, the newest first; ``shown``: only what is on show today."""
    versions = [
        standing.public_versions[-1]
        for standing in situation.standings
        if standing.item.code in codes and standing.public_versions
    ]
    chosen = [
        version for version in versions if not shown or any(is_up(posting, today) for posting in version.postings)
    ]
    chosen.sort(key=lambda version: (version.published_on, version.pk), reverse=True)
    return said_by([version.pk for version in chosen[:limit]], today)


def on_show_now(situation: Situation, today: date) -> list[ShownVersion]:
    """Every public version that hangs somewhere on ``today``, the last put up first."""
    found = {
        version.pk: version
        for standing in situation.standings
        for version in standing.public_versions
        if any(is_up(posting, today) for posting in version.postings)
    }
    return sorted(
        found.values(),
        key=lambda version: (max(posting.from_on for posting in version.postings), version.pk),
        reverse=True,
    )


def is_up(posting: Shown, today: date) -> bool:
    until = min(posting.until_on or date.max, posting.ended_on or date.max)
    return posting.from_on <= today <= until
