"""The demo's decisions, and what became of them step by step; its applications, by number only."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from mingbai.communities.models import Community, User
from mingbai.followups.actions import Planned, finish_step, record_decision
from mingbai.followups.applying import advance_applications, receive_applications
from mingbai.obligations.models import Obligation
from mingbai.rules.days import SHANGHAI


def load_decisions(community: Community, entries: list[dict[str, Any]], clerk: User, today: date) -> None:
    """Everything of ``entries`` that had happened by ``today``."""
    for entry in entries:
        recorded_on = date.fromisoformat(entry["recorded_on"])
        if recorded_on > today:
            continue
        decision = record_decision(
            community=community,
            title=entry["title"],
            met_on=date.fromisoformat(entry["met_on"]),
            decided_by=entry["decided_by"],
            text=entry["text"],
            steps=[
                Planned(one["what"], date.fromisoformat(one["planned_on"]), one["responsible"])
                for one in entry["steps"]
            ],
            known=_known(community, entry),
            by=clerk,
            at=_at(recorded_on),
        )
        for position, one in enumerate(entry["steps"], 1):
            done_on = date.fromisoformat(one["done_on"]) if "done_on" in one else None
            if done_on is not None and done_on <= today:
                finish_step(
                    step=decision.steps.get(position=position),
                    done_on=done_on,
                    result=one["result"],
                    known=_known(community, one),
                    by=clerk,
                    at=_at(done_on),
                )


def load_applications(community: Community, entries: list[dict[str, Any]], clerk: User, today: date) -> None:
    """Everything of ``entries`` that had happened by ``today``; who applied is nowhere."""
    for place, entry in enumerate(entries):
        for number, group in enumerate(entry["groups"]):
            keys: list[int] = []
            for position, (stage, day, *outcome) in enumerate(group["stages"]):
                on = date.fromisoformat(day)
                if on > today:
                    break
                if position == 0:
                    received = receive_applications(
                        community=community,
                        kind=entry["kind"],
                        count=group["count"],
                        on=on,
                        nonce=f"demo-{place}-{number}",
                        by=clerk,
                        at=_at(on),
                    )
                    keys = [application.pk for application in received]
                    continue
                advance_applications(
                    community=community,
                    keys=keys,
                    stage=stage,
                    on=on,
                    outcome=outcome[0] if outcome else "",
                    known=_known(community, entry) if outcome else None,
                    by=clerk,
                    at=_at(on),
                )


def _known(community: Community, entry: dict[str, Any]) -> Obligation | None:
    """The occurrence of the year that stands for it, too."""
    known: str = entry.get("known", "")
    return Obligation.objects.get(community=community, occurrence__what=known) if known else None


def _at(day: date) -> datetime:
    return datetime.combine(day, time(17), SHANGHAI)
