"""What differs between two catalogues is told item by item, field by field, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.catalogue import Audience, Catalogue, Item, Mode
from mingbai.rules.catalogue_difference import FIELDS, renamed, tell, unnamed
from mingbai.rules.comparison import COMPARED, compare, is_carried_over, likeness, match, starts_at_adoption
from mingbai.rules.timelimit import parse
from tests.conftest import seed_catalogue

SEED = seed_catalogue()


def with_item(number: int, **changes: Any) -> Catalogue:
    items = tuple(replace(item, **changes) if item.number == number else item for item in SEED.items)
    return replace(SEED, items=items)


def item(number: int) -> Item:
    return next(one for one in SEED.items if one.number == number)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"time_limit": parse("自信息形成7日内及时公开，时限不少于30日")},
            "公开时限：原“自信息形成7日内及时公开，时限不少于15日”，现“自信息形成7日内及时公开，时限不少于30日”",
        ),
        ({"elements": (*item(22).elements, "附件")}, "公开内容增加：附件"),
        ({"elements": (*item(22).elements, *item(22).elements)}, f"公开内容增加：{item(22).elements[0]}"),
        ({"carriers": (*item(22).carriers, "广播")}, "公开渠道和载体增加：广播"),
        ({"audience": (Audience.SPECIFIC_PARTIES,)}, "公开对象增加：特定对象"),
        ({"modes": (Mode.ON_REQUEST,)}, "公开方式删去：主动公开"),
        ({"body": "玉河社区居民委员会"}, "公开主体：原“金安社区居民委员会”，现“玉河社区居民委员会”"),
        ({"legal_basis": "某条例"}, "现“某条例”"),
        ({"tier": "社区级"}, "公开层级：原“（空）”，现“社区级”"),
        ({"level3": "新名称"}, "三级事项"),
    ],
)
def test_each_field_that_differs_is_told_of_its_item_alone(changes: dict[str, Any], line: str) -> None:
    telling = tell(compare(SEED, with_item(22, **changes)))
    (told,) = telling.items
    assert (told.kind, told.places) == ("changed", ((22, with_item(22, **changes).items[-3].name),))
    assert any(line in one for one in told.lines), told.lines
    assert told.new_time_limit == ("time_limit" in changes)
    assert telling.summary.startswith("改动 1 项")


def test_what_an_item_contains_is_told_by_what_came_and_went() -> None:
    first, *rest = item(1).elements
    (told,) = tell(compare(SEED, with_item(1, elements=("新增一条", *rest, first)))).items
    assert told.lines == ("公开内容增加：新增一条",)
    (told,) = tell(compare(SEED, with_item(1, elements=(*rest, first)))).items
    assert told.lines == ("公开内容：只有先后次序不同",)


def test_items_that_only_moved_are_counted_and_not_listed() -> None:
    telling = tell(compare(SEED, replace(SEED, items=tuple(replace(one, number=one.number + 1) for one in SEED.items))))
    assert telling.items == () and telling.summary == "只有序号不同的 23 项"


def test_a_communitys_own_name_is_no_difference() -> None:
    theirs = tuple(
        replace(
            one,
            body="玉河社区居民委员会",
            carriers=tuple(name.replace("金安", "玉河") for name in one.carriers),
            elements=tuple(text.replace("金安", "玉河") for text in one.elements),
        )
        for one in SEED.items
    )
    assert theirs != SEED.items
    assert unnamed(replace(SEED, items=theirs), "玉河社区").items == unnamed(SEED, "金安社区").items
    assert renamed(SEED, ["安社区", "金安社区"], "玉河社区").items == theirs, (
        "the longest name is the one that is meant"
    )
    assert renamed(SEED, ["安社区", "金安社区"], "玉河社区").title == SEED.title.replace("金安", "玉河")
    assert renamed(SEED, [], "玉河社区") == SEED


def test_items_that_differ_in_the_same_way_are_told_together() -> None:
    after = replace(SEED, items=tuple(replace(one, carriers=(*one.carriers, "广播")) for one in SEED.items))
    (told,) = tell(compare(SEED, after)).items
    assert [number for number, _ in told.places] == [one.number for one in SEED.items]
    assert told.lines == ("公开渠道和载体增加：广播",) and tell(compare(SEED, after)).summary == "改动 23 项"


def test_every_field_that_is_compared_has_a_name() -> None:
    assert set(FIELDS) == {*COMPARED, "time_limit"} - {"number"}


def test_what_came_and_what_went_is_told_whole() -> None:
    fresh = replace(item(1), number=25, level1="全新", level2="全新", level3=None, elements=("从未有过的内容甲乙丙",))
    after = replace(SEED, items=(*(one for one in SEED.items if one.number != 7), fresh))
    telling = tell(compare(SEED, after))
    assert [(one.kind, one.places) for one in telling.items] == [
        ("removed", ((7, "债权债务"),)),
        ("added", ((25, "全新"),)),
    ]
    assert telling.summary == "增加 1 项，删去 1 项"
    assert any("从未有过的内容甲乙丙" in line for line in telling.items[1].lines)
    assert tell(compare(SEED, SEED)).summary == "没有不同"


numbers = st.sets(st.sampled_from([one.number for one in SEED.items]))


@given(numbers, numbers)
def test_what_one_side_lacks_the_other_has_more(one: set[int], other: set[int]) -> None:
    """Both ways round the same items: added there is removed here, and nothing is lost between them."""
    a = replace(SEED, items=tuple(it for it in SEED.items if it.number in one))
    b = replace(SEED, items=tuple(it for it in SEED.items if it.number in other))
    forth, back = compare(a, b), compare(b, a)
    assert set(forth.added) >= set() and {it.number for it in forth.added} == {it.number for it in back.removed}
    assert len(forth.added) - len(forth.removed) == len(b.items) - len(a.items)


@given(st.permutations(SEED.items[:8]), st.lists(st.booleans(), min_size=8, max_size=8))
def test_leaving_out_what_is_alike_pairs_as_weighing_everything_does(order: list[Item], kept: list[bool]) -> None:
    after = replace(SEED, items=tuple(it for it, keep in zip(order, kept, strict=True) if keep))
    old = {str(it.number): it for it in SEED.items}
    pairs = sorted(
        ((likeness(one, two), key, two.number) for key, one in old.items() for two in after.items),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    weighed: dict[int, str] = {}
    for score, key, number in pairs:
        if score >= 0.6 and number not in weighed and key not in weighed.values():
            weighed[number] = key
    assert match(old, after) == weighed


def test_what_was_owed_at_an_adoption_answers_for_an_unchanged_item_only() -> None:
    first = item(1)
    (duty,) = first.time_limit.duties
    assert starts_at_adoption(duty) and not starts_at_adoption(item(22).time_limit.duties[0])
    assert is_carried_over(duty, replace(first, number=2, legal_basis="新法"), first)
    assert not is_carried_over(duty, first, None)
    for changes in (
        {"elements": ("别的",)},
        {"carriers": ("广播",)},
        {"audience": (Audience.SPECIFIC_PARTIES,)},
        {"time_limit": parse("自信息变更之日起5个工作日内公开并长期公开")},
    ):
        after = replace(first, **changes)  # type: ignore[arg-type]
        assert not is_carried_over(after.time_limit.duties[0], after, first), changes
