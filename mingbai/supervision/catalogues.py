"""Which catalogues a subdistrict's communities follow, and what a new one would change for each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from mingbai.carriers.asof import Stood, stood
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import CatalogueVersion
from mingbai.catalogues.queries import catalogue_in_force, catalogues_in_force, codes_in_force, codes_so_far
from mingbai.communities.models import Community, User, one_at_a_time
from mingbai.obligations.actions import make_occurrences
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.rules.catalogue import Catalogue, Item
from mingbai.rules.catalogue_difference import IN_PLACE, Telling, renamed, tell, unnamed
from mingbai.rules.comparison import compare, difference, is_carried_over, stable_codes, starts_at_adoption
from mingbai.rules.findings import Finding, find
from mingbai.rules.report import Outcome
from mingbai.rules.schedule import Schedule, schedule

OPEN = frozenset({Outcome.OPEN_NOT_DUE, Outcome.OPEN_OVERDUE, Outcome.OPEN_NOT_STATED})


class AlreadyFollowed(ValueError):
    """The community follows this very document: there is nothing to adopt."""


class ChangedSince(ValueError):
    """The community follows another catalogue than when the change was looked at."""


# -- what is followed -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Followed:
    """One catalogue and who follows it. ``telling`` and ``lacking``: against the one that most follow, of which it has
    ``covered`` items of ``expected``. A community's own name is no difference."""

    members: tuple[tuple[Community, CatalogueVersion], ...]
    catalogue: Catalogue
    telling: Telling
    lacking: tuple[Item, ...]
    expected: int
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        return self.members[0][1].title

    @property
    def covered(self) -> int:
        return self.expected - len(self.lacking)

    @property
    def counts(self) -> list[int]:
        """How many findings of each kind, in the order of ``FINDINGS``."""
        return [sum(finding.kind == kind for finding in self.findings) for kind in FINDINGS]


FINDINGS = {
    "display_below_floor": "公示期短于法律规定",
    "no_paper_carrier": "没有列公示栏",
    "not_covered": "法律要求而没有列",
    "doubt": "公开时限有疑问",
}


def followed(communities: Sequence[Community], on: date) -> list[Followed]:
    """The catalogues in force, the one that most communities follow first; those that follow none aren't in it."""
    adopted = catalogues_in_force([one.pk for one in communities])
    items = codes_in_force(list(adopted))
    alike: dict[tuple[tuple[Item, ...], str], list[Community]] = {}
    for community in communities:
        if community.pk in adopted:
            whole = Catalogue(adopted[community.pk].title, tuple(items[community.pk].values()))
            alike.setdefault((unnamed(whole, community.name).items, community.profile_code), []).append(community)
    groups = sorted(
        alike.items(),
        key=lambda group: (-len(group[1]), min(adopted[one.pk].adopted_on for one in group[1]), group[1][0].slug),
    )
    most = Catalogue("", groups[0][0][0]) if groups else Catalogue("", ())
    return [_followed(Catalogue("", key[0]), most, members, adopted, on) for key, members in groups]


def _followed(
    own: Catalogue, most: Catalogue, members: list[Community], adopted: Mapping[int, CatalogueVersion], on: date
) -> Followed:
    differs = compare(most, own)
    return Followed(
        members=tuple((one, adopted[one.pk]) for one in members),
        catalogue=own,
        telling=tell(differs, IN_PLACE),
        lacking=differs.removed,
        expected=len(most.items),
        findings=tuple(find(own, profile_of(members[0]), on)),
    )


# -- what a new one would change --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changes:
    """What adopting a document on a day changes for one community.

    ``instead_of``: the version that it follows now. ``telling``: without the community's own name. ``open``: how much
    is owed and not met, which stays owed by its old date; ``touched``: what of it has an item that goes or gets another
    time limit. ``owed``: what the adoption itself makes due. ``findings``: what is to be said of the document;
    ``came``: of these, what wasn't said before.
    """

    community: Community
    instead_of: CatalogueVersion | None
    is_followed: bool
    telling: Telling
    findings: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    came: tuple[Finding, ...]
    open: int
    touched: tuple[Stood, ...]
    owed: tuple[tuple[Item, Schedule], ...]

    @property
    def alike(self) -> tuple[Telling, tuple[Finding, ...], tuple[Finding, ...]]:
        """What communities that are told together have in common."""
        return self.telling, self.gone, self.came


