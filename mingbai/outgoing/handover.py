"""What one office hands to the next: all that is open, who does what, and how things are set here.

No password, key, receipt, household code or address of a calendar, no request's own words, and no complaint.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any

from mingbai.carriers.plan import boards_of, hanging_somewhere, plans_of, still_hanging
from mingbai.carriers.queries import sheets_to_put_up, sheets_to_take_down, situation_of
from mingbai.communities.models import Community, Role
from mingbai.communities.queries import kinships_of, people_of
from mingbai.consultations.queries import consultations, stage_name, unanswered
from mingbai.disclosures.queries import flow_for, open_drafts, open_step, open_withdrawals
from mingbai.followups.queries import decisions, followed
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.onrequest.queries import for_desk as requests
from mingbai.outgoing.archive import MOMENT
from mingbai.outgoing.workbook import Table, write_workbook
from mingbai.residents.queries import for_desk as feedback
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.flow import STEPS
from mingbai.rules.points import points_of
from mingbai.rules.wording import STATES
from mingbai.rules.workdays import OutOfCalendar
from mingbai.supervision.watching import concerns_of

Rows = Iterator[tuple[Any, ...]]
README = """{community}居务公开交接清单

制作日期：{day}。交接清单.xlsx 里每张表是一件要交接的事：

{listed}

交接时请做：
一、接任的人一张一张表看过，问清楚，双方在纸上签字。
二、管理员在“人员”页面给接任的人开账号、加角色，给离任的人结束角色。角色一结束，他就打不开工作台，也看不到日历地址。
三、密码、动态口令、街道监督员的口令各人自己设，不交接，也不在这里。
四、住户码的名单在“住户码”页面；怀疑外泄就作废，换新的。

