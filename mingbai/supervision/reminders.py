"""What each person is reminded of on a day: read from how things stand, so that a missed night loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mingbai.carriers.asof import stood
from mingbai.carriers.models import Posting
from mingbai.carriers.queries import sheets_to_put_up, sheets_to_take_down, situation_of
from mingbai.communities.models import Community, Role, User
from mingbai.communities.queries import communities_of, roles_of, subdistricts_of
from mingbai.disclosures.queries import awaited_step, open_drafts
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.onrequest.queries import for_desk as requests_for_desk
from mingbai.residents.queries import for_desk
from mingbai.rules.days import chinese_date
from mingbai.rules.flow import STEPS
from mingbai.rules.report import Outcome
from mingbai.rules.state import State
from mingbai.rules.workdays import OutOfCalendar

# How many days ahead something is worth a line. The dates themselves come from catalogue, law and policy.
AHEAD = timedelta(days=5)
PREPARERS = frozenset({Role.Kind.CLERK, Role.Kind.COMMITTEE_MEMBER, Role.Kind.DIRECTOR})
# From this month on, the missing notice of next year's working days is worth a line.
NOTICE_MONTH = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: ``kind`` as in the docs, in the words of a person, most urgent kinds first."""

    kind: str
    text: str

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text}


def lines_for(user: User, today: date) -> list[Line]:
    """Everything that a person is reminded of on a day, over all communities where the person serves or supervises."""
    lines: list[Line] = []
    for community in communities_of(user):
        roles = roles_of(user, community)
        if roles & PREPARERS:
            lines += _for_preparer(community, today)
        lines += _reviews(user, community, roles)
        if Role.Kind.ADMINISTRATOR in roles:
            lines += _calendar(today)
    for subdistrict in subdistricts_of(user):
        lines += _escalated(list(subdistrict.communities.order_by("slug")), today)
    return sorted(dict.fromkeys(lines), key=lambda line: ORDER.index(line.kind))


ORDER = (
    "overdue",
    "unanswered",
    "due_today",
    "review",
    "due_soon",
    "take_down",
    "put_up",
    "display_ends",
    "escalated",
    "calendar",
)


def _unanswered(community: Community, today: date) -> Iterator[tuple[str, date | None]]:
    """What residents wait for, with its last day where one is stated."""
    for told in for_desk(community, today):
        if told.is_open and not told.answers:
            yield str(told.feedback), told.feedback.due_on
    for asked in requests_for_desk(community, today):
        if asked.answer is None:
            yield str(asked.request), asked.request.last_day


def _for_preparer(community: Community, today: date) -> Iterator[Line]:
    for standing in situation_of(community, today).standings:
        if not standing.is_open or standing.due_on is None:
            continue
        what = f"{community.name}：{standing.item.name}（{standing.what}）"
        if standing.state is State.OVERDUE:
            yield Line("overdue", f"{what}已逾期，应在{chinese_date(standing.due_on)}前公开")
        elif standing.due_on == today:
            yield Line("due_today", f"{what}今天到期")
        elif standing.due_on <= today + AHEAD:
            yield Line("due_soon", f"{what}{chinese_date(standing.due_on)}到期")
    for what, due_on in _unanswered(community, today):
        if due_on is not None and due_on <= today + AHEAD:
            late = "已逾期" if due_on < today else f"最迟{chinese_date(due_on)}"
            yield Line("unanswered", f"{community.name}：{what}等答复，{late}")
    for version, carrier in sheets_to_put_up(community):
        yield Line("put_up", f"{community.name}：{version.title}还没有张贴在{carrier.name}")
    for posting in sheets_to_take_down(community, today):
        yield Line(
            "take_down", f"{community.name}：{posting.version.title}公示期已满，可以从{posting.carrier.name}撤下"
        )
    ending = Posting.objects.filter(community=community, ended_on=None, until_on__range=(today, today + AHEAD))
    for posting in ending.select_related("version", "carrier").order_by("until_on", "pk"):
        if posting.until_on is not None:
            until = chinese_date(posting.until_on)
            yield Line(
                "display_ends", f"{community.name}：{posting.version.title}在{posting.carrier.name}公示到{until}"
            )


def _reviews(user: User, community: Community, roles: frozenset[str]) -> Iterator[Line]:
    for draft in open_drafts(community):
        step = awaited_step(draft, user, roles)
        if step is not None:
            title = draft.content_data.get("title") or draft.obligation.occurrence.item.name
            yield Line("review", f"{community.name}：{title}等您办理“{STEPS[step]}”")


def _calendar(today: date) -> Iterator[Line]:
    if today.month < NOTICE_MONTH:
        return
    try:
        official = current_calendar().is_official(date(today.year + 1, 1, 1))
    except OutOfCalendar:
        official = False
    if not official:
        yield Line(
            "calendar", f"{today.year + 1}年的放假安排还没有载入，明年的日期是推算的；请运维人员载入国务院办公厅的通知"
        )


def _escalated(communities: list[Community], today: date) -> Iterator[Line]:
    """What is overdue, told to the subdistrict after the days that the profile states (none stated: at once)."""
    by_pk = {community.pk: community for community in communities}
    for one in stood(list(by_pk), today):
        if one.outcome is not Outcome.OPEN_OVERDUE or one.due_on is None:
            continue
        community = by_pk[one.community]
        rule = profile_of(community).rule("escalation", today)
        if (today - one.due_on).days > (int(rule.value) if rule is not None else 0):
            yield Line(
                "escalated",
                f"{community.name}：{one.name}（{one.what}）逾期未公开，应在{chinese_date(one.due_on)}前公开",
            )
