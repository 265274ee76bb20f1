"""What each community still has to do, kept for as long as nothing happens there: reminders need it of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Subquery

from mingbai.carriers.queries import sheets_to_put_up
from mingbai.carriers.tally import about_obligations, may_be_about_any, unmet_of
from mingbai.communities.models import Community, Event
from mingbai.communities.revisions import SILENT
from mingbai.disclosures.models import Version
from mingbai.supervision.models import Pending

AT_ONCE = 100
# More obligations than this aren't named one by one in a query: their communities are looked through.
ABOUT_AT_MOST = 10_000


def revisions_of(communities: Sequence[Community], before: datetime | None = None) -> dict[int, int]:
    """Community → the number of the last event (before a moment) that can change how it stands: its own or the
    platform's."""
    heard = Event.objects.exclude(act__in=SILENT).order_by("-pk")
    if before is not None:
        heard = heard.filter(at__lt=before)
    platform = heard.filter(community=None).values_list("pk", flat=True).first() or 0
    own = heard.filter(community=OuterRef("pk")).values("pk")[:1]
    rows = Community.objects.filter(pk__in=[one.pk for one in communities]).annotate(last=Subquery(own))
    return {pk: max(last or 0, platform) for pk, last in rows.values_list("pk", "last")}


def pending_of(communities: Sequence[Community], today: date) -> dict[int, Pending]:
    """Community → what it has to do: what was kept where it still holds. Where something happened since, only what that
    was about is looked for; everything, where it can have been about anything, or nothing was kept."""
    revisions = revisions_of(communities)
    kept = {row.community_id: row for row in Pending.objects.filter(community__in=communities)}
    stale = [one for one in communities if one.pk not in kept or kept[one.pk].revision != revisions[one.pk]]
    for start in range(0, len(stale), AT_ONCE):
        some = stale[start : start + AT_ONCE]
        subjects = _happened(some)
        moved = [one for one in some if one.pk in kept and not any(may_be_about_any(what) for what in subjects[one.pk])]
        about = about_obligations(set().union(*(subjects[one.pk] for one in moved)))
        if len(about) > ABOUT_AT_MOST:
            moved = []
        rest = [one for one in some if one not in moved]
        found = {one.pk: Pending(community=one, unmet=[], sheets=[]) for one in rest}
        _look(rest, found, today)
        found |= _without({one.pk: kept[one.pk] for one in moved}, about)
        _look(moved, found, today, about)
        for pk, row in found.items():
            row.revision = revisions[pk]
        _keep(found.values())
        kept |= found
    return kept


def _happened(communities: Sequence[Community]) -> defaultdict[int, set[str]]:
    """Community → the subjects of what happened there or to the platform since its row was kept."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    older = Pending.objects.filter(community__in=communities, revision__lt=OuterRef("pk"))
    events = Event.objects.exclude(act__in=SILENT)
    own = events.filter(Exists(older.filter(community=OuterRef("community"))), community__in=communities)
    for community, subject in own.order_by().values_list("community", "subject"):
        found[community].add(subject)
    for subject in events.filter(Exists(older), community=None).order_by().values_list("subject", flat=True):
        for one in communities:
            found[one.pk].add(subject)
    return found


def _without(rows: dict[int, Pending], about: Collection[int]) -> dict[int, Pending]:
    """The same rows, without what is about some obligations."""
    hanging = {version for row in rows.values() for version, _ in row.sheets}
    of = Version.objects.filter(pk__in=hanging, disclosure__obligation__in=about)
    touched = set(of.order_by().values_list("pk", flat=True)) if hanging else set()
    for row in rows.values():
        row.unmet = [pk for pk in row.unmet if pk not in about]
        row.sheets = [[version, carrier] for version, carrier in row.sheets if version not in touched]
    return rows


def _look(
    communities: Sequence[Community], rows: Mapping[int, Pending], today: date, about: Collection[int] | None = None
) -> None:
    """Put what is found now into the rows of some communities; ``about``: only of these obligations."""
    if not communities or (about is not None and not about):
        return
    for community, obligation in unmet_of([one.pk for one in communities], today, about):
        rows[community].unmet.append(obligation)
    for version, carrier in sheets_to_put_up(*communities, owed=about):
        rows[version.community_id].sheets.append([version.pk, carrier.pk])


def _keep(rows: Iterable[Pending]) -> None:
    """Derived from the records and nothing of its own, so it leaves no event behind."""
    Pending.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("community",),
        update_fields=("revision", "unmet", "sheets"),
    )
