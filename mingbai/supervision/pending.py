"""What each community still has to do, kept for as long as nothing happens there: reminders need it of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import OuterRef, Subquery

from mingbai.carriers.queries import sheets_to_put_up
from mingbai.carriers.tally import unmet_of
from mingbai.communities.models import Community, Event
from mingbai.communities.revisions import SILENT
from mingbai.supervision.models import Pending

AT_ONCE = 100


def revisions_of(communities: Sequence[Community]) -> dict[int, int]:
    """Community → the number of the last event that can change how it stands: its own or the platform's."""
    heard = Event.objects.exclude(act__in=SILENT).order_by("-pk")
    platform = heard.filter(community=None).values_list("pk", flat=True).first() or 0
    own = heard.filter(community=OuterRef("pk")).values("pk")[:1]
    rows = Community.objects.filter(pk__in=[one.pk for one in communities]).annotate(last=Subquery(own))
    return {pk: max(last or 0, platform) for pk, last in rows.values_list("pk", "last")}


def pending_of(communities: Sequence[Community], today: date) -> dict[int, Pending]:
    """Community → what it has to do: what was kept where it still holds, and the rest looked for now."""
    revisions = revisions_of(communities)
    found = {
        row.community_id: row
        for row in Pending.objects.filter(community__in=communities)
        if row.revision == revisions[row.community_id]
    }
    missing = [one for one in communities if one.pk not in found]
    for start in range(0, len(missing), AT_ONCE):
        found |= _look(missing[start : start + AT_ONCE], revisions, today)
    return found


def _look(communities: Sequence[Community], revisions: Mapping[int, int], today: date) -> dict[int, Pending]:
    """Derived from the records and nothing of its own, so it leaves no event behind."""
    rows = {one.pk: Pending(community=one, revision=revisions[one.pk], unmet=[], sheets=[]) for one in communities}
    for community, obligation in unmet_of(list(rows), today):
        rows[community].unmet.append(obligation)
    for version, carrier in sheets_to_put_up(*communities):
        rows[version.community_id].sheets.append([version.pk, carrier.pk])
    Pending.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=("community",),
        update_fields=("revision", "unmet", "sheets"),
    )
    return rows
