"""Every read of applications: where each is, and how many may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.followups.models import Application, Passage
from mingbai.followups.queries import item_for
from mingbai.rules.forms import Course
from mingbai.rules.opinions import Cell, guarded


@dataclass(frozen=True, slots=True)
class Placed:
    """An application with the last of its passages that stands."""

    application: Application
    last: Passage

    @property
    def is_settled(self) -> bool:
        return bool(self.last.outcome)

    @property
    def place(self) -> str:
        """The stage that it is at, or how it ended."""
        return self.last.outcome_name or self.application.stages[self.last.position - 1]


@dataclass(frozen=True, slots=True)
class KindTally:
    """One kind of one year. ``cells``: (stage or outcome, how many or why it isn't told); none that are empty."""

    kind: str
    total: int
    cells: tuple[tuple[str, Cell], ...]


def courses_of(community: Community) -> tuple[Item, tuple[Course, ...]] | None:
    """The item under which applications are published, and the kinds that its forms know."""
    found = item_for(community, "application")
    if found is None:
        return None
    item, forms = found
    return item, tuple(course for form in forms.values() for course in form.courses)


def placed(community: Community, *, year: int | None = None) -> list[Placed]:
    """Every application that stands, by number; two queries. One whose passages are all void was never there."""
    found = Application.objects.filter(community=community).prefetch_related("passages")
    if year is not None:
        found = found.filter(year=year)
    made = []
    for application in found:
        standing = [passage for passage in application.passages.all() if passage.voided_at is None]
        if standing:
            made.append(Placed(application, standing[-1]))
    return made


def tallies(community: Community) -> list[tuple[int, list[KindTally]]]:
    """By year, the last first: how many came in of each kind and how far they are; no small group is told."""
    years: dict[int, dict[str, list[Placed]]] = {}
    for one in placed(community):
        years.setdefault(one.application.year, {}).setdefault(one.application.kind, []).append(one)
    return [
        (year, [_tally(kind, found) for kind, found in sorted(kinds.items())])
        for year, kinds in sorted(years.items(), reverse=True)
    ]


def _tally(kind: str, found: Iterable[Placed]) -> KindTally:
    listed = list(found)
    counts = Counter(one.place for one in listed)
    stages = [name for one in listed for name in one.application.stages]
    order = list(dict.fromkeys([*stages, *Passage.Outcome.labels]))
    there = [name for name in order if counts[name]]
    (cells,) = guarded([[counts[name] for name in there]])
    return KindTally(kind, len(listed), tuple(zip(there, cells, strict=True)))