这里没有：密码和密钥，居民的回执号，申请人写的原话，向街道反映的内容（只有街道能打开）。
里面有工作人员的姓名和没有公开的题目，请妥善保管，不要公开。
"""


def _owed(community: Community, today: date) -> Rows:
    for one in situation_of(community, today).unmet:
        missing = "、".join(one.missing)
        yield one.item.number, one.item.name, one.on, one.what, one.due_on or "未载明", STATES[one.state], missing


def _drafts(community: Community, today: date) -> Rows:
    for draft in open_drafts(community):
        step = open_step(draft)
        waits = STEPS[step] if step else "编写人" if draft.is_open else "补办审核"
        title = draft.content_data.get("title") or "（还没有标题）"
        people = "、".join(str(person) for person in draft.preparers.all())
        yield (
            draft.obligation.occurrence.item.name,
            title,
            people,
            _day(draft.saved_at),
            _day(draft.submitted_at),
            waits,
        )


def _boards(community: Community, today: date) -> Rows:
    for board in boards_of(community):
        paper = f"{board.paper.upper()}{'横放' if board.landscape else ''}"
        yield board.name, board.carrier.name, board.rows, board.columns, paper, board.reading_distance_cm


def _hanging(community: Community, today: date) -> Rows:
    for plan in plans_of(community, today):
        for slot in plan.taken:
            if slot.posting is not None:
                until = slot.posting.until_on or "长期"
                yield plan.board.name, slot.number, slot.posting.version.title, slot.posting.version.code, until
    for posting in hanging_somewhere(community):
        yield posting.carrier.name, "没有登记", posting.version.title, posting.version.code, posting.until_on or "长期"


def _to_do(community: Community, today: date) -> Rows:
    for version, carrier in sheets_to_put_up(community):
        yield "要张贴", carrier.name, version.title, version.code, version.published_on
    for posting in sheets_to_take_down(community, today):
        yield "要撤下", posting.carrier.name, posting.version.title, posting.version.code, posting.until_on
    for posting, seen in still_hanging(community, today):
        yield "撤下后还有人扫码，去看一眼", posting.carrier.name, posting.version.title, posting.version.code, seen
    for withdrawal in open_withdrawals(community):
        yield "等第二个人确认撤下", "", withdrawal.version.title, withdrawal.version.code, ""


def _feedback(community: Community, today: date) -> Rows:
    for one in feedback(community, today):
        if one.is_open:
            told = one.feedback
            number, text = f"{told.year}年第{told.number}号", one.text or "（不公开）"
            yield number, one.label, told.received_on, told.due_on or "未载明", one.where, text


def _requests(community: Community, today: date) -> Rows:
    for one in requests(community, today):
        if one.answer is None or one.wants_publication:
            told = one.request
            state = one.label if one.answer is None else "已答复，申请人同意公开，还没有公开"
            item = told.item.name if told.item is not None else "没有写"
            number = f"{told.year}年第{told.number}号"
            yield number, state, told.received_on, told.last_day or "未载明", told.channel_name, item


def _consultations(community: Community, today: date) -> Rows:
    waiting = {one.pk: count for one, count in unanswered(community, today)}
    for one in consultations(community):
        if one.result_id is None or one.pk in waiting:
            result = "没有生成" if one.result_id is None else "已经生成"
            yield one.title, stage_name(one, today), one.opens_on, one.closes_on, waiting.get(one.pk, 0), result


def _steps(community: Community, today: date) -> Rows:
    for one in followed(community, decisions(community).filter(voided_at=None), today):
        for each in one.steps:
            if each.is_open:
                step = each.step
                number = one.decision.reference
                yield number, one.decision.title, step.what, step.planned_on, step.responsible, each.state_name


def _concerns(community: Community, today: date) -> Rows:
    for one in concerns_of(community, today):
        if one.is_open:
            told = one.concern
            number = f"{told.year}年第{told.number}号"
            yield number, one.label, told.raised_on, told.due_on or "未载明", one.where, told.text, told.reply


def _calendar(community: Community, today: date) -> Rows:
    calendar = current_calendar()
    for year in (today.year, today.year + 1):
        try:
            table = calendar.table(year)
        except OutOfCalendar:
            yield year, "没有", "", "请运维人员载入国务院办公厅的放假通知，否则算不出期限"
        else:
            advice = "" if table.official else "日期是推算的，通知发布后请运维人员载入"
            yield year, "已载入" if table.official else "推算", table.source, advice


def _people(community: Community, today: date) -> Rows:
    for role in people_of(community):
        factor = "要" if role.kind in community.second_factor_roles else "不要"
        yield role.user.display_name or role.user.username, role.user.username, Role.Kind(role.kind).label, factor
    for pair in kinships_of(community):
        yield f"{pair.person}、{pair.relative}", "", "申报的近亲属", ""


def _policy(community: Community, today: date) -> Rows:
    profile = profile_of(community)
    yield "法律口径", f"{profile.name}（{profile.version}）", "是"
    catalogue = situation_of(community, today).catalogue
    yield "标准目录", f"{catalogue}，{chinese_date(catalogue.adopted_on)}采用" if catalogue else "还没有采用", "是"
    yield "审核步骤", "、".join(STEPS[step] for step in flow_for(community)), "是"
    for point in points_of(community.policy, profile, today):
        yield point.name, point.value, "是" if point.told else "否，请定下来"
    yield "联系方式", community.contact or "没有填写", "是" if community.contact else "否，请填写"


PARTS: dict[str, tuple[tuple[str, ...], Callable[[Community, date], Rows], str]] = {
    "要公开的": (
        ("序号", "事项", "起算日", "事由", "最迟公开", "状态", "还缺的载体"),
        _owed,
        "没有在全部载体公开的",
    ),
    "草稿": (("事项", "标题", "编写人", "最后修改", "送审", "等谁"), _drafts, "正在写和正在审的"),
    "张贴和撤下": (("做什么", "载体", "标题", "短码", "日期"), _to_do, "公示栏上要动手的"),
    "公示栏": (("名称", "载体", "行", "列", "每格纸张", "阅读距离（厘米）"), _boards, "有哪些公示栏"),
    "栏里挂着的": (("公示栏", "第几格", "标题", "短码", "公示到"), _hanging, "每格挂着什么"),
    "居民意见": (("编号", "状态", "收到", "最迟答复", "关于", "内容"), _feedback, "等答复和没有解决的"),
    "公开申请": (("编号", "状态", "收到", "最迟答复", "渠道", "事项"), _requests, "等答复的；原话在工作台里看"),
    "民意征集": (("标题", "状态", "开始", "截止", "等处理的意见", "结果"), _consultations, "没有办完的"),
    "决定的落实": (("编号", "决定", "做什么", "计划完成", "负责人", "状态"), _steps, "没有做完的每一步"),
    "监督意见": (("编号", "状态", "提出", "最迟答复", "关于", "内容", "答复"), _concerns, "没有认定的"),
    "日历": (("年份", "放假安排", "依据", "要做的"), _calendar, "放假安排载入了没有"),
    "人员": (("姓名", "账号", "身份", "要动态口令"), _people, "谁担任什么"),
    "口径": (("项目", "怎么定的", "定了没有"), _policy, "这里按什么规矩办"),
}


def write_handover(out: IO[bytes], community: Community, today: date) -> None:
    """A zip of one workbook and what to do with it; the same bytes for the same records on the same day."""
    book = io.BytesIO()
    tables = (Table(name, headings, rows(community, today)) for name, (headings, rows, _) in PARTS.items())
    write_workbook(book, f"{community.name}居务公开交接清单", today, tables)
    listed = "\n".join(f"{name}：{what}" for name, (_, _, what) in PARTS.items())
    readme = README.format(community=community.name, day=chinese_date(today), listed=listed)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in (("交接清单.xlsx", book.getvalue()), ("说明.txt", readme.encode())):
            zipped.writestr(zipfile.ZipInfo(name, MOMENT), data, zipfile.ZIP_DEFLATED)


def _day(moment: datetime | None) -> date | str:
    return legal_day(moment) if moment is not None else ""
