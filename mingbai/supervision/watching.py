"""What the supervision committee looks at, and what the public sees of it: samples drawn, findings, orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import visible_versions
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.rules.concerns import CONCERN_STATES, ConcernState, concern_state
from mingbai.rules.sampling import SPANS, Span, draw
from mingbai.supervision.models import Concern, Sample


def last_public_digest(community: Community, at: datetime) -> str | None:
    """The digest of what the community published last before ``at``; it is salted, so nobody could know it before."""
    newest = visible_versions(community).filter(published_at__lte=at).order_by("-pk").values_list("digest", flat=True)
    return newest.first()


def population_of(sample: Sample) -> list[str]:
    """The codes of all that was published in the period, public, and not void when the sample was drawn.

    It is over when it is drawn, and versions are never removed, so it stays the same for ever.
    """
    occurrence = "disclosure__obligation__occurrence"
    valid = Q(**{f"{occurrence}__voided_at": None}) | Q(**{f"{occurrence}__voided_at__gt": sample.drawn_at})
    versions = Version.objects.filter(
        valid,
        community=sample.community_id,
        published_on__range=(sample.first_on, sample.last_on),
        published_at__lte=sample.drawn_at,
        **{f"{occurrence}__item__is_public": True},
    )
    return sorted(versions.values_list("code", flat=True))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample with what it was drawn from and what was drawn; ``versions``: code → what may still be seen of it.
    ``seed_of``: the version whose digest is the seed; None for dice and lots."""

    sample: Sample
    population: tuple[str, ...]
    codes: tuple[str, ...]
    versions: tuple[tuple[str, Version | None], ...]
    seed_of: Version | None

    @property
    def rule(self) -> str:
        return SPANS[Span(self.sample.span)]


def drawn(sample: Sample) -> Drawn:
    population = population_of(sample)
    codes = draw(sample.seed, population, sample.size)
    # By codes alone, and the newest first: SQLite would walk through everything that was ever published.
    seen = {one.code: one for one in visible_versions().defer("content_data").filter(code__in=codes)}
    before = visible_versions(sample.community).filter(published_at__lte=sample.drawn_at).order_by("-published_at")
    seed_of = before.defer("content_data").filter(digest=sample.seed).first()
    return Drawn(sample, tuple(population), tuple(codes), tuple((code, seen.get(code)) for code in codes), seed_of)


def samples_of(community: Community, most: int | None = None) -> list[Drawn]:
    """The newest first."""
    found = Sample.objects.filter(community=community).select_related("community", "drawn_by").order_by("-pk")
    return [drawn(sample) for sample in found[:most]]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as it stands on a day."""

    concern: Concern
    state: ConcernState
    where: str

    @property
    def label(self) -> str:
        return CONCERN_STATES[self.state]

    @property
    def is_open(self) -> bool:
        """Whether the committee or the supervision committee still has to say something."""
        return self.state in (ConcernState.WAITING, ConcernState.OVERDUE, ConcernState.REPLIED)


def _found(concerns: QuerySet[Concern], today: date) -> list[Found]:
    """Of things that anyone may know of."""
    public = concerns.filter(obligation__occurrence__item__is_public=True)
    related = ("community", "version", "put_right_by", "raised_by", "replied_by", "obligation__occurrence__item")
    return [_stands(concern, today) for concern in public.select_related(*related).order_by("-pk")]


def _stands(concern: Concern, today: date) -> Found:
    replied = concern.replied_on is not None
    state = concern_state(due_on=concern.due_on, replied=replied, resolution=concern.resolution, today=today)
    return Found(concern, state, where_of(concern))


def where_of(concern: Concern) -> str:
    """《第三季度收支》“季度经费”; for what isn't published yet, the item and what happened."""
    if concern.version is None:
        occurrence = concern.obligation.occurrence
        return f"{occurrence.item.name}（{occurrence.what}）"
    where = f"《{concern.version.title}》"
    if concern.element is None:
        return where
    headings = {block["element"]: block["heading"] for block in concern.version.content_data["blocks"]}
    return f"{where}“{headings.get(concern.element, f'第{concern.element}项')}”"


def concerns_of(community: Community, today: date) -> list[Found]:
    """All of them, the newest first."""
    return _found(Concern.objects.filter(community=community), today)


def concerns_on(version: Version, today: date) -> list[Found]:
    """Findings on any version of the same thing: who reads the mended one sees what was wrong with the other."""
    return _found(Concern.objects.filter(obligation__disclosure=version.disclosure_id), today)


def concern_for(community: Community, pk: int, today: date) -> Found | None:
    return next(iter(_found(Concern.objects.filter(community=community, pk=pk), today)), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How a community's findings stand: counted for the subdistrict."""

    community: Community
    total: int
    open: int
    overdue: int
    put_right: int
    explained: int
    not_accepted: tuple[Found, ...]


def tally_concerns(communities: Sequence[Community], today: date) -> list[Tally]:
    """Only of the communities that have any."""
    by_community: dict[int, list[Found]] = {}
    for one in _found(Concern.objects.filter(community__in=[each.pk for each in communities]), today):
        by_community.setdefault(one.concern.community_id, []).append(one)
    return [_tally(each, by_community[each.pk]) for each in communities if each.pk in by_community]


def _tally(community: Community, found: list[Found]) -> Tally:
    def count(state: ConcernState) -> int:
        return sum(1 for one in found if one.state is state)

    return Tally(
        community=community,
        total=len(found),
        open=sum(1 for one in found if one.is_open),
        overdue=count(ConcernState.OVERDUE),
        put_right=count(ConcernState.PUT_RIGHT),
        explained=count(ConcernState.EXPLAINED),
        not_accepted=tuple(one for one in found if one.state is ConcernState.NOT_ACCEPTED),
    )


def orders_of(community: Community) -> list[Obligation]:
    """What the subdistrict ordered to be published, the newest first."""
    ordered = Obligation.objects.filter(community=community, occurrence__kind=Occurrence.Kind.ORDER)
    public = ordered.filter(occurrence__item__is_public=True, occurrence__voided_at=None)
    return list(public.select_related("occurrence__item").order_by("-occurrence__on", "-pk"))