def neighbours_in(catalogue: Catalogue, communities: Collection[Community]) -> list[str]:
    """The names of communities that a document bears: it was written for one of them, and is adapted to each."""
    printed = repr(catalogue)
    return [one.name for one in communities if one.name in printed]


def changes_for(
    communities: Collection[Community], catalogue: Catalogue, digest: str, on: date, names: Sequence[str] = ()
) -> list[Changes]:
    """What changes for each community, where it puts its own name for each of ``names``. The catalogue has been found
    adoptable."""
    keys = [one.pk for one in communities]
    adopted, before, ever = catalogues_in_force(keys), codes_in_force(keys), codes_so_far(keys)
    unmet: dict[int, list[Stood]] = {pk: [] for pk in keys}
    for one in stood(keys, on):
        if one.outcome in OPEN:
            unmet[one.community].append(one)
    return [
        _changes(
            community=one,
            catalogue=renamed(catalogue, names, one.name),
            is_followed=one.pk in adopted and adopted[one.pk].source_sha256 == digest,
            on=on,
            adopted=adopted.get(one.pk),
            before=before[one.pk],
            ever=ever[one.pk],
            unmet=unmet[one.pk],
        )
        for one in communities
    ]


def _changes(
    *,
    community: Community,
    catalogue: Catalogue,
    is_followed: bool,
    on: date,
    adopted: CatalogueVersion | None,
    before: dict[str, Item],
    ever: dict[str, Item],
    unmet: list[Stood],
) -> Changes:
    codes, profile = stable_codes(ever, catalogue), profile_of(community)
    plain = unnamed(Catalogue("", tuple(before.values())), community.name)
    differs = difference(dict(zip(before, plain.items, strict=True)), unnamed(catalogue, community.name), codes)
    found = find(replace(catalogue, items=tuple(before.values())), profile, on) if adopted is not None else []
    will_find = find(catalogue, profile, on)
    limits = {change.after.number for change in differs.changed if "time_limit" in change.fields}
    staying = {code: number for number, code in codes.items() if number not in limits}
    calendar = current_calendar()
    return Changes(
        community=community,
        instead_of=adopted,
        is_followed=is_followed,
        telling=tell(differs),
        findings=tuple(will_find),
        gone=tuple(one for one in found if _what(one) not in map(_what, will_find)),
        came=tuple(one for one in will_find if _what(one) not in map(_what, found)),
        open=len(unmet),
        touched=tuple(one for one in unmet if one.code not in staying),
        owed=tuple(
            (item, schedule(duty, on, calendar=calendar, profile=profile, policy=community.policy))
            for item in catalogue.items
            for duty in item.time_limit.duties
            if starts_at_adoption(duty) and not is_carried_over(duty, item, before.get(codes[item.number]))
        ),
    )


def _what(finding: Finding) -> tuple[str, str]:
    """What a finding says, whatever number its item has now."""
    return finding.kind, finding.text.partition("项")[2] if finding.item is not None else finding.text


# -- adopting it ------------------------------------------------------------------------------------------------------


@transaction.atomic
def roll_out(
    *,
    community: Community,
    catalogue: Catalogue,
    source_name: str,
    source: bytes,
    digest: str,
    names: Sequence[str],
    instead_of: int | None,
    by: User,
    on: date,
    at: datetime,
) -> CatalogueVersion:
    """Adopt the document for one community, with its own name put for each of ``names``, if it still follows the
    version ``instead_of`` (None: none).

    What the version before owes through ``on`` is made owed first, so that nothing is lost between two versions; then
    what the adoption owes. ``digest``: of ``source``, sha256. Raises AlreadyFollowed, ChangedSince, NotAdoptable.
    """
    one_at_a_time(community.pk)
    current = catalogue_in_force(community.pk)
    if current is not None and current.source_sha256 == digest:
        raise AlreadyFollowed(f"已经采用了这一份（{current.adopted_on:%Y-%m-%d}）。")
    if (current.pk if current is not None else None) != instead_of:
        raise ChangedSince("预览之后采用了别的目录，请重新预览。")
    make_occurrences(community=community, through=on, at=at)
    own = renamed(catalogue, names, community.name)
    version = adopt_catalogue(
        community=community, catalogue=own, source_name=source_name, source=source, by=by, on=on, at=at
    )
    make_occurrences(community=community, through=on, at=at)
    return version
