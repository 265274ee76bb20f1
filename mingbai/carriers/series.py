"""Reads of the front page and of a version among its periods: each a fixed number of rows, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import ShownVersion, Situation, last_day_on_show, with_postings
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_of_items, visible_versions
from mingbai.obligations.models import Occurrence
from mingbai.rules.state import Shown

PERIODS = 8
# How many versions may stand for one period (corrections, supplements) before older periods are left out.
VERSIONS_A_PERIOD = 3
# What an earlier period is compared by; each column of each table is work for every row.
CONTENTS = ("title", "content_data", "withdrawal", "disclosure__obligation__occurrence__on")


@dataclass(frozen=True, slots=True)
class Said:
    """A version with what it may still say on a day."""

    version: Version
    on: date
    content: Content


def said_by(pks: Sequence[int], today: date, *, contents_only: bool = False) -> list[Said]:
    """These versions, in this order, and what each may still say; those that were taken down are left out.
    ``contents_only``: of the versions nothing else is wanted than what they said, and when.

    Texts are only loaded for what has been chosen: sorting rows that carry them is what makes a long list slow.
    """
    if not pks:
        return []
    standing = visible_versions().filter(Q(withdrawal=None) | Q(withdrawal__confirmed_at=None), pk__in=pks)
    if contents_only:
        wanted = standing.select_related(None).select_related("disclosure__obligation__occurrence", "withdrawal")
        versions = wanted.prefetch_related("postings").only(*CONTENTS)
    else:
        versions = with_postings(standing).select_related("withdrawal").defer("disclosure__obligation__schedule_data")
    found = versions.order_by().in_bulk(pks)
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
    earlier = visible_of_items(version.community_id, [occurrence.item.code]).filter(
        disclosure__obligation__occurrence__duty__position=occurrence.duty.position,
        disclosure__obligation__occurrence__on__lt=occurrence.on,
    )
    told = earlier.exclude(disclosure__obligation__occurrence__kind=Occurrence.Kind.SILENCE)
    nearest = told.order_by("-disclosure__obligation__occurrence__on", "-published_at", "-pk")
    last: dict[int, int] = {}
    for disclosure, pk in nearest.values_list("disclosure", "pk")[: PERIODS * VERSIONS_A_PERIOD]:
        last.setdefault(disclosure, pk)
    return said_by(list(last.values())[: PERIODS - 1], today, contents_only=True)


def latest_of(
    situation: Situation, codes: Collection[str], today: date, limit: int, *, shown: bool = False
) -> list[Said]:
    """The last version of each disclosure of these items, the newest first; ``shown``: only what is on show today."""
    versions = visible_of_items(situation.community_id, codes)
    last = versions.filter(Q(replaced_by=None) | ~Q(replaced_by__disclosure=F("disclosure")))
    if shown:
        last = last.filter(Exists(_up(situation.community_id, today).filter(version=OuterRef("pk"))))
    newest = last.order_by("-published_on", "-pk").values_list("pk", flat=True)
    return said_by(list(newest[:limit]), today)


def on_show_now(situation: Situation, today: date) -> list[ShownVersion]:
    """Every public version that hangs somewhere on ``today`` with where it hangs, the last put up first."""
    community = situation.community_id
    rows = (
        _up(community, today)
        .order_by("-from_on", "-version", "carrier")
        .values_list(
            "version",
            "version__code",
            "version__title",
            "version__published_on",
            "version__kind",
            "carrier__name",
            "from_on",
            "until_on",
            "ended_on",
        )
    )
    # What hangs is asked for first: it is little, and what was ever published is much.
    hanging = visible_versions().filter(pk__in={row[0] for row in rows}).order_by()
    visible = set(hanging.values_list("pk", flat=True))
    found: dict[int, ShownVersion] = {}
    for pk, code, title, published_on, kind, carrier, from_on, until_on, ended_on in rows:
        if pk not in visible:
            continue
        postings = found[pk].postings if pk in found else ()
        up = (*postings, Shown(carrier, from_on, until_on, ended_on))
        found[pk] = ShownVersion(pk, code, title, published_on, kind, up)
    return list(found.values())


def _up(community_id: int, today: date) -> QuerySet[Posting]:
    """The postings of a community that are on show on a day."""
    from_then = Posting.objects.filter(community=community_id, from_on__lte=today)
    lasting = from_then.filter(Q(until_on=None) | Q(until_on__gte=today))
    return lasting.filter(Q(ended_on=None) | Q(ended_on__gte=today))
