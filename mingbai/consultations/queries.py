"""Every read of this app."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from mingbai.communities.models import Community
from mingbai.communities.receipts import receipt_hash
from mingbai.consultations.models import Consultation, Opinion, Question, Reply
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import elements_where, forms_by_item, visible_versions
from mingbai.rules.opinions import STAGES, Asked, Cell, Stage, Tally, guarded, tally


@dataclass(frozen=True, slots=True)
class Said:
    """One opinion in words. ``text``: what may be read in public, empty when it is withheld."""

    opinion: Opinion
    text: str
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a consultation: all opinions in one tally, and every opinion in words with its reply.

    ``by_web``, ``on_paper``: a number, or why it isn't told.
    """

    count: int
    by_web: Cell
    on_paper: Cell
    tallies: tuple[Tally, ...]
    said: tuple[Said, ...]

    @property
    def tells_channels(self) -> bool:
        return self.by_web.__class__ is int and self.on_paper.__class__ is int

    @property
    def open(self) -> tuple[Said, ...]:
        return tuple(one for one in self.said if one.reply is None)

    @property
    def by_outcome(self) -> list[tuple[str, int]]:
        """How many were adopted, partly or not, or withheld."""
        counts = [
            (label, [one for one in self.said if one.reply and one.reply.outcome == key]) for key, label in OUTCOMES
        ]
        return [(label, len(found)) for label, found in counts if found]

    @property
    def together(self) -> list[tuple[Reply | None, list[Said]]]:
        """The opinions by what they were answered, so that one reply stands once."""
        found: dict[tuple[str, str], tuple[Reply | None, list[Said]]] = {}
        for one in self.said:
            key = (one.reply.outcome, one.reply.reason) if one.reply is not None else ("", "")
            found.setdefault(key, (one.reply, []))[1].append(one)
        return list(found.values())


OUTCOMES = Reply.Outcome.choices


def asked_of(consultation: Consultation) -> list[Asked]:
    return [question.value for question in consultation.questions.all()]


def _with_questions() -> QuerySet[Consultation]:
    item = "version__disclosure__obligation__occurrence__item"
    return Consultation.objects.select_related("community", "version", item, "result").prefetch_related("questions")


def consultations(community: Community, *, public: bool = False) -> QuerySet[Consultation]:
    """A community's consultations, the last to close first, each with ``heard``: how many opinions came in."""
    found = _with_questions().filter(community=community).annotate(heard=Count("opinions"))
    return found.filter(version__in=visible_versions(community)) if public else found


def consultation_of(community: Community, pk: int, *, public: bool = False) -> Consultation | None:
    return consultations(community, public=public).filter(pk=pk).first()


def consultation_on(version: Version) -> Consultation | None:
    """The consultation that a version gives notice of or tells the result of, also where it is a correction of it."""
    notice = Q(version__disclosure=version.disclosure_id)
    result = Q(result__disclosure=version.disclosure_id)
    return Consultation.objects.filter(notice | result).first()


def notices_without(community: Community, recent: int = 40) -> list[Version]:
    """Published notices that ask residents for their views and have no consultation yet, the newest first."""
    versions = list(
        visible_versions(community)
        .filter(replaced_by=None, disclosure__versions__consultation=None)
        .exclude(disclosure__obligation__consultation__isnull=False)
        .exclude(disclosure__obligation__occurrence__kind="silence")
        .distinct()[:recent]
    )
    places = notice_places(versions)
    return [version for version in versions if is_notice(version, places)]


def notice_places(versions: Iterable[Version]) -> dict[str, set[int]]:
    """Item code → which of its elements are notices of a consultation, for the items of these versions."""
    listed = list(versions)
    items = {version.disclosure.obligation.occurrence.item for version in listed}
    return elements_where(forms_by_item(listed[0].community, items), _asks) if listed else {}


def _asks(form: object) -> bool:
    return getattr(form, "purpose", None) == "consultation"


def is_notice(version: Version, places: dict[str, set[int]]) -> bool:
    mine = places.get(version.disclosure.obligation.occurrence.item.code, set())
    return any(
        block["element"] in mine and block["kind"] != "nothing" for block in version.content_data.get("blocks", [])
    )


def over_or_told(community_id: int, today: date) -> tuple[set[int], set[int]]:
    """(notices whose consultation is over, results), as the primary keys of their obligations."""
    rows = Consultation.objects.filter(community=community_id)
    listed = list(rows.values_list("version__disclosure__obligation", "result", "closes_on"))
    return {notice for notice, _, closes_on in listed if closes_on < today}, {one for _, one, _ in listed if one}


def heard(consultation: Consultation) -> Heard:
    """Two queries, however many opinions there are."""
    opinions = list(
        Opinion.objects.filter(consultation=consultation).order_by("number").prefetch_related("replies__by")
    )
    by_web = sum(1 for one in opinions if one.channel == Opinion.Channel.WEB)
    ((web, paper),) = guarded([[by_web, len(opinions) - by_web]])
    said = tuple(said_of(one) for one in opinions if one.text)
    tallies = tuple(tally(asked_of(consultation), [one.answers_data for one in opinions]))
    return Heard(len(opinions), web, paper, tallies, said)


def said_of(opinion: Opinion) -> Said:
    reply = next(iter(list(opinion.replies.all())[-1:]), None)
    is_withheld = reply is not None and reply.outcome == Reply.Outcome.WITHHELD
    return Said(opinion, "" if is_withheld else opinion.text, reply)


def opinion_by_receipt(consultation: Consultation, receipt: str) -> Said | None:
    """Whose receipt this is; the code alone is enough, and no other way leads here."""
    found = Opinion.objects.filter(consultation=consultation, receipt_hash=receipt_hash(receipt))
    opinion = found.prefetch_related("replies").first()
    return said_of(opinion) if opinion is not None else None


def answers_in_words(questions: Iterable[Question], opinion: Opinion) -> list[tuple[Question, str]]:
    """What a slip says, question by question."""
    found = []
    for question in questions:
        said = opinion.answers_data.get(str(question.position))
        if said is not None:
            words = said if isinstance(said, str) else "、".join(question.options[number - 1] for number in said)
            found.append((question, words))
    return found


def stage_name(consultation: Consultation, today: date) -> str:
    return STAGES[consultation.stage(today)]


def without_result(today: date) -> QuerySet[Consultation]:
    """Closed by ``today``, of every community, and nobody owes the result yet."""
    return _with_questions().filter(result=None, closes_on__lt=today)


def unanswered(community: Community, today: date) -> list[tuple[Consultation, int]]:
    """Closed consultations with opinions in words that nobody has answered, and how many. Two queries."""
    closed = {one.pk: one for one in consultations(community) if one.stage(today) is Stage.CLOSED}
    texts = Q(consultation__questions__kind="text")
    waiting = Opinion.objects.filter(texts, consultation__in=closed, replies=None).distinct()
    counts: dict[int, int] = {}
    for opinion in waiting:
        if opinion.text:
            counts[opinion.consultation_id] = counts.get(opinion.consultation_id, 0) + 1
    return [(closed[pk], count) for pk, count in counts.items()]
