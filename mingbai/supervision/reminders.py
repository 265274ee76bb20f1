"""What each person is reminded of on a day: read from how things stand, so that a missed night loses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import sheets_over
from mingbai.carriers.windows import waiting_after
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Community, Role, Supervisor, User
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import awaited_step, open_drafts
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.onrequest.queries import awaiting as requests_awaiting
from mingbai.residents.queries import awaiting
from mingbai.rules.days import chinese_date
from mingbai.rules.flow import STEPS
from mingbai.rules.workdays import OutOfCalendar
from mingbai.supervision.models import Pending
from mingbai.supervision.pending import pending_of

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
    return lines_by_person([user], today)[user.pk]


def lines_by_person(users: Sequence[User], today: date) -> dict[int, list[Line]]:
    """The same of several people: person → lines. As many queries for a hundred as for one, but for subdistricts."""
    held: dict[int, dict[Community, set[str]]] = {user.pk: {} for user in users}
    roles = Role.objects.filter(user__in=users, ended_at=None).select_related("community").order_by("community__slug")
    for role in roles:
        held[role.user_id].setdefault(role.community, set()).add(role.kind)
    everywhere = {community for mine in held.values() for community in mine}
    prepared = {one for mine in held.values() for one, kinds in mine.items() if kinds & PREPARERS}
    for_preparers = _for_preparers(sorted(prepared, key=lambda one: one.slug), today)
    drafts: dict[int, list[Draft]] = defaultdict(list)
    for draft in open_drafts(*everywhere) if everywhere else ():
        drafts[draft.community_id].append(draft)
    escalated = _escalated(users, today)
    found = {}
    for user in users:
        lines: list[Line] = []
        for community, kinds in held[user.pk].items():
            if kinds & PREPARERS:
                lines += for_preparers[community.pk]
            lines += _reviews(user, community, kinds, drafts[community.pk])
            if Role.Kind.ADMINISTRATOR in kinds:
                lines += _calendar(today)
        lines += escalated[user.pk]
        found[user.pk] = sorted(dict.fromkeys(lines), key=lambda line: ORDER.index(line.kind))
    return found


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


def _for_preparers(communities: Sequence[Community], today: date) -> dict[int, list[Line]]:
    """Community → what those who prepare there are reminded of. A few queries, however many communities."""
    lines: dict[int, list[Line]] = {community.pk: [] for community in communities}
    if not communities:
        return lines
    names = {community.pk: community.name for community in communities}
    soon = today + AHEAD
    pending = pending_of(communities, today)
    for owed in _unmet(pending.values(), soon):
        what = f"{names[owed.community]}：{owed.item}（{owed.what}）"
        if owed.due_on < today:
            line = Line("overdue", f"{what}已逾期，应在{chinese_date(owed.due_on)}前公开")
        elif owed.due_on == today:
            line = Line("due_today", f"{what}今天到期")
        else:
            line = Line("due_soon", f"{what}{chinese_date(owed.due_on)}到期")
        lines[owed.community].append(line)
    for pk, what, due_on in _awaited(communities, today, soon):
        late = "已逾期" if due_on < today else f"最迟{chinese_date(due_on)}"
        lines[pk].append(Line("unanswered", f"{names[pk]}：{what}等答复，{late}"))
    for held in waiting_after(communities, today):
        pk, title = held.version.community_id, held.version.title
        text = f"{names[pk]}：{title}异议期已满，{held}还没有公布处理结果，下一步不能公开"
        lines[pk].append(Line("unanswered", text))
    sheets = [(version, board) for one in pending.values() for version, board in one.sheets]
    versions = Version.objects.defer("content_data").in_bulk({version for version, _ in sheets})
    boards = Carrier.objects.in_bulk({board for _, board in sheets})
    for pk, board in sheets:
        version = versions[pk]
        text = f"{names[version.community_id]}：{version.title}还没有张贴在{boards[board].name}"
        lines[version.community_id].append(Line("put_up", text))
    for posting in sheets_over(today).filter(community__in=communities).defer("version__content_data"):
        text = f"{names[posting.community_id]}：{posting.version.title}公示期已满，可以从{posting.carrier.name}撤下"
        lines[posting.community_id].append(Line("take_down", text))
    ending = Posting.objects.filter(community__in=communities, ended_on=None, until_on__range=(today, soon))
    related = ending.select_related("version", "carrier").defer("version__content_data")
    for posting in related.order_by("until_on", "pk"):
        if posting.until_on is not None:
            where = f"{names[posting.community_id]}：{posting.version.title}在{posting.carrier.name}"
            lines[posting.community_id].append(Line("display_ends", f"{where}公示到{chinese_date(posting.until_on)}"))
    return lines


def _awaited(communities: Sequence[Community], today: date, due_by: date) -> Iterator[tuple[int, str, date]]:
    """What residents wait for: whose it is, what, and its last day."""
    for told in awaiting(communities, today, due_by):
        if told.feedback.due_on is not None:
            yield told.feedback.community_id, str(told.feedback), told.feedback.due_on
    for asked in requests_awaiting(communities, due_by):
        if asked.last_day is not None:
            yield asked.community_id, str(asked), asked.last_day


class Unmet(NamedTuple):
    """Something with a deadline that isn't met, as a line names it."""

    community: int
    item: str
    what: str
    due_on: date


def _unmet(pending: Iterable[Pending], due_by: date) -> Iterator[Unmet]:
    """What isn't met of what is due by a day, the first due first."""
    keys = [pk for one in pending for pk in one.unmet]
    owed = Obligation.objects.filter(pk__in=keys, due_on__lte=due_by).order_by("due_on", "pk")
    told = owed.values_list("community", "occurrence__item__name", "occurrence__what", "due_on")
    for community, item, what, due_on in told:
        if due_on is not None:
            yield Unmet(community, item, what, due_on)


def _reviews(user: User, community: Community, roles: Collection[str], drafts: Iterable[Draft]) -> Iterator[Line]:
    for draft in drafts:
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


def _escalated(users: Sequence[User], today: date) -> dict[int, list[Line]]:
    """Person → what is overdue in the communities of the person's subdistricts, what is owed to the public and the
    answers that residents wait for, told after the days that each profile states (none stated: at once)."""
    found: dict[int, list[Line]] = {user.pk: [] for user in users}
    posts = Supervisor.objects.filter(user__in=users, ended_at=None).order_by("subdistrict__slug")
    overdue: dict[int, list[Line]] = {}
    for post in posts:
        if post.subdistrict_id not in overdue:
            overdue[post.subdistrict_id] = list(_overdue_in(post.subdistrict_id, today))
        found[post.user_id] += overdue[post.subdistrict_id]
    return found


def _overdue_in(subdistrict_id: int, today: date) -> Iterator[Line]:
    by_pk, eve = Community.objects.filter(subdistrict=subdistrict_id).in_bulk(), today - timedelta(days=1)
    late: list[tuple[int, str, date]] = []
    for one in _unmet(pending_of(list(by_pk.values()), today).values(), eve):
        what = f"{one.item}（{one.what}）逾期未公开，应在{chinese_date(one.due_on)}前公开"
        late.append((one.community, what, one.due_on))
    for pk, asked, due_on in _awaited(list(by_pk.values()), today, eve):
        late.append((pk, f"{asked}逾期未答复，应在{chinese_date(due_on)}前答复", due_on))
    for pk, what, due_on in late:
        rule = profile_of(by_pk[pk]).rule("escalation", today)
        if (today - due_on).days > (int(rule.value) if rule is not None else 0):
            yield Line("escalated", f"{by_pk[pk].name}：{what}")
