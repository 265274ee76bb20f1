"""Finding what was published: everything, nothing else, and never a name."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client

from mingbai.carriers.actions import confirm_withdrawal, publish, take_down
from mingbai.carriers.statuses import on_carrier
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.communities.queries import revision_of
from mingbai.disclosures import searching
from mingbai.disclosures.actions import index_missing, reduce_personal
from mingbai.disclosures.models import SearchEntry, Version
from mingbai.disclosures.queries import visible_versions
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.disclosures.searching import Query, newest_keys
from mingbai.rules.grams import fold, runs
from tests.conftest import Cast, names_list, noon, paragraphs

NOW = noon("2026-03-10")


def said(*texts: str, title: str = "测试公开") -> dict[str, Any]:
    block = {"element": 1, "heading": "第1项", "kind": "paragraphs", "paragraphs": list(texts)}
    return {"title": title, "blocks": [block]}


@pytest.fixture
def issue(cast: Cast, owe: Callable[..., Any]) -> Callable[..., Version]:
    def make(content: dict[str, Any], item: int = 22, day: str = "2026-03-10") -> Version:
        return publish(
            obligation=owe(item, day), content=content, dated_on=noon(day).date(), by=cast.clerk, at=noon(day)
        )

    return make


def keys(community: Community, text: str, narrowed: Any = None, **chosen: Any) -> list[int]:
    return newest_keys(community.pk, revision_of(community), Query.of(text, **chosen), narrowed)


def test_every_word_of_the_demos_year_is_found_and_nothing_else(demo_for_once: Community) -> None:
    """Against looking through all texts: every 1 to 4 characters that stand at every seventh place of them."""
    with time_machine.travel(noon("2026-11-24"), tick=False):
        call_command("demo", "--no-serve")
    community = Community.objects.get(slug="jinan")
    texts = dict(SearchEntry.objects.values_list("version", "text"))
    assert len(texts) == Version.objects.count() > 60
    letters = "".join(run for text in texts.values() for run in runs(text))
    places = range(0, len(letters) - 4, len(letters) // 120)
    for place in places:
        for length in (1, 2, 3, 4):
            term = letters[place : place + length]
            expected = {pk for pk, text in texts.items() if term in text}
            assert set(keys(community, term)) == expected, term


def test_texts_made_by_chance_are_found_as_by_looking_through_them(cast: Cast, issue: Callable[..., Version]) -> None:
    """Every 1 to 4 characters of thirty texts: few different letters, so that nearly everything is nearly found."""
    chance = random.Random(4)
    letters = "社区公示栏财务务〇々㐀\U00020000ab12。，、 （）%_\"*'\\"
    for number in range(30):
        said_here = ["".join(chance.choices(letters, k=chance.randint(1, 30))) + "。" for _ in range(2)]
        issue(said(*(text if text.strip() else "社" for text in said_here), title=f"第{number}号"))
    texts = dict(SearchEntry.objects.values_list("version", "text"))
    asked = {
        run[n : n + size]
        for text in texts.values()
        for run in runs(text)
        for n in range(len(run))
        for size in (1, 2, 3, 4)
    }
    asked |= {"".join(chance.choices("社区公示栏财务", k=size)) for size in (2, 3, 4) for _ in range(20)}
    assert len(asked) > 400
    for term in asked:
        expected = sorted((pk for pk, text in texts.items() if term in text), reverse=True)
        assert keys(cast.community, term) == expected, term


def test_a_range_without_words_asks_for_everything_in_it(cast: Cast, issue: Callable[..., Version]) -> None:
    first, second = issue(said("修理路灯")), issue(said("修理水管"), item=11, day="2026-03-12")
    assert keys(cast.community, "", item="22") == [first.pk]
    assert keys(cast.community, "", year=2026) == [second.pk, first.pk]
    with time_machine.travel(NOW, tick=False):
        page = Client().get("/c/jinan/search/", {"q": "", "item": "22"}).content.decode()
        assert "找到 <b>1 条" in page and first.code in page and "<mark>" not in page
        assert "没有公开过内容" in Client().get("/c/jinan/search/", {"year": "2001"}).content.decode()
        for asked in ({}, {"q": "。"}, {"q": "。", "item": "22"}):
            assert "找到 <b>" not in Client().get("/c/jinan/search/", asked).content.decode()


def test_the_state_is_chosen_among_all_hits_and_as_the_row_says(cast: Cast, issue: Callable[..., Version]) -> None:
    lost, over = issue(said("修理路灯")), issue(said("修理水管"), day="2026-03-01")
    for posting in lost.postings.all():
        take_down(posting=posting, on=NOW.date(), by=cast.clerk, at=NOW, lost=True)
    current = issue(said("修理门禁"), day="2026-03-18")
    with time_machine.travel(noon("2026-03-20"), tick=False):
        for state, version in (("taken_down", lost), ("over", over), ("current", current)):
            page = Client().get("/c/jinan/search/", {"q": "修理", "state": state}).content.decode()
            assert "找到 <b>1 条" in page and version.code in page and f'class="state {state}"' in page


def test_no_hit_is_lost_behind_thousands_that_arent_wanted(
    cast: Cast, issue: Callable[..., Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With smaller numbers: one counts to three and looks at two more at once."""
    monkeypatch.setattr(searching, "COUNTED", 3)
    monkeypatch.setattr(searching, "LOOKED_AT_ONCE", 2)
    made = [issue(said(f"第{number}次修理")).pk for number in range(12)][::-1]
    for kept in (made, made[-1:], made[4:6], made[::3], made[8:], []):
        found = newest_keys(
            cast.community.pk,
            revision_of(cast.community),
            Query.of("修理"),
            lambda hits, kept=kept: hits.filter(pk__in=kept),
        )
        assert found == kept[:4]


