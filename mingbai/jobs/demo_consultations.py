"""The demo's consultation: every slip that came in, by web and on paper, and what each opinion was answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from mingbai.communities.models import Community, User
from mingbai.consultations.actions import answer_opinions, open_consultation, owe_result, take_opinion, take_slips
from mingbai.consultations.models import Consultation
from mingbai.consultations.queries import heard
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation
from mingbai.rules.days import SHANGHAI
from mingbai.rules.opinions import Answers, Asked, Kind


def load_consultations(community: Community, entries: list[dict[str, Any]], clerk: User, today: date) -> None:
    """Everything of ``entries`` that had happened by ``today``."""
    for entry in entries:
        if date.fromisoformat(entry["opened_on"]) <= today:
            _load(community, entry, clerk, today)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(16), SHANGHAI)


def _load(community: Community, entry: dict[str, Any], clerk: User, today: date) -> None:
    opens_on, closes_on = date.fromisoformat(entry["opens_on"]), date.fromisoformat(entry["closes_on"])
    consultation = open_consultation(
        version=Version.objects.get(community=community, title=entry["notice"]),
        title=entry["title"],
        opens_on=opens_on,
        closes_on=closes_on,
        questions=[
            Asked(one["text"], Kind(one["kind"]), tuple(one["options"]), one["splits"]) for one in entry["questions"]
        ],
        by=clerk,
        at=_at(date.fromisoformat(entry["opened_on"])),
    )
    days = [opens_on + timedelta(days=n) for n in range((closes_on - opens_on).days + 1)]
    days = [day for day in days if day <= today]
    web = [dict(answers) for answers in _web(entry)]
    for number, answers in enumerate(web):
        if (day := opens_on + timedelta(days=number % ((closes_on - opens_on).days + 1))) <= today:
            take_opinion(consultation=consultation, answers=answers, nonce=f"demo-web-{number}", at=_at(day))
    paper = list(_paper(entry))
    share = len(paper) // ((closes_on - opens_on).days + 1) + 1
    for number, day in enumerate(days):
        slips = paper[number * share : (number + 1) * share]
        if slips:
            nonce = f"demo-paper-{number}"
            take_slips(consultation=consultation, slips=slips, received_on=day, nonce=nonce, by=clerk, at=_at(day))
    _answer(consultation, entry, clerk, today)
    _link(consultation, entry["result"], clerk, today)


def _web(entry: dict[str, Any]) -> Iterator[Answers]:
    for group in entry["answers"]:
        yield from ({"1": group["choices"][:1], "2": group["choices"][1:]} for _ in range(group["web"]))


def _paper(entry: dict[str, Any]) -> Iterator[Answers]:
    """The slips without a word and those with one, as they lay in the box: mixed, and the same each time."""
    words = [theme["words"][n % len(theme["words"])] for theme in entry["themes"] for n in range(theme["count"])]
    said = [group["choices"] for group in entry["opinions"] for _ in range(group["count"])]
    slips: list[Answers] = [
        {"1": choices[:1], "2": choices[1:], "3": text} for choices, text in zip(said, words, strict=True)
    ]
    for group in entry["answers"]:
        slips += [{"1": group["choices"][:1], "2": group["choices"][1:]} for _ in range(group["paper"])]
    step = 31
    for start in range(step):
        yield from slips[start::step]


def _answer(consultation: Consultation, entry: dict[str, Any], clerk: User, today: date) -> None:
    said = heard(consultation).said
    for theme in entry["themes"]:
        day = date.fromisoformat(theme["on"])
        numbers = [one.opinion.number for one in said if one.text in theme["words"]]
        if numbers and day <= today:
            outcome, reason = theme["outcome"], theme["reason"]
            answer_opinions(
                consultation=consultation, numbers=numbers, outcome=outcome, reason=reason, by=clerk, at=_at(day)
            )


def _link(consultation: Consultation, result: dict[str, Any], clerk: User, today: date) -> None:
    """The result's occurrence is one of the year's, recorded by hand."""
    on = date.fromisoformat(result["on"])
    if on <= today:
        known = Obligation.objects.select_related("occurrence__item").get(
            community=consultation.community, occurrence__on=on, occurrence__what=result["what"]
        )
        owe_result(consultation=consultation, by=clerk, at=_at(on), known=known)
