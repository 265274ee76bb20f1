"""From «something happened» to public, over HTTP: the clerk's quarter accounts with three signatures."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingbai.communities.models import Event
from mingbai.disclosures.models import Draft, Version
from mingbai.obligations.actions import make_occurrences
from mingbai.obligations.models import Obligation
from tests.conftest import Cast, noon
from tests.privacy import corpus

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = noon("2026-07-06")


@pytest.fixture
def at_desk(cast: Cast) -> Any:
    """A signed-in client for a person of the cast."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend=BACKEND)
        return client

    with time_machine.travel(NOW, tick=False):
        yield sign_in


def excel(*rows: list[Any]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet("收支")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("收支.xlsx", out.getvalue())


@pytest.fixture
def draft(cast: Cast, at_desk: Any) -> Draft:
    """A draft of the second quarter's accounts, started by the clerk."""
    make_occurrences(community=cast.community, through=date(2026, 7, 1), at=NOW)
    owed = Obligation.objects.get(
        occurrence__item__number=6, occurrence__kind="period", occurrence__on=date(2026, 6, 30)
    )
    response = at_desk("clerk").post(f"/desk/jinan/owed/{owed.pk}/start/")
    assert response.status_code == 302
    return Draft.objects.get()


def fresh(draft: Draft) -> Draft:
    return Draft.objects.get(pk=draft.pk)


def address(draft: Draft, rest: str = "") -> str:
    return f"/desk/jinan/drafts/{draft.pk}/{rest}"


def bring(client: Client, draft: Draft, element: int, *rows: list[Any]) -> Any:
    return client.post(
        address(draft, f"e/{element}/import/"), {"revision": fresh(draft).revision, "file": excel(*rows)}
    )


def write(client: Client, draft: Draft, element: int, **fields: Any) -> Any:
    return client.post(address(draft, f"e/{element}/"), {"revision": fresh(draft).revision, **fields})


def fill_accounts(clerk: Client, draft: Draft, closing: float = 1500.5) -> None:
    assert (
        bring(
            clerk,
            draft,
            1,
            ["金安社区二季度"],
            ["项目", "现金", "银行存款", "合计"],
            ["期初结存", 100, 900, 1000],
            ["本期收入", 0, 700.5, 700.5],
            ["本期支出", 0, 200, 200],
            ["期末结存", 100, closing - 100, closing],
        ).status_code
        == 302
    )
    for element in (2, 3, 4):
        assert (
            write(
                clerk,
                draft,
                element,
                kind="nothing",
                heading=f"第{element}项",
                statement="none_this_period",
                reason="无变化",
            ).status_code
            == 302
        )
    saved = {"revision": fresh(draft).revision, "title": "2026年第二季度财务收支情况", "dated_on": "2026-07-05"}
    assert clerk.post(address(draft), saved).status_code == 302


def submit(clerk: Client, draft: Draft) -> Any:
    return clerk.post(address(draft, "submit/"), {"revision": fresh(draft).revision})


def seen_by(client: Client, draft: Draft) -> str:
    page = client.get(address(draft, "review/")).content.decode()
    return page.split('name="seen" value="')[1].split('"')[0]


def sign(client: Client, draft: Draft) -> Any:
    return client.post(address(draft, "review/"), {"seen": seen_by(client, draft), "approve": "1"})


def test_an_excel_sheet_becomes_public_after_every_signature(at_desk: Any, draft: Draft) -> None:
    clerk = at_desk("clerk")
    fill_accounts(clerk, draft)
    block = fresh(draft).content_data["blocks"][0]
    assert block["rows"][3] == ["期末结存", "100.00", "1400.50", "1500.50"]
    assert submit(clerk, draft).status_code == 302
    for person in ("member", "supervisor"):
        assert "财务收支情况" in at_desk(person).get("/desk/jinan/").content.decode()
        assert sign(at_desk(person), draft).status_code == 302
        assert not Version.objects.exists()
    assert sign(at_desk("director"), draft).status_code == 302
    version = Version.objects.get()
    assert (version.title, version.number) == ("2026年第二季度财务收支情况", 1)
    page = Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    assert "1,500.50" in page and "现行有效" not in page
    todo = clerk.get("/desk/jinan/").content.decode()
    assert "打印并登记" in todo
    acts = set(Event.objects.values_list("act", flat=True))
    assert {"draft_started", "draft_submitted", "draft_approved", "version_published", "posted"} <= acts


def test_a_wrong_sum_is_shown_at_its_cell_and_needs_a_public_reason(at_desk: Any, draft: Draft) -> None:
    clerk = at_desk("clerk")
    fill_accounts(clerk, draft, closing=1510.5)
    page = clerk.get(address(draft)).content.decode()
    assert "应为 1,400.50，填的是 1,410.50" in page
    refused = submit(clerk, draft)
    assert refused.status_code == 422 and not fresh(draft).submitted_hash
    keys = [part.split('"')[0] for part in page.split('name="reason-')[1:]]
    reasons = {f"reason-{key}": "银行利息7月入账" for key in keys}
    saved = {"revision": fresh(draft).revision, "title": "财务", "dated_on": "2026-07-05", **reasons}
    clerk.post(address(draft), saved)
    assert submit(clerk, draft).status_code == 302
    for person in ("member", "supervisor", "director"):
        sign(at_desk(person), draft)
    public = Client().get(f"/c/jinan/v/{Version.objects.get().code}/").content.decode()
    assert "银行利息7月入账" in public and "填的是 1,410.50" in public


def test_any_edit_voids_the_signatures(at_desk: Any, draft: Draft) -> None:
    clerk = at_desk("clerk")
    fill_accounts(clerk, draft)
    submit(clerk, draft)
    sign(at_desk("member"), draft)
    old = seen_by(at_desk("supervisor"), draft)
    write(clerk, draft, 4, kind="nothing", heading="第4项", statement="not_applicable", reason="改了")
    late = at_desk("supervisor").post(address(draft, "review/"), {"seen": old, "approve": "1"})
    assert late.status_code == 409
    submit(clerk, draft)
    stale = at_desk("member").post(address(draft, "review/"), {"seen": old, "approve": "1"})
    assert stale.status_code == 409 and "有改动" in stale.content.decode()
    assert sign(at_desk("member"), draft).status_code == 302


def test_a_return_names_the_element_and_its_reason(at_desk: Any, draft: Draft) -> None:
    clerk = at_desk("clerk")
    fill_accounts(clerk, draft)
    submit(clerk, draft)
    member = at_desk("member")
    blank = member.post(address(draft, "review/"), {"seen": seen_by(member, draft), "return": "1"})
    assert blank.status_code == 409 and "理由" in blank.content.decode()
    member.post(address(draft, "review/"), {"seen": seen_by(member, draft), "return": "1", "reason-3": "请列出每一笔"})
    page = clerk.get(address(draft)).content.decode()
    assert "退回：请列出每一笔" in page
    assert "被退回" in clerk.get("/desk/jinan/").content.decode()


def test_nobody_reviews_what_they_wrote_or_signs_twice(at_desk: Any, draft: Draft) -> None:
    clerk, member = at_desk("clerk"), at_desk("member")
    fill_accounts(clerk, draft)
    write(member, draft, 4, kind="nothing", heading="第4项", statement="none_this_period", reason="补一句")
    submit(clerk, draft)
    assert "参与了这份内容的编写" in member.get(address(draft, "review/")).content.decode()
    assert sign_anyway(member, draft).status_code == 409
    assert sign_anyway(at_desk("director"), draft).status_code == 409  # not the director's step yet
    assert not fresh(draft).reviews.exists()


def sign_anyway(client: Client, draft: Draft) -> Any:
    from mingbai.disclosures.queries import content_hash

    return client.post(address(draft, "review/"), {"seen": content_hash(fresh(draft)), "approve": "1"})


def test_two_tabs_conflict_and_nothing_is_overwritten(at_desk: Any, draft: Draft) -> None:
    clerk, member = at_desk("clerk"), at_desk("member")
    first = fresh(draft).revision
    fields = {"kind": "paragraphs", "heading": "经费", "text": "第一个人写的"}
    assert clerk.post(address(draft, "e/1/"), {"revision": first, **fields}).status_code == 302
    answer = member.post(address(draft, "e/1/"), {"revision": first, **fields, "text": "第二个人写的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "第一个人写的" in page and "第二个人写的" in page and "别人已经保存的内容" in page
    assert fresh(draft).content_data["blocks"][0]["paragraphs"] == ["第一个人写的"]
    auto = member.post(address(draft, "e/1/"), {"revision": first, **fields}, headers={"X-Autosave": "1"})
    assert auto.status_code == 409
    saved = member.post(
        address(draft, "e/1/"), {"revision": fresh(draft).revision, **fields}, headers={"X-Autosave": "1"}
    )
    assert saved.status_code == 204 and saved["X-Revision"] == str(fresh(draft).revision)


def test_an_18_digit_number_typed_as_a_number_is_refused_naming_the_cell(at_desk: Any, draft: Draft) -> None:
    before = fresh(draft).content_data
    answer = bring(
        at_desk("clerk"),
        draft,
        3,
        ["日期", "摘要", "账户", "收入", "支出"],
        ["2026-04-01", 370102199001011234, "银行", 1, ""],
    )
    assert answer.status_code == 422
    assert "收支 的 B2" in answer.content.decode() and "文本" in answer.content.decode()
    assert fresh(draft).content_data == before


def test_columns_with_other_names_are_asked_for_once_and_remembered(at_desk: Any, draft: Draft) -> None:
    clerk = at_desk("clerk")
    sheet = (["日子", "摘要", "账户", "收入", "支出"], ["2026-04-01", "拨款", "银行", 10, ""])
    asked = bring(clerk, draft, 3, *sheet)
    page = asked.content.decode()
    assert asked.status_code == 200 and "哪一列是哪一列" in page
    pasted = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    chosen = {"col-0": "0", "col-1": "1", "col-2": "2", "col-3": "3", "col-4": "4"}
    applied = clerk.post(
        address(draft, "e/3/import/"), {"revision": fresh(draft).revision, "apply": "1", "pasted": pasted, **chosen}
    )
    assert applied.status_code == 302
    assert fresh(draft).content_data["blocks"][0]["rows"] == [["2026-04-01", "拨款", "银行", "10.00", ""]]
    assert bring(clerk, draft, 3, *sheet).status_code == 302


def test_the_director_may_publish_in_an_emergency_and_says_why_in_public(at_desk: Any, draft: Draft) -> None:
    fill_accounts(at_desk("clerk"), draft)
    director = at_desk("director")
    assert director.post(address(draft, "emergency/"), {"reason": " "}).status_code == 422
    assert at_desk("member").post(address(draft, "emergency/"), {"reason": "急"}).status_code == 404
    assert director.post(address(draft, "emergency/"), {"reason": "台风停水通知"}).status_code == 302
    version = Version.objects.get()
    assert "台风停水通知" in Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    assert "已紧急发布" in at_desk("member").get("/desk/jinan/").content.decode()
    for person in ("member", "supervisor", "director"):
        assert sign(at_desk(person), draft).status_code == 302
    assert Version.objects.count() == 1
    assert "审核已补办" in director.get(f"/desk/jinan/versions/{version.code}/").content.decode()


def test_two_people_serve_a_tiny_community_with_two_signatures(cast: Cast, at_desk: Any, draft: Draft) -> None:
    from mingbai.communities.actions import set_policy
    from mingbai.rules.profiles import Policy

    set_policy(community=cast.community, policy=Policy(light_review=True), by=cast.administrator, at=NOW)
    fill_accounts(at_desk("clerk"), draft)
    submit(at_desk("clerk"), draft)
    sign(at_desk("supervisor"), draft)
    sign(at_desk("director"), draft)
    assert Version.objects.count() == 1


def attach(client: Client, draft: Draft, name: str, data: bytes) -> Any:
    file = SimpleUploadedFile(name, data)
    return write(client, draft, 3, kind="attachment", heading="明细", file=file)


def test_an_attachment_is_looked_through_and_what_it_says_asks_for_a_reason(at_desk: Any, draft: Draft) -> None:
    clerk = at_desk("clerk")
    fill_accounts(clerk, draft)
    stopped = attach(clerk, draft, "名单.csv", f"姓名,证件\n张三,{corpus.ID}\n".encode())
    assert stopped.status_code == 422 and "不能公开" in stopped.content.decode()
    assert not fresh(draft).files.exists()
    assert attach(clerk, draft, "说明.txt", f"咨询请打{corpus.MOBILE}".encode()).status_code == 302
    page = clerk.get(address(draft)).content.decode()
    assert "像是手机号码" in page and corpus.MOBILE not in page
    assert submit(clerk, draft).status_code == 422
    keys = [part.split('"')[0] for part in page.split('name="reason-')[1:]]
    reasons = {f"reason-{key}": "社区公开的值班手机" for key in keys}
    saved = {"revision": fresh(draft).revision, "title": "财务", "dated_on": "2026-07-05", **reasons}
    clerk.post(address(draft), saved)
    assert submit(clerk, draft).status_code == 302
    for person in ("member", "supervisor", "director"):
        sign(at_desk(person), draft)
    version = Version.objects.get()
    assert Client().get(f"/c/jinan/v/{version.code}/files/说明.txt").status_code == 200
