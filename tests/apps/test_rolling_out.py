"""One catalogue for many communities: what differs is told, and a new version is adopted once, by all or by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingbai.carriers.actions import publish
from mingbai.carriers.queries import situation_of
from mingbai.catalogues.actions import NotAdoptable, adopt_catalogue, check_adoptable
from mingbai.catalogues.models import CatalogueVersion
from mingbai.communities.actions import appoint_supervisor, found_community, found_subdistrict
from mingbai.communities.models import Community, Event, Subdistrict, User
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.obligations.actions import make_occurrences
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.oversight import catalogues as pages
from mingbai.reading.grid import MAX_BYTES
from mingbai.reading.read import NotReadable, read, read_bytes
from mingbai.supervision.catalogues import changes_for, followed
from tests.conftest import Cast, noon, paragraphs, seed_catalogue

SEED = SEED_CATALOGUE.read_text(encoding="utf-8-sig")
NOW = noon("2026-05-12")
LIST, NEW = "/oversight/anhe/catalogues/", "/oversight/anhe/catalogues/new/"
# A subdistrict's second version: the meetings' item lasts longer, row 7 is gone, one is new.
LIMIT = "自信息形成7日内及时公开，时限不少于15日"
LONGER = "自信息形成7日内及时公开，时限不少于30日"


def second(text: str = SEED) -> str:
    lines = [line for line in text.replace(LIMIT, LONGER).splitlines() if not line.startswith("7\t")]
    model = next(line for line in lines if line.startswith("24\t")).split("\t")
    fresh = ["25", "停车管理", "", "停车收费", "1.停车收费标准 2.停车收入去向", *model[5:]]
    return "\n".join([*lines, "\t".join(fresh)])


@pytest.fixture
def street(cast: Cast) -> Subdistrict:
    at = noon("2026-01-05")
    made = found_subdistrict(slug="anhe", name="安和街道", by=None, at=at)
    Community.objects.filter(pk__in=(cast.community.pk, cast.neighbour.pk)).update(subdistrict=made)
    cast.community.refresh_from_db()
    cast.neighbour.refresh_from_db()
    person = User.objects.create_user("street", display_name="何敏", password_changed_at=at)
    appoint_supervisor(subdistrict=made, user=person, by=None, at=at)
    return made


@pytest.fixture
def supervisor(street: Subdistrict) -> Client:
    return client_of("street")


def client_of(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def adopt(community: Community, text: str = SEED, on: str = "2026-01-05") -> CatalogueVersion:
    data = text.encode()
    return adopt_catalogue(
        community=community,
        catalogue=read_bytes("目录.txt", data),
        source_name="目录.txt",
        source=data,
        by=None,
        on=date.fromisoformat(on),
        at=noon(on),
    )


def sent(text: str | bytes, name: str = "新目录.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def preview(client: Client, text: str | bytes, *slugs: str, name: str = "新目录.txt") -> Any:
    return client.post(NEW, {"file": sent(text, name), "community": list(slugs)})


def carried(page: Any) -> dict[str, str]:
    """What the preview's form sends when it is confirmed."""
    return dict(re.findall(r'name="(token|source)" value="([^"]*)"', page.content.decode()))


def words(page: Any) -> str:
    return re.sub(r"\s*<[^>]+>\s*", " ", page.content.decode())


# -- who follows which ------------------------------------------------------------------------------------------------


def test_equal_catalogues_are_one_and_local_differences_are_told_against_the_most_common(
    cast: Cast, supervisor: Client, street: Subdistrict
) -> None:
    adopt(cast.neighbour, SEED.replace("金安社区", "邻近社区"), "2026-02-01")
    third = found_community(
        slug="third", name="玉河社区", body="玉河社区居民委员会", subdistrict=street, by=None, at=NOW
    )
    adopt(third, second().replace("金安社区", "玉河社区"), "2026-03-01")
    last = found_community(slug="void", name="没有目录的社区", body="居委会", subdistrict=street, by=None, at=NOW)
    with time_machine.travel(NOW, tick=False):
        one, other = followed(list(Community.objects.order_by("slug")), date(2026, 5, 12))
        page = words(supervisor.get(LIST))
    assert {community.slug for community, _ in one.members} == {"jinan", "neighbour"}
    assert (one.covered, one.expected, one.counts[0]) == (23, 23, 4)
    assert [community.slug for community, _ in other.members] == ["third"]
    assert (other.covered, other.expected) == (22, 23) and [item.number for item in other.lacking] == [7]
    assert other.counts[0] == 3, "row 7 was one of the four that fall below the floor"
    assert "还没有采用目录的： 没有目录的社区" in page or f"还没有采用目录的：{last.name}" in page
    assert "22／23" in page and "23／23" in page
    assert "多 1 项，少 1 项，不同 3 项（其中时限 1 项）" in page and "停车收费" in page and "缺：第 7 项" in page
    assert f"目录 1 是“{LIMIT}”，这里是“{LONGER}”" in page


