"""Every write of this app."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction

from mingbai.carriers.asof import stood
from mingbai.rules.figures import Bucket
from mingbai.supervision.models import Figures

Counts = dict[str, list[int]]
PLACES = {bucket: place for place, bucket in enumerate(Bucket)}


@transaction.atomic
def keep_figures(*, revisions: Mapping[int, int], on: date) -> list[Figures]:
    """Count how some communities (id → revision) stood at the end of ``on`` and keep it, a row for each year.

    Derived from the records and nothing of its own, so it leaves no event behind.
    """
    counted: dict[tuple[int, int], tuple[Counts, Counts]] = {(pk, on.year): ({}, {}) for pk in revisions}
    for one in stood(list(revisions), on):
        by_item, by_month = counted.setdefault((one.community, one.on.year), ({}, {}))
        for counts, key in ((by_item, one.code), (by_month, f"{one.on.month:02d}")):
            counts.setdefault(key, [0] * len(PLACES))[PLACES[one.bucket]] += 1
    rows = [
        Figures(community_id=community, on=on, year=year, revision=revisions[community], by_item=items, by_month=months)
        for (community, year), (items, months) in counted.items()
    ]
    return Figures.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("community", "on", "year"),
        update_fields=("revision", "by_item", "by_month"),
        batch_size=500,
    )


def forget_figures(*, before: date, keep: Collection[date] = ()) -> int:
    """Drop what was counted for days before one; whoever asks for them has them counted again."""
    return Figures.objects.filter(on__lt=before).exclude(on__in=list(keep)).delete()[0]
