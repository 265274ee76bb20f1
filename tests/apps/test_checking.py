"""The supervision committee draws, finds fault and says what came of it; the subdistrict orders. All of it public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client

from mingbai.carriers.actions import publish, put_up
from mingbai.carriers.asof import stood
from mingbai.catalogues.models import Carrier, Duty, Item
from mingbai.communities.actions import appoint_supervisor, found_subdistrict, set_policy
from mingbai.communities.models import Event, User
from mingbai.data.checklists import checklist_for, packaged_checklists
from mingbai.data.forms import packaged_forms
from mingbai.disclosures.models import Version
from mingbai.obligations.actions import NotRecordable, order_disclosure, void_occurrence
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.public.templatetags.mingbai import spaced
from mingbai.rules.duties import Unit, Within
from mingbai.rules.forms import normalised
from mingbai.rules.profiles import Policy
from mingbai.rules.sampling import draw
from mingbai.supervision.checking import (
    NotConcerned,
    NotDrawable,
    draw_sample,
    raise_concern,
    remedies,
    reply_to_concern,
    resolve_concern,
)
from mingbai.supervision.models import Concern, Sample
from mingbai.supervision.watching import concerns_on, drawn, tally_concerns
from tests.conftest import Cast, noon, paragraphs, seed_catalogue
from tests.privacy.corpus import ID

NOW = noon("2026-03-10")


@pytest.fixture
def version(cast: Cast, owe: Callable[..., Any]) -> Version:
    set_policy(community=cast.community, policy=Policy(reply=Within(5, Unit.WORKING_DAY)), by=None, at=NOW)
    return disclose(cast, owe(22, "2026-02-09"), "2026-02-10")


def disclose(cast: Cast, obligation: Obligation, on: str, title: str = "测试公开") -> Version:
    content = paragraphs(1, title=title)
    return publish(obligation=obligation, content=content, dated_on=noon(on).date(), by=cast.clerk, at=noon(on))


@pytest.fixture
def concern(cast: Cast, version: Version) -> Concern:
    return find(cast, version)


def find(cast: Cast, version: Version, text: str = "第三笔支出没有发票", **more: Any) -> Concern:
    obligation = version.disclosure.obligation
    asked = {"version": version, "element": 1, "by": cast.supervisor, "at": NOW, **more}
    return raise_concern(obligation=obligation, text=text, **asked)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def street(cast: Cast) -> User:
    made = found_subdistrict(slug="anhe", name="安和街道", by=None, at=noon("2026-01-05"))
    cast.community.subdistrict = made
    cast.community.save(update_fields=["subdistrict"])
    person = User.objects.create_user("street", display_name="何敏", password_changed_at=noon("2026-01-05"))
    appoint_supervisor(subdistrict=made, user=person, by=None, at=noon("2026-01-05"))
    return person


# -- samples ---------------------------------------------------------------------------------------------------------


def sample(cast: Cast, **more: Any) -> Sample:
    asked = {"span": "month", "size": 2, "lots": "", "by": cast.supervisor, "at": NOW, **more}
    return draw_sample(community=cast.community, **asked)


def test_what_is_drawn_follows_from_the_published_seed(cast: Cast, owe: Callable[..., Any], version: Version) -> None:
    codes = [version.code, *(disclose(cast, owe(22, "2026-02-11"), f"2026-02-1{day}").code for day in range(2, 6))]
    outside = disclose(cast, owe(22, "2026-02-27"), "2026-03-02")
    made = sample(cast)
    assert made.seed == outside.digest  # what was published last before the draw
    assert (made.first_on, made.last_on) == (date(2026, 2, 1), date(2026, 2, 28))
    found = drawn(made)
    assert list(found.population) == sorted(codes)
    assert list(found.codes) == draw(outside.digest, codes, 2)
    disclose(cast, owe(22, "2026-03-09"), "2026-03-10", title="后来的")
    void_occurrence(
        occurrence=version.disclosure.obligation.occurrence, reason="记错", by=cast.clerk, at=NOW + timedelta(days=1)
    )
    again = drawn(made)
    assert (again.population, again.codes) == (found.population, found.codes)  # nothing later changes the draw
    page = Client().get("/c/jinan/checks/").content.decode()
    assert made.seed in page and all(code in page for code in codes) and "SHA-256" in page
    assert all(spaced(code) in page for code in found.codes)


def test_a_period_is_drawn_once_and_by_the_supervision_committee(cast: Cast, version: Version) -> None:
    for person in (cast.clerk, cast.director, cast.administrator, cast.neighbours_clerk):
        with pytest.raises(NotDrawable, match="监督委员会"):
            sample(cast, by=person)
    before = Event.objects.count()
    made = sample(cast, lots="3 1 4 1 5 9")
    assert (made.source, made.seed) == ("lots", "314159")
    assert [event.act for event in Event.objects.all()[before:]] == ["sample_drawn"]
    with pytest.raises(NotDrawable, match="只抽一次"):
        sample(cast, lots="271828")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"size": 0}, "之间"),
        ({"size": 51}, "之间"),
        ({"span": "week"}, "哪一段"),
        ({"lots": "12345"}, "至少6位"),
        ({"span": "year"}, "没有发布过"),
    ],
)
def test_a_sample_that_cant_be_drawn(cast: Cast, version: Version, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(NotDrawable, match=says):
        sample(cast, **asked)
    assert not Sample.objects.exists()


# -- findings --------------------------------------------------------------------------------------------------------


def test_a_finding_is_public_where_it_was_found_until_it_is_put_right(cast: Cast, concern: Concern) -> None:
    assert concern.reference == "2026-001" and concern.due_on == date(2026, 3, 17)  # five working days
    first = concern.version
    assert first is not None
    place = f"/c/jinan/v/{first.code}/"
    assert "第三笔支出没有发票" in Client().get(place).content.decode()
    later = NOW + timedelta(days=1)
    assert remedies(concern) == []
    mended = disclose(cast, concern.obligation, "2026-03-11", title="改过的")
    assert remedies(concern) == [mended]
    acts = Event.objects.count()
    concern = reply_to_concern(concern=concern, text="已补上", code=mended.code, by=cast.clerk, at=later)
    concern = resolve_concern(concern=concern, resolution="put_right", by=cast.supervisor, at=later)
    assert [event.act for event in Event.objects.all()[acts:]] == ["concern_replied", "concern_resolved"]
    for code in (first.code, mended.code):
        page = Client().get(f"/c/jinan/v/{code}/").content.decode()
        assert "已补上" in page and "监督委员会认定：已改正" in page and mended.code in page
    assert len(concerns_on(mended, later.date())) == 1
    assert "已改正 <b>1</b> 条" in Client().get("/c/jinan/checks/").content.decode()


def test_only_the_supervision_committee_finds_and_only_the_committee_replies(cast: Cast, concern: Concern) -> None:
    version = concern.version
    assert version is not None
    for person in (cast.clerk, cast.member, cast.director, cast.administrator, cast.neighbours_clerk):
        with pytest.raises(NotConcerned, match="监督委员会成员"):
            find(cast, version, by=person)
    for person in (cast.supervisor, cast.administrator, cast.neighbours_clerk):
        with pytest.raises(NotConcerned, match="由居委会答复"):
            reply_to_concern(concern=concern, text="好", code="", by=person, at=NOW)
    with pytest.raises(NotConcerned, match="还没有答复"):
        resolve_concern(concern=concern, resolution="explained", by=cast.supervisor, at=NOW)
    reply_to_concern(concern=concern, text="发票在街道报销，附复印件。", code="", by=cast.member, at=NOW)
    with pytest.raises(NotConcerned, match="已经答复"):
        reply_to_concern(concern=concern, text="再说一次", code="", by=cast.member, at=NOW)
    for person in (cast.clerk, cast.member, cast.administrator):
        with pytest.raises(NotConcerned, match="监督委员会认定"):
            resolve_concern(concern=concern, resolution="explained", by=person, at=NOW)
    with pytest.raises(NotConcerned, match="已改正"):
        resolve_concern(concern=concern, resolution="put_right", by=cast.supervisor, at=NOW)
    resolve_concern(concern=concern, resolution="not_accepted", by=cast.supervisor, at=NOW)
    with pytest.raises(NotConcerned, match="已经认定"):
        resolve_concern(concern=concern, resolution="explained", by=cast.supervisor, at=NOW)
    (tally,) = tally_concerns([cast.community, cast.neighbour], NOW.date())
    assert (tally.total, tally.open, len(tally.not_accepted)) == (1, 0, 1)


def test_personal_data_doesnt_come_in(cast: Cast, version: Version) -> None:
    concern = find(cast, version, text=f"张某{ID}的补助重了，电话13812345678")
    assert ID not in concern.text and "13812345678" not in concern.text and "补助重了" in concern.text
    with pytest.raises(NotConcerned):
        reply_to_concern(concern=concern, text=f"他的号码是{ID}", code="", by=cast.clerk, at=NOW)
    assert ID not in Client().get("/c/jinan/checks/").content.decode()


def test_a_finding_says_something_about_what_is_there(cast: Cast, version: Version, owe: Callable[..., Any]) -> None:
    for more, says in (({"text": " "}, "没有填写"), ({"text": "字" * 1001}, "太长"), ({"element": 7}, "不在了")):
        with pytest.raises(NotConcerned, match=says):
            find(cast, version, **more)
    other = owe(8, "2026-03-02")
    with pytest.raises(NotConcerned, match="不是这件事"):
        raise_concern(obligation=other, version=version, element=None, text="错", by=cast.supervisor, at=NOW)
    owed = raise_concern(obligation=other, version=None, element=None, text="没公开", by=cast.supervisor, at=NOW)
    assert (owed.number, owed.version) == (1, None)
    assert "没公开" in Client().get("/c/jinan/checks/").content.decode()


REFUSED = [
    "UPDATE supervision_concern SET text = ''",
    "UPDATE supervision_concern SET reply = 'x'",
    "UPDATE supervision_concern SET reply = 'x', replied_on = '2026-03-11', replied_by_id = raised_by_id",
    "UPDATE supervision_concern SET resolution = 'explained', resolved_on = '2026-03-11', resolved_by_id = 1",
    "UPDATE supervision_concern SET version_id = NULL",
    "UPDATE supervision_sample SET seed = '12345'",
    "UPDATE supervision_sample SET size = 0",
    "UPDATE supervision_sample SET last_on = drawn_on",
    "UPDATE supervision_sample SET span = 'week'",
    "UPDATE obligations_occurrence SET kind = 'order'",
    "UPDATE obligations_occurrence SET ordered_due_on = '2026-12-01'",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_the_database_refuses(cast: Cast, concern: Concern, sql: str) -> None:
    sample(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# -- orders ----------------------------------------------------------------------------------------------------------


def duty_of(cast: Cast, number: int) -> Any:
    return Duty.objects.get(item__catalogue__community=cast.community, item__number=number, position=1)


def test_an_order_is_owed_by_its_own_day(cast: Cast, street: User) -> None:
    sunday = date(2026, 3, 22)  # the ordered day stands, however it falls
    client = signed_in(street)
    with time_machine.travel(NOW, tick=False):
        asked = {"community": "jinan", "duty": duty_of(cast, 6).pk, "what": "第二季度收支明细", "due_on": "2026-03-22"}
        assert client.post("/oversight/anhe/order/", asked).status_code == 201
    owed = Obligation.objects.get(occurrence__kind=Occurrence.Kind.ORDER)
    assert owed.due_on == sunday and owed.certain
    assert [step.text for step in owed.schedule.steps] == [
        "安和街道2026年3月10日责令公布，最迟2026年3月22日（周日）公布。"
    ]
    with time_machine.travel(NOW, tick=False):
        for place in (f"/c/jinan/owed/{owed.pk}/", "/c/jinan/checks/"):
            page = Client().get(place).content.decode()
            assert "责令公布" in page and "2026年3月22日" in page
    late = {one.pk: one.outcome for one in stood([cast.community.pk], sunday + timedelta(days=1))}
    assert late[owed.pk] == "open_overdue"
    assert Event.objects.filter(act="disclosure_ordered", actor=street).count() == 1


def test_what_cant_be_ordered_and_who_cant(cast: Cast, street: User) -> None:
    duty = duty_of(cast, 6)
    for what, due_on, says in (
        ("", "2026-03-20", "写明"),
        ("收支", "2026-03-09", "过去"),
        ("字" * 151, "2026-03-20", "太长"),
    ):
        with pytest.raises(NotRecordable, match=says):
            order_disclosure(
                community=cast.community, duty=duty, due_on=date.fromisoformat(due_on), what=what, by=street, at=NOW
            )
    for person in (cast.clerk, cast.supervisor, cast.director):
        assert signed_in(person).post("/oversight/anhe/order/", {"community": "jinan"}).status_code == 404
    assert signed_in(street).get("/oversight/anhe/order/?community=neighbour").status_code == 404
    owed = order_disclosure(
        community=cast.community, duty=duty, due_on=date(2026, 3, 20), what="收支", by=street, at=NOW
    )
    with pytest.raises(NotRecordable, match="不能作废"):
        void_occurrence(occurrence=owed.occurrence, reason="不想公布", by=cast.director, at=NOW)


# -- the desk --------------------------------------------------------------------------------------------------------


def test_the_week_has_a_line_and_a_button_for_everything(cast: Cast, version: Version, owe: Callable[..., Any]) -> None:
    late, fresh = owe(16, "2026-02-02"), disclose(cast, owe(22, "2026-03-06"), "2026-03-09", title="这周公开的")
    sample(cast)
    client = signed_in(cast.supervisor)
    with time_machine.travel(NOW, tick=False):
        page = client.get("/desk/jinan/watch/").content.decode()
        assert f"/desk/jinan/watch/find/?owed={late.pk}" in page
        assert f"/desk/jinan/watch/sheet/22/?v={fresh.code}" in page
        assert f"/desk/jinan/watch/sheet/22/?v={version.code}" in page  # drawn
        asked = {"v": fresh.code, "element": "1", "text": "少了日期"}
        made = client.post("/desk/jinan/watch/find/", asked)
        concern = Concern.objects.get()
        assert made["Location"] == f"/desk/jinan/watch/concerns/{concern.pk}/"
        clerk, place = signed_in(cast.clerk), made["Location"]
        assert client.post(place, {"text": "我自己答"}).status_code == 422
        assert clerk.post(place, {"text": ""}).status_code == 422
        assert clerk.post(place, {"text": "日期在第一段"}).status_code == 302
        assert place in client.get("/desk/jinan/watch/").content.decode()
        assert clerk.post(place, {"resolution": "explained"}).status_code == 422
        assert client.post(place, {"resolution": "explained"}).status_code == 302
        assert place not in client.get("/desk/jinan/watch/").content.decode()


def test_an_older_version_is_found_by_the_code_on_its_sheet(cast: Cast, version: Version) -> None:
    client, place = signed_in(cast.supervisor), "/desk/jinan/watch/find/"
    with time_machine.travel(NOW, tick=False):
        typed = f" {version.code[:4].lower()} {version.code[4:]}"
        assert client.get(place, {"code": typed})["Location"] == f"{place}?v={version.code}"
        wrong = client.get(place, {"code": "<b>AAAA"})
        assert wrong.status_code == 422
        page = wrong.content.decode()
        assert "没有找到短码“&lt;b&gt;AAAA”" in page and 'value="&lt;b&gt;AAAA"' in page
        assert f'href="?v={version.code}"' in page  # the recent ones are still there to choose from


def test_carriers_that_end_on_the_same_day_are_told_together(cast: Cast, owe: Callable[..., Any]) -> None:
    shown = disclose(cast, owe(22, "2026-02-27"), "2026-03-01")
    board = cast.community.carriers.get(kind=Carrier.Kind.PAPER_BOARD)
    put_up(version=shown, carrier=board, on=noon("2026-03-01").date(), by=cast.clerk, at=noon("2026-03-01"))
    with time_machine.travel(NOW, tick=False):
        page = signed_in(cast.supervisor).get("/desk/jinan/watch/").content.decode()
    ending = page.split('id="ending"')[1].split("</ul>")[0]
    assert ending.count("公示到") == 1
    assert all(f"{carrier.name}" in ending for carrier in cast.community.carriers.all())


def test_a_sample_is_drawn_on_its_page(cast: Cast, version: Version) -> None:
    client = signed_in(cast.supervisor)
    with time_machine.travel(NOW, tick=False):
        assert client.post("/desk/jinan/watch/draw/", {"span": "month", "size": "x"}).status_code == 422
        assert client.post("/desk/jinan/watch/draw/", {"span": "month", "size": "3", "lots": ""}).status_code == 302
        assert "2026年2月1日至2026年2月28日" in client.get("/desk/jinan/watch/draw/").content.decode()


def test_every_item_of_the_seed_has_its_own_review_sheet(cast: Cast) -> None:
    by_element, by_kind = packaged_checklists()
    assert set(by_element) == set(packaged_forms())
    for one in [*by_element.values(), *by_kind.values()]:
        assert one.look and one.ask and len(set(one.look)) == len(one.look)
    client = signed_in(cast.supervisor)
    codes = dict(Item.objects.filter(catalogue__community=cast.community).values_list("number", "code"))
    assert len(codes) == 23
    for item in seed_catalogue().items:
        page = client.get(f"/desk/jinan/watch/sheet/{codes[item.number]}/").content.decode()
        for element in item.elements:
            wanted = by_element[normalised(element)]
            assert all(point in page for point in (*wanted.look, *wanted.ask)), element
    assert checklist_for("没有见过的内容", "person_list") == by_kind["person_list"]