def test_the_index_is_written_anew_without_a_gap(cast: Cast, issue: Callable[..., Version]) -> None:
    version = issue(said("修理路灯"))
    SearchEntry.objects.update(text="旧", grams="")
    call_command("reindex")
    assert keys(cast.community, "路灯") == [version.pk] and SearchEntry.objects.count() == 1


def test_all_terms_must_stand_there(cast: Cast, issue: Callable[..., Version]) -> None:
    both = issue(said("修理路灯，花费三百元"))
    issue(said("修理水管"))
    assert keys(cast.community, "路灯 花费") == [both.pk]
    assert len(keys(cast.community, "修理")) == 2 and keys(cast.community, "路管") == []


def test_names_are_never_found(cast: Cast, issue: Callable[..., Version]) -> None:
    """Not while they are on show, not after; what stands around them is."""
    content = names_list()
    content["blocks"][0]["rows"] = [["欧阳*", "99号楼", "300.00"]]
    content["blocks"][0]["total"] = None
    version = issue(content, item=15)
    for term in ("欧阳", "99号楼", "300"):
        assert keys(cast.community, term) == []
    assert keys(cast.community, "慰问名单") == [version.pk]
    assert "欧阳" not in str(SearchEntry.objects.values())
    reduce_personal(version=version, by=None, at=noon("2026-05-01"))
    assert keys(cast.community, "慰问名单") == [version.pk] and keys(cast.community, "欧阳") == []


def test_what_was_withdrawn_isnt_found_by_what_it_said(cast: Cast, issue: Callable[..., Version]) -> None:
    version = issue(said("不该公开的隐私"))
    assert keys(cast.community, "隐私") == [version.pk]
    withdrawal = propose_withdrawal(version=version, kind="personal_data", reason="错", by=cast.clerk, at=NOW)
    confirm_withdrawal(withdrawal=withdrawal, by=cast.director, at=NOW)
    assert keys(cast.community, "隐私") == [] and keys(cast.community, "测试公开") == [version.pk]
    assert "隐私" not in str(SearchEntry.objects.values())


@pytest.mark.parametrize("healed", [False, True], ids=["by-the-act", "by-the-nightly-sweep"])
def test_what_was_withdrawn_after_its_names_had_left_isnt_found_by_what_it_said(
    cast: Cast, issue: Callable[..., Version], healed: bool
) -> None:
    """Its text can't change a second time and stays in the record; the index forgets it all the same."""
    content = names_list()
    content["blocks"][0]["caption"] = "不该公开的隐私"
    version = issue(content, item=15)
    reduce_personal(version=version, by=None, at=noon("2026-05-01"))
    assert keys(cast.community, "隐私") == [version.pk]
    withdrawal = propose_withdrawal(version=version, kind="personal_data", reason="错", by=cast.clerk, at=NOW)
    confirm_withdrawal(withdrawal=withdrawal, by=cast.director, at=NOW)
    if healed:
        SearchEntry.objects.all().delete()
        assert index_missing() == 1
    assert keys(cast.community, "隐私") == [] and keys(cast.community, "慰问名单") == [version.pk]
    assert "隐私" not in str(SearchEntry.objects.values())


def test_only_what_is_visible_and_of_this_community(cast: Cast, issue: Callable[..., Version]) -> None:
    version = issue(said("修理路灯"))
    assert keys(cast.neighbour, "路灯") == []
    assert "修理路灯" not in Client().get("/c/neighbour/search/?q=路灯").content.decode()
    Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
    assert keys(cast.community, "路灯") == [] and not visible_versions(cast.community)


