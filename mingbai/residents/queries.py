"""Every read of this app."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from mingbai.carriers.sheet import Echo
from mingbai.carriers.windows import last_window
from mingbai.communities.models import Community
from mingbai.communities.receipts import receipt_hash
from mingbai.disclosures.models import Version
from mingbai.residents.models import Answer, Feedback
from mingbai.rules.days import chinese_date
from mingbai.rules.replies import FEEDBACK_STATES, FeedbackState, feedback_state
from mingbai.rules.windows import Window


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of feedback as it stands on a day. ``text``: what may be read in public, empty when withheld."""

    feedback: Feedback
    answers: tuple[Answer, ...]
    state: FeedbackState
    text: str
    where: str

    @property
    def label(self) -> str:
        return FEEDBACK_STATES[self.state]

    @property
    def outcome(self) -> str:
        """What became of an objection that was made inside its window, as told last."""
        return next((one.outcome_name for one in reversed(self.answers) if one.outcome), "")

    @property
    def is_open(self) -> bool:
        return self.state in (FeedbackState.WAITING, FeedbackState.OVERDUE, FeedbackState.UNSETTLED)


@dataclass(frozen=True, slots=True)
class InWindow:
    """The objection window of a version, the open one or the last, and what was objected while it ran.

    ``outcomes``: (what became of them, how many), none that are empty; ``waiting``: those without an outcome."""

    window: Window
    is_open: bool
    objections: tuple[Told, ...]
    outcomes: tuple[tuple[str, int], ...]
    waiting: tuple[Told, ...]


def in_window(version: Version, asked: Iterable[Told], today: date) -> InWindow | None:
    """``asked``: all that was asked about the version. None where nobody was invited to object. No query for a version
    of an item without a window."""
    window = last_window(version.disclosure.obligation, today)
    if window is None:
        return None
    made = tuple(one for one in asked if one.feedback.hold is not None and window.holds(one.feedback.received_on))
    counts = Counter(one.outcome for one in made)
    outcomes = tuple((label, counts[label]) for label in Answer.Outcome.labels if counts[label])
    return InWindow(window, window.holds(today), made, outcomes, tuple(one for one in made if not one.outcome))


def _visible(community: Community) -> QuerySet[Feedback]:
    """What the public may know of: about anything public, or about nothing in particular."""
    public = Q(item=None) | Q(item__is_public=True)
    return (
        Feedback.objects.filter(public, community=community)
        .select_related("item", "version", "community", "hold")
        .prefetch_related("answers")
    )


def told(feedback: Feedback, today: date) -> Told:
    answers = tuple(feedback.answers.all())
    state = feedback_state(
        due_on=feedback.due_on,
        answered_on=answers[0].on if answers else None,
        settled=feedback.settled if not answers or _after_last(feedback, answers) else None,
        withheld=bool(feedback.withheld),
        today=today,
    )
    return Told(feedback, answers, state, "" if feedback.withheld else feedback.text, where_of(feedback))


def _after_last(feedback: Feedback, answers: tuple[Answer, ...]) -> bool:
    """Whether what the asker said was said of the last answer."""
    return feedback.settled_on is not None and feedback.settled_on >= answers[-1].on


def where_of(feedback: Feedback) -> str:
    """关于《第三季度收支》“季度经费”第3行; empty for feedback about nothing in particular."""
    if feedback.version is None:
        return f"关于{feedback.item.name}" if feedback.item is not None else ""
    where = f"关于《{feedback.version.title}》"
    if feedback.element is None:
        return where
    blocks = {block["element"]: block["heading"] for block in feedback.version.content_data["blocks"]}
    where += f"“{blocks.get(feedback.element, f'第{feedback.element}项')}”"
    return where + (f"第{feedback.row}行" if feedback.row else "")


def feedback_list(community: Community, today: date) -> list[Told]:
    """Everything that the public may know of, newest first."""
    return [told(feedback, today) for feedback in _visible(community)]


def feedback_of(community: Community, year: int, number: int, today: date) -> Told | None:
    found = _visible(community).filter(year=year, number=number).first()
    return told(found, today) if found is not None else None


def feedback_on(version: Version, today: date) -> list[Told]:
    """What was asked about a version or one that it replaced for the same obligation, with the answers."""
    asked = _visible(version.community).filter(version__disclosure=version.disclosure_id)
    return [told(feedback, today) for feedback in asked]


def echoes_on(version: Version, today: date) -> tuple[Echo, ...]:
    """What the next sheet of a version prints below its content: every answered question with its last answer."""
    answered = [one for one in feedback_on(version, today) if one.answers and one.text]
    return tuple(
        Echo(
            question=one.text,
            asked=f"{one.feedback.kind_name}{one.feedback.reference}，{chinese_date(one.feedback.received_on)}收到",
            answer=one.answers[-1].text,
            answered=f"{chinese_date(one.answers[-1].on)}答复",
        )
        for one in reversed(answered)
    )


def feedback_by_receipt(receipt: str) -> Feedback | None:
    """Whose receipt this is; the code alone is enough, and no other way leads here."""
    return Feedback.objects.filter(receipt_hash=receipt_hash(receipt)).select_related("community").first()


def awaiting(communities: Collection[Community], today: date, due_by: date) -> list[Told]:
    """What several communities have to answer by a day and haven't, the first due first."""
    asked = Feedback.objects.filter(community__in=communities, due_on__lte=due_by, answers=None)
    related = asked.select_related("item", "version", "taken_by").prefetch_related("answers")
    return [one for one in (told(feedback, today) for feedback in related.order_by("due_on", "-pk")) if one.is_open]


def for_desk(community: Community, today: date) -> list[Told]:
    """All of a community's feedback, what is open first, then newest first."""
    everything = Feedback.objects.filter(community=community).select_related("item", "version", "taken_by", "hold")
    listed = [told(feedback, today) for feedback in everything.prefetch_related("answers")]
    return sorted(listed, key=lambda one: (not one.is_open, one.feedback.due_on or date.max, -one.feedback.pk))
