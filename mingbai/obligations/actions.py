"""Every write of this app: recording what happened, deriving what is owed, loading a notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from mingbai.catalogues.models import Duty
from mingbai.communities.inserting import insert_from
from mingbai.communities.models import Community, User, last_events, one_at_a_time, record, record_made
from mingbai.data.profiles import packaged_profile
from mingbai.obligations.models import EarlierAnswer, Made, Obligation, Occurrence, WorkingYear
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.obligations.recurring import SILENCE_DUTY, Recurring, lacking
from mingbai.privacy.text import mask_text
from mingbai.rules.days import legal_day
from mingbai.rules.duties import Trigger
from mingbai.rules.notice import missing_holidays, parse_notice
from mingbai.rules.profiles import Policy, Profile
from mingbai.rules.schedule import Schedule, ordered, schedule
from mingbai.rules.workdays import MissingYears, WorkCalendar

MAX_ORDER = 150


class NotRecordable(ValueError):
    """The occurrence can't be recorded; the message says what to change."""


class NotLoadable(ValueError):
    """The notice can't stand for its year; the message says what to do."""


@transaction.atomic
def record_occurrence(
    *,
    community: Community,
    duty: Duty,
    on: date,
    what: str,
    by: User | None,
    at: datetime,
    continues: Collection[int] = (),
    opens_window: bool = False,
) -> Obligation:
    """A person says that a duty's trigger happened on a day; what is owed follows.

    ``continues``: the obligations that the matter went through before. ``opens_window``: people can object to it as
    long as it is shown. Raises NotRecordable for a day in the future or before the catalogue was adopted, for an empty
    word about it, for a duty that isn't in the catalogue in force, or for a duty whose occurrences the calendar makes.
    """
    one_at_a_time(community.pk)
    item = duty.item
    catalogue = item.catalogue
    if catalogue.community_id != community.pk or catalogue.superseded_on is not None:
        raise NotRecordable("该事项不在本社区现行的目录中，请从现行目录里选择。")
    if Trigger(duty.trigger).is_period:
        raise NotRecordable("该事项按会计期间公开，到期末由系统自动生成，不需要手工记录。")
    if not what.strip():
        raise NotRecordable("请写明发生了什么事，例如“召开居民代表会议”。")
    if on > legal_day(at):
        raise NotRecordable("发生日期不能晚于今天，请改正日期。")
    if on < catalogue.adopted_on:
        raise NotRecordable(f"发生日期早于目录的采用日期 {catalogue.adopted_on:%Y-%m-%d}，请改正日期。")
    occurrence = Occurrence.objects.create(
        community=community,
        item=item,
        duty=duty,
        kind=Occurrence.Kind.EVENT,
        on=on,
        what=what.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    obligation = _owe(occurrence, current_calendar(), profile_of(community), at)
    go_on(obligation=obligation, continues=continues, opens_window=opens_window)
    record(community, "occurrence_recorded", occurrence, by=by, at=at)
    return obligation


def go_on(*, obligation: Obligation, continues: Collection[int] = (), opens_window: bool = False) -> None:
    """Within an act: note what a matter went through before, and whether people can object to where it is now.

    Both only grow. Raises NotRecordable for what isn't owed by the same community.
    """
    earlier = set(continues) - {obligation.pk}
    if Obligation.objects.filter(community=obligation.community_id, pk__in=earlier).count() != len(earlier):
        raise NotRecordable("前一步不在本社区的记录里，请重新选择。")
    obligation.continues.add(*earlier)
    if opens_window and not obligation.occurrence.opens_window:
        obligation.occurrence.opens_window = True
        obligation.occurrence.save(update_fields=["opens_window"])


@transaction.atomic
def order_disclosure(
    *, community: Community, duty: Duty, due_on: date, what: str, by: User, at: datetime
) -> Obligation:
    """The subdistrict orders that something be made public by a day (责令公布): an obligation with its own date.

    Raises NotRecordable for a day that has passed, without a word of what is to be published, for a duty that isn't
    in the catalogue in force or isn't for everybody.
    """
    one_at_a_time(community.pk)
    today, item = legal_day(at), duty.item
    if item.catalogue.community_id != community.pk or item.catalogue.superseded_on is not None or not item.is_public:
        raise NotRecordable("请从该社区现行的目录里选择一个向全社会公开的事项。")
    if not what.strip():
        raise NotRecordable("请写明要公布什么，例如“第二季度收支明细和发票”。")
    if len(what.strip()) > MAX_ORDER:
        raise NotRecordable(f"写得太长，请缩短到{MAX_ORDER}字以内。")
    if due_on < today:
        raise NotRecordable("最迟日期已经过去，请选择今天或者以后的日期。")
    occurrence = Occurrence.objects.create(
        community=community,
        item=item,
        duty=duty,
        kind=Occurrence.Kind.ORDER,
        on=today,
        what=f"街道责令公布：{mask_text(what.strip(), listed=True)}"[:200],
        ordered_due_on=due_on,
        recorded_by=by,
        recorded_at=at,
    )
    obligation = _owe(occurrence, current_calendar(), profile_of(community), at)
    record(community, "disclosure_ordered", occurrence, by=by, at=at)
    return obligation


@transaction.atomic
def void_occurrence(*, occurrence: Occurrence, reason: str, by: User, at: datetime) -> None:
    """Take back a wrong entry, with its reason. Raises NotRecordable without a reason or when it is void already."""
    if not reason.strip():
        raise NotRecordable("请写明作废的理由。")
    if occurrence.kind == Occurrence.Kind.ORDER:
        raise NotRecordable("这是街道责令公布的，社区不能作废。")
    one_at_a_time(occurrence.community_id)
    voided = Occurrence.objects.filter(pk=occurrence.pk, voided_at=None).update(
        voided_at=at, void_reason=reason.strip()
    )
    if not voided:
        raise NotRecordable("这条记录已经作废。")
    record(occurrence.community, "occurrence_voided", occurrence, by=by, at=at)


@transaction.atomic
def make_occurrences(*, community: Community, through: date, at: datetime) -> list[Obligation]:
    """What the calendar owes up to and including ``through``: adoption, period ends, silent quarters.

    Idempotent: what has been made isn't made again, and nights that were missed are caught up.
    """
    one_at_a_time(community.pk)
    owed = Obligation.objects.filter(community=community)
    before = owed.aggregate(last=Max("pk"))["last"] or 0
    make_occurrences_of(communities=[community.pk], through=through, at=at)
    return list(owed.filter(pk__gt=before).order_by("pk"))


@transaction.atomic
def make_occurrences_of(*, communities: Collection[int], through: date, at: datetime) -> int:
    """The same of several communities (their keys), all of it or nothing; returns how much they owe now.

    What is the same for several is worked out once and written by one statement. They are locked in the order of their
    numbers, as by ``load_notice``.
    """
    # As one_at_a_time, and as they are by now.
    locked = list(Community.objects.select_for_update().filter(pk__in=communities).order_by("pk"))
    before = Occurrence.objects.aggregate(last=Max("pk"))["last"] or 0
    alike: dict[tuple[Recurring, str, Policy], list[int]] = defaultdict(list)
    for community, found in lacking(locked, through):
        for duty, recurring in found:
            alike[recurring, community.profile_code, community.policy].append(duty)
    calendar = current_calendar()
    for (recurring, profile_code, policy), duties in alike.items():
        _make(recurring, duties, calendar, packaged_profile(profile_code), policy, at)
    made = Occurrence.objects.filter(community__in=[one.pk for one in locked], pk__gt=before)
    if alike:
        record_made("occurrence_made", made, at=at)
    _made_through(locked, through)
    return sum(map(len, alike.values()))


def _make(
    recurring: Recurring,
    duties: Collection[int],
    calendar: WorkCalendar,
    profile: Profile,
    policy: Policy,
    at: datetime,
) -> None:
    """The same occurrence of each of these duties, and what is owed of it."""
    kind, on = recurring.kind, recurring.on
    derived = schedule(recurring.value, on, calendar=calendar, profile=profile, policy=policy)
    stated = Duty.objects.filter(pk__in=duties).order_by("pk")
    about = {"community": F("item__catalogue__community"), "item": F("item"), "duty": F("pk")}
    insert_from(stated, Occurrence, **about, kind=kind, on=on, what=recurring.what, recorded_at=at)
    made = Occurrence.objects.filter(duty__in=duties, kind=kind, on=on).order_by("pk")
    answer = _answer(derived, calendar, profile, at)
    insert_from(made, Obligation, community=F("community"), occurrence=F("pk"), **answer)


def _made_through(communities: Collection[Community], through: date) -> None:
    """Note that nothing is missing through a day, as of each community's last event."""
    last = last_events([one.pk for one in communities])
    Made.objects.bulk_create(
        [Made(community_id=pk, through=through, event=event) for pk, _, event in last],
        update_conflicts=True,
        unique_fields=("community",),
        update_fields=("through", "event"),
    )


def _derive(occurrence: Occurrence, calendar: WorkCalendar, profile: Profile) -> Schedule:
    if occurrence.ordered_due_on is not None:
        subdistrict = occurrence.community.subdistrict
        body = subdistrict.name if subdistrict is not None else "街道"
        return ordered(body, occurrence.on, occurrence.ordered_due_on)
    duty = SILENCE_DUTY if occurrence.kind == Occurrence.Kind.SILENCE else occurrence.duty.value
    return schedule(duty, occurrence.on, calendar=calendar, profile=profile, policy=occurrence.community.policy)


def _owe(occurrence: Occurrence, calendar: WorkCalendar, profile: Profile, at: datetime) -> Obligation:
    answer = _answer(_derive(occurrence, calendar, profile), calendar, profile, at)
    return Obligation.objects.create(community=occurrence.community, occurrence=occurrence, **answer)


def _answer(derived: Schedule, calendar: WorkCalendar, profile: Profile, at: datetime) -> dict[str, Any]:
    """What an obligation says of when it is due, and by what that was derived."""
    return {
        "due_on": derived.due_on,
        "certain": derived.certain,
        "schedule_data": derived.to_json(),
        "profile": f"{profile.code} {profile.version}",
        "calendar_version": calendar.version,
        "derived_at": at,
    }


@transaction.atomic
def load_notice(
    *, text: str, year: int | None, open_obligations: Iterable[Obligation], by: User | None, at: datetime
) -> tuple[WorkingYear, list[Obligation]]:
    """Store a notice and derive the open obligations again; returns those whose answer changed.

    Raises NoticeError, naming the line, for a notice that contradicts itself, and NotLoadable for one that changes a
    single holiday or that leaves a gap between the years.
    """
    table = parse_notice(text, year=year)
    missing = missing_holidays(table)
    if missing:
        raise NotLoadable(
            f"通知里没有{'、'.join(missing)}，不是{table.year}年全年的放假安排；请把它和原来的通知合成一份再载入。"
        )
    loaded = WorkingYear.objects.create(
        year=table.year, table_data=table.to_json(), text=text, loaded_at=at, loaded_by=by
    )
    record(None, "notice_loaded", loaded, by=by, at=at)
    try:
        calendar = current_calendar()
    except MissingYears as error:
        raise NotLoadable(str(error)) from error
    in_order = sorted(open_obligations, key=lambda obligation: (obligation.community_id, obligation.pk))
    changed = [obligation for obligation in in_order if _derive_again(obligation, calendar, by=by, at=at)]
    return loaded, changed


def _derive_again(obligation: Obligation, calendar: WorkCalendar, *, by: User | None, at: datetime) -> bool:
    """Whether the answer changed; if so the old one is kept."""
    profile = profile_of(obligation.community)
    derived = _derive(obligation.occurrence, calendar, profile)
    if derived.to_json() == obligation.schedule_data:
        return False
    one_at_a_time(obligation.community_id)
    EarlierAnswer.objects.create(
        obligation=obligation,
        due_on=obligation.due_on,
        certain=obligation.certain,
        schedule_data=obligation.schedule_data,
        profile=obligation.profile,
        calendar_version=obligation.calendar_version,
        derived_at=obligation.derived_at,
        replaced_at=at,
    )
    answer = _answer(derived, calendar, profile, at)
    for name, value in answer.items():
        setattr(obligation, name, value)
    obligation.save(update_fields=list(answer))
    record(obligation.community, "obligation_derived_again", obligation, by=by, at=at)
    return True
