"""Every read of the adopted catalogue, and the rows back as values of the rules."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from mingbai.catalogues.models import Carrier, CatalogueVersion, Duty, Element, Item
from mingbai.communities.keeping import kept
from mingbai.rules import catalogue as values
from mingbai.rules.duties import Doubt, TimeLimit


def catalogue_in_force(community_id: int) -> CatalogueVersion | None:
    """The one version that the community follows now, without its source document."""
    return CatalogueVersion.objects.filter(community=community_id, superseded_on=None).defer("source").first()


def catalogues_in_force(communities: Collection[int]) -> dict[int, CatalogueVersion]:
    """Community → the version that it follows now, of those that have adopted one."""
    found = CatalogueVersion.objects.filter(community__in=communities, superseded_on=None).defer("source")
    return {catalogue.community_id: catalogue for catalogue in found}


@kept(maxsize=64)
def items_of(catalogue_id: int) -> tuple[Item, ...]:
    """The items of one version in printed order, each with elements, duties and carriers at hand."""
    return tuple(_whole(Item.objects.filter(catalogue=catalogue_id).order_by("number")))


@kept(maxsize=64)
def carriers_at(community_id: int, revision: int) -> tuple[Carrier, ...]:
    """The carriers of a community at a revision of it, in the order in which they came."""
    return tuple(Carrier.objects.filter(community=community_id))


def _whole(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.prefetch_related(
        Prefetch("elements", Element.objects.order_by("position")),
        Prefetch("duties", Duty.objects.order_by("position")),
        "carriers",
    )


def codes_in_force(communities: Collection[int]) -> dict[int, dict[str, values.Item]]:
    """Community → code → item of the catalogue in force, in printed order; five queries for however many."""
    found: dict[int, dict[str, values.Item]] = {pk: {} for pk in communities}
    items = Item.objects.filter(catalogue__community__in=communities, catalogue__superseded_on=None)
    for item in _whole(items.order_by("number").select_related("catalogue")):
        found[item.catalogue.community_id][item.code] = item_value(item)
    return found


def codes_so_far(communities: Collection[int]) -> dict[int, dict[str, values.Item]]:
    """Community → every code ever given, with the item that bore it last: what a new version is matched with."""
    found: dict[int, dict[str, values.Item]] = {pk: {} for pk in communities}
    items = Item.objects.filter(catalogue__community__in=communities).order_by("catalogue__number", "number")
    for item in _whole(items.select_related("catalogue")):
        found[item.catalogue.community_id][item.code] = item_value(item)
    return found


def item_value(item: Item) -> values.Item:
    """The item as the frozen value that the rules work on."""
    return values.Item(
        number=item.number,
        level1=item.level1 or None,
        level2=item.level2 or None,
        level3=item.level3 or None,
        inherited=tuple(item.inherited),
        elements=tuple(element.text for element in item.elements.all()),
        time_limit=TimeLimit(
            text=item.time_limit_text,
            duties=tuple(duty.value for duty in item.duties.all()),
            doubts=tuple(Doubt(doubt) for doubt in item.doubts),
        ),
        body=item.body or None,
        carriers=tuple(carrier.name for carrier in item.carriers.all()),
        audience=tuple(values.Audience(audience) for audience in item.audience),
        modes=tuple(values.Mode(mode) for mode in item.modes),
        legal_basis=item.legal_basis or None,
        tier=item.tier or None,
    )


def catalogue_value(catalogue: CatalogueVersion) -> values.Catalogue:
    return values.Catalogue(
        title=catalogue.title,
        items=tuple(item_value(item) for item in items_of(catalogue.pk)),
        warnings=tuple(
            values.Warning(row=warning["row"], kind=warning["kind"], message=warning.get("message", ""))
            for warning in catalogue.warnings
        ),
    )
