"""An administrator adjusts a form as fields: no notation to learn, errors beside the field, nothing lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from mingbai.communities.models import Event
from mingbai.data.forms import packaged_forms
from mingbai.disclosures.forms import NotAdjusted, restore_form
from mingbai.disclosures.models import ItemForm
from mingbai.disclosures.queries import forms_of
from mingbai.followups.applying import receive_applications
from mingbai.followups.counting import courses_of
from mingbai.followups.owing import BadEntry
from mingbai.rules.forms import (
    Balance,
    Column,
    Course,
    ElementForm,
    OtherShare,
    PartsWhole,
    SameAsLast,
    Stage,
    form_for,
)
from tests.conftest import Cast, noon

ACCOUNTS = "/desk/jinan/forms/06/1/"
LIST = "/desk/jinan/forms/15/1/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would post if only the main button were pressed."""
    form = page[page.index('<form method="post" class="stack wide"') :]
    form = form[: form.index("</form>")]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        fields.setdefault(name[1], []).append(value[1] if value else "on")
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form):
        fields[name] = text
    return fields


def form_now(cast: Cast, code: str, position: int = 1) -> ElementForm:
    from mingbai.catalogues.models import Item

    return forms_of(cast.community, Item.objects.get(catalogue__community=cast.community, code=code))[position]


def packaged(cast: Cast, code: str, position: int = 1) -> ElementForm:
    from mingbai.catalogues.models import Element

    element = Element.objects.get(item__catalogue__community=cast.community, item__code=code, position=position)
    return form_for(element.text, packaged_forms())


@pytest.mark.parametrize(
    "address", [ACCOUNTS, LIST, *(f"/desk/jinan/forms/{place}/" for place in ("06/2", "12/1", "23/1"))]
)
def test_saving_what_the_page_shows_changes_nothing(cast: Cast, admin: Client, address: str) -> None:
    code, position = address.split("/")[-3], int(address.split("/")[-2])
    before = form_now(cast, code, position)
    page = admin.get(address).content.decode()
    assert "{" not in re.sub(r"<[^>]*>", "", page)
    assert admin.post(address, fields_of(page)).status_code == 302
    assert form_now(cast, code, position) == before
    assert ItemForm.objects.get().form_data == before.to_json()


def test_a_column_is_added_another_renamed_and_one_dropped(cast: Cast, admin: Client) -> None:
    fields = fields_of(admin.get(LIST).content.decode())
    assert [fields[f"label-{n}"][0] for n in range(3)] == ["姓名", "楼栋", "慰问金（元）"]
    fields |= {"label-1": "小区", "aliases-1": "院子 住处，小区名", "drop-2": "on", "label-3": "物品", "open-3": "on"}
    del fields["total"]
    assert admin.post(LIST, fields).status_code == 302
    form = form_now(cast, "15")
    assert form.columns[1:] == (Column("小区", "text", ("院子", "住处", "小区名")), Column("物品", "text"))
    assert form.whitelist == ("姓名", "小区", "物品") and form.kind == "person_list" and not form.total
    assert Event.objects.filter(act="form_adjusted", actor=cast.administrator).count() == 1


def test_more_rows_come_without_saving_or_losing_anything(cast: Cast, admin: Client) -> None:
    fields = fields_of(admin.get(LIST).content.decode()) | {"heading": "打到一半", "label-3": "新的一列"}
    page = admin.post(LIST, fields | {"more": "1"}).content.decode()
    again = fields_of(page)
    assert int(again["rows"][0]) == int(fields["rows"][0]) + 3
    assert again["heading"] == ["打到一半"] and again["label-3"] == ["新的一列"]
    assert not ItemForm.objects.exists()


@pytest.mark.parametrize(
    ("change", "near", "words"),
    [
        ({"heading": " "}, "heading-error", "小标题没有填写"),
        ({"kind": "magic"}, "kind-error", "请选择怎样填写"),
        ({"label-3": "姓名", "open-3": "on"}, "column-error-3", "前面已经有一列叫“姓名”"),
        ({"aliases-3": "电话"}, "column-error-3", "没有填写列名"),
        ({"type-1": "sum"}, "column-error-1", "这一列填什么"),
        ({"open-1": None}, "column-error-1", "“楼栋”没有列为可公开"),
        ({"open-0": None, "open-1": None, "open-2": None}, "column-error-0", "“姓名”没有列为可公开"),
    ],
    ids=["heading", "kind", "same-name", "no-name", "type", "not-public", "none-public"],
)
def test_an_error_stands_beside_its_field_and_nothing_is_lost(
    cast: Cast, admin: Client, change: dict[str, Any], near: str, words: str
) -> None:
    fields = fields_of(admin.get(LIST).content.decode()) | {"ground": "改过的依据"} | change
    fields = {name: value for name, value in fields.items() if value is not None}
    answer = admin.post(LIST, fields)
    page = answer.content.decode()
    assert answer.status_code == 422 and not ItemForm.objects.exists()
    beside = re.search(rf'id="{near}">([^<]*)<', page)
    assert beside is not None and words in beside[1]
    assert f'aria-describedby="{near}"' in page
    kept = fields_of(page)
    assert kept["ground"] == "改过的依据"
    assert all(
        kept[name] == fields[name] for name in fields if name.startswith(("label", "aliases")) and name not in change
    )
    for name, value in change.items():
        if value is not None and not name.startswith(("kind", "type")):
            assert kept[name] == [value]


