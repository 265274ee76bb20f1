"""After publishing: corrections, displays that can't be cut short, withdrawals by two, and what everyone then sees."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import (
    NotPostable,
    confirm_withdrawal,
    publish,
    put_up,
    review,
    take_down,
)
from mingbai.carriers.queries import sheets_to_put_up, sheets_to_take_down, situation_of
from mingbai.catalogues.models import Carrier
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.drafts import NotDraftable, mask_draft, record_impact, save_draft, start_draft, submit_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import content_hash
from mingbai.disclosures.reviews import NotReviewable, propose_withdrawal
from mingbai.jobs.tick import tick
from mingbai.rules.state import State
from tests.conftest import Cast, names_list, noon, paragraphs


def published(cast: Cast, owe: Any, number: int = 22, content: Any = None, on: str = "2026-03-02") -> Version:
    obligation = owe(number, on)
    return publish(
        obligation=obligation,
        content=content or paragraphs(1),
        dated_on=date.fromisoformat(on),
        by=cast.clerk,
        at=noon(on),
    )


def board(version: Version) -> Carrier:
    return version.disclosure.obligation.occurrence.item.carriers.get(kind="paper_board")


def corrected(cast: Cast, version: Version, on: str, *, material: bool, kind: str = "correction") -> Version:
    draft = start_draft(
        obligation=version.disclosure.obligation,
        by=cast.clerk,
        at=noon(on),
        corrects=version,
        kind=kind,
        reason="数字写错",
        material=material,
    )
    block = {**draft.content_data["blocks"][0], "paragraphs": ["改正后的一段。"]}
    draft = save_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=noon(on), element=1, block=block)
    submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=noon(on))
    last = None
    for person in (cast.member, cast.supervisor, cast.director):
        last = review(draft=draft, approved=True, seen=content_hash(draft), by=person, at=noon(on))
    assert last is not None
    return last


@pytest.mark.parametrize("material", [True, False])
def test_a_material_correction_restarts_the_display_and_a_small_one_does_not(
    cast: Cast, owe: Any, material: bool
) -> None:
    first = published(cast, owe)
    put_up(version=first, carrier=board(first), on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02"))
    second = corrected(cast, first, "2026-03-06", material=material)
    assert (second.kind, second.reason, second.number) == ("correction", "数字写错", 2)
    until = second.postings.get().until_on
    assert until == (date(2026, 3, 21) if material else date(2026, 3, 17))
    assert (second, board(first)) in sheets_to_put_up(cast.community)
    hung = put_up(version=second, carrier=board(first), on=date(2026, 3, 7), by=cast.clerk, at=noon("2026-03-07"))
    assert hung.until_on == (date(2026, 3, 22) if material else date(2026, 3, 17))


def test_the_old_version_stays_readable_with_a_banner_and_the_new_one_says_what_changed(
    cast: Cast, owe: Any, client: Client
) -> None:
    first = published(cast, owe)
    second = corrected(cast, first, "2026-03-06", material=True)
    old = client.get(f"/c/jinan/v/{first.code}/").content.decode()
    assert "已被新版替换" in old and "正文一段。" in old and second.code in old
    new = client.get(f"/c/jinan/v/{second.code}/").content.decode()
    assert "更正：" in new and "数字写错" in new
    assert "<ins>改正后的一段。</ins>" in new and "<del>正文一段。</del>" in new


def test_a_correction_needs_a_reason_and_the_current_version(cast: Cast, owe: Any) -> None:
    first = published(cast, owe)
    obligation = first.disclosure.obligation
    start = {"obligation": obligation, "by": cast.clerk, "at": noon("2026-03-06")}
    with pytest.raises(NotDraftable, match="理由"):
        start_draft(**start, corrects=first, kind="correction", reason=" ")
    with pytest.raises(NotDraftable, match="已经公开过"):
        start_draft(**start)
    corrected(cast, first, "2026-03-06", material=True)
    with pytest.raises(NotDraftable, match="新版替换"):
        start_draft(**start, corrects=first, kind="correction", reason="再改")
    assert Draft.objects.filter(version=None).count() == 0


def test_a_display_cannot_be_cut_short_but_a_lost_sheet_is_a_fact(cast: Cast, owe: Any) -> None:
    version = published(cast, owe)
    posting = put_up(version=version, carrier=board(version), on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02"))
    with pytest.raises(NotPostable, match="不能提前撤下"):
        take_down(posting=posting, on=date(2026, 3, 5), by=cast.clerk, at=noon("2026-03-05"))
    take_down(posting=posting, on=date(2026, 3, 5), by=cast.clerk, at=noon("2026-03-05"), lost=True)
    assert (version, board(version)) in sheets_to_put_up(cast.community)
    again = put_up(version=version, carrier=board(version), on=date(2026, 3, 6), by=cast.clerk, at=noon("2026-03-06"))
    assert again.until_on == date(2026, 3, 21)
    assert sheets_to_take_down(cast.community, date(2026, 3, 21)) == []
    assert sheets_to_take_down(cast.community, date(2026, 3, 22)) == [again]
    take_down(posting=again, on=date(2026, 3, 22), by=cast.clerk, at=noon("2026-03-22"))
    assert sheets_to_take_down(cast.community, date(2026, 4, 1)) == []


def attached() -> tuple[dict[str, Any], Upload]:
    upload = Upload("名单.txt", "text/plain", "张三".encode())
    files = [{"name": upload.name, "sha256": upload.sha256, "size": len(upload.data)}]
    block = {"element": 1, "heading": "附件", "kind": "attachment", "files": files}
    return {"title": "带附件的公开", "blocks": [block]}, upload


def test_two_people_take_personal_data_down_at_once_from_every_door(cast: Cast, owe: Any, client: Client) -> None:
    content, upload = attached()
    obligation = owe(22, "2026-03-02")
    version = publish(
        obligation=obligation,
        content=content,
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon("2026-03-02"),
        files=[upload],
    )
    put_up(version=version, carrier=board(version), on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02"))
    file = f"/c/jinan/v/{version.code}/files/{upload.name}"
    assert client.get(file).status_code == 200
    proposed = propose_withdrawal(
        version=version, kind="personal_data", reason="附件里有姓名", by=cast.clerk, at=noon("2026-03-04")
    )
    assert client.get(file).status_code == 200
    with pytest.raises(NotReviewable, match="两个人"):
        confirm_withdrawal(withdrawal=proposed, by=cast.clerk, at=noon("2026-03-04"))
    confirm_withdrawal(withdrawal=proposed, by=cast.supervisor, at=noon("2026-03-04"))
    assert client.get(file).status_code == 404
    page = client.get(f"/c/jinan/v/{version.code}/").content.decode()
    assert "已撤下" in page and "附件里有姓名" in page and upload.name not in page
    assert upload.name not in client.get(f"/api/v1/communities/jinan/versions/{version.code}").content.decode()
    assert "已撤下" in client.get(f"/s/{version.code}/").content.decode()
    version.refresh_from_db()
    assert not version.attachments.exists() and version.nonce == "" and upload.name not in str(version.content_data)
    (standing,) = (s for s in situation_of(cast.community, date(2026, 4, 30)).standings if s.pk == obligation.pk)
    assert standing.state is State.OVERDUE
    with pytest.raises(NotReviewable):
        confirm_withdrawal(withdrawal=proposed, by=cast.director, at=noon("2026-03-05"))
    again = start_draft(
        obligation=obligation,
        by=cast.clerk,
        at=noon("2026-03-05"),
        corrects=version,
        kind="correction",
        reason="重新公开",
    )
    assert again.content_data["blocks"] == []


@pytest.mark.parametrize(("kind", "reason"), [("", "x"), ("because", "x"), ("legal_order", " ")])
def test_a_withdrawal_names_its_ground(cast: Cast, owe: Any, kind: str, reason: str) -> None:
    version = published(cast, owe)
    with pytest.raises(NotReviewable):
        propose_withdrawal(version=version, kind=kind, reason=reason, by=cast.clerk, at=noon("2026-03-04"))


def test_a_list_with_a_planted_number_is_stopped_and_then_published_masked(
    cast: Cast, owe: Any, client: Client
) -> None:
    """张三 and an identity number in, 张* and no number out; the impact record first."""
    obligation = owe(15, "2026-03-02")
    at = noon("2026-03-02")
    draft = start_draft(obligation=obligation, by=cast.clerk, at=at)
    block = names_list()["blocks"][0]
    planted = {**block, "rows": [["张三", "3号楼", "300.00"], ["李四", "5号楼 11010519491231002X", "200.00"]]}
    columns = [
        {"label": label, "type": kind}
        for label, kind in (("姓名", "name"), ("楼栋", "text"), ("慰问金（元）", "money"))
    ]
    planted["columns"] = columns
    draft = save_draft(
        draft=draft,
        revision=1,
        by=cast.clerk,
        at=at,
        element=1,
        block=planted,
        title="慰问名单",
        dated_on=date(2026, 3, 2),
    )
    from mingbai.disclosures.checks import as_published, check
    from mingbai.disclosures.drafts import NotReady

    assert [one.kind for one in check(draft).blocked] == ["id_number"]
    with pytest.raises(NotReady):
        submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=at)
    draft = mask_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=at)
    assert draft.content_data["blocks"][0]["rows"] == [["张*", "3号楼", "300.00"], ["李*", "5号楼 ******", "200.00"]]
    assert check(draft).needs_impact
    record_impact(draft=draft, ground="a", necessity="b", risk="c", measures="d", by=cast.clerk, at=at)
    draft = Draft.objects.get(pk=draft.pk)
    assert draft.impact.keep_until == date(2029, 3, 2)
    assert "张三" not in str(as_published(draft)) and "张*" in str(as_published(draft))
    submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=at)
    for person in (cast.member, cast.supervisor, cast.director):
        version = review(draft=draft, approved=True, seen=content_hash(draft), by=person, at=at)
    assert version is not None
    page = client.get(f"/c/jinan/v/{version.code}/").content.decode()
    assert "张三" not in page and "11010519491231002X" not in page
    assert "张三" not in str(Version.objects.get().content_data)
    assert "张三" not in str(Draft.objects.get().content_data)
    tick(noon("2026-05-01"))
    assert "张*" not in str(Draft.objects.get().content_data) + str(Version.objects.get().content_data)
    with time_machine.travel(noon("2026-05-01"), tick=False):
        desk = Client()
        desk.force_login(cast.supervisor, backend="django.contrib.auth.backends.ModelBackend")
        review_page = desk.get(f"/desk/jinan/drafts/{draft.pk}/review/").content.decode()
        assert "共 <b>2</b> 人" in review_page and "张*" not in review_page
        for rest in ("preview/", "sheet.pdf", "e/1/"):
            assert desk.get(f"/desk/jinan/drafts/{draft.pk}/{rest}").status_code == 404
