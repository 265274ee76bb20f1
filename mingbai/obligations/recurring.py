"""What the calendar makes communities owe: adoption, period ends, silent quarters. Of many at once: what is the same
for several is worked out once, and there are as many queries for a hundred as for one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from mingbai.catalogues.models import CatalogueVersion, Duty
from mingbai.catalogues.queries import catalogues_in_force, item_value, items_of
from mingbai.communities.models import Community
from mingbai.obligations.models import Occurrence
from mingbai.obligations.queries import MOVED
from mingbai.rules import duties as values
from mingbai.rules.comparison import is_carried_over, starts_at_adoption
from mingbai.rules.duties import LongTerm, Trigger
from mingbai.rules.profiles import Policy
from mingbai.rules.schedule import ONE_DAY, period_ends

# At a quarter's end a silent item owes a disclosure or a statement 本期无. No layer states by when.
SILENCE_DUTY = values.Duty(None, Trigger.QUARTER, values.DueUnspecified(), values.DisplayUnspecified())
EVENT_TRIGGERS = frozenset({Trigger.CHANGE, Trigger.FORMATION, Trigger.FORMATION_OR_CHANGE})
# No quarter is longer: what happened in one that ends after a day, happened at most so long before it.
QUARTER = timedelta(days=92)
# What a person says, a person can take back; then it didn't happen.
BY_PEOPLE = (Occurrence.Kind.EVENT, Occurrence.Kind.ORDER)


class Stated(NamedTuple):
    """A duty of the catalogue in force: its key, its item's code, and what it says."""

    pk: int
    code: str
    value: values.Duty


class Recurring(NamedTuple):
    """What the calendar makes of a duty, the same for many communities. ``value``: what its due day is derived from."""

    kind: str
    on: date
    what: str
    value: values.Duty


def lacking(communities: Sequence[Community], through: date) -> Iterator[tuple[Community, list[tuple[int, Recurring]]]]:
    """Each community with what the calendar makes by ``through`` and hasn't made there yet: the duty's key and what.

    Where nothing has happened that matters since it was looked at last (``Made``), only what came after that day.
    """
    adopted = catalogues_in_force([one.pk for one in communities])
    since = _looked_through(communities)
    recorded = _recorded(communities, since)
    stated = _stated(adopted.values())
    for community in communities:
        catalogue = adopted.get(community.pk)
        if catalogue is None:
            continue
        after = since.get(community.pk, date.min)
        known = {(duty, kind, on) for duty, kind, on, _, _ in recorded[community.pk]}
        # A voided event didn't happen; what the calendar made and somebody voided isn't made again. Under whatever
        # catalogue: an item is the same by its code.
        happened = {
            (code, on) for _, kind, on, code, voided in recorded[community.pk] if not voided or kind not in BY_PEOPLE
        }
        made = _by_calendar(catalogue, stated[catalogue.pk], community.policy, after, through, happened)
        yield community, [(pk, one) for pk, one in made if (pk, one.kind, one.on) not in known]


def _looked_through(communities: Sequence[Community]) -> dict[int, date]:
    """Community → the day through which nothing is missing, of those where that still holds."""
    looked = Community.objects.filter(pk__in=[one.pk for one in communities], made__isnull=False)
    return dict(looked.exclude(MOVED).values_list("pk", "made__through"))


def _recorded(
    communities: Sequence[Community], since: Mapping[int, date]
) -> defaultdict[int, list[tuple[int, str, date, str, bool]]]:
    """Community → duty, kind, day, code of the item, and whether it is void, of what can matter after ``since``."""
    chosen = Q(community__in=[one.pk for one in communities if one.pk not in since])
    if since:
        chosen |= Q(community__in=list(since), on__gt=min(since.values()) - QUARTER)
    found: defaultdict[int, list[tuple[int, str, date, str, bool]]] = defaultdict(list)
    rows = Occurrence.objects.filter(chosen).order_by()
    told = rows.values_list("community", "duty", "kind", "on", "item__code", "voided_at")
    for community, duty, kind, on, code, voided_at in told:
        found[community].append((duty, kind, on, code, voided_at is not None))
    return found


