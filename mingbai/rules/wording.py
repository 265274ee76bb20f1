"""The Chinese words for the values of the rules, in one place: pages, commands and sheets all say the same."""

from __future__ import annotations

from mingbai.rules.catalogue import Audience, Mode
from mingbai.rules.duties import Doubt, Trigger
from mingbai.rules.report import Outcome
from mingbai.rules.state import State

DOUBTS = {
    Doubt.TRIGGER_NOT_STATED: "没有写明从什么时候起算",
    Doubt.DEADLINE_NOT_STATED: "没有写明多少天内公开",
    Doubt.PERIOD_NOT_STATED: "没有写明会计期间是月还是季",
    Doubt.DISPLAY_OR_DEADLINE: "天数是公示期还是期限，原文两可",
    Doubt.SAME_AS_ABOVE: "写的是“同上”，没有写明同哪一项",
    Doubt.EMPTY: "没有填写公开时限",
    Doubt.NOT_UNDERSTOOD: "系统读不懂这句话，不作推断",
}

STATES = {
    State.OWED: "应公开",
    State.IN_PREPARATION: "准备中",
    State.MET: "已公开",
    State.MET_LATE: "已公开（逾期）",
    State.OVERDUE: "逾期未公开",
    State.NOT_STATED: "期限未载明",
}

TRIGGERS = {
    Trigger.CHANGE: "信息变更",
    Trigger.FORMATION: "信息形成",
    Trigger.FORMATION_OR_CHANGE: "信息形成或变更",
    Trigger.ACCOUNTING_PERIOD: "会计期间届满",
    Trigger.MONTH: "每月末",
    Trigger.QUARTER: "每季末",
    Trigger.HALF_YEAR: "每半年末",
    Trigger.YEAR: "每年末",
    Trigger.NONE: "没有载明起算",
}

AUDIENCES = {Audience.GENERAL_PUBLIC: "全社会", Audience.SPECIFIC_PARTIES: "特定对象"}
MODES = {Mode.PROACTIVE: "主动公开", Mode.ON_REQUEST: "依申请公开"}

OUTCOMES = {
    Outcome.DONE_IN_TIME: "按时公开",
    Outcome.DONE_LATE: "逾期公开",
    Outcome.OPEN_NOT_DUE: "未到期",
    Outcome.OPEN_OVERDUE: "逾期未公开",
    Outcome.DONE_NOT_STATED: "期限未载明，已公开",
    Outcome.OPEN_NOT_STATED: "期限未载明，未公开",
}

# What a rule of law is about, in the order in which a resident wants to know.
TOPICS = {
    "paper_board": "在哪里公开",
    "display_floor": "至少公示多久",
    "prompt": "“及时公开”是多久",
    "after_period": "账目在什么时候公开",
    "reply": "居民意见几天内答复",
    "request": "公开申请几天内答复",
    "first_day": "从哪一天数起",
    "last_day": "最后一天遇到放假",
    "reviewers": "谁来审核",
    "review_flow": "审核的步骤",
    "personal_information": "公开个人信息",
    "appeal": "不公开、不真实怎么办",
    "channel": "打哪个电话",
    "coverage": "还必须公开什么",
}
