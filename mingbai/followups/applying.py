"""The acts on applications: they come in by number, go from stage to stage, and end. Who they are isn't asked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.followups.counting import courses_of
from mingbai.followups.models import Application, Passage
from mingbai.followups.owing import MAX_REASON, BadEntry, checked_text, let_go, owe
from mingbai.obligations.models import Obligation
from mingbai.rules.days import legal_day

MAX_AT_ONCE = 100
# A stage whose name says so is there to be objected to.
OBJECTED_TO = "公示"


@transaction.atomic
def receive_applications(
    *, community: Community, kind: str, count: int, on: date, nonce: str, by: User, at: datetime
) -> list[Application]:
    """So many of a kind came in on a day: each gets its number, and is at the first stage.

    The same ``nonce`` twice is one entry. Raises BadEntry.
    """
    one_at_a_time(community.pk)
    batch = hashlib.sha256(f"{community.pk}|{nonce}".encode()).hexdigest()
    known = list(Application.objects.filter(community=community, batch=batch))
    if known:
        return known
    found = courses_of(community)
    course = next((course for course in found[1] if course.kind == kind), None) if found is not None else None
    if course is None:
        raise BadEntry("请选择申请的种类。")
    if not 1 <= count <= MAX_AT_ONCE:
        raise BadEntry(f"“收到几件”请填1到{MAX_AT_ONCE}。")
    if on > legal_day(at):
        raise BadEntry("收到日期不能晚于今天，请改正。")
    mine = Application.objects.filter(community=community, year=on.year)
    last = mine.aggregate(last=Max("number"))["last"] or 0
    data = [[stage.name, stage.published] for stage in course.stages]
    made = Application.objects.bulk_create(
        Application(community=community, kind=kind, year=on.year, number=last + n, course_data=data, batch=batch)
        for n in range(1, count + 1)
    )
    _pass(made, 1, on, "", None, by=by, at=at)
    record(community, "applications_received", made[0], by=by, at=at)
    return made


@transaction.atomic
def advance_applications(
    *,
    community: Community,
    keys: Collection[int],
    stage: str,
    on: date,
    outcome: str,
    by: User,
    at: datetime,
    known: Obligation | None = None,
) -> list[Passage]:
    """These came to a stage on a day, together; what is to be published of it is owed once for all of them.

    At the last stage with an ``outcome``, and only there. The same twice is one. Raises BadEntry.
    """
    one_at_a_time(community.pk)
    found = list(Application.objects.filter(community=community, pk__in=set(keys)).prefetch_related("passages"))
    if not found or len(found) != len(set(keys)):
        raise BadEntry("请选择要登记进展的申请。")
    if len({(one.kind, str(one.course_data)) for one in found}) > 1:
        raise BadEntry("请只选同一种申请，一起登记。")
    stages = found[0].stages
    if stage not in stages:
        raise BadEntry("请选择到了哪一步。")
    position, is_last = stages.index(stage) + 1, stage == stages[-1]
    if is_last != (outcome in Passage.Outcome.values):
        raise BadEntry("请选择办理结果。" if is_last else f"还没有到“{stages[-1]}”，不能选办理结果。")
    if on > legal_day(at):
        raise BadEntry("日期不能晚于今天，请改正。")
    last = [[passage for passage in one.passages.all() if passage.voided_at is None][-1:] for one in found]
    standing = [passages[0] for passages in last if passages]
    if len(standing) != len(found):
        raise BadEntry("选的申请里有已经作废的，请重新选。")
    if all((one.position, one.on, one.outcome) == (position, on, outcome) for one in standing):
        return standing
    for one, passage in zip(found, standing, strict=True):
        if passage.position >= position:
            raise BadEntry(f"第{one.number}号已经到了“{stages[passage.position - 1]}”，不能再登记这一步。")
        if passage.on > on:
            raise BadEntry(f"第{one.number}号上一步的日期比这个日期晚，请改正。")
    passed = [passage for one in found for passage in one.passages.all() if passage.voided_at is None]
    earlier = {passage.obligation_id for passage in passed if passage.obligation_id is not None}
    made = _pass(found, position, on, outcome, known, by=by, at=at, earlier=earlier)
    record(community, "applications_advanced", made[0], by=by, at=at)
    return made


@transaction.atomic
def take_back_passage(*, application: Application, reason: str, by: User, at: datetime) -> Passage:
    """The last thing entered of an application was wrong: it stays, void, with the reason; the first one takes the
    application with it. Raises BadEntry."""
    one_at_a_time(application.community_id)
    said = checked_text(reason, "理由", MAX_REASON)
    standing = application.passages.filter(voided_at=None).select_related("obligation__occurrence")
    passage = standing.order_by("-position").first()
    if passage is None:
        raise BadEntry("这件申请已经作废。")
    passage.voided_at, passage.void_reason = at, said
    passage.save(update_fields=["voided_at", "void_reason"])
    record(application.community, "passage_taken_back", passage, by=by, at=at)
    let_go(passage.obligation, passage.owes, said, by=by, at=at)
    return passage


def _pass(
    found: list[Application],
    position: int,
    on: date,
    outcome: str,
    known: Obligation | None,
    *,
    by: User,
    at: datetime,
    earlier: Collection[int] = (),
) -> list[Passage]:
    name, is_published = found[0].course_data[position - 1]
    obligation, owes = None, False
    if is_published:
        # How many there were isn't said: it may be one.
        what = f"{found[0].kind}：{name}"
        window = OBJECTED_TO in name
        obligation, owes = owe(
            found[0].community, "application", on, what, known, by=by, at=at, continues=earlier, opens_window=window
        )
    elif known is not None:
        raise BadEntry(f"“{name}”这一步不用公开，请不要选事由。")
    return Passage.objects.bulk_create(
        Passage(
            application=one, position=position, on=on, outcome=outcome, obligation=obligation, owes=owes, by=by, at=at
        )
        for one in found
    )