def test_the_list_costs_the_same_queries_however_many_communities(
    cast: Cast, supervisor: Client, street: Subdistrict, django_assert_max_num_queries: Any
) -> None:
    adopt(cast.neighbour, second(), "2026-02-01")
    supervisor.get(LIST)
    with django_assert_max_num_queries(14):
        assert "目录 2" in supervisor.get(LIST).content.decode()


@pytest.mark.parametrize("path", [LIST, NEW])
def test_only_the_subdistricts_own_supervisors_come_in(cast: Cast, street: Subdistrict, path: str) -> None:
    other = found_subdistrict(slug="other", name="另一街道", by=None, at=NOW)
    stranger = User.objects.create_user("stranger", password_changed_at=NOW)
    appoint_supervisor(subdistrict=other, user=stranger, by=None, at=NOW)
    assert Client().get(path).status_code == 302
    for username in ("clerk", "director", "administrator", "supervisor", "stranger"):
        assert client_of(username).get(path).status_code == 404
        assert client_of(username).post(path, {"community": "jinan"}).status_code == 404


def test_a_community_of_another_subdistrict_is_not_found(cast: Cast, supervisor: Client) -> None:
    found_community(slug="far", name="远处社区", body="居委会", by=None, at=NOW)
    assert preview(supervisor, second(), "jinan", "far").status_code == 404


# -- what a new one would change --------------------------------------------------------------------------------------


def test_a_preview_tells_what_changes_for_each_and_stores_nothing(
    cast: Cast, owe: Callable[..., Any], supervisor: Client
) -> None:
    owe(22, "2026-05-11")
    owe(8, "2026-05-11")
    adopt(cast.neighbour, second(), "2026-02-01")
    before = (Event.objects.count(), CatalogueVersion.objects.count(), Occurrence.objects.count())
    with time_machine.travel(NOW, tick=False):
        page = preview(supervisor, second(), "jinan", "neighbour")
    told = words(page)
    assert page.status_code == 200
    assert "增加 1 项，删去 1 项，改动 3 项（其中时限 1 项）" in told
    assert "一级事项：原“财务公开”，现“组织机构”" in told, "row 7 bore the level of those below it"
    assert f"原“{LIMIT}”，现“{LONGER}”" in told
    assert "还没有公开齐的 2 件" in told and "其中 1 件" in told and "其他重要事务：测试事由（最迟2026年5月18日" in told
    assert "序号 4 这一行是空的" in told
    assert "已经采用了这一份，不用再换：邻近社区" in told
    assert "1 个社区采用这份目录" in told
    assert "不再有的提示" in told and "第7项" in told.split("不再有的提示")[1]
    assert (Event.objects.count(), CatalogueVersion.objects.count(), Occurrence.objects.count()) == before


def test_only_what_is_new_of_the_long_term_items_is_owed_by_the_adoption(cast: Cast, street: Subdistrict) -> None:
    """What the preview promises is what the adoption makes, day for day."""
    changed = SEED.replace("自信息变更之日起20个工作日内及时公开", "自信息变更之日起10个工作日内及时公开", 1)
    assert changed != SEED
    make_occurrences(community=cast.community, through=date(2026, 5, 1), at=noon("2026-05-01"))
    (told,) = changes_for([cast.community], read_bytes("新.txt", changed.encode()), "", date(2026, 5, 12))
    assert [item.number for item, _ in told.owed] == [5]
    adopt(cast.community, changed, "2026-05-12")
    made = make_occurrences(community=cast.community, through=date(2026, 5, 12), at=NOW)
    assert [(one.occurrence.item.number, one.due_on) for one in made] == [(5, told.owed[0][1].due_on)]


def test_a_first_catalogue_owes_all_its_long_term_items(cast: Cast, street: Subdistrict) -> None:
    (told,) = changes_for([cast.neighbour], seed_catalogue(), "", date(2026, 5, 12))
    assert told.instead_of is None and [item.number for item, _ in told.owed] == [1, 2, 3, 5]
    assert len(told.telling.items) == 23


# -- adopting it ------------------------------------------------------------------------------------------------------


