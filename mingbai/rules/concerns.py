"""Findings of the supervision committee: how one stands on a day. Derived, never stored."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Resolution(StrEnum):
    """处理结果: what the supervision committee says of the committee's reply."""

    PUT_RIGHT = "put_right"
    EXPLAINED = "explained"
    NOT_ACCEPTED = "not_accepted"


RESOLUTIONS = {
    Resolution.PUT_RIGHT: "已改正",
    Resolution.EXPLAINED: "已说明清楚",
    Resolution.NOT_ACCEPTED: "不认可答复，提请街道处理",
}


class ConcernState(StrEnum):
    """监督意见的状态."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    REPLIED = "replied"
    PUT_RIGHT = "put_right"
    EXPLAINED = "explained"
    NOT_ACCEPTED = "not_accepted"


CONCERN_STATES = {
    ConcernState.WAITING: "等待居委会答复",
    ConcernState.OVERDUE: "逾期未答复",
    ConcernState.REPLIED: "居委会已答复，等监督委员会认定",
    ConcernState.PUT_RIGHT: RESOLUTIONS[Resolution.PUT_RIGHT],
    ConcernState.EXPLAINED: RESOLUTIONS[Resolution.EXPLAINED],
    ConcernState.NOT_ACCEPTED: RESOLUTIONS[Resolution.NOT_ACCEPTED],
}


def concern_state(*, due_on: date | None, replied: bool, resolution: str, today: date) -> ConcernState:
    if resolution:
        return ConcernState(resolution)
    if replied:
        return ConcernState.REPLIED
    return ConcernState.OVERDUE if due_on is not None and today > due_on else ConcernState.WAITING
