"""What the demo's residents asked to be shown, and what became of it, each on its day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from mingbai.communities.models import Community, User
from mingbai.onrequest.actions import Reply, answer_request, extend_request, publish_answer, take_request
from mingbai.rules.days import SHANGHAI


def load_requests(community: Community, entries: list[dict[str, Any]], clerk: User, today: date) -> None:
    """Everything of ``entries`` that had happened by ``today``, in the order of days."""
    for number, entry in enumerate(entries):
        if date.fromisoformat(entry["on"]) <= today:
            _load(community, entry, number, clerk, today)


def _at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(15), SHANGHAI)


def _load(community: Community, entry: dict[str, Any], number: int, clerk: User, today: date) -> None:
    taken, _ = take_request(
        community=community,
        text=entry["text"],
        way=entry["way"],
        nonce=f"demo-{number}",
        at=_at(entry["on"]),
        channel=entry["channel"],
        by=None if entry["channel"] == "web" else clerk,
    )
    extended, told, published = entry["extended"], entry["answer"], entry["published"]
    if extended is not None and date.fromisoformat(extended["on"]) <= today:
        to = date.fromisoformat(extended["to"])
        extend_request(request=taken, reason=extended["reason"], to=to, by=clerk, at=_at(extended["on"]))
    if told is None or date.fromisoformat(told["on"]) > today:
        return
    reply = Reply(told["outcome"], told["text"], told["reason"], told["turn_to"])
    answer = answer_request(request=taken, reply=reply, by=clerk, at=_at(told["on"]))
    if published is not None and date.fromisoformat(published["on"]) <= today:
        publish_answer(answer=answer, title=published["title"], by=clerk, at=_at(published["on"]))
