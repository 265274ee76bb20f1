"""Every write of this app: adopting a catalogue."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Model

from mingbai.catalogues.models import Carrier, CatalogueVersion, Duty, Element, Item
from mingbai.catalogues.queries import codes_so_far
from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.rules import catalogue as values
from mingbai.rules.catalogue import carrier_kind, elements_for
from mingbai.rules.catalogue_difference import FIELDS
from mingbai.rules.comparison import stable_codes
from mingbai.rules.duties import Duty as DutyValue
from mingbai.rules.duties import display_to_json, due_to_json


class NotAdoptable(ValueError):
    """The catalogue can't be adopted as it is; the message says which row to mend."""


@transaction.atomic
def adopt_catalogue(
    *,
    community: Community,
    catalogue: values.Catalogue,
    source_name: str,
    source: bytes,
    by: User | None,
    on: date,
    at: datetime,
) -> CatalogueVersion:
    """Make ``catalogue`` the one that the community follows from ``on``; the version before it is kept.

    Items that were in the version before keep their codes. Raises NotAdoptable for what ``check_adoptable`` refuses,
    or for a day before the current version's.
    """
    one_at_a_time(community.pk)
    check_adoptable(catalogue)
    current = community.catalogue_versions.filter(superseded_on=None).first()
    codes = stable_codes(codes_so_far([community.pk])[community.pk], catalogue)
    if current is not None:
        if on < current.adopted_on:
            raise NotAdoptable(f"采用日期不能早于现行目录的采用日期 {current.adopted_on:%Y-%m-%d}，请改正日期。")
        current.superseded_on = on
        current.save(update_fields=["superseded_on"])
    version = CatalogueVersion.objects.create(
        community=community,
        number=(community.catalogue_versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=catalogue.title,
        source_name=source_name,
        source=source,
        source_sha256=hashlib.sha256(source).hexdigest(),
        adopted_on=on,
        adopted_by=by,
        warnings=[warning.to_json() for warning in catalogue.warnings],
    )
    _adopt_items(version, catalogue, codes, _carriers(community, catalogue))
    record(community, "catalogue_adopted", version, by=by, at=at, digest=version.source_sha256)
    return version


def check_adoptable(catalogue: values.Catalogue) -> None:
    """Raises NotAdoptable, naming the row, for a catalogue without items, a number that stands twice, an item
    without carriers, or a text that is longer than can be kept."""
    if not catalogue.items:
        raise NotAdoptable("目录中没有任何事项，请检查文件是否选对。")
    _check_length("目录的标题", catalogue.title, CatalogueVersion, "title")
    seen: set[int] = set()
    for item in catalogue.items:
        if item.number in seen:
            raise NotAdoptable(f"序号 {item.number} 出现了两次，请在文件中改正后重新读取。")
        seen.add(item.number)
        if not item.carriers:
            raise NotAdoptable(f"第 {item.number} 项没有公开渠道和载体，请在文件中补上后重新读取。")
        place = f"第 {item.number} 项的"
        for field in ("level1", "level2", "level3", "body", "tier"):
            _check_length(place + FIELDS[field], getattr(item, field) or "", Item, field)
        _check_length(f"{place}事项名称", item.name, Item, "name")
        _check_length(f"{place}公开时限", item.time_limit.text, Item, "time_limit_text")
        for carrier in item.carriers:
            _check_length(f"{place}公开渠道和载体", carrier, Carrier, "name")
        for duty in item.time_limit.duties:
            _check_length(f"{place}公开时限", duty.applies_to or "", Duty, "applies_to")


def _check_length(what: str, text: str, model: type[Model], field: str) -> None:
    most = getattr(model._meta.get_field(field), "max_length", None)
    if most is not None and len(text) > most:
        raise NotAdoptable(f"{what}有{len(text)}个字，太长了（最多{most}个字），请在文件中改短后重新读取。")


def _carriers(community: Community, catalogue: values.Catalogue) -> dict[str, Carrier]:
    names = dict.fromkeys(name for item in catalogue.items for name in item.carriers)
    return {
        name: Carrier.objects.get_or_create(
            community=community, name=name, defaults={"kind": carrier_kind(name).value}
        )[0]
        for name in names
    }


def _adopt_items(
    version: CatalogueVersion, catalogue: values.Catalogue, codes: dict[int, str], carriers: dict[str, Carrier]
) -> None:
    """Every row of the catalogue with its elements, duties and carriers: four inserts, however many items."""
    items = Item.objects.bulk_create(_item(version, value, codes[value.number]) for value in catalogue.items)
    both = list(zip(items, catalogue.items, strict=True))
    Item.carriers.through.objects.bulk_create(
        Item.carriers.through(item=item, carrier=carriers[name]) for item, value in both for name in value.carriers
    )
    Element.objects.bulk_create(
        Element(item=item, position=position, text=text)
        for item, value in both
        for position, text in enumerate(value.elements, 1)
    )
    Duty.objects.bulk_create(
        _duty(item, value, position, duty)
        for item, value in both
        for position, duty in enumerate(value.time_limit.duties, 1)
    )


def _item(version: CatalogueVersion, value: values.Item, code: str) -> Item:
    return Item(
        catalogue=version,
        code=code,
        number=value.number,
        level1=value.level1 or "",
        level2=value.level2 or "",
        level3=value.level3 or "",
        inherited=list(value.inherited),
        name=value.name,
        time_limit_text=value.time_limit.text,
        doubts=[doubt.value for doubt in value.time_limit.doubts],
        body=value.body or "",
        audience=[audience.value for audience in value.audience],
        modes=[mode.value for mode in value.modes],
        legal_basis=value.legal_basis or "",
        tier=value.tier or "",
        is_public=values.Audience.GENERAL_PUBLIC in value.audience and values.Mode.PROACTIVE in value.modes,
    )


def _duty(item: Item, value: values.Item, position: int, duty: DutyValue) -> Duty:
    return Duty(
        item=item,
        position=position,
        applies_to=duty.applies_to or "",
        trigger=duty.trigger.value,
        due=due_to_json(duty.due),
        display=display_to_json(duty.display),
        element_positions=list(elements_for(duty, value.elements)),
    )
