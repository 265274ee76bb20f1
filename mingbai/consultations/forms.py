"""What forms say of a consultation: the answers of a slip, and the questions as a clerk types them."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict

from mingbai.consultations.models import Question
from mingbai.rules.opinions import Answers, Asked, Kind


def answers_from(posted: QueryDict, questions: Iterable[Question], prefix: str = "q") -> Answers:
    """What a form says, question by question; what isn't a number becomes an option that isn't offered."""
    found: dict[str, list[int] | str] = {}
    for question in questions:
        given = posted.getlist(f"{prefix}{question.position}")
        if question.kind == Kind.TEXT:
            found[str(question.position)] = "".join(given)
        else:
            found[str(question.position)] = [_number(one) for one in given if one]
    return found


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else 0


def is_blank(answers: Answers) -> bool:
    return not any(said.strip() if isinstance(said, str) else said for said in answers.values())


def questions_from(posted: QueryDict, rows: int) -> list[Asked]:
    """The questions of those rows where one is written; an unknown kind is a choice of one."""
    found = []
    for row in range(1, rows + 1):
        text, kind = posted.get(f"text-{row}", "").strip(), posted.get(f"kind-{row}", "")
        options = tuple(line.strip() for line in posted.get(f"options-{row}", "").splitlines() if line.strip())
        if text or options:
            how = Kind(kind) if kind in list(Kind) else Kind.CHOICE
            found.append(Asked(text, how, options, posted.get("splits") == str(row)))
    return found
