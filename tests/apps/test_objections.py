"""Objections inside an objection window: linked to it, answered with an outcome, and the next step waits for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mingbai.carriers import sheet as sheet_module
from mingbai.carriers.actions import publish, publish_in_emergency, put_up, review
from mingbai.carriers.models import Hold
from mingbai.carriers.sheet import Sheet
from mingbai.carriers.sheets import sheet_of_version
from mingbai.carriers.windows import last_window, passed_over, why_not_yet, windows_of
from mingbai.catalogues.models import Carrier, Duty
from mingbai.communities.actions import appoint_supervisor, found_subdistrict
from mingbai.communities.models import Event, User
from mingbai.communities.receipts import NotTaken
from mingbai.disclosures.absence import POSTPONED, absence_content
from mingbai.disclosures.actions import NotPublishable
from mingbai.disclosures.drafts import save_draft, start_draft, submit_draft
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import content_hash
from mingbai.followups.actions import Planned, finish_step, record_decision
from mingbai.followups.applying import advance_applications, receive_applications
from mingbai.obligations.actions import NotRecordable, record_occurrence
from mingbai.obligations.models import Obligation
from mingbai.residents.actions import NotAnswerable, Place, answer_feedback, take_feedback, withhold_feedback
from mingbai.residents.models import Feedback
from mingbai.rules.windows import Window
from mingbai.supervision.reminders import lines_for
from tests.conftest import Cast, noon, paragraphs

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Published on Monday, March 2: people can object through Monday, March 9.
FIRST, LAST, AFTER = "2026-03-02", "2026-03-09", "2026-03-10"
WINDOW = Window(date(2026, 3, 2), date(2026, 3, 9))


@pytest.fixture
def shown(cast: Cast, owe: Callable[..., Any]) -> Version:
    """Row 19, 自信息形成公示7日."""
    return publish(
        obligation=owe(19, "2026-03-01"),
        content=paragraphs(1, title="补助申请公示"),
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon(FIRST),
    )


@pytest.fixture
def following(cast: Cast, shown: Version) -> Obligation:
    """What is owed of the same matter when it goes on."""
    return continue_from(cast, shown.disclosure.obligation)


def continue_from(cast: Cast, earlier: Obligation, on: str = AFTER) -> Obligation:
    return record_occurrence(
        community=cast.community,
        duty=Duty.objects.get(item__catalogue__community=cast.community, item__number=19),
        on=date.fromisoformat(on),
        what="补助发放",
        by=cast.clerk,
        at=noon(on),
        continues=[earlier.pk],
    )


def object_to(cast: Cast, version: Version, day: str, **more: Any) -> Feedback:
    given = {"kind": "objection", "text": f"{day}不同意", "place": Place(version), "nonce": f"{day}{more}"}
    return take_feedback(community=cast.community, at=noon(day), **{**given, **more})[0]


def go_on(cast: Cast, obligation: Obligation, day: str) -> Version:
    content = paragraphs(1, title="补助发放结果")
    return publish(
        obligation=obligation, content=content, dated_on=date.fromisoformat(day), by=cast.clerk, at=noon(day)
    )


def test_the_api_says_until_when_people_can_object(shown: Version, owe: Callable[..., Any]) -> None:
    def windows(obligation: Obligation) -> list[dict[str, str]]:
        with time_machine.travel(noon(FIRST), tick=False):
            answer = Client().get(f"/api/v1/communities/jinan/obligations/{obligation.pk}").json()
        found: list[dict[str, str]] = answer["objection_windows"]
        return found

    assert windows(shown.disclosure.obligation) == [{"from_on": FIRST, "until_on": LAST}]
    assert windows(owe(19, FIRST)) == windows(owe(22, FIRST)) == []


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(noon("2026-03-05"), tick=False) as coordinates:
        yield coordinates


# -- the window ------------------------------------------------------------------------------------------------------


def test_the_window_is_seven_days_though_the_display_is_fifteen(shown: Version) -> None:
    assert windows_of(shown.disclosure.obligation) == [WINDOW]
    assert {str(posting.until_on) for posting in shown.postings.all()} == {"2026-03-17"}


def test_paper_that_goes_up_later_keeps_it_open_longer(cast: Cast, shown: Version) -> None:
    board = Carrier.objects.get(community=cast.community, kind=Carrier.Kind.PAPER_BOARD)
    put_up(version=shown, carrier=board, on=date(2026, 3, 4), by=cast.clerk, at=noon("2026-03-04"))
    assert windows_of(shown.disclosure.obligation) == [Window(date(2026, 3, 2), date(2026, 3, 11))]


def correct(cast: Cast, version: Version, *, material: bool, at: str) -> Version:
    obligation, reason = version.disclosure.obligation, "金额写错"
    draft = start_draft(
        obligation=obligation,
        by=cast.clerk,
        at=noon(at),
        corrects=version,
        kind="correction",
        reason=reason,
        material=material,
    )
    return publish_in_emergency(draft=draft, reason="马上改正", by=cast.director, at=noon(at))


def test_a_material_correction_opens_it_again_and_a_small_one_doesnt(cast: Cast, shown: Version) -> None:
    small = correct(cast, shown, material=False, at="2026-03-05")
    assert windows_of(shown.disclosure.obligation) == [WINDOW]
    correct(cast, small, material=True, at="2026-03-20")
    assert last_window(shown.disclosure.obligation, date(2026, 3, 31)) == Window(date(2026, 3, 20), date(2026, 3, 27))


def test_paper_says_until_when_one_can_object(cast: Cast, shown: Version, owe: Callable[..., Any]) -> None:
    def said(version: Version, day: date) -> date | None:
        return sheet_of_version(version, day, "").objections_until

    assert said(shown, date(2026, 3, 4)) == date(2026, 3, 11)  # as if it went up that day
    board = Carrier.objects.get(community=cast.community, kind=Carrier.Kind.PAPER_BOARD)
    put_up(version=shown, carrier=board, on=date(2026, 3, 4), by=cast.clerk, at=noon("2026-03-04"))
    assert said(shown, date(2026, 4, 1)) == date(2026, 3, 11)
    printed = sheet_data(sheet_of_version(shown, date(2026, 3, 5), ""))
    assert ["提异议", "到2026年3月11日为止"] in printed["dates"]
    small = correct(cast, shown, material=False, at="2026-03-05")
    assert said(small, date(2026, 3, 5)) == date(2026, 3, 11)
    material = correct(cast, small, material=True, at="2026-03-20")
    assert said(material, date(2026, 3, 20)) == date(2026, 3, 27)
    other = publish(
        obligation=owe(22, "2026-03-01"), content=paragraphs(1), dated_on=date(2026, 3, 2), by=None, at=noon(FIRST)
    )
    assert said(other, date(2026, 3, 4)) is None
    assert all(name != "提异议" for name, _ in sheet_data(sheet_of_version(other, date(2026, 3, 4), ""))["dates"])


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    """What is set on paper."""
    return sheet_module._data(sheet, sheet_module.USUAL, "")


def test_what_isnt_公示_has_none(cast: Cast, owe: Callable[..., Any], django_assert_num_queries: Any) -> None:
    version = publish(
        obligation=owe(22, "2026-03-01"),
        content=paragraphs(1),
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon(FIRST),
    )
    assert object_to(cast, version, "2026-03-05").hold is None
    obligation = Obligation.objects.select_related("occurrence__item").get(pk=version.disclosure.obligation_id)
    with django_assert_num_queries(0):
        assert windows_of(obligation) == []


# -- an objection carries it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "kind", "inside"),
    [(FIRST, "objection", True), (LAST, "objection", True), (AFTER, "objection", False), (LAST, "question", False)],
)
def test_an_objection_carries_the_window_that_it_falls_into(
    cast: Cast, shown: Version, day: str, kind: str, inside: bool
) -> None:
    feedback = object_to(cast, shown, day, kind=kind)
    assert (feedback.hold is not None) is inside
    if feedback.hold is not None:
        assert (feedback.hold.from_on, feedback.hold.until_on) == (WINDOW.from_on, WINDOW.until_on)
        assert str(feedback.hold) == "异议 2026-001" and feedback.hold.version == shown


def test_one_on_a_row_is_linked_too_and_two_clicks_are_one(cast: Cast, shown: Version) -> None:
    for _ in range(2):
        taken = object_to(cast, shown, LAST, place=Place(shown, 1), nonce="same")
        assert taken.element == 1
    assert Hold.objects.count() == Feedback.objects.count() == 1
    assert Event.objects.filter(act="feedback_received").count() == 1


def test_a_slip_found_after_the_last_day_counts_from_the_day_it_came(cast: Cast, shown: Version) -> None:
    by_slip = {"channel": "paper", "by": cast.clerk}
    taken = object_to(cast, shown, AFTER, received_on=date(2026, 3, 9), **by_slip)
    assert taken.hold is not None and taken.received_on == date(2026, 3, 9)
    for wrong, said in ((date(2026, 3, 11), "收到日期"), (date(2026, 2, 1), "收到日期"), (date(2026, 3, 1), "早于")):
        with pytest.raises(NotTaken, match=said):
            object_to(cast, shown, AFTER, received_on=wrong, **by_slip)
    by_web = object_to(cast, shown, AFTER, received_on=date(2026, 3, 9))
    assert by_web.received_on == date(2026, 3, 10) and by_web.hold is None, "nobody outside dates what they send"


def test_it_is_answered_with_an_outcome(cast: Cast, shown: Version) -> None:
    feedback = object_to(cast, shown, LAST)
    answer = {"feedback": feedback, "by": cast.clerk, "at": noon(AFTER)}
    for wrong in ("", "maybe"):
        with pytest.raises(NotAnswerable, match="请选择处理结果"):
            answer_feedback(text="答", outcome=wrong, **answer)
    outside = object_to(cast, shown, AFTER)
    with pytest.raises(NotAnswerable, match="只有异议期内的异议"):
        answer_feedback(feedback=outside, text="答", outcome="upheld", by=cast.clerk, at=noon(AFTER))
    assert Hold.objects.get().outcome_at is None
    answer_feedback(text="核对后不成立。", outcome="rejected", **answer)
    assert Hold.objects.get().outcome_at == noon(AFTER)
    answer_feedback(feedback=feedback, text="再核：成立。", outcome="upheld", by=cast.clerk, at=noon("2026-03-12"))
    assert Hold.objects.get().outcome_at == noon(AFTER), "when there was an outcome first"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE carriers_hold SET received_on = '2026-03-10'",
        "UPDATE residents_feedback SET kind = 'question'",
        "UPDATE residents_feedback SET version_id = NULL",
        'INSERT INTO residents_answer (feedback_id, text, outcome, "on", at, by_id) '
        "SELECT id, '答', 'maybe', '2026-03-09', '2026-03-09', taken_by_id FROM residents_feedback",
    ],
)
def test_the_database_refuses(cast: Cast, shown: Version, change: str) -> None:
    object_to(cast, shown, LAST, channel="phone", by=cast.clerk)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
        connection.check_constraints()


# -- the matter waits ------------------------------------------------------------------------------------------------


def test_it_may_not_go_on_while_people_can_object(cast: Cast, shown: Version) -> None:
    obligation, before = continue_from(cast, shown.disclosure.obligation, on="2026-03-05"), Event.objects.count()
    with pytest.raises(NotPublishable, match="异议期到2026年3月9日为止"):
        go_on(cast, obligation, LAST)
    assert (Version.objects.count(), Event.objects.count()) == (1, before)
    assert go_on(cast, obligation, AFTER).number == 1


def test_it_may_not_go_on_before_the_outcome_of_each_objection_is_published(
    cast: Cast, shown: Version, following: Obligation
) -> None:
    first, second = object_to(cast, shown, "2026-03-03"), object_to(cast, shown, LAST)
    with pytest.raises(NotPublishable, match="异议 2026-001、异议 2026-002还没有公布处理结果"):
        go_on(cast, following, AFTER)
    answer_feedback(feedback=first, text="成立，已改。", outcome="upheld", by=cast.clerk, at=noon(AFTER))
    with pytest.raises(NotPublishable, match="的异议 2026-002还没有") as refused:
        go_on(cast, following, AFTER)
    assert "2026-001" not in str(refused.value) and Version.objects.count() == 1
    answer_feedback(feedback=second, text="不成立。", outcome="rejected", by=cast.clerk, at=noon(AFTER))
    assert go_on(cast, following, AFTER).published_on == date(2026, 3, 10)
    assert passed_over([cast.community]) == []


def test_to_withhold_a_text_doesnt_let_it_go_on(cast: Cast, shown: Version, following: Obligation) -> None:
    feedback = object_to(cast, shown, LAST)
    withhold_feedback(feedback=feedback, kind="abuse", note="", by=cast.clerk, at=noon(AFTER))
    with pytest.raises(NotPublishable, match="2026-001"):
        go_on(cast, following, AFTER)


def test_another_matter_of_the_same_item_doesnt_wait(cast: Cast, owe: Callable[..., Any], shown: Version) -> None:
    object_to(cast, shown, "2026-03-03")
    assert go_on(cast, owe(19, "2026-03-04"), "2026-03-04").number == 1


def test_nor_does_the_correction_that_an_objection_led_to(cast: Cast, shown: Version) -> None:
    object_to(cast, shown, "2026-03-03")
    assert correct(cast, shown, material=True, at="2026-03-05").number == 2


def drafted(cast: Cast, obligation: Obligation, content: dict[str, Any], at: str = AFTER) -> Draft:
    draft = start_draft(obligation=obligation, by=cast.clerk, at=noon(at), content=content)
    return submit_draft(draft=draft, revision=draft.revision, by=cast.clerk, at=noon(at))


def sign(cast: Cast, draft: Draft, *people: str, at: str = AFTER) -> Version | None:
    version = None
    for name in people:
        seen = content_hash(draft)
        version = review(draft=draft, approved=True, seen=seen, by=getattr(cast, name), at=noon(at))
    return version


def test_the_last_signature_is_refused_and_an_emergency_is_none(
    cast: Cast, shown: Version, following: Obligation
) -> None:
    feedback = object_to(cast, shown, LAST)
    draft = drafted(cast, following, paragraphs(1))
    sign(cast, draft, "member", "supervisor")
    with pytest.raises(NotPublishable, match="2026-001"):
        sign(cast, draft, "director")
    with pytest.raises(NotPublishable, match="2026-001"):
        publish_in_emergency(draft=draft, reason="急", by=cast.director, at=noon(AFTER))
    assert draft.reviews.count() == 2 and Version.objects.count() == 1
    answer_feedback(feedback=feedback, text="不成立。", outcome="rejected", by=cast.clerk, at=noon(AFTER))
    assert sign(cast, draft, "director") is not None


def test_that_it_comes_later_can_be_said_meanwhile(cast: Cast, shown: Version, following: Obligation) -> None:
    object_to(cast, shown, LAST)
    until = date(2026, 3, 20)
    content = absence_content(following, POSTPONED, "异议正在核实", until=until)
    version = sign(cast, drafted(cast, following, content), "member", "supervisor", "director")
    assert version is not None and version.kind == Version.Kind.POSTPONEMENT
    assert passed_over([cast.community])[0].on == date(2026, 3, 10), "the entry says that it went on already"
    about = {"obligation": following, "by": cast.clerk, "at": noon("2026-03-11"), "corrects": version}
    draft = start_draft(reason="改", kind="correction", content=None, **about)
    block = paragraphs(1)["blocks"][0]
    draft = save_draft(draft=draft, revision=draft.revision, element=1, block=block, by=cast.clerk, at=noon(AFTER))
    with pytest.raises(NotPublishable, match="2026-001"):
        publish_in_emergency(draft=draft, reason="急", by=cast.director, at=noon("2026-03-11"))


def test_a_step_of_another_community_is_none_of_ours(cast: Cast, shown: Version) -> None:
    Obligation.objects.filter(pk=shown.disclosure.obligation_id).update(community=cast.neighbour)
    with pytest.raises(NotRecordable, match="不在本社区"):
        continue_from(cast, shown.disclosure.obligation)


# -- applications and decisions --------------------------------------------------------------------------------------


def test_applications_wait_at_the_stage_that_is_called_公示(cast: Cast) -> None:
    about: dict[str, Any] = {"community": cast.community, "by": cast.clerk, "at": noon("2026-04-20")}
    found = receive_applications(kind="公共租赁住房申请", count=6, on=date(2026, 3, 1), nonce="a", **about)
    keys = [one.pk for one in found]
    (shown, *_) = advance_applications(keys=keys, stage="公示", on=date(2026, 3, 2), outcome="", **about)
    version = publish(
        obligation=shown.obligation, content=paragraphs(1), dated_on=date(2026, 3, 2), by=cast.clerk, at=noon(FIRST)
    )
    assert windows_of(version.disclosure.obligation) == [Window(date(2026, 3, 2), date(2026, 3, 17))], "while it is up"
    feedback = object_to(cast, version, "2026-03-17")
    (ended, *_) = advance_applications(keys=keys, stage="办结", on=date(2026, 3, 18), outcome="passed", **about)
    assert list(ended.obligation.continues.all()) == [shown.obligation]
    with pytest.raises(NotPublishable, match="“公共租赁住房申请：公示”异议期内收到的异议 2026-001"):
        go_on(cast, ended.obligation, "2026-03-20")
    (late,) = passed_over([cast.community])
    assert late.went_on == ended.obligation and "还没有公布，但2026年3月18日已经往下办" in late.sentence
    answer_feedback(feedback=feedback, text="不成立。", outcome="rejected", by=cast.clerk, at=noon("2026-03-20"))
    assert go_on(cast, ended.obligation, "2026-03-20").number == 1
    assert "2026年3月20日才公布，但2026年3月18日已经往下办" in passed_over([cast.community])[0].sentence


def test_a_step_of_a_decision_goes_on_from_the_decision(cast: Cast) -> None:
    about: dict[str, Any] = {"by": cast.clerk, "at": noon("2026-03-20")}
    decision = record_decision(
        community=cast.community,
        title="修路灯",
        met_on=date(2026, 3, 2),
        decided_by="committee",
        text="修三盏。",
        steps=[Planned("修", date(2026, 3, 10), "张工")],
        **about,
    )
    step = finish_step(step=decision.steps.get(), done_on=date(2026, 3, 10), result="修好", **about)
    assert step.obligation is not None and list(step.obligation.continues.all()) == [decision.obligation]
    assert why_not_yet(step.obligation, date(2026, 3, 20)) == [], "nothing of row 22 is called 公示"


# -- what people see -------------------------------------------------------------------------------------------------


def page(path: str, client: Client | None = None, status: int = 200) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"</?b>", "", answer.content.decode()))


def test_the_page_of_the_version_says_the_last_day_then_the_outcomes(cast: Cast, shown: Version, clock: Any) -> None:
    path = f"/c/jinan/v/{shown.code}/"
    assert "异议期：最后一天是2026年3月9日。" in page(path) and "还没有收到异议" in page(path)
    one, two = object_to(cast, shown, "2026-03-05"), object_to(cast, shown, "2026-03-05", nonce="2")
    clock.move_to(noon(LAST))
    assert "就是今天" in page(path) and "公示期内异议 2 件，还没有公布处理结果 2 件" in page(path)
    assert "异议期到2026年3月9日为止" in page(f"/c/jinan/ask/?v={shown.code}")
    answer_feedback(feedback=one, text="改正了。", outcome="upheld", by=cast.clerk, at=noon(LAST))
    clock.move_to(noon(AFTER))
    told = page(path)
    assert "异议期（2026年3月2日至2026年3月9日）已满。" in told
    assert "公示期内异议 2 件：异议成立 1 件，还没有公布处理结果 1 件" in told
    assert "居委会答复：异议成立。" in told and "异议期内收到" in told
    assert "异议期到" not in page(f"/c/jinan/ask/?v={shown.code}")
    answer_feedback(feedback=two, text="核对无误。", outcome="rejected", by=cast.clerk, at=noon(AFTER))
    assert "公示期内异议 2 件：异议成立 1 件，异议不成立 1 件。" in page(path)


def test_nobody_objected_is_said_too(shown: Version, clock: Any) -> None:
    clock.move_to(noon(AFTER))
    assert "异议期内没有收到异议" in page(f"/c/jinan/v/{shown.code}/")


def test_the_desk_counts_them_and_asks_for_an_outcome(cast: Cast, shown: Version, clock: Any) -> None:
    feedback, clerk = object_to(cast, shown, "2026-03-05"), desk(cast.clerk)
    assert "公示期内异议 1 件，还没有公布处理结果 1 件" in page(f"/desk/jinan/versions/{shown.code}/", clerk)
    assert "公示期内异议 1 件，还没有公布处理结果 1 件" in page("/desk/jinan/feedback/", clerk)
    assert "未规定答复期限；异议期内提出（到2026年3月9日）" in page("/desk/jinan/", clerk)
    path = f"/desk/jinan/feedback/{feedback.pk}/"
    assert "公布处理结果以前，下一步不能公开" in page(path, clerk)
    refused = clerk.post(path, {"text": "不成立。"})
    assert refused.status_code == 422 and "请选择处理结果" in refused.content.decode() and not feedback.answers.exists()
    assert clerk.post(path, {"text": "不成立。", "outcome": "rejected"}).status_code == 302
    assert "公示期内异议 1 件，都公布了处理结果" in page("/desk/jinan/feedback/", clerk)
    assert "处理结果：异议不成立" in page(path, clerk)


def test_the_clerk_takes_down_a_slip_of_the_last_day(cast: Cast, shown: Version, clock: Any) -> None:
    clock.move_to(noon(AFTER))
    clerk, path = desk(cast.clerk), f"/desk/jinan/feedback/take/?v={shown.code}"
    token = re.findall(r'name="token" value="([^"]+)"', clerk.get(path).content.decode())[0]
    said = {"token": token, "v": shown.code, "kind": "objection", "channel": "paper", "text": "不同意"}
    wrong = clerk.post(path, {**said, "received_on": "9号"})
    assert wrong.status_code == 422 and "收到日期不对" in wrong.content.decode() and not Feedback.objects.exists()
    assert clerk.post(path, {**said, "received_on": "2026-03-09"}).status_code == 201
    assert Feedback.objects.get().hold is not None


def test_recording_asks_whether_the_matter_goes_on(cast: Cast, shown: Version, clock: Any) -> None:
    clock.move_to(noon(AFTER))
    clerk = desk(cast.clerk)
    duty = Duty.objects.get(item__catalogue__community=cast.community, item__number=19)
    path = f"/desk/jinan/record/{duty.pk}/"
    assert "接着办：2026年3月1日 测试事由" in page(path, clerk)
    given = {"on": AFTER, "what": "补助发放", "save": "1"}
    blank = clerk.post(path, given)
    assert blank.status_code == 422 and "还是接着前面公示过的哪一件" in blank.content.decode()
    assert clerk.post(path, {**given, "continues": "99999"}).status_code == 422
    assert Obligation.objects.filter(occurrence__what="补助发放").count() == 0
    pk = shown.disclosure.obligation_id
    assert clerk.post(path, {**given, "continues": str(pk)}).status_code == 302
    owed = Obligation.objects.get(occurrence__what="补助发放")
    assert [one.pk for one in owed.continues.all()] == [pk]
    assert clerk.post(path, {**given, "what": "另一件", "continues": "new"}).status_code == 302
    assert not Obligation.objects.get(occurrence__what="另一件").continues.exists()
    other = Duty.objects.get(item__catalogue__community=cast.community, item__number=22)
    assert "接着办" not in page(f"/desk/jinan/record/{other.pk}/", clerk)


def test_who_prepares_and_who_signs_is_told_before_the_refusal(
    cast: Cast, shown: Version, following: Obligation, clock: Any
) -> None:
    object_to(cast, shown, LAST)
    draft = drafted(cast, following, paragraphs(1))
    sign(cast, draft, "member", "supervisor")
    clock.move_to(noon(AFTER))
    clerk, director = desk(cast.clerk), desk(cast.director)
    for path, client in (
        (f"/desk/jinan/owed/{following.pk}/", clerk),
        (f"/desk/jinan/drafts/{draft.pk}/", clerk),
        (f"/desk/jinan/drafts/{draft.pk}/review/", director),
    ):
        assert "异议期内收到的异议 2026-001还没有公布处理结果" in page(path, client), path
    path = f"/desk/jinan/drafts/{draft.pk}/review/"
    refused = director.post(path, {"seen": content_hash(draft), "approve": "1"})
    assert refused.status_code == 409 and "异议 2026-001还没有公布处理结果" in refused.content.decode()
    emergency = director.post(f"/desk/jinan/drafts/{draft.pk}/emergency/", {"reason": "急"})
    assert emergency.status_code == 422 and "2026-001" in emergency.content.decode()
    assert Version.objects.count() == 1


def test_supervisors_find_what_went_on_all_the_same(
    cast: Cast, shown: Version, following: Obligation, clock: Any
) -> None:
    """The slip came in time, and was entered after the next step had been published."""
    go_on(cast, following, AFTER)
    object_to(cast, shown, "2026-03-11", received_on=date(2026, 3, 9), channel="paper", by=cast.clerk)
    street = found_subdistrict(slug="anhe", name="安和街道", by=None, at=noon(AFTER))
    cast.community.subdistrict = street
    cast.community.save(update_fields=["subdistrict"])
    person = User.objects.create_user("street", password_changed_at=noon(AFTER))
    appoint_supervisor(subdistrict=street, user=person, by=None, at=noon(AFTER))
    clock.move_to(noon("2026-03-12"))
    sentence = "异议 2026-001在异议期内提出，处理结果还没有公布，但2026年3月10日已经往下办：补助发放"
    watched = page("/desk/jinan/watch/", desk(cast.supervisor))
    assert "没有公布异议的处理结果就往下办的：1 件" in watched and sentence in watched
    assert f"find/?owed={following.pk}" in watched
    assert sentence in page("/oversight/anhe/", desk(person))
    assert "unanswered" in [line.kind for line in lines_for(cast.clerk, date(2026, 3, 12))]
    answer_feedback(feedback=Feedback.objects.get(), text="不成立。", outcome="rejected", by=cast.clerk, at=noon(AFTER))
    assert "已经往下办" not in page("/oversight/anhe/", desk(person)), "answered on the day on which it went on"


def test_who_prepares_is_reminded_once_the_window_is_over(cast: Cast, shown: Version) -> None:
    object_to(cast, shown, LAST)

    def reminded(day: str) -> list[str]:
        return [line.text for line in lines_for(cast.clerk, date.fromisoformat(day)) if line.kind == "unanswered"]

    assert reminded(LAST) == []
    assert reminded(AFTER) == ["金安社区：补助申请公示异议期已满，异议 2026-001还没有公布处理结果，下一步不能公开"]


def test_a_window_on_a_page_costs_one_query_however_many_objected(
    cast: Cast, shown: Version, clock: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        object_to(cast, shown, "2026-03-05", nonce=str(number))
    with django_assert_max_num_queries(14):
        Client().get(f"/c/jinan/v/{shown.code}/")
