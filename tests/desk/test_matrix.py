"""Every address of the desk × everybody: who comes in, and who finds nothing there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from mingbai.carriers.actions import publish
from mingbai.carriers.boards import Layout, set_up_board
from mingbai.carriers.photos import add_photo
from mingbai.consultations.actions import open_consultation
from mingbai.desk.urls import urlpatterns
from mingbai.disclosures.drafts import start_draft
from mingbai.followups.actions import Planned, record_decision
from mingbai.obligations.models import Obligation
from mingbai.onrequest.actions import take_request
from mingbai.onrequest.models import HouseholdCode
from mingbai.residents.actions import Place, take_feedback
from mingbai.rules.opinions import Asked, Kind
from mingbai.supervision.checking import raise_concern
from tests.conftest import Cast, noon, paragraphs, picture

PEOPLE = ("nobody", "clerk", "member", "director", "supervisor", "administrator", "neighbours_clerk")
IN, HERE, GONE = 200, 302, 404
# One line an address: what a GET answers nobody, clerk, member, director, supervisor, administrator, another's clerk.
ANYONE = (HERE, IN, IN, IN, IN, IN, GONE)
PREPARES = (HERE, IN, IN, IN, GONE, GONE, GONE)
REVIEWS = (HERE, IN, IN, IN, IN, GONE, GONE)
POSTS = (HERE, GONE, GONE, GONE, GONE, GONE, GONE)  # only a POST does anything
KEEPS = (HERE, IN, IN, IN, GONE, IN, GONE)
WATCHES = (HERE, GONE, GONE, GONE, IN, GONE, GONE)
PACKS = (HERE, IN, GONE, IN, IN, IN, GONE)
RULES = (HERE, GONE, GONE, GONE, GONE, IN, GONE)
MATRIX: dict[str, tuple[int, ...]] = {
    "desk": (HERE, HERE, HERE, HERE, HERE, HERE, HERE),
    "login": (IN, IN, IN, IN, IN, IN, IN),
    "logout": (HERE, 405, 405, 405, 405, 405, 405),
    "second_factor": (HERE, IN, IN, IN, IN, IN, IN),
    "desk_reminders": (HERE, IN, IN, IN, IN, IN, IN),
    "password": (HERE, IN, IN, IN, IN, IN, IN),
    "desk_ics": (IN, IN, IN, IN, IN, IN, IN),
    "desk_todo": ANYONE,
    "desk_calendar": ANYONE,
    "desk_calendar_renew": POSTS,
    "desk_choose": PREPARES,
    "desk_record": PREPARES,
    "desk_obligation": ANYONE,
    "desk_void": POSTS,
    "desk_start": POSTS,
    "desk_draft": PREPARES,
    "desk_abandon": POSTS,
    "desk_mask": POSTS,
    "desk_submit": POSTS,
    "desk_impact": PREPARES,
    "desk_preview": REVIEWS,
    "desk_sheet": REVIEWS,
    "desk_meeting": (HERE, GONE, GONE, GONE, GONE, GONE, GONE),  # this draft has no meeting
    "desk_file": (HERE, GONE, GONE, GONE, GONE, GONE, GONE),  # nor a file
    "desk_element": PREPARES,
    "desk_import": POSTS,
    "desk_review": REVIEWS,
    "desk_emergency": POSTS,
    "desk_version": ANYONE,
    "desk_change": POSTS,
    "desk_put_up": POSTS,
    "desk_take_down": POSTS,
    "desk_withdraw": POSTS,
    "desk_sheets": PREPARES,
    "desk_sheets_print": POSTS,
    "desk_sheets_put_up": POSTS,
    "desk_hang": POSTS,
    "desk_photograph": POSTS,
    "desk_boards": ANYONE,
    "desk_board_week": ANYONE,
    "desk_board_new": KEEPS,
    "desk_board": KEEPS,
    "desk_photo": ANYONE,
    "desk_photo_change": POSTS,
    "desk_parity": ANYONE,
    "desk_absence": (HERE, IN, GONE, IN, GONE, GONE, GONE),
    "desk_absence_review": REVIEWS,
    "desk_feedback": REVIEWS,
    "desk_feedback_take": PREPARES,
    "desk_feedback_one": REVIEWS,
    "desk_requests": REVIEWS,
    "desk_request_take": PREPARES,
    "desk_request": REVIEWS,
    "desk_households": PREPARES,
    "desk_household_end": POSTS,
    "desk_consultations": REVIEWS,
    "desk_consultation_new": PREPARES,
    "desk_consultation": REVIEWS,
    "desk_slips": PREPARES,
    "desk_consultation_result": POSTS,
    "desk_decisions": REVIEWS,
    "desk_decision_new": PREPARES,
    "desk_decision": REVIEWS,
    "desk_decision_draft": POSTS,
    "desk_applications": REVIEWS,
    "desk_watch": WATCHES,
    "desk_watch_sheet": REVIEWS,
    "desk_watch_find": WATCHES,
    "desk_watch_draw": WATCHES,
    "desk_concerns": REVIEWS,
    "desk_concern": REVIEWS,
    "desk_packs": PACKS,
    "desk_report": POSTS,
    "desk_archive": POSTS,
    "desk_pack": POSTS,
    "desk_handover": POSTS,
    "desk_people": RULES,
    "desk_end_role": POSTS,
    "desk_forms": RULES,
    "desk_element_form": RULES,
}


def test_every_address_has_its_line() -> None:
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert names == set(MATRIX)


@pytest.fixture
def addresses(cast: Cast, owe: Any) -> dict[str, str]:
    """Each address with something real behind it."""
    first: Obligation = owe(22, "2026-03-02")
    version = publish(
        obligation=first, content=paragraphs(1), dated_on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02")
    )
    second: Obligation = owe(10, "2026-03-02")
    draft = start_draft(obligation=second, by=cast.clerk, at=noon("2026-03-03"))
    role = cast.clerk.roles.get()
    carrier = cast.community.carriers.get(kind="paper_board")
    board = set_up_board(carrier=carrier, layout=Layout("门口", 1, 2), by=cast.clerk, at=noon("2026-03-03"))
    posting = version.postings.get()
    photo = add_photo(
        posting=posting, name="a.png", data=picture(), is_public=False, by=cast.clerk, at=noon("2026-03-03")
    )
    slug = cast.community.slug
    taken, _ = take_feedback(
        community=cast.community, kind="question", text="问", place=Place(version), nonce="1", at=noon("2026-03-03")
    )
    asked = open_consultation(
        version=publish(
            obligation=owe(23, "2026-03-02"),
            content=paragraphs(1, 2),
            dated_on=date(2026, 3, 2),
            by=cast.clerk,
            at=noon("2026-03-02"),
        ),
        title="征集",
        opens_on=date(2026, 3, 3),
        closes_on=date(2026, 3, 20),
        questions=[Asked("有什么建议", Kind.TEXT)],
        by=cast.clerk,
        at=noon("2026-03-03"),
    )
    decided = record_decision(
        community=cast.community,
        title="建充电棚",
        met_on=date(2026, 3, 2),
        decided_by="committee",
        text="建两处。",
        steps=[Planned("签合同", date(2026, 3, 20), "主任")],
        by=cast.clerk,
        at=noon("2026-03-03"),
    )
    at = noon("2026-03-03")
    requested, _ = take_request(community=cast.community, text="看", way="receipt", nonce="1", at=at)
    household = HouseholdCode.objects.create(
        community=cast.community,
        label="1号楼",
        code_hash="0" * 64,
        item_codes=[],
        made_on=at.date(),
        made_by=cast.clerk,
    )
    concern = raise_concern(
        obligation=first, version=version, element=1, text="漏了一项", by=cast.supervisor, at=noon("2026-03-04")
    )
    values: dict[str, Any] = {
        "slug": slug,
        "pk": second.pk,
        "token": role.calendar_token,
        "kind": "pdf",
        "name": "x.pdf",
        "position": 1,
        "code": version.code,
    }
    special = {
        "desk_record": {"pk": second.occurrence.duty_id},
        "desk_take_down": {"pk": posting.pk},
        "desk_hang": {"pk": posting.pk},
        "desk_photograph": {"pk": posting.pk},
        "desk_board": {"pk": board.pk},
        "desk_photo": {"pk": photo.pk},
        "desk_photo_change": {"pk": photo.pk},
        "desk_end_role": {"pk": role.pk},
        "desk_element_form": {"code": "10"},
        "desk_feedback_one": {"pk": taken.pk},
        "desk_request": {"pk": requested.pk},
        "desk_household_end": {"pk": household.pk},
        "desk_consultation": {"pk": asked.pk},
        "desk_slips": {"pk": asked.pk},
        "desk_consultation_result": {"pk": asked.pk},
        "desk_decision": {"pk": decided.pk},
        "desk_decision_draft": {"pk": decided.pk, "owed": decided.obligation_id},
        "desk_watch_sheet": {"code": "10"},
        "desk_concern": {"pk": concern.pk},
        "desk_report": {"year": 2026},
        "desk_archive": {"year": 2026},
        "desk_pack": {"code": "ledger", "year": 2026, "kind": "xlsx"},
    }
    made = {}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern) and pattern.name is not None
        wanted = {**values, **special.get(pattern.name, {})}
        if "/drafts/" in str(pattern.pattern):
            wanted["pk"] = draft.pk
        made[pattern.name] = reverse(pattern.name, kwargs={name: wanted[name] for name in pattern.pattern.converters})
    return made


@pytest.mark.parametrize("person", PEOPLE)
def test_who_comes_in(cast: Cast, addresses: dict[str, str], person: str) -> None:
    place = PEOPLE.index(person)
    wrong = {}
    for name, address in addresses.items():
        client = Client()
        if person != "nobody":
            client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        status = client.get(address).status_code
        if status != MATRIX[name][place]:
            wrong[name] = (status, MATRIX[name][place])
    assert not wrong


@pytest.mark.parametrize("person", PEOPLE)
def test_a_post_from_who_may_not_changes_nothing(cast: Cast, addresses: dict[str, str], person: str) -> None:
    """Whoever gets a 404 for reading gets it for writing too; nobody is sent to sign in."""
    from mingbai.communities.models import Event

    before = Event.objects.count()
    place = PEOPLE.index(person)
    for name, address in addresses.items():
        allowed = MATRIX[name]
        strangers = person in ("nobody", "neighbours_clerk")
        if not strangers and not (allowed[place] == GONE and IN in allowed):
            continue
        if name in ("login", "logout", "desk_ics", "password", "second_factor", "desk", "desk_reminders"):
            continue
        client = Client()
        if person != "nobody":
            client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(address, {"reason": "x"}).status_code == (HERE if person == "nobody" else GONE), name
    assert Event.objects.count() == before


def test_the_operators_admin_is_not_for_the_desk(cast: Cast, client: Client) -> None:
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 302
