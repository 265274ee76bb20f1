"""Residents' questions and objections: by when they are answered, and how they stand. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mingbai.rules.days import chinese_date
from mingbai.rules.duties import Unit, Within
from mingbai.rules.profiles import Policy, Profile, Rule, prompt_within
from mingbai.rules.workdays import WorkCalendar


class FeedbackState(StrEnum):
    """意见的状态."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    SETTLED = "settled"
    UNSETTLED = "unsettled"
    WITHHELD = "withheld"


FEEDBACK_STATES = {
    FeedbackState.WAITING: "等待答复",
    FeedbackState.OVERDUE: "逾期未答复",
    FeedbackState.ANSWERED: "已答复",
    FeedbackState.SETTLED: "已答复，提出人认为已解决",
    FeedbackState.UNSETTLED: "已答复，提出人认为没有解决",
    FeedbackState.WITHHELD: "内容不公开",
}


@dataclass(frozen=True, slots=True)
class ReplyTerm:
    """By when an answer is due. ``due_on`` None: no layer states a number. ``basis``: its source, in Chinese."""

    due_on: date | None
    basis: str


def reply_term(received_on: date, *, profile: Profile, policy: Policy, calendar: WorkCalendar) -> ReplyTerm:
    """The last day for an answer: the profile's ``reply`` rule, else the policy's own promise, else not stated.

    The day of receipt isn't counted (民法典 art. 201); calendar days that end on a day off move on (art. 203).
    """
    unstated = "未规定答复期限：法规和本社区口径都没有写明几天内答复。"
    return _term(received_on, profile.rule("reply", received_on), policy.reply, calendar, unstated)


def request_term(received_on: date, *, profile: Profile, policy: Policy, calendar: WorkCalendar) -> ReplyTerm:
    """The same for what is asked to be disclosed: the profile's ``request`` rule, else the policy's own promise.

    政府信息公开条例 art. 33 (20 working days) binds administrative organs and no residents' committee, so it is none.
    """
    unstated = "法规没有写明居民委员会几天内答复公开申请，本社区也没有承诺天数，所以没有确定的期限。"
    return _term(received_on, profile.rule("request", received_on), policy.request, calendar, unstated)


def _term(
    received_on: date, rule: Rule | None, promised: Within | None, calendar: WorkCalendar, unstated: str
) -> ReplyTerm:
    within = prompt_within(rule) if rule is not None else promised
    if not isinstance(within, Within):
        return ReplyTerm(None, unstated)
    source = rule.citation if rule is not None else "本社区口径"
    if within.unit is Unit.WORKING_DAY:
        due_on = calendar.add_working_days(received_on, within.count)
        days = f"{within.count}个工作日"
    else:
        due_on = calendar.roll_forward(received_on + timedelta(days=within.count))
        days = f"{within.count}日"
    return ReplyTerm(due_on, f"{source}：收到之日起{days}内答复，最迟{chinese_date(due_on)}。")


def feedback_state(
    *, due_on: date | None, answered_on: date | None, settled: bool | None, withheld: bool, today: date
) -> FeedbackState:
    """``settled``: what the asker said of the answer; None: nothing yet. What is withheld (abuse, advertising) owes no
    answer, but may get one."""
    if answered_on is None:
        if due_on is not None and today > due_on and not withheld:
            return FeedbackState.OVERDUE
        return FeedbackState.WITHHELD if withheld else FeedbackState.WAITING
    if settled is None:
        return FeedbackState.ANSWERED
    return FeedbackState.SETTLED if settled else FeedbackState.UNSETTLED
