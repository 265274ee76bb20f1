"""The Chinese words for the values of the rules, in one place: pages, commands and sheets all say the same."""

from __future__ import annotations

from mingbai.rules.catalogue import Audience, Mode
from mingbai.rules.duties import Doubt, Trigger
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
