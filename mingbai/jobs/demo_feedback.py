"""What the demo's residents asked, and what they were answered, each on its day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version
from mingbai.residents.actions import Place, answer_feedback, settle_feedback, take_feedback, withhold_feedback
from mingbai.rules.days import SHANGHAI


def load_feedback(community: Community, entries: list[dict[str, Any]], clerk: User, today: date) -> None:
    """Everything of ``entries`` that had happened by ``today``, in the order of days."""
    for number, entry in enumerate(entries):
        if date.fromisoformat(entry["on"]) <= today:
            _load(community, entry, number, clerk, today)


def _at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(15), SHANGHAI)


def _load(community: Community, entry: dict[str, Any], number: int, clerk: User, today: date) -> None:
    version = Version.objects.filter(community=community, title=entry["about"]).order_by("pk").first()
    taken, _ = take_feedback(
        community=community,
        kind=entry["kind"],
        text=entry["text"],
        place=Place.of(version, entry["spot"], [entry["spot"]]),
        nonce=f"demo-{number}",
        at=_at(entry["on"]),
        channel=entry["channel"],
        by=None if entry["channel"] == "web" else clerk,
    )
    for answer in entry["answers"]:
        if date.fromisoformat(answer["on"]) <= today:
            said = {"text": answer["text"], "outcome": answer.get("outcome", "")}
            answer_feedback(feedback=taken, by=clerk, at=_at(answer["on"]), **said)
    settled, withheld = entry["settled"], entry["withheld"]
    if settled is not None and date.fromisoformat(settled["on"]) <= today:
        settle_feedback(feedback=taken, settled=settled["yes"], at=_at(settled["on"]))
    if withheld is not None and date.fromisoformat(withheld["on"]) <= today:
        kind, note = withheld["kind"], withheld["note"]
        withhold_feedback(feedback=taken, kind=kind, note=note, by=clerk, at=_at(withheld["on"]))