def test_each_kind_of_check_is_added_and_taken_away(cast: Cast, admin: Client) -> None:
    address = "/desk/jinan/forms/06/3/"
    fields = fields_of(admin.get(address).content.decode())
    fields |= {
        "forget-0": "on",
        "parts": ["收入（元）"],
        "whole": "支出（元）",
        "balance-opening": "上期结转",
        "balance-income": "收入",
        "balance-expense": "支出",
        "balance-closing": "结余",
        "same_as_last-opening": "上期结转",
        "same_as_last-closing": "结余",
        "other_share-label": "杂项",
        "other_share-limit": "12.5%",
    }
    assert admin.post(address, fields).status_code == 302
    assert set(form_now(cast, "06", 3).checks) == {
        Balance("上期结转", "收入", "支出", "结余"),
        SameAsLast("上期结转", "结余"),
        OtherShare("杂项", "0.125"),
        PartsWhole(("收入（元）",), "支出（元）"),
    }
    page = admin.get(address).content.decode()
    assert "以“杂项”开头的各行，合计不超过该列总数的12.5%" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"balance-opening": "期初"}, "这条核对没有填完整"),
        ({"other_share-label": "其他", "other_share-limit": "很多"}, "占比要在0到100%之间"),
        ({"other_share-label": "其他", "other_share-limit": "300"}, "占比要在0到100%之间"),
        ({"whole": "合计"}, "这条核对没有填完整"),
        ({"parts": ["现金", "合计"], "whole": "合计"}, "不能也在相加的各列里"),
        ({"label-1": "现钞"}, "用到的列“现金”已经没有了"),
    ],
)
def test_a_check_that_cannot_hold_is_said_where_it_is(
    cast: Cast, admin: Client, change: dict[str, Any], words: str
) -> None:
    answer = admin.post(ACCOUNTS, fields_of(admin.get(ACCOUNTS).content.decode()) | change)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and not ItemForm.objects.exists()
    details = page[page.index("保存前核对什么") :]
    assert words in details and ("<details open>" in details or "label-1" in change)


def test_the_packaged_form_comes_back(cast: Cast, admin: Client) -> None:
    assert "恢复原来的表单" not in admin.get(LIST).content.decode()
    admin.post(LIST, fields_of(admin.get(LIST).content.decode()) | {"heading": "我们的名单"})
    assert form_now(cast, "15").heading == "我们的名单"
    assert "恢复原来的表单" in admin.get(LIST).content.decode()
    assert admin.post(LIST, {"restore": "1"}).status_code == 302
    assert form_now(cast, "15") == packaged(cast, "15")
    assert Event.objects.filter(act="form_restored", actor=cast.administrator).count() == 1
    assert "用的就是原来的表单" in admin.post(LIST, {"restore": "1"}, follow=True).content.decode()


def test_what_was_never_adjusted_cannot_be_restored(cast: Cast) -> None:
    from mingbai.catalogues.models import Item

    item = Item.objects.get(catalogue__community=cast.community, code="15")
    before = Event.objects.count()
    with pytest.raises(NotAdjusted):
        restore_form(community=cast.community, item=item, element=1, by=cast.administrator, at=noon("2026-03-02"))
    assert Event.objects.count() == before


HOUSING = "公共租赁住房申请"
NOW = noon("2026-03-02")


@pytest.fixture
def applications(cast: Cast) -> str:
    """Where the stages of applications are adjusted."""
    from mingbai.catalogues.models import Element

    found = courses_of(cast.community)
    assert found is not None
    elements = Element.objects.filter(item__catalogue__community=cast.community, item__code=found[0].code)
    (position,) = [one.position for one in elements if form_for(one.text, packaged_forms()).purpose == "application"]
    return f"/desk/jinan/forms/{found[0].code}/{position}/"


