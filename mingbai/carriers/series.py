"""Reads of the front page and of a version among its periods: each a fixed number of rows, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import last_day_on_show, with_postings
from mingbai.communities.models import Community
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_versions
from mingbai.obligations.models import Occurrence

PERIODS = 8
# How many versions may stand for one period (corrections, supplements) before older periods are left out.
VERSIONS_A_PERIOD = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A version with what it may still say on a day."""

    version: Version
    on: date
    content: Content


def said_on(versions: Iterable[Version], today: date) -> list[Said]:
    """Each version (with its postings at hand) and its content as it may be shown."""
    return [
        Said(
            version,
            version.disclosure.obligation.occurrence.on,
            content_on(version, last_day_on_show(version.postings.all()), today),
        )
        for version in versions
    ]


def earlier_periods(version: Version, today: date) -> list[Said]:
    """What was published for the occurrences before this one's, the nearest first; one version for each."""
    occurrence = version.disclosure.obligation.occurrence
    versions = visible_versions(version.community).filter(
        disclosure__obligation__occurrence__item__code=occurrence.item.code,
        disclosure__obligation__occurrence__duty__position=occurrence.duty.position,
        disclosure__obligation__occurrence__on__lt=occurrence.on,
    )
    told = versions.exclude(disclosure__obligation__occurrence__kind=Occurrence.Kind.SILENCE)
    newest_first = told.order_by("-disclosure__obligation__occurrence__on", "-published_at", "-pk")
    last = last_words(newest_first)[: (PERIODS - 1) * VERSIONS_A_PERIOD]
    by_disclosure: dict[int, Version] = {}
    for one in last:
        by_disclosure.setdefault(one.disclosure_id, one)
    return said_on(list(by_disclosure.values())[: PERIODS - 1], today)


def last_words(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Versions that weren't taken down, with all that decides what they may still say."""
    standing = versions.filter(Q(withdrawal=None) | Q(withdrawal__confirmed_at=None))
    return with_postings(standing).select_related(
        "withdrawal", "disclosure__obligation__occurrence__item", "disclosure__obligation__occurrence__duty"
    )


def latest_of(
    community: Community, codes: Collection[str], today: date, limit: int, *, shown: bool = False
) -> list[Said]:
    """The newest versions of these items that nothing has replaced; ``shown``: only what is on show today."""
    if not codes:
        return []
    versions = visible_versions(community).filter(
        disclosure__obligation__occurrence__item__code__in=codes, replaced_by=None
    )
    if shown:
        versions = versions.filter(pk__in=_showing(community, today).values("version"))
    return said_on(last_words(versions.order_by("-published_at", "-pk"))[:limit], today)


def _showing(community: Community, today: date) -> QuerySet[Posting]:
    return (
        Posting.objects.filter(community=community, from_on__lte=today)
        .filter(Q(until_on=None) | Q(until_on__gte=today))
        .filter(Q(ended_on=None) | Q(ended_on__gte=today))
    )


def count_on_show(community: Community, today: date) -> int:
    """How many versions hang somewhere on ``today``."""
    public = _showing(community, today).filter(version__in=visible_versions(community).order_by())
    return public.values("version").distinct().count()


def newest_on_show(community: Community, today: date, limit: int) -> list[Posting]:
    """The postings of the ``limit`` versions that went on show last, those that end before those that stay for good."""
    public = _showing(community, today).filter(version__in=visible_versions(community).order_by())
    stays: dict[int, bool] = {}
    for version, until in public.order_by("-from_on", "-pk").values_list("version", "until_on")[: limit * 8]:
        stays.setdefault(version, until is None)
    chosen = sorted(stays, key=lambda version: stays[version])[:limit]
    found = (
        public.filter(version__in=chosen)
        .select_related("version__disclosure__obligation__occurrence__item", "carrier")
        .defer("version__content_data", "version__disclosure__obligation__schedule_data")
    )
    return sorted(found, key=lambda posting: (chosen.index(posting.version_id), posting.from_on, posting.pk))
