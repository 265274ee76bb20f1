"""Every read of this app."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from mingbai.carriers.queries import last_day_on_show
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community
from mingbai.communities.receipts import receipt_hash
from mingbai.disclosures.models import Attachment, Version
from mingbai.disclosures.queries import content_on, restricted_versions
from mingbai.onrequest.models import HouseholdCode, Request, RequestAnswer
from mingbai.rules.catalogue import Mode
from mingbai.rules.replies import FEEDBACK_STATES, FeedbackState, feedback_state


@dataclass(frozen=True, slots=True)
class Told:
    """A request as it stands on a day. ``answer`` None: it waits. ``answered_on``: the day of the first answer that
    wasn't withdrawn, however often it was corrected since. ``corrected``: what it said before, to be read beside it; of
    an answer that was withdrawn nothing is. ``earlier``: every answer but this one. ``days``: how many it took, or has
    taken."""

    request: Request
    answer: RequestAnswer | None
    answered_on: date | None
    corrected: tuple[RequestAnswer, ...]
    earlier: tuple[RequestAnswer, ...]
    state: FeedbackState
    days: int

    @property
    def label(self) -> str:
        return FEEDBACK_STATES[self.state]

    @property
    def withdrawn(self) -> tuple[RequestAnswer, ...]:
        return tuple(one for one in self.earlier if one.withdrawn_on is not None)

    @property
    def once_published(self) -> tuple[RequestAnswer, ...]:
        """What it said before in public."""
        return tuple(one for one in self.corrected if one.published_on is not None)

    @property
    def wants_publication(self) -> bool:
        """Whether the asker agreed to a public answer that isn't public yet."""
        return self.request.way == Request.Way.PUBLIC and self.answer is not None and self.answer.published_on is None


@dataclass(frozen=True, slots=True)
class Shown:
    """A text behind no public door, as who may read it sees it on a day. ``until`` None: for as long as it holds."""

    version: Version
    blocks: tuple[dict[str, Any], ...]
    until: date | None


def told(request: Request, today: date) -> Told:
    answers = list(request.answers.all())
    gone = max((place for place, one in enumerate(answers, 1) if one.withdrawn_on is not None), default=0)
    standing = answers[gone:]
    answered_on = standing[0].on if standing else None
    state = feedback_state(due_on=request.last_day, answered_on=answered_on, settled=None, withheld=False, today=today)
    days = ((answered_on or today) - request.received_on).days
    answer = standing[-1] if standing else None
    earlier = tuple(one for one in answers if one is not answer)
    return Told(request, answer, answered_on, tuple(standing[:-1]), earlier, state, days)


def requests_of(community: Community) -> QuerySet[Request]:
    """All requests of a community, newest first."""
    answers = RequestAnswer.objects.select_related("by", "version", "withdrawn_by")
    found = Request.objects.filter(community=community).select_related("community", "item", "taken_by")
    return found.prefetch_related(Prefetch("answers", answers))


def request_list(community: Community, today: date) -> list[Told]:
    """All requests of a community, newest first. A page says of them only what isn't the asker's own."""
    return [told(request, today) for request in requests_of(community)]


def answered() -> Exists:
    """Whether a request has an answer that stands: the last one, unless it was withdrawn."""
    return Exists(RequestAnswer.objects.filter(request=OuterRef("pk"), withdrawn_on=None, replaced_by=None))


def for_desk(community: Community, today: date) -> list[Told]:
    """What waits first, by its day; then the rest, newest first."""
    return sorted(
        request_list(community, today),
        key=lambda one: (one.answer is not None, one.request.last_day or date.max if one.answer is None else date.max),
    )


def awaiting(communities: Collection[Community], due_by: date) -> list[Request]:
    """What several communities have to answer by a day and haven't, the first due first."""
    last = Coalesce("extended_to", "due_on")
    waiting = Request.objects.filter(~answered(), community__in=communities).annotate(last=last)
    return list(waiting.filter(last__lte=due_by).order_by("last", "-pk"))


def request_by_receipt(community: Community, receipt: str) -> Request | None:
    """Whose receipt this is; the code alone is enough, and no other way leads here."""
    return requests_of(community).filter(receipt_hash=receipt_hash(receipt)).first()


def for_specific_parties(community: Community) -> list[Item]:
    """The items of the catalogue in force that only households with a code may read."""
    items = Item.objects.filter(catalogue__community=community, catalogue__superseded_on=None, is_public=False)
    return [item for item in items if item.is_for_specific_parties]


def items_on_request(community: Community) -> list[Item]:
    """The items of the catalogue in force that nobody sees without asking (依申请公开), or not everybody."""
    items = Item.objects.filter(catalogue__community=community, catalogue__superseded_on=None, is_public=False)
    return [item for item in items if Mode.ON_REQUEST in item.modes]


def _shown(versions: Iterable[Version], today: date) -> list[Shown]:
    found = []
    for version in versions:
        last = last_day_on_show(version.postings.all())
        found.append(Shown(version, content_on(version, last, today).blocks, last))
    return found


def opened_by(household: HouseholdCode, today: date) -> list[Shown]:
    """What a household's code opens: what is on show today of its items, where they still are for specific parties."""
    if household.ended_on is not None:
        return []
    items = Item.objects.filter(
        catalogue__community=household.community_id, code__in=household.item_codes, is_public=False
    )
    mine = [item.pk for item in items if item.is_for_specific_parties]
    versions = restricted_versions(household.community).filter(disclosure__obligation__occurrence__item__in=mine)
    return [one for one in _shown(versions, today) if one.until is None or one.until >= today]


def given_with(answer: RequestAnswer, today: date) -> list[Shown]:
    """The text that was given with an answer, as long as it isn't withdrawn or replaced: one or none."""
    if answer.version_id is None:
        return []
    return _shown(restricted_versions(answer.request.community).filter(pk=answer.version_id), today)


def file_of(shown: Iterable[Shown], wanted: str) -> Attachment | None:
    """The file «code/name» of one of these texts."""
    code, _, name = wanted.partition("/")
    version = next((one.version for one in shown if one.version.code == code), None)
    return Attachment.objects.filter(version=version, name=name).first() if version is not None else None


def codes_of(community: Community) -> list[HouseholdCode]:
    """The codes that hold, by household."""
    codes = HouseholdCode.objects.filter(community=community, ended_on=None)
    return list(codes.select_related("made_by").order_by("label"))