def _stated(catalogues: Iterable[CatalogueVersion]) -> defaultdict[int, list[Stated]]:
    """Catalogue → its duties in printed order."""
    found: defaultdict[int, list[Stated]] = defaultdict(list)
    duties = Duty.objects.filter(item__catalogue__in=[one.pk for one in catalogues]).order_by(
        "item__number", "position"
    )
    said = duties.annotate(due_said=Cast("due", TextField()), display_said=Cast("display", TextField()))
    told = said.values_list("item__catalogue", "pk", "item__code", "applies_to", "trigger", "due_said", "display_said")
    for catalogue, pk, code, *value in told:
        found[catalogue].append(Stated(pk, code, _value(*value)))
    return found


@lru_cache(maxsize=1024)
def _value(applies_to: str, trigger: str, due: str, display: str) -> values.Duty:
    """As ``Duty.value``: the same words stand in many catalogues."""
    said = {"applies_to": applies_to or None, "trigger": trigger}
    return values.Duty.from_json({**said, "due": json.loads(due), "display": json.loads(display)})


def _by_calendar(
    catalogue: CatalogueVersion,
    stated: Sequence[Stated],
    policy: Policy,
    after: date,
    through: date,
    happened: set[tuple[str, date]],
) -> Iterator[tuple[int, Recurring]]:
    """Everything that the calendar makes in (after, through], made already or not. ``happened``: the item's code and
    day of what is on record."""
    adopted_on, heard = catalogue.adopted_on, set(happened)
    adopts = after < adopted_on <= through
    carried_over = _carried_over(catalogue) if adopts else frozenset()
    for one in stated:
        if one.value.trigger.is_period:
            for end in period_ends(one.value.trigger, max(adopted_on, after), through, policy):
                heard.add((one.code, end))
                what = f"截至{end.year}年{end.month}月{end.day}日的会计期间"
                yield one.pk, Recurring(Occurrence.Kind.PERIOD, end, what, one.value)
        elif adopts and starts_at_adoption(one.value) and one.pk not in carried_over:
            heard.add((one.code, adopted_on))
            yield one.pk, Recurring(Occurrence.Kind.ADOPTION, adopted_on, "采用本目录", one.value)
    if policy.absence:
        yield from _silent_quarters(stated, max(adopted_on, after), through, policy, heard)


def _carried_over(catalogue: CatalogueVersion) -> frozenset[int]:
    """The duties that owe nothing at this adoption, because the same was owed at the one before."""
    if catalogue.number == 1:
        return frozenset()
    before = CatalogueVersion.objects.filter(community=catalogue.community_id, number=catalogue.number - 1).first()
    if before is None:
        return frozenset()
    adopted = Occurrence.objects.filter(community=catalogue.community_id, kind=Occurrence.Kind.ADOPTION)
    codes = set(adopted.values_list("item__code", flat=True))
    earlier = {item.code: item_value(item) for item in items_of(before.pk) if item.code in codes}
    return frozenset(
        duty.pk
        for item in items_of(catalogue.pk)
        for duty in item.duties.all()
        if starts_at_adoption(duty.value) and is_carried_over(duty.value, item_value(item), earlier.get(item.code))
    )


def _silent_quarters(
    stated: Iterable[Stated], after: date, through: date, policy: Policy, happened: Iterable[tuple[str, date]]
) -> Iterator[tuple[int, Recurring]]:
    """One for each event-driven item and quarter in which nothing was recorded for any of its duties."""
    ends = period_ends(Trigger.QUARTER, after, through, policy)
    heard = {(code, _quarter_of(on)) for code, on in happened}
    first: dict[str, Stated] = {}
    for one in stated:
        if one.value.trigger in EVENT_TRIGGERS:
            first.setdefault(one.code, one)
    for code, one in first.items():
        if isinstance(one.value.display, LongTerm):
            continue  # a long-term item always has something on show: silence means that it still holds
        for end in ends:
            if (code, end) not in heard:
                what = f"{end.year}年第{(end.month + 2) // 3}季度没有记录到事项"
                yield one.pk, Recurring(Occurrence.Kind.SILENCE, end, what, SILENCE_DUTY)


@lru_cache(maxsize=4096)
def _quarter_of(on: date) -> date:
    """The last day of the quarter of a day."""
    return period_ends(Trigger.QUARTER, on - ONE_DAY, date(on.year, 12, 31), Policy())[0]
