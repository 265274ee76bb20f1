"""What there is to do today, each thing with its reason in one line and one button."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from mingbai.carriers.plan import still_hanging
from mingbai.carriers.queries import Standing, sheets_to_put_up, sheets_to_take_down, situation_of
from mingbai.communities.models import Community, User
from mingbai.communities.queries import roles_of
from mingbai.consultations.queries import unanswered
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import awaited_step, open_drafts, open_step, open_withdrawals
from mingbai.followups.queries import steps_due
from mingbai.onrequest.queries import for_desk as requests_for_desk
from mingbai.residents.queries import for_desk
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.flow import STEPS, Step

# What is owed by today comes before anything that can wait.
PRESSING = ("overdue", "today")


@dataclass(frozen=True, slots=True)
class Task:
    """One line: what, why, where its button leads and what the button says."""

    title: str
    why: str
    url: str
    button: str


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    tasks: tuple[Task, ...]
    all_url: str = ""
    all_button: str = ""


def groups_for(user: User, community: Community, today: date) -> list[Group]:
    """Everything that waits, the most urgent first; groups without tasks are left out."""
    roles = roles_of(user, community)
    drafts = open_drafts(community)
    mine = [Group("review", "等我审核", tuple(_reviews(community, drafts, user, roles)))]
    if roles & {"clerk", "committee_member", "director"}:
        owed = _owed_groups(community, drafts, today)
        mine += [group for group in owed if group.key in PRESSING]
        mine.append(Group("feedback", "等答复的居民意见", tuple(_feedback(community, today))))
        mine.append(Group("requests", "等答复的公开申请", tuple(_requests(community, today))))
        mine.append(Group("opinions", "征集截止、等处理的意见", tuple(_opinions(community, today))))
        mine.append(Group("steps", "到日子的落实步骤", tuple(_steps(community, today))))
        mine += [group for group in owed if group.key not in PRESSING]
        mine.append(Group("drafts", "我的草稿", tuple(_my_drafts(drafts, user))))
        all_sheets = reverse("desk_sheets", args=[community.slug])
        mine.append(Group("put_up", "要张贴的纸张", tuple(_to_put_up(community)), all_sheets, "一起打印、登记"))
        mine.append(Group("take_down", "要撤下的纸张", tuple(_to_take_down(community, today))))
        mine.append(Group("still", "可能还挂着", tuple(_still_hanging(community, today))))
    if roles & {"clerk", "committee_member", "director", "supervision_member"}:
        mine.append(Group("withdrawals", "等第二个人确认撤下", tuple(_withdrawals(community, user))))
    return [group for group in mine if group.tasks]


def _reviews(community: Community, drafts: Iterable[Draft], user: User, roles: frozenset[str]) -> Iterable[Task]:
    absences = 0
    for draft in drafts:
        step = awaited_step(draft, user, roles)
        if step is None:
            continue
        if draft.is_absence and draft.version_id is None:
            absences += 1
            continue
        late = "已紧急发布，补办" if draft.version_id else f"{_day(draft.submitted_at)}送审，等"
        url = reverse("desk_review", args=[draft.community.slug, draft.pk])
        yield Task(_title(draft), f"{late}{STEPS[step]}", url, "去审核")
    if absences:
        url = reverse("desk_absence_review", args=[community.slug])
        yield Task(f"本期无、暂缓公开 {absences} 项", "一页看完，一次签字", url, "去审核")


def _feedback(community: Community, today: date) -> Iterable[Task]:
    for told in for_desk(community, today):
        if not told.is_open:
            continue
        why = f"{chinese_date(told.feedback.received_on)}收到；"
        due_on = told.feedback.due_on
        why += f"最迟{chinese_date(due_on)}答复，{_left(due_on, today)}" if due_on else "未规定答复期限"
        if told.feedback.hold is not None and not told.outcome:
            why += f"；异议期内提出（到{chinese_date(told.feedback.hold.until_on)}），公布处理结果前不能公开下一步"
        url = reverse("desk_feedback_one", args=[community.slug, told.feedback.pk])
        yield Task(
            f"{told.feedback.kind_name} {told.feedback.reference}：{told.feedback.text[:30]}", why, url, "去答复"
        )


def _requests(community: Community, today: date) -> Iterable[Task]:
    for told in requests_for_desk(community, today):
        if told.answer is None:
            due_on = told.request.last_day
            why = f"最迟{chinese_date(due_on)}答复，{_left(due_on, today)}" if due_on else "没有载明答复期限"
            url = reverse("desk_request", args=[community.slug, told.request.pk])
            yield Task(f"{told.request}：{told.request.text[:30]}", why, url, "去答复")


def _opinions(community: Community, today: date) -> Iterable[Task]:
    for consultation, count in unanswered(community, today):
        why = f"{chinese_date(consultation.closes_on)}截止，还有 {count} 条文字意见没有说明采纳不采纳"
        due_on = consultation.result.due_on if consultation.result is not None else None
        if due_on is not None:
            why += f"；结果最迟{chinese_date(due_on)}公布，{_left(due_on, today)}"
        yield Task(
            consultation.title, why, reverse("desk_consultation", args=[community.slug, consultation.pk]), "去处理"
        )


def _steps(community: Community, today: date) -> Iterable[Task]:
    for step in steps_due(community, today):
        late = (today - step.planned_on).days
        why = f"{step.decision.title}；计划{chinese_date(step.planned_on)}完成，"
        why += f"已经晚了 {late} 天" if late else "就是今天"
        url = reverse("desk_decision", args=[community.slug, step.decision_id])
        yield Task(f"{step.what}（{step.responsible}）", why, f"{url}#step-{step.pk}", "登记结果")


def _owed_groups(community: Community, drafts: Iterable[Draft], today: date) -> list[Group]:
    drafted = {draft.obligation_id: draft for draft in drafts if draft.is_open}
    week = today + timedelta(days=7)
    sorted_out: dict[str, list[Task]] = {"overdue": [], "today": [], "week": [], "later": [], "not_stated": []}
    for standing in situation_of(community, today).unmet:
        if any(not version.is_postponement for version in standing.versions):
            continue  # published: what is missing is a sheet on the board, and stands there
        key = _when(standing.due_on, today, week)
        sorted_out[key].append(_owed(community, standing, drafted.get(standing.pk), today))
    titles = {
        "overdue": "已经逾期",
        "today": "今天到期",
        "week": "七天以内",
        "later": "以后",
        "not_stated": "没有载明期限",
    }
    return [Group(key, titles[key], tuple(tasks)) for key, tasks in sorted_out.items()]


def _when(due_on: date | None, today: date, week: date) -> str:
    if due_on is None:
        return "not_stated"
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on <= week else "later"


def _left(due_on: date, today: date) -> str:
    days = (due_on - today).days
    if days == 0:
        return "今天截止"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"


def _owed(community: Community, standing: Standing, draft: Draft | None, today: date) -> Task:
    why = f"{chinese_date(standing.on)}：{standing.what}"
    if standing.due_on is not None:
        why += f"；最迟{chinese_date(standing.due_on)}，{_left(standing.due_on, today)}"
    if draft is not None:
        return Task(standing.item.name, why, reverse("desk_draft", args=[community.slug, draft.pk]), "继续准备")
    return Task(standing.item.name, why, reverse("desk_obligation", args=[community.slug, standing.pk]), "去准备")


def _my_drafts(drafts: Iterable[Draft], user: User) -> Iterable[Task]:
    absences: dict[Step, list[Draft]] = {}
    for draft in drafts:
        if not draft.is_open or user not in draft.preparers.all():
            continue
        step = open_step(draft)
        if step is not None and draft.is_absence:
            absences.setdefault(step, []).append(draft)
            continue
        last = list(draft.reviews.all())[-1:]
        if step is not None:
            why = f"已送审，等{STEPS[step]}"
        elif last and not last[0].approved:
            why = f"被退回：{'；'.join(last[0].reasons.values())}"
        else:
            why = f"{_day(draft.saved_at)}保存，还没有送审"
        yield Task(_title(draft), why, reverse("desk_draft", args=[draft.community.slug, draft.pk]), "打开")
    for step, waiting in absences.items():
        url = reverse("desk_absence", args=[waiting[0].community.slug])
        yield Task(f"本期无、暂缓公开 {len(waiting)} 项", f"已送审，等{STEPS[step]}", url, "查看")


def _to_put_up(community: Community) -> Iterable[Task]:
    for version, carrier in sheets_to_put_up(community):
        why = f"{chinese_date(version.published_on)}在网上发布，{carrier.name}上还没有"
        yield Task(version.title, why, reverse("desk_version", args=[community.slug, version.code]), "打印并登记")


def _to_take_down(community: Community, today: date) -> Iterable[Task]:
    for posting in sheets_to_take_down(community, today):
        why = f"{posting.carrier.name}，公示到{chinese_date(posting.until_on)}" if posting.until_on else ""
        url = reverse("desk_version", args=[community.slug, posting.version.code])
        yield Task(posting.version.title, why, url, "撤下并登记")


def _still_hanging(community: Community, today: date) -> Iterable[Task]:
    for posting, seen_on in still_hanging(community, today):
        if posting.ended_on is not None:
            why = f"{chinese_date(posting.ended_on)}登记撤下，{chinese_date(seen_on)}还有人扫码看到"
            url = reverse("desk_version", args=[community.slug, posting.version.code])
            yield Task(posting.version.title, why, url, "去看看")


def _withdrawals(community: Community, user: User) -> Iterable[Task]:
    for withdrawal in open_withdrawals(community):
        if withdrawal.by_id != user.pk:
            url = reverse("desk_version", args=[community.slug, withdrawal.version.code])
            yield Task(withdrawal.version.title, f"{withdrawal.get_kind()}：{withdrawal.reason}", url, "去确认")


def _title(draft: Draft) -> str:
    return draft.content_data.get("title") or draft.obligation.occurrence.item.name


def _day(moment: datetime | None) -> str:
    return chinese_date(legal_day(moment)) if moment is not None else ""
