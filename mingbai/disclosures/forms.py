"""The forms of several items at once, so that a page can find an item by what its elements are for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.data.forms import packaged_forms
from mingbai.disclosures.models import ItemForm
from mingbai.rules.forms import ElementForm, form_for

Forms = dict[int, ElementForm]


def forms_by_item(community: Community, items: Iterable[Item]) -> dict[str, Forms]:
    """Item code → element position → form. One query, where the items have their elements at hand."""
    adjusted = {
        (form.item_code, form.element): ElementForm.from_json(form.form_data)
        for form in ItemForm.objects.filter(community=community)
    }
    return {
        item.code: {
            element.position: adjusted.get((item.code, element.position)) or form_for(element.text, packaged_forms())
            for element in item.elements.all()
        }
        for item in items
    }


def elements_where(forms: dict[str, Forms], wanted: Callable[[ElementForm], bool]) -> dict[str, set[int]]:
    """Item code → the positions of those of its elements whose form is wanted; items without one are left out."""
    found = {code: {place for place, form in mine.items() if wanted(form)} for code, mine in forms.items()}
    return {code: places for code, places in found.items() if places}
