"""The home page: what a resident wants to know first, each part a bounded number of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from mingbai.carriers.queries import ShownVersion, Situation
from mingbai.carriers.series import Said, Wish, latest_of, on_show_now
from mingbai.communities.models import Community
from mingbai.consultations.queries import over_or_told
from mingbai.disclosures.meetings import read_moment
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import Forms, elements_where, forms_by_item, visible_versions
from mingbai.public.accounts import accounts_among, block_of, money_at_a_glance
from mingbai.public.pages import Row, catalogue_rows
from mingbai.rules.days import WEEKDAYS, legal_day
from mingbai.rules.state import State

NEW = 5
CARDS = 9
MOST_MEETINGS = 12
# How many versions are looked through for the last account: some only say that there was nothing.
LOOKED_THROUGH = 4
MOST_CONSULTATIONS = 6
MOST_OVERDUE = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A version on show. ``until``: the last day on which it must hang; None: it stays for good."""

    version: ShownVersion
    until: date | None
    today: date

    @property
    def days_left(self) -> int:
        return (self.until - self.today).days if self.until is not None else 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting to come: ``when`` as its notice says it."""

    version: Version
    name: str
    when: str
    place: str
    at: datetime
    days: int


def home_context(community: Community, situation: Situation, today: date) -> dict[str, Any]:
    public = [item for item in situation.items if item.is_public]
    forms = forms_by_item(community, public)
    shown = on_show_now(situation, today)
    accounts = accounts_among(forms)
    meetings = elements_where(forms, lambda form: form.kind == "meeting")
    asking = elements_where(forms, lambda form: form.purpose == "consultation")
    wishes = [
        Wish(accounts, LOOKED_THROUGH),
        Wish(meetings, MOST_MEETINGS),
        Wish(asking, MOST_CONSULTATIONS, shown=True),
    ]
    told, announced, asked = latest_of(situation, wishes, today)
    overdue = [standing for standing in situation.unmet if standing.state is State.OVERDUE]
    return {
        "weekday": WEEKDAYS[today.weekday()],
        "new": list(visible_versions(community).defer("content_data")[:NEW]),
        "showing": cards(shown, today),
        "showing_count": len(shown),
        "money": money_at_a_glance(accounts, told, situation.revision, today),
        "meetings": meetings_to_come(announced, today),
        "consultations": open_consultations(community, asked, asking, today),
        "overdue": overdue[:MOST_OVERDUE],
        "overdue_count": len(overdue),
        "levels": by_level(situation, forms),
        "all_versions": all_versions(community),
    }


def cards(shown: Sequence[ShownVersion], today: date) -> list[Card]:
    """Nine at most, the newest first, and before what stays for good what will come down."""
    made = [Card(version, max_or_none(posting.until_on for posting in version.postings), today) for version in shown]
    return sorted(made, key=lambda card: card.until is None)[:CARDS]


def max_or_none(days: Iterable[date | None]) -> date | None:
    """The last of the days; None where one of them has no end."""
    known = list(days)
    return None if None in known else max(day for day in known if day is not None)


def meetings_to_come(announced: Iterable[Said], today: date) -> list[Meeting]:
    """Meetings announced for today or later, the next first. One whose time can't be read isn't guessed at."""
    found = []
    for said in announced:
        for block in said.content.blocks:
            at = read_moment(block["time"]) if block["kind"] == "meeting" else None
            if at is not None and legal_day(at) >= today:
                days = (legal_day(at) - today).days
                found.append(Meeting(said.version, block["name"], block["time"], block["place"], at, days))
    return sorted(found, key=lambda meeting: meeting.at)


def open_consultations(
    community: Community, shown: Sequence[Said], places: dict[str, set[int]], today: date
) -> list[Version]:
    """Versions on show that ask residents for their views: the form of an element (``places``, by item) says so."""
    over, results = over_or_told(community.pk, today) if shown else (set(), set())
    return [
        said.version
        for said in shown
        if block_of(said.content, places[said.version.disclosure.obligation.occurrence.item.code]) is not None
        and said.version.disclosure.obligation_id not in over | results
    ]


def by_level(situation: Situation, forms: dict[str, Forms]) -> list[tuple[str, list[tuple[Row, str]]]]:
    """The catalogue by its first level, each item with a name of its own: where the catalogue calls two items the
    same, the first thing that each must tell stands behind it."""
    names = Counter(item.name for item in situation.items)
    levels: dict[str, list[tuple[Row, str]]] = {}
    for row in catalogue_rows(situation):
        item, name = row.item, row.item.name
        if names[name] > 1 and (mine := forms.get(item.code)):
            name = f"{name}（{mine[min(mine)].heading}）"
        levels.setdefault(item.level1, []).append((row, name))
    return list(levels.items())


def all_versions(community: Community) -> str:
    """The address of everything that was published: the list of versions, or the catalogue where there is none."""
    try:
        return reverse("versions", args=[community.slug])
    except NoReverseMatch:
        return reverse("catalogue", args=[community.slug])
