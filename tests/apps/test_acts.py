"""What people do, through the actions: one act, one transaction, one audit row; refusals change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db.models import Model

from mingbai.carriers.actions import NotPostable, publish, publish_absence, put_up, take_down
from mingbai.carriers.models import Posting
from mingbai.carriers.queries import open_obligations, situation_of
from mingbai.catalogues.actions import NotAdoptable, adopt_catalogue
from mingbai.catalogues.models import Carrier, Item
from mingbai.catalogues.queries import catalogue_in_force, catalogue_value
from mingbai.communities.actions import RolesExclude, grant_role
from mingbai.communities.models import Event, Role
from mingbai.data.profiles import UnknownProfile
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.disclosures.actions import NotPublishable, Upload, bundle_of, reduce_personal
from mingbai.disclosures.content import ContentError
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_versions
from mingbai.obligations.actions import NotRecordable, load_notice, make_occurrences, record_occurrence, void_occurrence
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.obligations.queries import current_calendar
from mingbai.reading.read import read
from mingbai.rules.canonical import salted_digest
from mingbai.rules.notice import NoticeError
from mingbai.rules.state import State
from tests.conftest import Cast, names_list, noon, paragraphs

TODAY = date(2026, 11, 23)


def counts() -> dict[str, int]:
    tables: tuple[type[Model], ...] = (Version, Posting, Occurrence, Obligation, Event, Item)
    return {table.__name__: table._default_manager.count() for table in tables}


def state_of(cast: Cast, obligation: Obligation, today: date = TODAY) -> State:
    return next(s.state for s in situation_of(cast.community, today).standings if s.pk == obligation.pk)


def board_of(obligation: Obligation) -> Carrier:
    return obligation.occurrence.item.carriers.get(kind=Carrier.Kind.PAPER_BOARD)


def test_the_seed_is_adopted_whole_and_comes_back_as_it_was(cast: Cast) -> None:
    catalogue = catalogue_in_force(cast.community.pk)
    assert catalogue is not None
    assert catalogue_value(catalogue).items == read(SEED_CATALOGUE).items
    assert catalogue.number == 1 and catalogue.items.count() == 23
    assert {carrier.kind for carrier in cast.community.carriers.all()} == {"paper_board", "digital"}


def test_a_new_version_of_the_catalogue_keeps_codes_and_the_old_version(cast: Cast) -> None:
    seed = read(SEED_CATALOGUE)
    fewer = replace(seed, items=tuple(replace(item, number=item.number + 5) for item in seed.items[3:]))
    adopt_catalogue(
        community=cast.community,
        catalogue=fewer,
        source_name="b.txt",
        source=b"b",
        by=cast.director,
        on=date(2026, 6, 1),
        at=noon("2026-06-01"),
    )
    catalogue = catalogue_in_force(cast.community.pk)
    assert catalogue is not None and catalogue.number == 2
    assert catalogue.items.get(number=10).code == "05"
    assert cast.community.catalogue_versions.get(number=1).superseded_on == date(2026, 6, 1)


@pytest.mark.parametrize("spoil", ["no items", "number twice", "no carriers", "too early"])
def test_a_catalogue_that_cannot_be_followed_is_refused_and_nothing_changes(cast: Cast, spoil: str) -> None:
    seed = read(SEED_CATALOGUE)
    items = {
        "no items": (),
        "number twice": (seed.items[0], seed.items[0]),
        "no carriers": (replace(seed.items[0], carriers=()),),
        "too early": seed.items,
    }[spoil]
    before = counts()
    with pytest.raises(NotAdoptable):
        adopt_catalogue(
            community=cast.community,
            catalogue=replace(seed, items=items),
            source_name="a",
            source=b"a",
            by=cast.director,
            on=date(2025, 1, 1) if spoil == "too early" else date(2026, 6, 1),
            at=noon("2026-06-01"),
        )
    assert counts() == before


def test_recording_derives_what_is_owed_and_says_why(cast: Cast, owe: Callable[..., Obligation]) -> None:
    before = Event.objects.count()
    obligation = owe(8, "2026-09-10")
    assert obligation.due_on == date(2026, 10, 14)
    assert obligation.schedule.steps and obligation.profile.startswith("cn ")
    assert Event.objects.count() == before + 1
    event = Event.objects.last()
    assert event is not None and (event.actor, event.role, event.act) == (cast.clerk, "clerk", "occurrence_recorded")


@pytest.mark.parametrize(
    ("number", "on", "what", "now"),
    [
        pytest.param(8, "2026-09-11", "事", "2026-09-10", id="in-the-future"),
        pytest.param(8, "2026-01-04", "事", "2026-09-10", id="before-adoption"),
        pytest.param(8, "2026-09-10", "  ", "2026-09-10", id="without-a-word"),
        pytest.param(6, "2026-09-10", "事", "2026-09-10", id="the-calendar-makes-periods"),
    ],
)
def test_an_occurrence_that_cannot_be_is_refused(cast: Cast, number: int, on: str, what: str, now: str) -> None:
    catalogue = catalogue_in_force(cast.community.pk)
    assert catalogue is not None
    duty = catalogue.items.get(number=number).duties.get(position=1)
    before = counts()
    with pytest.raises(NotRecordable):
        record_occurrence(
            community=cast.community, duty=duty, on=date.fromisoformat(on), what=what, by=cast.clerk, at=noon(now)
        )
    with pytest.raises(NotRecordable):
        record_occurrence(
            community=cast.neighbour, duty=duty, on=date(2026, 9, 1), what="事", by=cast.clerk, at=noon(now)
        )
    assert counts() == before


def test_a_wrong_entry_is_voided_once_with_a_reason(cast: Cast, owe: Callable[..., Obligation]) -> None:
    obligation = owe(8, "2026-09-10")
    with pytest.raises(NotRecordable):
        void_occurrence(occurrence=obligation.occurrence, reason=" ", by=cast.clerk, at=noon("2026-09-11"))
    void_occurrence(occurrence=obligation.occurrence, reason="记错了", by=cast.clerk, at=noon("2026-09-11"))
    assert obligation.pk not in [s.pk for s in situation_of(cast.community, TODAY).standings]
    with pytest.raises(NotRecordable):
        void_occurrence(occurrence=obligation.occurrence, reason="再来", by=cast.clerk, at=noon("2026-09-11"))
    with pytest.raises(NotPublishable):
        publish(obligation=obligation, content=paragraphs(1), dated_on=TODAY, by=cast.clerk, at=noon(TODAY))


def test_the_calendar_makes_adoption_periods_and_silent_quarters_once(cast: Cast) -> None:
    made = make_occurrences(community=cast.community, through=date(2026, 3, 31), at=noon("2026-03-31"))
    kinds = [obligation.occurrence.kind for obligation in made]
    assert kinds.count("adoption") == 4  # items 1, 2, 3 and 5
    assert kinds.count("period") == 2  # items 6 and 7
    assert kinds.count("silence") == 17  # every other item: nothing happened in the quarter
    assert all(o.due_on == date(2026, 2, 2) for o in made if o.occurrence.kind == "adoption")
    assert make_occurrences(community=cast.community, through=date(2026, 3, 31), at=noon("2026-04-01")) == []


def test_a_version_is_met_by_both_carriers_each_with_its_own_clock(cast: Cast, owe: Callable[..., Obligation]) -> None:
    obligation = owe(22, "2026-11-06")
    assert state_of(cast, obligation, date(2026, 11, 13)) is State.OWED
    version = publish(
        obligation=obligation,
        content=paragraphs(1),
        dated_on=date(2026, 11, 12),
        by=cast.clerk,
        at=noon("2026-11-12"),
    )
    assert state_of(cast, obligation, date(2026, 11, 13)) is State.IN_PREPARATION
    posting = put_up(
        version=version,
        carrier=board_of(obligation),
        on=date(2026, 11, 16),
        by=cast.clerk,
        at=noon("2026-11-16"),
    )
    assert posting.until_on == date(2026, 12, 1) and posting.legal_floor_days == 15
    assert state_of(cast, obligation) is State.MET_LATE
    take_down(posting=posting, on=date(2026, 11, 20), by=cast.clerk, at=noon("2026-11-20"), lost=True)
    assert state_of(cast, obligation) is State.OVERDUE
    assert [o.pk for o in open_obligations(TODAY)] == [obligation.pk]


def test_a_version_is_complete_or_refused_naming_what_is_missing(cast: Cast, owe: Callable[..., Obligation]) -> None:
    obligation = owe(9, "2026-09-10")
    before = counts()
    with pytest.raises(NotPublishable, match="智慧社区建设"):
        publish(obligation=obligation, content=paragraphs(1, 2, 3), dated_on=TODAY, by=cast.clerk, at=noon(TODAY))
    with pytest.raises(NotPublishable, match="第9项"):
        publish(
            obligation=obligation,
            content=paragraphs(1, 2, 3, 4, 9),
            dated_on=TODAY,
            by=cast.clerk,
            at=noon(TODAY),
        )
    assert counts() == before


def table_with_total(total: str, amount: str = "10.00") -> dict[str, Any]:
    block = {
        "element": 1,
        "heading": "收支",
        "kind": "table",
        "caption": None,
        "columns": [{"label": "科目", "type": "text"}, {"label": "金额", "type": "money"}],
        "rows": [["甲", amount], ["乙", "5.50"]],
        "total": ["合计", total],
    }
    return {"title": "收支", "blocks": [block]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param({"title": "", "blocks": []}, "标题", id="no-title"),
        pytest.param({"title": "甲", "blocks": []}, "没有任何公开内容", id="no-blocks"),
        pytest.param({"title": "甲", "blocks": [{"element": 1, "kind": "script"}]}, "不认识", id="unknown-kind"),
        pytest.param(paragraphs(1, 1), "两次", id="an-element-twice"),
        pytest.param(table_with_total("15.51"), "15.50", id="a-total-that-does-not-add-up"),
        pytest.param(table_with_total("15.50", "十元"), "第1行", id="money-that-is-no-number"),
        pytest.param(table_with_total("15.50", "NaN"), "不是数字", id="not-a-number"),
    ],
)
def test_content_that_is_wrong_is_refused_naming_the_place(
    cast: Cast, owe: Callable[..., Obligation], content: dict[str, Any], words: str
) -> None:
    obligation = owe(8, "2026-09-10")
    before = counts()
    with pytest.raises(ContentError, match=words):
        publish(obligation=obligation, content=content, dated_on=TODAY, by=cast.clerk, at=noon(TODAY))
    assert counts() == before


def test_attachments_are_part_of_what_the_digest_seals(cast: Cast, owe: Callable[..., Obligation]) -> None:
    file = Upload("章程.pdf", "application/pdf", b"%PDF-1.7 ...")
    content = {
        "title": "章程",
        "blocks": [
            {
                "element": 1,
                "heading": "章程",
                "kind": "attachment",
                "files": [{"name": file.name, "sha256": file.sha256, "size": len(file.data)}],
            }
        ],
    }
    obligation = owe(8, "2026-09-10")
    with pytest.raises(NotPublishable, match="附件"):
        publish(obligation=obligation, content=content, dated_on=TODAY, by=cast.clerk, at=noon(TODAY))
    version = publish(
        obligation=obligation, content=content, dated_on=TODAY, by=cast.clerk, at=noon(TODAY), files=[file]
    )
    bundle = bundle_of(version.content_data, [(file.name, file.sha256)])
    assert version.digest == salted_digest(bundle, version.nonce)
    event = Event.objects.get(act="version_published")
    assert event.digest == version.digest and "章程" not in event.subject


def test_a_second_version_takes_the_place_of_the_first_on_each_carrier(
    cast: Cast, owe: Callable[..., Obligation]
) -> None:
    obligation = owe(8, "2026-09-10")
    first = publish(
        obligation=obligation,
        content=paragraphs(1),
        dated_on=date(2026, 9, 11),
        by=cast.clerk,
        at=noon("2026-09-11"),
    )
    second = publish(
        obligation=obligation,
        content=paragraphs(1, title="更正"),
        dated_on=date(2026, 9, 20),
        by=cast.clerk,
        at=noon("2026-09-20"),
    )
    assert (second.number, second.replaces) == (2, first)
    old = first.postings.get()
    assert (old.ended_on, old.ended_as) == (date(2026, 9, 19), "replaced")
    with pytest.raises(NotPostable, match="新版"):
        put_up(version=first, carrier=board_of(obligation), on=date(2026, 9, 21), by=cast.clerk, at=noon("2026-09-21"))


def test_a_long_term_item_is_replaced_by_the_next_change(cast: Cast, owe: Callable[..., Obligation]) -> None:
    versions = [
        publish(
            obligation=owe(1, on), content=paragraphs(1, 2), dated_on=date.fromisoformat(on), by=cast.clerk, at=noon(on)
        )
        for on in ("2026-02-02", "2026-06-08")
    ]
    assert versions[1].replaces == versions[0]
    assert versions[1].postings.get().until_on is None


@pytest.mark.parametrize("case", ["too early", "future", "twice", "stranger"])
def test_a_posting_that_cannot_be_is_refused(cast: Cast, owe: Callable[..., Obligation], case: str) -> None:
    obligation = owe(8, "2026-09-10")
    version = publish(
        obligation=obligation,
        content=paragraphs(1),
        dated_on=date(2026, 9, 11),
        by=cast.clerk,
        at=noon("2026-09-11"),
    )
    carrier, on = board_of(obligation), date(2026, 9, 11)
    if case == "too early":
        on = date(2026, 9, 10)
    elif case == "future":
        on = date(2026, 9, 12)
    elif case == "twice":
        put_up(version=version, carrier=carrier, on=on, by=cast.clerk, at=noon("2026-09-11"))
    else:
        carrier = Carrier.objects.create(community=cast.neighbour, name="别处", kind="paper_board")
    before = counts()
    with pytest.raises(NotPostable):
        put_up(version=version, carrier=carrier, on=on, by=cast.clerk, at=noon("2026-09-11"))
    assert counts() == before


def test_one_act_states_absence_for_all_silent_items(cast: Cast) -> None:
    made = make_occurrences(community=cast.community, through=date(2026, 3, 31), at=noon("2026-03-31"))
    silent = [obligation for obligation in made if obligation.occurrence.kind == "silence"]
    versions = publish_absence(obligations=silent, reason="本季度没有发生。", by=cast.clerk, at=noon("2026-04-03"))
    assert len(versions) == 17 and all(version.content.is_absence for version in versions)
    with pytest.raises(NotPublishable):
        publish_absence(obligations=[], reason="无", by=cast.clerk, at=noon("2026-04-03"))


def test_names_leave_once_and_the_record_stays_true(cast: Cast, owe: Callable[..., Obligation]) -> None:
    obligation = owe(15, "2026-02-10")
    version = publish(
        obligation=obligation, content=names_list(), dated_on=date(2026, 2, 11), by=cast.clerk, at=noon("2026-02-11")
    )
    digest = version.digest
    shown = content_on(version, date(2026, 2, 26), date(2026, 2, 26))
    hidden = content_on(version, date(2026, 2, 26), date(2026, 2, 27))
    assert shown.has_persons and not hidden.has_persons
    assert hidden.blocks[0]["reduced"] == {"count": 2, "sums": [{"label": "金额（元）", "sum": "500.00"}]}
    reduced = reduce_personal(version=version, by=None, at=noon("2026-02-27"))
    reduced.refresh_from_db()
    assert reduced.nonce == "" and reduced.digest == digest
    assert "张" not in str(reduced.content_data["blocks"])
    with pytest.raises(NotPublishable):
        reduce_personal(version=version, by=None, at=noon("2026-02-28"))


def test_an_item_for_specific_parties_is_behind_no_public_door(cast: Cast, owe: Callable[..., Obligation]) -> None:
    obligation = owe(8, "2026-09-10")
    publish(obligation=obligation, content=paragraphs(1), dated_on=TODAY, by=cast.clerk, at=noon(TODAY))
    assert visible_versions(cast.community).count() == 1
    Item.objects.filter(pk=obligation.occurrence.item_id).update(is_public=False)
    assert visible_versions(cast.community).count() == 0


NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。
三、清明节：4月5日（周一）放假，与周末连休。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）上班。
"""