def test_confirmed_it_is_adopted_by_each_with_one_event_and_a_second_click_says_so(
    cast: Cast, owe: Callable[..., Any], supervisor: Client
) -> None:
    owed = owe(22, "2026-05-11")
    with time_machine.travel(NOW, tick=False):
        form = carried(preview(supervisor, second(), "jinan", "neighbour"))
        done = supervisor.post(NEW, form)
        again = supervisor.post(NEW, form)
    assert done.status_code == 201 and "金安社区、邻近社区" in words(done)
    assert again.status_code == 200 and "以前就采用了" in words(again)
    events = Event.objects.filter(act="catalogue_adopted", at=NOW)
    assert sorted(event.community.slug for event in events if event.community) == ["jinan", "neighbour"]
    assert {event.actor.username for event in events if event.actor} == {"street"}
    for community, number in ((cast.community, 2), (cast.neighbour, 1)):
        version = CatalogueVersion.objects.get(community=community, superseded_on=None)
        assert version.number == number and version.adopted_on == date(2026, 5, 12)
        assert bytes(version.source) == second().encode() and version.source_name == "新目录.txt"
    codes = dict(CatalogueVersion.objects.get(community=cast.community, number=2).items.values_list("number", "code"))
    assert codes[22] == "22" and codes[25] == "25" and 7 not in codes
    due = owed.due_on
    owed.refresh_from_db()
    assert owed.due_on == due and owed.earlier_answers.count() == 0
    assert situation_of(cast.community, date(2026, 5, 12)).standing(owed.pk) is not None
    publish(obligation=owed, content=paragraphs(1), dated_on=NOW.date(), by=cast.clerk, at=NOW)


def test_each_puts_its_own_name_where_the_document_names_another(cast: Cast, supervisor: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        page = preview(supervisor, SEED, "neighbour")
        assert "文件里写的是金安社区" in words(page)
        assert supervisor.post(NEW, carried(page)).status_code == 201
        groups = followed([cast.community, cast.neighbour], date(2026, 5, 12))
    version = CatalogueVersion.objects.get(community=cast.neighbour)
    assert version.title == "邻近社区居务公开事项标准目录"
    assert set(version.items.values_list("body", flat=True)) == {"邻近社区居民委员会"}
    assert {carrier.name for carrier in cast.neighbour.carriers.all()} == {"邻近社区公示栏", "小微权力监督平台"}
    assert len(groups) == 1, "their own names are no difference"


def test_who_changed_meanwhile_is_named_and_the_others_adopt(cast: Cast, supervisor: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        form = carried(preview(supervisor, second(), "jinan", "neighbour"))
        adopt(cast.neighbour, SEED, "2026-05-12")
        done = supervisor.post(NEW, form)
    assert done.status_code == 422
    failed, adopted = words(done).split("起采用")
    assert "没有采用的" in failed and "邻近社区" in failed and "金安社区" in adopted
    assert CatalogueVersion.objects.get(community=cast.neighbour, superseded_on=None).number == 1
    assert CatalogueVersion.objects.get(community=cast.community, superseded_on=None).number == 2


def test_a_large_document_is_chosen_again_and_must_be_the_same(
    cast: Cast, supervisor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "CARRIED", 100)
    with time_machine.travel(NOW, tick=False):
        page = preview(supervisor, second(), "jinan")
        form = carried(page)
        assert "source" not in form and "请再选一次" in words(page)
        assert supervisor.post(NEW, form).status_code == 422
        other = supervisor.post(NEW, {**form, "file": sent(SEED)})
        assert other.status_code == 422 and "和预览时的不一样" in words(other)
        assert supervisor.post(NEW, {**form, "file": sent(second(), "另一个名字.txt")}).status_code == 201
    assert CatalogueVersion.objects.get(superseded_on=None, community=cast.community).source_name == "新目录.txt"


def test_a_preview_is_confirmed_by_who_made_it_on_its_day_and_unchanged(cast: Cast, supervisor: Client) -> None:
    street = Subdistrict.objects.get()
    colleague = User.objects.create_user("colleague", password_changed_at=NOW)
    appoint_supervisor(subdistrict=street, user=colleague, by=None, at=NOW)
    with time_machine.travel(NOW, tick=False):
        form = carried(preview(supervisor, second(), "jinan"))
        for client, typed, why in (
            (client_of("colleague"), form, "不是您做的预览"),
            (supervisor, {**form, "token": form["token"][:-2]}, "预览的内容不完整"),
            (supervisor, {**form, "source": "不是"}, "请选择目录文件"),
            (supervisor, {**form, "source": carried(preview(supervisor, SEED + "\n", "jinan"))["source"]}, "不一样"),
        ):
            answer = client.post(NEW, typed)
            assert answer.status_code == 422 and why in words(answer)
    with time_machine.travel(NOW + timedelta(hours=12, minutes=1), tick=False):
        answer = client_of("street").post(NEW, form)
        assert answer.status_code == 422 and "另一天" in words(answer)
    assert CatalogueVersion.objects.filter(community=cast.community).count() == 1


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.txt", "文件是空的"),
        (b"\0\0\0\0", "a.txt", "文件是空的"),
        ("序号\t名称\n1\t一行".encode(), "a.txt", "没有找到"),
        (b"PK\x03\x04broken", "a.docx", "已损坏"),
        (b"%PDF-1.7 broken", "a.pdf", "已损坏"),
        (SEED.encode(), "a.exe", "不支持"),
        (SEED.encode(), "a.docx", "内容却是"),
        (b"x" * (MAX_BYTES + 1), "a.txt", "20兆字节"),
        (SEED.replace("\n24\t", "\n23\t").encode(), "a.txt", "序号 23 出现了两次"),
        (SEED.replace("社区会议", "会" * 130).encode(), "a.txt", "太长了（最多"),
    ],
    ids=["empty", "nul", "no-table", "docx", "pdf", "exe", "ending", "large", "twice", "long"],
)
def test_what_cant_be_adopted_says_where_and_changes_nothing(
    cast: Cast, supervisor: Client, data: bytes, name: str, why: str
) -> None:
    page = preview(supervisor, data, "jinan", name=name)
    assert page.status_code == 422
    assert why in words(page)
    assert CatalogueVersion.objects.count() == 1


