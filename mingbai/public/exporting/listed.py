"""What the pages of an item list, from the oldest: its versions and its obligations, and which stand on one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from mingbai.carriers.models import Posting
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import visible_versions
from mingbai.obligations.models import Obligation
from mingbai.public.exporting.tables import raw
from mingbai.public.lists import A_PAGE, blocks_of

ITEM = "disclosure__obligation__occurrence__item"


class Line(NamedTuple):
    """All that a list says of one thing. ``day``: for this day only, or an empty text."""

    row: tuple[Any, ...]
    hung: tuple[Any, ...]
    day: str


class Listed(NamedTuple):
    """The lines of one item."""

    versions: list[Line]
    owed: list[Line]


class Block(NamedTuple):
    """One page of older lines. ``ends``: where the lists end, on a page that one of them doesn't reach; ``is_last``:
    after it comes the item's own page."""

    versions: list[Line]
    owed: list[Line]
    ends: tuple[int, int] | None
    is_last: bool

    @property
    def daily(self) -> bool:
        return any(line.day for line in (*self.versions, *self.owed))


def blocks(listed: Listed) -> Iterator[Block]:
    """The older pages of an item, from the oldest: what comes in later moves none of them."""
    ends = (blocks_of(len(listed.versions)), blocks_of(len(listed.owed)))
    for number in range(1, max(ends) + 1):
        part = slice((number - 1) * A_PAGE, number * A_PAGE)
        versions, owed = (lines[part] if number <= end else [] for lines, end in zip(listed, ends, strict=True))
        yield Block(versions, owed, ends if number > min(ends) else None, number == max(ends))


def listed_of(
    community: Community, today: date, codes: Collection[str] | None, carriers: Mapping[int, frozenset[int]]
) -> dict[str, Listed]:
    """Item code → its lines; a few queries. ``codes``: only of these items. ``carriers``: which an item names."""
    versions, owed, postings = visible_versions(), Obligation.objects.all(), Posting.objects.all()
    if codes is None:
        versions, postings = versions.filter(community=community), postings.filter(community=community)
        owed = owed.filter(community=community)
    else:
        # By items alone: SQLite would walk through everything that the community ever published.
        items = list(Item.objects.filter(catalogue__community=community, code__in=codes).values_list("pk", flat=True))
        versions = versions.filter(**{f"{ITEM}__in": items})
        owed = owed.filter(occurrence__item__in=items)
        postings = postings.filter(**{f"version__{ITEM}__in": items})
    day, found = today.isoformat(), defaultdict[str, Listed](lambda: Listed([], []))
    of_version: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    of_obligation: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    about = ("version", "version__disclosure__obligation", "version__kind", "carrier", "ended_as")
    for row in raw(postings.order_by("from_on", "pk").values_list(*about, "from_on", "until_on", "ended_on")):
        of_version[row[0]].append(row)
        of_obligation[row[1]].append(row)
    for code, *version in raw(
        versions.order_by("published_on", "pk").values_list(f"{ITEM}__code", "pk", "title", "published_on")
    ):
        found[code].versions.append(Line(tuple(version), tuple(of_version[version[0]]), ""))
    told = ("pk", "occurrence__item", "occurrence__on", "occurrence__what", "due_on", "certain", "disclosure")
    order = ("occurrence__on", "pk")
    for code, *values in raw(
        owed.filter(occurrence__voided_at=None).order_by(*order).values_list("occurrence__item__code", *told)
    ):
        row, hung = tuple(values), tuple(of_obligation[values[0]])
        is_running = any(day_of is not None and str(day_of) >= day for day_of in (row[4], *_days(hung)))
        met = carriers[row[1]] <= {carrier for *_, kind, carrier, ended, _, _, _ in hung if _counts(kind, ended)}
        found[code].owed.append(Line(row, hung, "" if met and not is_running else day))
    return found


def _days(hung: tuple[tuple[Any, ...], ...]) -> Iterator[Any]:
    for row in hung:
        yield from row[-3:]


def _counts(kind: str, ended_as: str) -> bool:
    """Whether a posting tells what is owed: not one of a postponement, nor one that ended before its time."""
    return kind != Version.Kind.POSTPONEMENT and ended_as != Posting.Ended.EARLY
