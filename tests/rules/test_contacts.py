"""Which elements of any catalogue say whom to turn to."""

from __future__ import annotations

import pytest

from mingbai.rules.contacts import Contact, contact_of
from tests.conftest import seed_catalogue


@pytest.mark.parametrize(
    ("element", "contact"),
    [
        ("社区居务公开的咨询、投诉、举报电话", Contact.HOTLINES),
        ("居务公开服务热线（咨询）", Contact.HOTLINES),
        ("监督委员会职责、人员信息、监督举报投诉途径等信息", Contact.SUPERVISION),
        ("居务监督委员会监督电话", Contact.SUPERVISION),
        ("居民委员会名称、办公地址、办公时间、联系电话等", Contact.OFFICE),
        ("居民代表分组、姓名、联系方式等信息", None),
        ("下属委员会、监督委员会人员变更信息", None),
        ("居民提出的建议采纳情况", None),
    ],
)
def test_an_element_that_says_whom_to_turn_to_is_found_by_its_words(element: str, contact: Contact | None) -> None:
    assert contact_of(element) is contact


def test_the_seed_catalogue_names_one_of_each() -> None:
    found = [
        (item.number, contact)
        for item in seed_catalogue().items
        for element in item.elements
        if (contact := contact_of(element)) is not None
    ]
    assert sorted(found) == [(1, Contact.OFFICE), (2, Contact.SUPERVISION), (24, Contact.HOTLINES)]
