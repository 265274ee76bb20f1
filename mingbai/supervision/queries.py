"""Every read of this app: the figures of a subdistrict, and the list behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q

from mingbai.carriers.asof import Stood, end_of, stood
from mingbai.carriers.models import Hold
from mingbai.carriers.windows import PassedOver, passed_over
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community, Subdistrict
from mingbai.rules.report import Counts
from mingbai.rules.schedule import ONE_DAY
from mingbai.supervision.actions import keep_figures
from mingbai.supervision.models import Figures
from mingbai.supervision.pending import revisions_of

# How long what was counted is looked for; after that it is counted again.
KEPT_FOR = timedelta(days=92)
COUNTED_AT_ONCE = 150


def communities_under(subdistrict: Subdistrict) -> list[Community]:
    """``has_holds``: whether anything was ever objected to there inside its window."""
    held = Exists(Hold.objects.filter(version__community=OuterRef("pk")))
    return list(Community.objects.filter(subdistrict=subdistrict).annotate(has_holds=held).order_by("slug"))


def gone_on(communities: Iterable[Community]) -> list[PassedOver]:
    """What went on before the outcome of an objection was published, in communities as found here."""
    held = [community for community in communities if getattr(community, "has_holds", True)]
    return passed_over(held) if held else []


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of several communities for the occurrences of ``year``, at the end of ``on``; ``overdue``: the keys
    of what is late, the first due first."""

    on: date
    year: int
    by_community: tuple[tuple[Community, Counts], ...]
    by_item: tuple[tuple[str, Counts], ...]
    by_month: tuple[tuple[int, Counts], ...]
    total: Counts
    overdue: tuple[int, ...]


def overview(communities: Sequence[Community], *, on: date, year: int, today: date) -> Overview:
    """What was kept where it still holds, and the rest counted now."""
    rows = _figures(communities, on, year, today)
    by_community = tuple((one, _sum(rows[one.pk].by_item.values())) for one in communities)
    return Overview(
        on=on,
        year=year,
        by_community=by_community,
        by_item=tuple((code, tally) for code, tally in sorted(_merged(rows, "by_item").items(), key=_by_number)),
        by_month=tuple((int(month), tally) for month, tally in sorted(_merged(rows, "by_month").items())),
        total=_sum(tally.row for _, tally in by_community),
        overdue=tuple(pk for _, pk in sorted((due_on, pk) for row in rows.values() for due_on, pk in row.overdue)),
    )


def _figures(communities: Sequence[Community], on: date, year: int, today: date) -> dict[int, Figures]:
    """Community → how it stood at the end of ``on``, by what was known then: the last event of that day decides whether
    what was kept still holds, so nothing that happened later does."""
    revisions = revisions_of(communities, end_of(on) if on < today else None)
    held = Figures.objects.filter(
        Q(holds_until=None) | Q(holds_until__gte=on),
        community__in=list(revisions),
        year=year,
        on__range=(on - KEPT_FOR, on),
        revision__in=set(revisions.values()),
    )
    found = {row.community_id: row for row in held.order_by("on") if row.revision == revisions[row.community_id]}
    missing = {pk: revision for pk, revision in revisions.items() if pk not in found}
    if missing:
        found |= {row.community_id: row for row in keep_figures(revisions=missing, on=on, year=year)}
    return found


def refresh_figures(today: date) -> None:
    """Count every community under a subdistrict where what was kept doesn't hold: how it stood when yesterday ended,
    so that any day can be asked for later, and how it stands today."""
    under = list(Community.objects.exclude(subdistrict=None).order_by("subdistrict", "pk"))
    for start in range(0, len(under), COUNTED_AT_ONCE):
        for on in (today - ONE_DAY, today):
            _figures(under[start : start + COUNTED_AT_ONCE], on, on.year, today)


def _sum(counts: Iterable[Sequence[int]]) -> Counts:
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))


def _merged(rows: Mapping[int, Figures], name: str) -> dict[str, Counts]:
    merged: dict[str, list[Sequence[int]]] = {}
    for row in rows.values():
        for key, counts in getattr(row, name).items():
            merged.setdefault(key, []).append(counts)
    return {key: _sum(counts) for key, counts in merged.items()}


def _by_number(entry: tuple[str, Counts]) -> tuple[int, str]:
    code = entry[0]
    return (int(code), "") if code.isdigit() else (10_000, code)


def item_names(codes: Sequence[str], communities: Sequence[Community]) -> dict[str, str]:
    """Item code → the name that the newest catalogue of these communities gives it."""
    rows = Item.objects.filter(catalogue__community__in=communities, code__in=codes)
    named = rows.values("code", "name").annotate(newest=Max("catalogue__adopted_on")).order_by("newest")
    return {code: "" for code in codes} | dict(named.values_list("code", "name"))


def behind(
    communities: Sequence[Community], *, on: date, year: int, outcome: str = "", code: str = "", month: int = 0
) -> list[Stood]:
    """The obligations that a number counts: with an outcome, an item, a month, or several of these."""
    return [
        one
        for one in stood([community.pk for community in communities], on, year=year)
        if (not outcome or one.outcome == outcome)
        and (not code or one.code == code)
        and (not month or one.on.month == month)
    ]
