"""Every write of this app: recording what happened, deriving what is owed, loading a notice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from django.db import transaction

from mingbai.catalogues.models import CatalogueVersion, Duty
from mingbai.catalogues.queries import catalogue_in_force, item_value, items_of
from mingbai.communities.models import Community, Event, User, one_at_a_time, record, record_made
from mingbai.obligations.models import EarlierAnswer, Made, Obligation, Occurrence, WorkingYear
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.privacy.text import mask_text
from mingbai.rules import duties as values
from mingbai.rules.comparison import is_carried_over, starts_at_adoption
from mingbai.rules.days import legal_day
from mingbai.rules.duties import Trigger
from mingbai.rules.notice import missing_holidays, parse_notice
from mingbai.rules.profiles import Policy, Profile
from mingbai.rules.schedule import ONE_DAY, Schedule, ordered, period_ends, schedule
from mingbai.rules.workdays import MissingYears, WorkCalendar

# At a quarter's end a silent item owes a disclosure or a statement 本期无. No layer states by when.
SILENCE_DUTY = values.Duty(None, Trigger.QUARTER, values.DueUnspecified(), values.DisplayUnspecified())
MAX_ORDER = 150
EVENT_TRIGGERS = frozenset({Trigger.CHANGE, Trigger.FORMATION, Trigger.FORMATION_OR_CHANGE})


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

    Idempotent: what has been made isn't made again, and nights that were missed are caught up. The same number of
    queries however much there is to make.
    """
    community = Community.objects.select_for_update().get(pk=community.pk)  # as one_at_a_time, and as it is by now
    catalogue = catalogue_in_force(community.pk)
    made: list[Occurrence] = []
    obligations: list[Obligation] = []
    if catalogue is not None:
        recorded = list(
            Occurrence.objects.filter(community=community).values_list("duty", "kind", "on", "item__code", "voided_at")
        )
        known = {(duty, kind, on) for duty, kind, on, _, _ in recorded}
        # A voided event didn't happen; what the calendar made and somebody voided isn't made again. Under whatever
        # catalogue: an item is the same by its code.
        happened = [
            (code, on)
            for _, kind, on, code, voided_at in recorded
            if voided_at is None or kind not in ("event", "order")
        ]
        for duty, kind, on, what in _calendar_occurrences(community, catalogue, through, happened):
            if (duty.pk, kind, on) not in known:
                about = {"community": community, "item_id": duty.item_id, "duty": duty, "recorded_at": at}
                made.append(Occurrence(kind=kind, on=on, what=what, **about))
        calendar, profile = current_calendar(), profile_of(community)
        Occurrence.objects.bulk_create(made)
        obligations = Obligation.objects.bulk_create(_obligation(one, calendar, profile, at) for one in made)
        record_made(community, "occurrence_made", made, at=at)
    _made_through(community, through)
    return obligations


def _made_through(community: Community, through: date) -> None:
    """Note that nothing is missing through a day, as of the community's last event."""
    last = Event.objects.filter(community=community).order_by("-pk").values_list("pk", flat=True).first()
    Made.objects.bulk_create(
        [Made(community=community, through=through, event=last or 0)],
        update_conflicts=True,
        unique_fields=("community",),
        update_fields=("through", "event"),
    )


def _calendar_occurrences(
    community: Community, catalogue: CatalogueVersion, through: date, happened: Iterable[tuple[str, date]]
) -> Iterator[tuple[Duty, str, date, str]]:
    """Duty, kind, day and words of everything that the calendar makes by ``through``, made already or not.

    ``happened``: the item's code and day of what is on record.
    """
    adopted_on, policy, made = catalogue.adopted_on, community.policy, set(happened)
    duties = list(
        Duty.objects.filter(item__catalogue=catalogue).select_related("item").order_by("item__number", "position")
    )
    carried_over = _carried_over(catalogue)
    for duty in duties:
        trigger = Trigger(duty.trigger)
        if trigger.is_period:
            for end in period_ends(trigger, adopted_on, through, policy):
                made.add((duty.item.code, end))
                yield duty, Occurrence.Kind.PERIOD, end, f"截至{end.year}年{end.month}月{end.day}日的会计期间"
        elif starts_at_adoption(duty.value) and adopted_on <= through and duty.pk not in carried_over:
            made.add((duty.item.code, adopted_on))
            yield duty, Occurrence.Kind.ADOPTION, adopted_on, "采用本目录"
    if policy.absence:
        yield from _silent_quarters(duties, adopted_on, through, policy, made)