def test_a_loaded_notice_derives_open_obligations_again_and_keeps_the_old_answer(
    cast: Cast, owe: Callable[..., Obligation]
) -> None:
    from mingbai.catalogues.models import Duty

    duty = Duty.objects.get(item__catalogue__community=cast.community, item__number=8)
    obligation = record_occurrence(
        community=cast.community, duty=duty, on=date(2027, 1, 25), what="事", by=cast.clerk, at=noon("2027-01-25")
    )
    assert not obligation.certain
    settled = owe(8, "2026-03-02")
    _, changed = load_notice(
        text=NOTICE_2027,
        year=None,
        open_obligations=open_obligations(date(2027, 1, 26)),
        by=None,
        at=noon("2027-01-26"),
    )
    assert [o.pk for o in changed] == [obligation.pk]
    old = obligation.earlier_answers.get()
    obligation.refresh_from_db()
    assert obligation.certain and not old.certain and settled.earlier_answers.count() == 0
    assert current_calendar().is_working(date(2027, 2, 14))
    before = counts()
    with pytest.raises(NoticeError):
        load_notice(
            text=NOTICE_2027.replace("共5天", "共6天"), year=None, open_obligations=[], by=None, at=noon("2027-01-27")
        )
    assert counts() == before


def test_committee_and_supervision_exclude_each_other(cast: Cast) -> None:
    with pytest.raises(RolesExclude):
        grant_role(
            community=cast.community,
            user=cast.supervisor,
            kind=Role.Kind.DIRECTOR,
            by=cast.director,
            at=noon("2026-02-01"),
        )
    with pytest.raises(RolesExclude):
        grant_role(
            community=cast.community,
            user=cast.clerk,
            kind=Role.Kind.SUPERVISION_MEMBER,
            by=cast.director,
            at=noon("2026-02-01"),
        )


def test_a_community_needs_a_profile_that_ships(db: None) -> None:
    from mingbai.communities.actions import found_community

    with pytest.raises(UnknownProfile):
        found_community(slug="x", name="x", body="x", by=None, at=noon("2026-01-01"), profile_code="nowhere")