def test_without_a_file_or_a_community_it_says_which(cast: Cast, supervisor: Client) -> None:
    assert "请选择目录文件" in words(supervisor.post(NEW, {"community": "jinan"}))
    assert "请至少选一个社区" in words(supervisor.post(NEW, {"file": sent(SEED)}))


def test_bytes_are_read_as_a_file_is() -> None:
    assert read_bytes(SEED_CATALOGUE.name, SEED_CATALOGUE.read_bytes()) == read(SEED_CATALOGUE)
    with pytest.raises(NotReadable, match="文件“坏.xlsx”"):
        read_bytes("坏.xlsx", b"PK\x03\x04")


def test_every_text_that_the_database_limits_is_checked_before(cast: Cast) -> None:
    """On PostgreSQL a text too long would be an error without a place."""
    from dataclasses import replace

    seed = seed_catalogue()
    first = seed.items[0]
    for changes in ({"level1": "长" * 101}, {"body": "长" * 121}, {"carriers": ("长" * 81,)}, {"tier": "长" * 61}):
        with pytest.raises(NotAdoptable, match="第 1 项"):
            check_adoptable(replace(seed, items=(replace(first, **changes),)))  # type: ignore[arg-type]
    check_adoptable(seed)


# -- between two versions ---------------------------------------------------------------------------------------------


def test_a_quarter_in_which_something_happened_under_the_old_version_isnt_silent(
    cast: Cast, owe: Callable[..., Any], supervisor: Client
) -> None:
    owe(22, "2026-04-20")
    with time_machine.travel(NOW, tick=False):
        supervisor.post(NEW, carried(preview(supervisor, second(), "jinan")))
    make_occurrences(community=cast.community, through=date(2026, 7, 1), at=noon("2026-07-01"))
    silent = Occurrence.objects.filter(community=cast.community, kind=Occurrence.Kind.SILENCE, on=date(2026, 6, 30))
    assert not silent.filter(item__code="22").exists()
    assert silent.filter(item__code="08").exists()


def test_a_period_that_ended_before_the_adoption_stays_owed_though_the_nights_were_missed(
    cast: Cast, supervisor: Client
) -> None:
    with time_machine.travel(NOW, tick=False):
        supervisor.post(NEW, carried(preview(supervisor, second(), "jinan")))
    periods = Obligation.objects.filter(community=cast.community, occurrence__kind=Occurrence.Kind.PERIOD)
    found = set(periods.values_list("occurrence__item__code", "occurrence__on"))
    assert found == {("06", date(2026, 3, 31)), ("07", date(2026, 3, 31))}
    make_occurrences(community=cast.community, through=date(2026, 7, 1), at=noon("2026-07-01"))
    assert set(periods.values_list("occurrence__item__code", "occurrence__on")) - found == {("06", date(2026, 6, 30))}