def _carried_over(catalogue: CatalogueVersion) -> frozenset[int]:
    """The duties that owe nothing at this adoption, because the same was owed at the one before."""
    before = CatalogueVersion.objects.filter(community=catalogue.community_id, number=catalogue.number - 1).first()
    if before is None:
        return frozenset()
    adopted = Occurrence.objects.filter(community=catalogue.community_id, kind=Occurrence.Kind.ADOPTION)
    codes = set(adopted.values_list("item__code", flat=True))
    earlier = {item.code: item_value(item) for item in items_of(before.pk) if item.code in codes}
    return frozenset(
        duty.pk
        for item in items_of(catalogue.pk)
        for duty in item.duties.all()
        if starts_at_adoption(duty.value) and is_carried_over(duty.value, item_value(item), earlier.get(item.code))
    )


def _silent_quarters(
    duties: Iterable[Duty], adopted_on: date, through: date, policy: Policy, happened: Iterable[tuple[str, date]]
) -> Iterator[tuple[Duty, str, date, str]]:
    """One for each event-driven item and quarter in which nothing was recorded for any of its duties."""
    ends = period_ends(Trigger.QUARTER, adopted_on, through, policy)
    heard = {
        (code, period_ends(Trigger.QUARTER, on - ONE_DAY, date(on.year, 12, 31), policy)[0]) for code, on in happened
    }
    first: dict[str, Duty] = {}
    for duty in duties:
        if Trigger(duty.trigger) in EVENT_TRIGGERS:
            first.setdefault(duty.item.code, duty)
    for code, duty in first.items():
        if duty.is_long_term:
            continue  # a long-term item always has something on show: silence means that it still holds
        for end in ends:
            if (code, end) not in heard:
                what = f"{end.year}年第{(end.month + 2) // 3}季度没有记录到事项"
                yield duty, Occurrence.Kind.SILENCE, end, what


def _derive(occurrence: Occurrence, calendar: WorkCalendar, profile: Profile) -> Schedule:
    if occurrence.ordered_due_on is not None:
        subdistrict = occurrence.community.subdistrict
        body = subdistrict.name if subdistrict is not None else "街道"
        return ordered(body, occurrence.on, occurrence.ordered_due_on)
    duty = SILENCE_DUTY if occurrence.kind == Occurrence.Kind.SILENCE else occurrence.duty.value
    return schedule(duty, occurrence.on, calendar=calendar, profile=profile, policy=occurrence.community.policy)


def _owe(occurrence: Occurrence, calendar: WorkCalendar, profile: Profile, at: datetime) -> Obligation:
    owed = _obligation(occurrence, calendar, profile, at)
    owed.save()
    return owed


def _obligation(occurrence: Occurrence, calendar: WorkCalendar, profile: Profile, at: datetime) -> Obligation:
    derived = _derive(occurrence, calendar, profile)
    return Obligation(
        community=occurrence.community,
        occurrence=occurrence,
        due_on=derived.due_on,
        certain=derived.certain,
        schedule_data=derived.to_json(),
        profile=f"{profile.code} {profile.version}",
        calendar_version=calendar.version,
        derived_at=at,
    )


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
    obligation.due_on = derived.due_on
    obligation.certain = derived.certain
    obligation.schedule_data = derived.to_json()
    obligation.profile = f"{profile.code} {profile.version}"
    obligation.calendar_version = calendar.version
    obligation.derived_at = at
    obligation.save(update_fields=["due_on", "certain", "schedule_data", "profile", "calendar_version", "derived_at"])
    record(obligation.community, "obligation_derived_again", obligation, by=by, at=at)
    return True
