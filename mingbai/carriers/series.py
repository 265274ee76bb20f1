"""Reads of the front page and of a version among its periods: each a fixed number of rows, however many there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import ShownVersion, Situation, last_day_on_show, with_postings
from mingbai.communities.keeping import kept
from mingbai.communities.prepared import Prepared, padded
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, hidden_versions, shown_on, visible_of_items, visible_versions
from mingbai.obligations.models import Occurrence
from mingbai.rules.state import Shown

PERIODS = 8


@dataclass(frozen=True, slots=True)
class Said:
    """A version with what it may still say on a day."""

    version: Version
    on: date
    content: Content


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said for an earlier occurrence, that of ``on``, as far as it may still be said."""

    on: date
    content: Content


STANDING = Q(withdrawal=None) | Q(withdrawal__confirmed_at=None)


def said_by(pks: Sequence[int], today: date) -> list[Said]:
    """These versions, in this order, and what each may still say; those that were taken down are left out.

    Texts are only loaded for what has been chosen: sorting rows that carry them is what makes a long list slow.
    """
    if not pks:
        return []
    standing = with_postings(visible_versions()).filter(STANDING, pk__in=pks).select_related("withdrawal")
    found = standing.defer("disclosure__obligation__schedule_data").order_by().in_bulk(pks)
    return [
        Said(version, version.disclosure.obligation.occurrence.on, _content(version, today))
        for version in (found[pk] for pk in pks if pk in found)
    ]


def _content(version: Version, today: date) -> Content:
    return content_on(version, last_day_on_show(version.postings.all()), today)


def earlier_periods(version: Version, revision: int, today: date) -> list[Earlier]:
    """What was published for the occurrences before this one's, the nearest first; one version for each.
    ``revision``: the community's current one."""
    occurrence, last = version.disclosure.obligation.occurrence, dict[int, tuple[int, date]]()
    series = _series(version.community_id, revision, occurrence.item.code, occurrence.duty.position)
    earlier = series[: bisect_left(series, occurrence.on, key=itemgetter(0))]
    for on, disclosure, pk in reversed(earlier):
        last.setdefault(disclosure, (pk, on))
        if len(last) == PERIODS - 1:
            break
    days = dict(last.values())
    said = _contents(days, today) if days else {}
    return [Earlier(on, said[pk]) for pk, on in days.items() if pk in said]


@kept(maxsize=128)
def _series(community_id: int, revision: int, code: str, position: int) -> tuple[tuple[date, int, int], ...]:
    """Day of the occurrence, disclosure and version of all that was published for one duty, the oldest first."""
    where = "disclosure__obligation__occurrence"
    versions = visible_of_items(community_id, [code]).filter(**{f"{where}__duty__position": position})
    told = versions.exclude(**{f"{where}__kind": Occurrence.Kind.SILENCE})
    return tuple(told.order_by(f"{where}__on", "published_at", "pk").values_list(f"{where}__on", "disclosure", "pk"))


_HUNG = Posting.objects.filter(version=OuterRef("pk")).order_by()
_standing: Prepared[Version] = Prepared(
    lambda *keys: (
        Version.objects.filter(STANDING, pk__in=keys)
        .annotate(
            lasts=Exists(_HUNG.filter(ended_on=None, until_on=None)),
            end=Subquery(_HUNG.values("version").annotate(end=Max(Coalesce("ended_on", "until_on"))).values("end")),
        )
        .only("content_data")
        .order_by()
    ),
    numbers=PERIODS - 1,
)


def _contents(pks: Collection[int], today: date) -> dict[int, Content]:
    """What these versions may still say, without those that were taken down: one query."""
    rows: list[Any] = _standing(*padded(list(pks), PERIODS - 1))  # with what was annotated
    return {row.pk: shown_on(row.content, None if row.lasts else row.end or date.min, today) for row in rows}


@dataclass(frozen=True, slots=True)
class Wish:
    """The last ``most`` versions of some items; ``shown``: only what is on show today."""

    codes: Collection[str]
    most: int
    shown: bool = False


def latest_of(situation: Situation, wishes: Sequence[Wish], today: date) -> list[list[Said]]:
    """For each wish the last version of each disclosure, the newest first. Texts are read for all wishes together."""
    keys = [_latest_keys(situation.community_id, wish, today) if wish.codes else [] for wish in wishes]
    found = {said.version.pk: said for said in said_by(list({*chain.from_iterable(keys)}), today)}
    return [[found[pk] for pk in mine if pk in found] for mine in keys]


def _latest_keys(community_id: int, wish: Wish, today: date) -> list[int]:
    versions = visible_of_items(community_id, wish.codes)
    last = versions.filter(Q(replaced_by=None) | ~Q(replaced_by__disclosure=F("disclosure")))
    if wish.shown:
        last = last.filter(Exists(_up(community_id, today).filter(version=OuterRef("pk"))))
    return list(last.order_by("-published_on", "-pk").values_list("pk", flat=True)[: wish.most])


def on_show_now(situation: Situation, today: date) -> list[ShownVersion]:
    """Every public version that hangs somewhere on ``today`` with where it hangs, the last put up first."""
    rows = (
        _up(situation.community_id, today)
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
    hidden = hidden_versions(situation.community_id, situation.revision)
    found: dict[int, ShownVersion] = {}
    for pk, code, title, published_on, kind, carrier, from_on, until_on, ended_on in rows:
        if pk in hidden:
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
