"""Every write of a form: an administrator's own one for an element, and the way back to the packaged one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.disclosures.models import ItemForm
from mingbai.rules.forms import ElementForm


class NotAdjusted(ValueError):
    """The element has no form of its own that could be given up."""


@transaction.atomic
def adjust_form(
    *, community: Community, item: Item, element: int, form: ElementForm, by: User, at: datetime
) -> ItemForm:
    """An administrator's own form for one element of an item (given by the item)."""
    one_at_a_time(community.pk)
    adjusted, _ = ItemForm.objects.update_or_create(
        community=community, item_code=item.code, element=element, defaults={"form_data": form.to_json()}
    )
    record(community, "form_adjusted", adjusted, by=by, at=at)
    return adjusted


@transaction.atomic
def restore_form(*, community: Community, item: Item, element: int, by: User, at: datetime) -> None:
    """Give up the community's own form of an element: the packaged one holds again. Raises NotAdjusted."""
    one_at_a_time(community.pk)
    adjusted = ItemForm.objects.filter(community=community, item_code=item.code, element=element).first()
    if adjusted is None:
        raise NotAdjusted("这一项用的就是原来的表单。")
    record(community, "form_restored", adjusted, by=by, at=at)
    adjusted.delete()