def courses(cast: Cast) -> tuple[Course, ...]:
    found = courses_of(cast.community)
    assert found is not None
    return found[1]


def receive(cast: Cast, kind: str, nonce: str) -> Any:
    about = {"community": cast.community, "kind": kind, "count": 1, "on": NOW.date(), "by": cast.clerk, "at": NOW}
    return receive_applications(nonce=nonce, **about)[0]


def test_saving_the_stages_as_they_are_shown_changes_nothing(cast: Cast, admin: Client, applications: str) -> None:
    before = courses(cast)
    assert before[0].kind == HOUSING and len(before[0].stages) > 3
    assert admin.post(applications, fields_of(admin.get(applications).content.decode())).status_code == 302
    assert courses(cast) == before
    assert "申请要经过哪些步骤" not in admin.get(LIST).content.decode()


def test_a_stage_is_renamed_another_left_out_and_a_kind_added(cast: Cast, admin: Client, applications: str) -> None:
    old = receive(cast, HOUSING, "old")
    first = courses(cast)[0]
    spare = len(courses(cast))
    fields = fields_of(admin.get(applications).content.decode())
    fields |= {"stage-0-0": " 收件 ", "published-0-0": "on", "stage-0-1": ""}
    fields |= {f"course-{spare}": "临时救助申请", f"stage-{spare}-0": "受理", f"stage-{spare}-2": "上报"}
    assert admin.post(applications, fields).status_code == 302
    changed, *others = courses(cast)
    assert changed.stages == (Stage("收件", True), *first.stages[2:])
    assert others[-1] == Course("临时救助申请", (Stage("受理"), Stage("上报")))
    assert Event.objects.filter(act="form_adjusted", actor=cast.administrator).count() == 1
    old.refresh_from_db()
    assert old.stages == [stage.name for stage in first.stages], "what came in before goes its old way"
    assert receive(cast, HOUSING, "new").stages[0] == "收件"
    assert receive(cast, "临时救助申请", "other").stages == ["受理", "上报"]


def test_a_kind_is_taken_away_and_the_packaged_ones_come_back(cast: Cast, admin: Client, applications: str) -> None:
    before = courses(cast)
    spare = len(before)
    fields = fields_of(admin.get(applications).content.decode())
    fields |= {"drop-course-0": "on", f"course-{spare}": "甲", f"stage-{spare}-0": "一", f"stage-{spare}-1": "二"}
    assert admin.post(applications, fields).status_code == 302
    assert HOUSING not in {course.kind for course in courses(cast)}
    with pytest.raises(BadEntry, match="种类"):
        receive(cast, HOUSING, "none")
    admin.post(applications, {"restore": "1"})
    assert courses(cast) == before


def test_more_stages_come_without_saving_or_losing_anything(cast: Cast, admin: Client, applications: str) -> None:
    fields = fields_of(admin.get(applications).content.decode()) | {"stage-0-0": "打到一半"}
    again = fields_of(admin.post(applications, fields | {"more": "1"}).content.decode())
    assert int(again["stages-0"][0]) == int(fields["stages-0"][0]) + 3 and again["stage-0-0"] == ["打到一半"]
    assert int(again["courses"][0]) == int(fields["courses"][0]) + 1 and not ItemForm.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"course-0": ""}, "第1类申请的名称没有写清楚"),
        ({"stage-0-1": "受理"}, "名称不能重复"),
        ({"course-4": "只有一步", "stage-4-0": "一"}, "至少要有两个步骤"),
        ({"course-4": HOUSING, "stage-4-0": "一", "stage-4-1": "二"}, f"前面已经有一类申请叫“{HOUSING}”"),
        ({"stage-0-0": "长" * 41}, "请缩短到40字以内"),
        ({f"drop-course-{n}": "on" for n in range(4)}, "请至少写明一类申请"),
    ],
    ids=["no-name", "twice", "one-stage", "same-kind", "too-long", "none-left"],
)
def test_a_course_that_cannot_be_is_said_where_it_is_and_nothing_is_lost(
    cast: Cast, admin: Client, applications: str, change: dict[str, str], words: str
) -> None:
    fields = fields_of(admin.get(applications).content.decode()) | change
    assert int(fields["courses"][0]) == 5, "four kinds and a spare one"
    answer = admin.post(applications, fields)
    page = answer.content.decode()
    section = page[page.index('<h2 id="courses"') : page.index('<h2 id="columns"')]
    assert answer.status_code == 422 and words in section and not ItemForm.objects.exists()
    kept = fields_of(page)
    assert all(kept[name] == [value] for name, value in change.items())