def test_narrowed_by_item_year_carrier_and_state(cast: Cast, issue: Callable[..., Version]) -> None:
    first = issue(said("修理路灯"))
    second = issue(said("修理水管"), item=11, day="2026-03-12")
    assert keys(cast.community, "修理") == [second.pk, first.pk]
    assert keys(cast.community, "修理", item="22") == [first.pk]
    assert keys(cast.community, "修理", year=2025) == [] and len(keys(cast.community, "修理", year=2026)) == 2
    carrier = first.postings.get().carrier

    def on(key: int) -> list[int]:
        return newest_keys(
            cast.community.pk, revision_of(cast.community), Query.of("修理"), lambda hits: on_carrier(hits, key)
        )

    assert on(carrier.pk) == [second.pk, first.pk] and on(carrier.pk + 1000) == []
    with time_machine.travel(noon("2026-03-26"), tick=False):
        page = Client().get("/c/jinan/search/", {"q": "修理", "state": "over"}).content.decode()
        assert "找到 <b>1 条" in page
        assert "找到 <b>1 条" in Client().get("/c/jinan/search/", {"q": "修理", "state": "current"}).content.decode()


def test_hits_are_marked_and_nothing_is_markup(cast: Cast, issue: Callable[..., Version]) -> None:
    issue(said("前面的话 <b>路灯</b>", title="<script>alert(1)</script>路灯"))
    with time_machine.travel(NOW, tick=False):
        page = Client().get("/c/jinan/search/?q=路灯").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;<mark>路灯</mark>" in page
    assert "&lt;b&gt;<mark>路灯</mark>&lt;/b&gt;" in page


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "。",
        '"',
        "a OR b",
        "NEAR(",
        "-",
        "*",
        "%",
        "_",
        "\\",
        "'; DROP TABLE x",
        "😀",
        "x" * 500,
        "路\u200b灯",
        "c1",
    ],
)
def test_odd_queries_are_answered(cast: Cast, issue: Callable[..., Version], asked: str) -> None:
    issue(said("修理路灯"))
    answer = Client().get("/c/jinan/search/", {"q": asked, "page": "999999", "item": "'", "year": "x", "carrier": "-1"})
    assert answer.status_code == 200
    assert not answer.cookies


def test_nothing_found_says_what_to_do(cast: Cast, issue: Callable[..., Version]) -> None:
    page = Client().get("/c/jinan/search/?q=征兵政策&year=2026").content.decode()
    assert "没有找到" in page and "不限范围再找一次" in page and "从公开目录里找" in page


def test_twenty_a_page(cast: Cast, issue: Callable[..., Version], django_assert_max_num_queries: Any) -> None:
    for number in range(23):
        issue(said(f"第{number}次修理"))
    with time_machine.travel(NOW, tick=False):
        with django_assert_max_num_queries(6):
            first = Client().get("/c/jinan/versions/").content.decode()
        assert first.count('class="state') == 20 and "第 1 页，共 2 页" in first
        assert len(first.encode()) < 12 * 1024
        second = Client().get("/c/jinan/versions/page/2/").content.decode()
        assert second.count('class="state') == 3 and 'href="/c/jinan/versions/"' in second
        assert Client().get("/c/jinan/versions/page/3/").status_code == 404
        assert Client().get("/c/jinan/versions/2026/").status_code == 200
        assert Client().get("/c/jinan/versions/2019/").status_code == 404
        with django_assert_max_num_queries(14):
            hits = Client().get("/c/jinan/search/?q=修理&page=2").content.decode()
        assert "第 2 页，共 2 页" in hits and hits.count("<mark>修理</mark>") == 3


def test_what_was_there_before_the_index_is_made_findable(cast: Cast, issue: Callable[..., Version]) -> None:
    version = issue(said("修理路灯"))
    SearchEntry.objects.all().delete()
    assert keys(cast.community, "路灯") == []
    assert index_missing() == 1 and index_missing() == 0
    assert keys(cast.community, "路灯") == [version.pk]


def test_the_list_goes_along_an_index(cast: Cast, issue: Callable[..., Version]) -> None:
    issue(paragraphs(1))
    if connection.vendor != "sqlite":
        pytest.skip("what the plan says is SQLite's")
    plan = visible_versions(cast.community)[:20].explain()
    assert "version_newest_first" in plan and "TEMP B-TREE FOR ORDER BY" not in plan


def test_a_title_in_full_width_is_found_in_half_width(cast: Cast, issue: Callable[..., Version]) -> None:
    version = issue(said("正文", title="２０２６年ＬＥＤ路灯"))
    assert keys(cast.community, "2026年led路灯") == [version.pk] and fold("ＬＥＤ").text == "led"
