"""One page for everything that was silent; and what is postponed is said, but not done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.queries import situation_of
from mingbai.disclosures.absence import absence_content
from mingbai.disclosures.drafts import save_draft, start_draft, submit_draft
from mingbai.disclosures.models import Draft, Review, Version
from mingbai.obligations.actions import make_occurrences
from mingbai.rules.state import State
from tests.conftest import Cast, noon, paragraphs

NOW = noon("2026-04-02")


@pytest.fixture
def clerk(cast: Cast) -> Any:
    make_occurrences(community=cast.community, through=date(2026, 4, 1), at=NOW)
    client = Client()
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(NOW, tick=False):
        yield client


def silent(cast: Cast) -> list[int]:
    return [
        standing.pk
        for standing in situation_of(cast.community, date(2026, 4, 2)).standings
        if "没有记录到事项" in standing.what and standing.is_open
    ]


def at_desk(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting_fields(client: Client) -> dict[str, Any]:
    """What the page of the reviewer would post with everything ticked."""
    rows = client.get("/desk/jinan/absence/review/").context["rows"]
    return {"draft": [draft.pk for draft, *_ in rows], **{f"seen-{draft.pk}": seen for draft, _, seen in rows}}


def sign_all(cast: Cast) -> None:
    for who in (cast.member, cast.supervisor, cast.director):
        client = at_desk(who)
        answer = client.post("/desk/jinan/absence/review/", {**waiting_fields(client), "approve": "1"})
        assert answer.status_code == 302


def test_one_act_states_it_for_all_silent_items_and_three_sign_it_on_one_page(cast: Cast, clerk: Client) -> None:
    owed = silent(cast)
    assert len(owed) == 17
    page = clerk.get("/desk/jinan/absence/").content.decode()
    assert page.count('name="owed"') >= 17
    fields = {"statement": "none_this_period", "reason": "本季度没有需要公开的情况", "owed": owed}
    assert clerk.post("/desk/jinan/absence/", fields).status_code == 302
    assert not Version.objects.exists() and Draft.objects.count() == 17
    assert "本期无、暂缓公开 17 项" in clerk.get("/desk/jinan/").content.decode()
    assert "本期无、暂缓公开 17 项" in at_desk(cast.member).get("/desk/jinan/").content.decode()
    assert "本期无、暂缓公开" not in at_desk(cast.director).get("/desk/jinan/").content.decode()
    sign_all(cast)
    assert Version.objects.count() == 17
    public = Client().get("/c/jinan/").content.decode()
    assert "本期无" in public


def test_what_is_postponed_stays_owed(cast: Cast, owe: Any, clerk: Client) -> None:
    obligation = owe(22, "2026-03-30")
    fields = {"statement": "postponed", "reason": "审计还没有结束", "owed": [obligation.pk]}
    missing = clerk.post("/desk/jinan/absence/", fields)
    assert missing.status_code == 422 and "哪一天" in missing.content.decode()
    for wrong in ("2026-04-02", "很快"):
        answer = clerk.post("/desk/jinan/absence/", {**fields, "until": wrong})
        assert answer.status_code == 422 and "哪一天" in answer.content.decode() and not Draft.objects.exists()
    assert clerk.post("/desk/jinan/absence/", {**fields, "until": "2026-04-30"}).status_code == 302
    sign_all(cast)
    version = Version.objects.get()
    assert version.kind == "postponement" and "改在2026年4月30日公开" in version.reason
    assert "暂缓公开" in Client().get(f"/c/jinan/v/{version.code}/").content.decode()
    standing = situation_of(cast.community, date(2026, 5, 30)).standing(obligation.pk)
    assert standing is not None and standing.state is State.OVERDUE
    assert "去准备" in clerk.get("/desk/jinan/").content.decode()
    draft = start_draft(obligation=obligation, by=cast.clerk, at=NOW)
    assert draft.is_open


def test_what_happened_cannot_be_called_nothing(cast: Cast, owe: Any, clerk: Client) -> None:
    obligation = owe(22, "2026-03-30")
    fields = {"statement": "none_this_period", "reason": "没有", "owed": [obligation.pk]}
    answer = clerk.post("/desk/jinan/absence/", fields)
    assert answer.status_code == 422 and not Version.objects.exists()


def test_a_statement_that_isnt_true_is_returned_alone(cast: Cast, clerk: Client) -> None:
    fields = {"statement": "none_this_period", "reason": "本季度没有需要公开的情况", "owed": silent(cast)[:3]}
    clerk.post("/desk/jinan/absence/", fields)
    member = at_desk(cast.member)
    posted = waiting_fields(member)
    posted["draft"] = posted["draft"][:1]
    unexplained = member.post("/desk/jinan/absence/review/", {**posted, "return": "1"})
    assert unexplained.status_code == 422 and "理由" in unexplained.content.decode()
    member.post("/desk/jinan/absence/review/", {**posted, "return": "1", "reason": "3月收到过捐赠"})
    assert len(waiting_fields(member)["draft"]) == 2
    assert "被退回：3月收到过捐赠" in clerk.get("/desk/jinan/").content.decode()


def test_signing_together_is_all_or_nothing(cast: Cast, clerk: Client) -> None:
    fields = {"statement": "none_this_period", "reason": "本季度没有需要公开的情况", "owed": silent(cast)[:3]}
    clerk.post("/desk/jinan/absence/", fields)
    member = at_desk(cast.member)
    posted = waiting_fields(member)
    last = posted["draft"][-1]
    answer = member.post("/desk/jinan/absence/review/", {**posted, f"seen-{last}": "0" * 64, "approve": "1"})
    assert answer.status_code == 422 and not Review.objects.exists()
    nothing = member.post("/desk/jinan/absence/review/", {"approve": "1"})
    assert nothing.status_code == 422 and "至少选择一项" in nothing.content.decode()


def test_a_reason_that_names_a_number_of_a_person_is_refused(cast: Cast, clerk: Client) -> None:
    owed = silent(cast)[:1]
    reason = "详情请问张三 370105199003070021"
    fields = {"statement": "none_this_period", "reason": reason, "owed": owed}
    answer = clerk.post("/desk/jinan/absence/", fields)
    assert answer.status_code == 422 and not Draft.objects.exists()


def test_a_draft_that_only_postpones_is_said_and_not_met(cast: Cast, owe: Any, clerk: Client) -> None:
    """Also where the clerk says it in the draft itself and not on the page for many."""
    obligation = owe(22, "2026-03-30")
    content = absence_content(obligation, "postponed", "审计没有结束", date(2026, 4, 30))
    draft = start_draft(obligation=obligation, by=cast.clerk, at=NOW, content=content)
    submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=NOW)
    sign_all(cast)
    assert Version.objects.get().kind == "postponement"


def test_an_edit_brings_the_draft_back_to_who_had_signed(cast: Cast, owe: Any, clerk: Client) -> None:
    obligation = owe(22, "2026-03-30")
    draft = start_draft(obligation=obligation, by=cast.clerk, at=NOW, content=paragraphs(1))
    submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=NOW)
    member = at_desk(cast.member)
    address = f"/desk/jinan/drafts/{draft.pk}/review/"
    assert member.post(address, {"seen": member.get(address).context["seen"], "approve": "1"}).status_code == 302
    assert "去审核" not in member.get("/desk/jinan/").content.decode()
    draft = save_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=NOW, title="改了标题")
    submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=NOW)
    assert "去审核" in member.get("/desk/jinan/").content.decode()
