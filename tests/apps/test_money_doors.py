"""Who may have a table as a file or see what a version changed; what home tells of things that aren't public."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from mingbai.carriers.actions import confirm_withdrawal, publish
from mingbai.catalogues.models import Item
from mingbai.disclosures.models import ItemForm, Version, Withdrawal
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.obligations.models import Obligation
from tests.apps.test_money_pages import address, section
from tests.conftest import Cast, names_list, noon, paragraphs


def listed(owe: Callable[..., Obligation]) -> Version:
    return publish(
        obligation=owe(15, "2026-02-10"),
        content=names_list(),
        dated_on=date(2026, 2, 11),
        by=None,
        at=noon("2026-02-11"),
    )


def test_a_list_is_a_file_only_while_it_is_on_show(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    version = listed(owe)
    last = version.postings.get().until_on
    assert last is not None
    for day, status in (("2026-02-12", 200), (last.isoformat(), 200), ("2026-12-01", 404)):
        with time_machine.travel(noon(day), tick=False):
            page = client.get(address(version)).content.decode()
            assert ("tables/1.csv" in page) == (status == 200)
            for kind in ("csv", "xlsx"):
                answer = client.get(address(version, f"tables/1.{kind}"))
                assert answer.status_code == status
                assert kind == "xlsx" or ("张*" in answer.content.decode()) == (status == 200)


def test_what_is_not_yours_has_no_files(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    version = listed(owe)
    rest = ("tables/1.csv", "tables/1.xlsx", "changes/")
    with time_machine.travel(noon("2026-02-12"), tick=False):
        for path in (*rest, "tables/2.csv", "tables/1.ods", "tables/1.pdf"):
            assert client.get(f"/c/neighbour/v/{version.code}/{path}").status_code == 404
        for path in ("tables/2.csv", "tables/1.ods", "changes/"):
            assert client.get(address(version, path)).status_code == 404
        assert client.get(address(version, "tables/1.csv")).status_code == 200
        Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
        for path in rest:
            assert client.get(address(version, path)).status_code == 404
    assert client.get("/c/nowhere/words/").status_code == 404


def test_a_comparison_names_nobody_who_has_left_the_page(
    cast: Cast, owe: Callable[..., Obligation], client: Client
) -> None:
    first = listed(owe)
    content = names_list()
    content["blocks"][0]["rows"][1] = ["赵*", "5号楼", "200.00"]
    second = publish(
        obligation=first.disclosure.obligation,
        content=content,
        dated_on=date(2026, 2, 13),
        by=None,
        at=noon("2026-02-13"),
    )
    for day in ("2026-02-13", "2026-12-01"):
        with time_machine.travel(noon(day), tick=False):
            page = client.get(address(second)).content.decode()
            assert f"/v/{second.code}/changes/" in page and ("赵*" in page) == (day == "2026-02-13")
            told = client.get(address(second, "changes/")).content.decode()
        assert "李*" not in told and "赵*" not in told
        assert "名单里的人名已经隐去，不作比较" in told and "文字没有变化" in told


def test_what_a_new_version_changed_is_told_line_by_line(
    cast: Cast, owe: Callable[..., Obligation], client: Client
) -> None:
    obligation = owe(22, "2026-09-01")
    for day, text in ((2, "修三张椅子。"), (4, "修四张椅子。")):
        content = paragraphs(1)
        content["blocks"][0]["paragraphs"] = ["开头不变。", text]
        on = date(2026, 9, day)
        version = publish(obligation=obligation, content=content, dated_on=on, by=None, at=noon(on))
    with time_machine.travel(noon("2026-09-05"), tick=False):
        told = client.get(address(version, "changes/")).content.decode()
    assert "<del>修三张椅子。</del>" in told and "<ins>修四张椅子。</ins>" in told
    assert "不作比较" not in told


def assets(*rows: list[str]) -> dict[str, Any]:
    columns = [{"label": "资产", "type": "text"}, {"label": "账面价值（元）", "type": "money"}]
    total = ["合计", str(sum(Decimal(row[1]) for row in rows))]
    block = {"element": 2, "heading": "固定资产", "kind": "table", "columns": columns, "rows": [*rows], "total": total}
    return {"title": "资产", "blocks": [*paragraphs(1, 3, 4)["blocks"], block]}


def test_a_period_that_was_taken_down_is_not_told_in_another(
    cast: Cast, owe: Callable[..., Obligation], client: Client
) -> None:
    content = (assets(["凉亭", "90.00"]), assets(["水泵", "30.00"]))
    first, second = (
        publish(obligation=owe(9, f"2026-09-0{day}"), content=said, dated_on=on, by=cast.clerk, at=noon(on))
        for day, said in enumerate(content, 1)
        if (on := date(2026, 9, day))
    )
    with time_machine.travel(noon("2026-09-05"), tick=False):
        told = client.get(address(second)).content.decode()
        assert "比上次（2026年9月1日）少 60.00 元（下降 66.7%）" in told and "“凉亭”（不再有 90.00 元）" in told
        kind = Withdrawal.Kind.PERSONAL_DATA
        withdrawal = propose_withdrawal(
            version=first, kind=kind, reason="含有不该公开的内容", by=cast.clerk, at=noon("2026-09-04")
        )
        confirm_withdrawal(withdrawal=withdrawal, by=cast.director, at=noon("2026-09-05"))
        told = client.get(address(second)).content.decode()
    assert "账面价值合计 30.00 元。" in told and "凉亭" not in told


def test_what_asks_residents_is_decided_by_the_form(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    version = publish(
        obligation=owe(22, "2026-09-01"),
        content=paragraphs(1, title="大家来商量"),
        dated_on=date(2026, 9, 1),
        by=None,
        at=noon("2026-09-01"),
    )
    with time_machine.travel(noon("2026-09-02"), tick=False):
        assert version.title not in section(client.get("/c/jinan/").content.decode(), "consultations")
        form = {"kind": "paragraphs", "heading": "商量", "purpose": "consultation"}
        ItemForm.objects.create(community=cast.community, item_code="22", element=1, form_data=form)
        assert version.title in section(client.get("/c/jinan/").content.decode(), "consultations")


def test_what_is_not_public_stands_nowhere(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    obligation = owe(12, "2026-09-01")
    content = {
        "title": "内部会议通知",
        "blocks": [
            {
                "element": 1,
                "kind": "meeting",
                "heading": "会议",
                "name": "内部会议",
                "time": "2026年9月9日9:00",
                "place": "会议室",
                "attendees": "委员",
                "chair": "主任",
                "topics": ["一件事"],
            }
        ],
    }
    publish(obligation=obligation, content=content, dated_on=date(2026, 9, 1), by=None, at=noon("2026-09-01"))
    with time_machine.travel(noon("2026-09-02"), tick=False):
        assert "内部会议" in section(client.get("/c/jinan/").content.decode(), "meetings")
        Item.objects.filter(pk=obligation.occurrence.item_id).update(is_public=False)
        assert "内部会议" not in client.get("/c/jinan/").content.decode()


def test_an_empty_community_has_a_home_too(cast: Cast, client: Client) -> None:
    page = client.get("/c/neighbour/").content.decode()
    for words in ("还没有发布过内容", "还没有公开过账目", "现在没有正在公示的内容", "<b>0</b> 项逾期"):
        assert words in page


def test_a_formula_in_a_workbook_is_text(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    content = names_list()
    content["blocks"][0].update(kind="table", caption="=2+2")
    content["blocks"][0]["rows"] = [["=HYPERLINK(1)", "＝1", "300.00"], ["http://x.example", "@a", "200.00"]]
    version = publish(
        obligation=owe(15, "2026-02-10"), content=content, dated_on=date(2026, 2, 11), by=None, at=noon("2026-02-11")
    )
    with time_machine.travel(noon("2026-02-12"), tick=False):
        made = client.get(address(version, "tables/1.xlsx")).content
    lines = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert lines[-3][:2] == ["=HYPERLINK(1)", "＝1"] and lines[-2][0] == "http://x.example"
