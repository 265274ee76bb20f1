"""The demo: 金安社区's catalogue, adopted from the document itself, and a year of disclosures under it."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from mingbai.carriers.actions import publish, publish_absence, put_up, take_down
from mingbai.carriers.boards import Layout, set_up_board
from mingbai.carriers.hanging import Place
from mingbai.carriers.models import Posting
from mingbai.carriers.plan import plans_of, proposed_slot
from mingbai.carriers.queries import sheets_to_take_down
from mingbai.carriers.sightings import count_scan
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import Carrier, Duty
from mingbai.communities.actions import appoint_supervisor, found_community, found_subdistrict, grant_role
from mingbai.communities.models import Community, Role, User
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.disclosures.actions import FIRST, About
from mingbai.disclosures.models import Version
from mingbai.jobs.demo_checking import load_checking
from mingbai.jobs.demo_consultations import load_consultations
from mingbai.jobs.demo_feedback import load_feedback
from mingbai.jobs.demo_followups import load_applications, load_decisions
from mingbai.jobs.demo_requests import load_requests
from mingbai.obligations.actions import make_occurrences, record_occurrence
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.reading.read import read
from mingbai.rules.days import SHANGHAI
from mingbai.rules.duties import Unit, Within
from mingbai.rules.profiles import Policy

CONTENT = Path(__file__).parents[1] / "data/demo/jinan-2026.json"
# What this community promises where the law states no number.
IN_TEN_DAYS = Within(10, Unit.CALENDAR_DAY)
IN_FIFTEEN_WORKING_DAYS = Within(15, Unit.WORKING_DAY)
# A word for a demonstration on one's own machine; another one comes from the environment.
PASSWORD = os.environ.get("MINGBAI_DEMO_PASSWORD", "mingbai-demo-2026")

# For how many of its last days a sheet of the demo is scanned now and then.
SEEN_DAYS = 20


def at_noon(day: str | date) -> datetime:
    on = day if isinstance(day, date) else date.fromisoformat(day)
    return datetime.combine(on, time(12), SHANGHAI)


@transaction.atomic
def load_demo(today: date) -> Community:
    """Everything of the demo that had happened by ``today``, in one transaction, through the same actions as pages."""
    data = json.loads(CONTENT.read_text(encoding="utf-8"))
    start = at_noon(data["adopted_on"])
    about = {key: data["community"][key] for key in ("slug", "name", "body", "about", "contact")}
    # Three people serve here, so two of them sign.
    subdistrict = found_subdistrict(slug="anhe", name=data["community"]["subdistrict"], by=None, at=start)
    policy = Policy(light_review=True, reply=IN_TEN_DAYS, request=IN_FIFTEEN_WORKING_DAYS)
    community = found_community(**about, subdistrict=subdistrict, policy=policy, by=None, at=start)
    people = {}
    for person in data["people"]:
        user = User.objects.create_user(
            person["username"], password=PASSWORD, display_name=person["name"], password_changed_at=start
        )
        grant_role(community=community, user=user, kind=Role.Kind(person["role"]), by=None, at=start)
        people[person["role"]] = user
    grant_role(community=community, user=people["director"], kind=Role.Kind.ADMINISTRATOR, by=None, at=start)
    street = User.objects.create_user("street", password=PASSWORD, display_name="何敏", password_changed_at=start)
    appoint_supervisor(subdistrict=subdistrict, user=street, by=None, at=start)
    adopt_catalogue(
        community=community,
        catalogue=read(SEED_CATALOGUE),
        source_name=SEED_CATALOGUE.name,
        source=SEED_CATALOGUE.read_bytes(),
        by=people["director"],
        on=date.fromisoformat(data["adopted_on"]),
        at=start,
    )
    board = community.carriers.get(kind=Carrier.Kind.PAPER_BOARD)
    for layout in data["boards"]:
        set_up_board(carrier=board, layout=Layout(**layout), by=people["clerk"], at=start)
    _replay(community, data, people["clerk"], today)
    _be_seen(community, today)
    load_feedback(community, data["feedback"], people["clerk"], today)
    load_requests(community, data["requests"], people["clerk"], today)
    load_consultations(community, data["consultations"], people["clerk"], today)
    load_decisions(community, data["decisions"], people["clerk"], today)
    load_applications(community, data["applications"], people["clerk"], today)
    load_checking(community, finder=people["supervision_member"], clerk=people["clerk"], today=today)
    return community


def _replay(community: Community, data: dict[str, Any], clerk: User, today: date) -> None:
    """Every occurrence and every act of the year on its day, in the order of days."""
    acts: list[tuple[date, int, Any]] = []
    for entry in data["occurrences"]:
        acts.append((date.fromisoformat(entry["on"]), 0, entry))
        for disclosure in [entry["disclosure"], *entry.get("versions_later", [])]:
            if disclosure is not None:
                acts.append((date.fromisoformat(disclosure["platform_on"]), 2, (entry, disclosure)))
                if disclosure["board_on"]:
                    acts.append((date.fromisoformat(disclosure["board_on"]), 3, (entry, disclosure)))
    for absence in data["absences"]:
        acts.append((date.fromisoformat(absence["on"]), 1, absence))
    obligations: dict[int, Obligation] = {}
    versions: dict[int, Version] = {}
    for on, order, act in sorted(acts, key=lambda a: (a[0], a[1])):
        if on > today:
            continue
        _clear_board(community, on, clerk)
        if order == 0:
            obligations[id(act)] = _occur(community, act, clerk, on)
        elif order == 1:
            _state_absence(community, act, clerk, on)
        else:
            entry, disclosure = act
            if order == 2:
                versions[id(disclosure)] = publish(
                    obligation=obligations[id(entry)],
                    content={"title": disclosure["title"], "blocks": disclosure["blocks"]},
                    dated_on=date.fromisoformat(disclosure["dated_on"]),
                    by=clerk,
                    at=at_noon(on),
                    about=About(Version.Kind.CORRECTION, disclosure["reason"]) if "reason" in disclosure else FIRST,
                )
            else:
                _put_on_board(versions[id(disclosure)], disclosure, clerk, on)
    make_occurrences(community=community, through=today, at=at_noon(today))


def _clear_board(community: Community, on: date, clerk: User) -> None:
    """What was over by the eve has been taken down."""
    for posting in sheets_to_take_down(community, on - timedelta(days=1)):
        if posting.until_on is not None:
            take_down(posting=posting, on=posting.until_on, by=clerk, at=at_noon(posting.until_on + timedelta(days=1)))


def _occur(community: Community, entry: dict[str, Any], clerk: User, on: date) -> Obligation:
    duty = Duty.objects.select_related("item__catalogue").get(
        item__catalogue__community=community, item__number=entry["item"], position=entry["duty"]
    )
    if entry["kind"] == "event":
        return record_occurrence(community=community, duty=duty, on=on, what=entry["what"], by=clerk, at=at_noon(on))
    make_occurrences(community=community, through=on, at=at_noon(on))
    return Obligation.objects.get(occurrence__duty=duty, occurrence__kind=entry["kind"], occurrence__on=on)


def _state_absence(community: Community, absence: dict[str, Any], clerk: User, on: date) -> None:
    make_occurrences(community=community, through=on, at=at_noon(on))
    silent = Obligation.objects.filter(
        community=community,
        occurrence__kind=Occurrence.Kind.SILENCE,
        occurrence__on=date.fromisoformat(absence["quarter_end"]),
        occurrence__item__number__in=absence["items"],
    )
    versions = publish_absence(obligations=list(silent), reason=absence["reason"], by=clerk, at=at_noon(on))
    for version in versions:
        _put_on_board(version, {"board_evidence": None}, clerk, on)


def _put_on_board(version: Version, disclosure: dict[str, Any], clerk: User, on: date) -> None:
    boards = version.disclosure.obligation.occurrence.item.carriers.filter(kind=Carrier.Kind.PAPER_BOARD)
    for board in boards:
        evidence = disclosure["board_evidence"] or ""
        free = [
            (plan.board, slot) for plan in plans_of(version.community, on) if (slot := proposed_slot(plan, version))
        ]
        places = [Place(at, (slot,)) for at, slot in free[:1]]
        put_up(version=version, carrier=board, on=on, by=clerk, at=at_noon(on), evidence=evidence, places=places)


def _be_seen(community: Community, today: date) -> None:
    """Two or three scans on about every third day of the last weeks of a sheet; one sheet is still seen after it came
    down: somebody forgot it on another door."""
    postings = Posting.objects.filter(community=community, carrier__kind=Carrier.Kind.PAPER_BOARD)
    for posting in postings.select_related("version").order_by("pk"):
        last = posting.ended_on or today
        for back in range(min((last - posting.from_on).days + 1, SEEN_DAYS)):
            on = last - timedelta(days=back)
            for _ in range((posting.pk * 7 + on.toordinal() * 5) % 8 - 4):
                count_scan(version=posting.version, on=on)
    down = (
        postings.filter(ended_on__lt=today - timedelta(days=3), version__replaced_by=None).order_by("-ended_on").first()
    )
    if down is not None and down.ended_on is not None:
        count_scan(version=down.version, on=down.ended_on + timedelta(days=2))
