"""Two communities filled alike: no address, whoever asks and with whatever keys, gives one of them anything of the
other's, and no form of one changes the other.

``A`` holds a word in every text. Every address of the site is walked as B's people; a new one has to be given a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mingbai.carriers.actions import publish, put_up
from mingbai.carriers.boards import Layout, set_up_board
from mingbai.carriers.photos import add_photo
from mingbai.catalogues.actions import adopt_catalogue
from mingbai.catalogues.models import Duty
from mingbai.communities.actions import appoint_supervisor, found_community, found_subdistrict, grant_role
from mingbai.communities.models import Community, Event, Role, User
from mingbai.consultations.actions import open_consultation, take_opinion
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.desk.urls import urlpatterns as desk
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.drafts import save_draft, start_draft
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.followups.actions import Planned, record_decision
from mingbai.obligations.actions import order_disclosure, record_occurrence
from mingbai.onrequest.actions import take_request
from mingbai.onrequest.models import HouseholdCode
from mingbai.oversight.urls import urlpatterns as oversight
from mingbai.public.api import api
from mingbai.public.urls import urlpatterns as public
from mingbai.residents.actions import Place, answer_feedback, take_feedback
from mingbai.rules.opinions import Asked, Kind
from mingbai.sealed.models import Complaint
from mingbai.supervision.checking import draw_sample, raise_concern
from tests.conftest import noon, picture, seed_catalogue

pytestmark = pytest.mark.isolation
NOW = noon("2026-04-20")
WORD, FILE = "独角兽", "unicorn"  # stands in every text of A's and in no other
ROLES = {
    "clerk": Role.Kind.CLERK,
    "member": Role.Kind.COMMITTEE_MEMBER,
    "director": Role.Kind.DIRECTOR,
    "supervisor": Role.Kind.SUPERVISION_MEMBER,
    "administrator": Role.Kind.ADMINISTRATOR,
}
# Addresses that name no community: whoever holds a sheet's code or somebody's secret address is told what it leads to.
ANYWHERE = {"sheet_status", "desk_ics"}
# What a number in an address counts; an address with a number that isn't here fails the test.
NUMBERS = {
    **dict.fromkeys(("why", "desk_obligation", "desk_void", "desk_start"), "obligation"),
    **dict.fromkeys(("consultation", "desk_consultation", "desk_slips", "desk_consultation_result"), "consultation"),
    **dict.fromkeys(("desk_take_down", "desk_hang", "desk_photograph"), "posting"),
    **dict.fromkeys(("photo", "desk_photo", "desk_photo_change"), "photo"),
    **dict.fromkeys(("desk_draft", "desk_abandon", "desk_mask", "desk_submit", "desk_impact", "desk_preview"), "draft"),
    **dict.fromkeys(("desk_sheet", "desk_meeting", "desk_file", "desk_element", "desk_import"), "draft"),
    **dict.fromkeys(("desk_review", "desk_emergency"), "draft"),
    "desk_record": "duty",
    "desk_board": "board",
    "desk_feedback_one": "feedback",
    "desk_concern": "concern",
    "desk_end_role": "role",
    "desk_request": "request",
    "desk_household_end": "household",
    **dict.fromkeys(("desk_decision", "desk_decision_draft"), "decision"),
    "oversight_complaint": "complaint",
}
# Where ``code`` is an item's, which is the same everywhere, and not a version's.
OF_ITEMS = {"item", "item_page", "item_feed", "desk_watch_sheet", "desk_element_form"}


@dataclass
class Filled:
    """A community with something behind each address: ``keys``, name → what an address or a form says."""

    community: Community
    people: dict[str, User]
    keys: dict[str, Any]


def fill(slug: str, word: str, file: str) -> Filled:
    at, on = noon("2026-01-05"), date(2026, 3, 2)
    street = found_subdistrict(slug=f"{slug}-street", name=f"{slug}街道", by=None, at=at)
    community = found_community(slug=slug, name=f"{slug}社区", body="居委会", subdistrict=street, by=None, at=at)
    people = {}
    for name, kind in ROLES.items():
        people[name] = User.objects.create_user(f"{slug}-{name}", display_name=name, password_changed_at=at)
        grant_role(community=community, user=people[name], kind=kind, by=None, at=at)
    people["street"] = User.objects.create_user(f"{slug}-street", display_name="街道", password_changed_at=at)
    appoint_supervisor(subdistrict=street, user=people["street"], by=None, at=at)
    source = {"source_name": SEED_CATALOGUE.name, "source": SEED_CATALOGUE.read_bytes()}
    adopt_catalogue(community=community, catalogue=seed_catalogue(), **source, by=None, on=at.date(), at=at)
    clerk, day = people["clerk"], noon(on)

    def duty(number: int) -> Duty:
        return Duty.objects.get(item__catalogue__community=community, item__number=number, position=1)

    def owe(number: int) -> Any:
        what = f"{word}的事由"
        return record_occurrence(community=community, duty=duty(number), on=on, what=what, by=clerk, at=day)

    def told(number: int, blocks: list[dict[str, Any]], files: tuple[Upload, ...] = ()) -> Any:
        content = {"title": f"{word}的标题{number}", "blocks": blocks}
        return publish(obligation=owe(number), content=content, dated_on=on, by=clerk, at=day, files=files)

    text = {"element": 1, "heading": f"{word}小标题", "kind": "paragraphs", "paragraphs": [f"{word}的正文。"]}
    table = {
        "element": 1,
        "heading": f"{word}小标题",
        "kind": "table",
        "caption": f"{word}表",
        "columns": [{"label": f"{word}列", "type": "text"}, {"label": "金额", "type": "money"}],
        "rows": [[f"{word}格", "30.00"]],
        "total": None,
    }
    meeting = {"element": 2, "heading": word, "kind": "meeting", "name": f"{word}会", "time": "2026年3月9日19时"}
    meeting |= {"place": f"{word}室", "attendees": "居民", "chair": "主任", "topics": [f"{word}议题"]}
    upload = Upload(f"{file}.txt", "text/plain", word.encode())
    attached = {"name": upload.name, "sha256": upload.sha256, "size": len(upload.data)}
    files = {"element": 1, "heading": word, "kind": "attachment", "files": [attached]}
    version = told(22, [table])
    other = told(10, [files, meeting], (upload,))
    notice = told(23, [text, {**text, "element": 2}])
    board = community.carriers.get(kind="paper_board")
    posting = put_up(version=version, carrier=board, on=on, by=clerk, at=day, evidence=f"{word}说明")
    boards = set_up_board(carrier=board, layout=Layout(f"{word}栏", 1, 2), by=clerk, at=day)
    photo = add_photo(posting=posting, name=f"{file}.png", data=picture(), is_public=True, by=clerk, at=day)
    place = Place(version, 1)
    feedback, receipt = take_feedback(
        community=community, kind="question", text=f"{word}是什么", place=place, nonce=slug, at=day
    )
    answer_feedback(feedback=feedback, text=f"{word}的答复", by=clerk, at=day)
    asked = [Asked(f"{word}好吗", Kind.TEXT)]
    consultation = open_consultation(
        version=notice, title=f"{word}征集", opens_on=on, closes_on=NOW.date(), questions=asked, by=clerk, at=day
    )
    take_opinion(consultation=consultation, answers={"1": f"{word}意见"}, nonce=slug, at=day)
    concern = raise_concern(
        obligation=owe(8), version=None, element=None, text=f"{word}有误", by=people["supervisor"], at=day
    )
    draw_sample(community=community, span="month", size=2, lots="", by=people["supervisor"], at=NOW)
    order_disclosure(
        community=community, duty=duty(22), due_on=NOW.date(), what=f"{word}责令", by=people["street"], at=NOW
    )
    propose_withdrawal(version=notice, kind="legal_order", reason=f"{word}理由", by=clerk, at=NOW)
    requested, _ = take_request(community=community, text=f"想看{word}", way="receipt", nonce=f"{slug}-r", at=day)
    household = HouseholdCode.objects.create(
        community=community,
        label=f"{word}楼",
        code_hash=f"{community.pk:064}",
        item_codes=[],
        made_on=on,
        made_by=clerk,
    )
    planned = [Planned(f"{word}一步", date(2026, 3, 20), word)]
    decision = record_decision(
        community=community,
        title=f"{word}的决定",
        met_on=on,
        decided_by="committee",
        text=word,
        steps=planned,
        by=clerk,
        at=day,
    )
    complaint = Complaint.objects.create(subdistrict=street, received_on=on, receipt_hash=slug, reply_key=bytes(32))
    obligation = owe(10)
    draft = start_draft(obligation=obligation, by=clerk, at=day)
    save_draft(draft=draft, revision=draft.revision, title=f"{word}草稿", by=clerk, at=day)
    return Filled(
        community,
        people,
        {
            "slug": slug,
            "street": street.slug,
            "code": version.code,
            "other_code": other.code,
            "file": upload.name,
            "token": people["clerk"].roles.get().calendar_token,
            "receipt": receipt,
            "carrier": board.pk,
            "duty": duty(22).pk,
            "feedback_number": feedback.number,
            "role": people["member"].roles.get().pk,
            "board": boards.pk,
            **{"posting": posting.pk, "photo": photo.pk, "feedback": feedback.pk, "consultation": consultation.pk},
            **{"request": requested.pk, "household": household.pk, "decision": decision.pk, "complaint": complaint.pk},
            **{"concern": concern.pk, "obligation": obligation.pk, "draft": draft.pk, "user": people["member"].pk},
        },
    )


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Filled, Filled]]:
    """A and B; B's words aren't A's."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        yield fill("aa", WORD, FILE), fill("bb", "白鹭", "egret")
        transaction.set_rollback(True)


def addresses(patterns: list[Any], slug: str, keys: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every address of some patterns under ``slug``, with somebody's keys. KeyError: one that has no line above."""
    for pattern in patterns:
        assert isinstance(pattern, URLPattern) and pattern.name is not None
        known = {
            "slug": slug,
            "code": "22" if pattern.name in OF_ITEMS else keys["code"],
            "year": 2026,
            "number": keys["feedback_number"] if pattern.name == "feedback_one" else 1,
            "name": "versions.csv" if pattern.name == "data_file" else keys["file"],
            "kind": "pdf" if pattern.name == "desk_sheet" else "csv",
            "paper": "a4",
            **{"element": 1, "position": 1, "token": keys["token"], "owed": keys["obligation"]},
        }
        if pattern.name.startswith("second_door"):
            known["slug"] = f"{slug}-street"
        if pattern.name in ("attachment", "meeting"):
            known["code"] = keys["other_code"]
        if "pk" in pattern.pattern.converters:
            known["pk"] = keys[NUMBERS[pattern.name]]
        yield pattern.name, reverse(pattern.name, kwargs={name: known[name] for name in pattern.pattern.converters})


def of_the_api(slug: str, keys: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = {"slug": slug, "code": keys["code"], "pk": keys["obligation"], "year": 2026, "number": 1}
    for path in api.get_openapi_schema(path_prefix="/api/v1/")["paths"]:
        yield path, path.format(**{**known, "code": "22" if "/items/" in path else keys["code"]})


def everywhere(person: str, slug: str, street: str, keys: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Residents' pages know nobody: they are walked without and with one sign-in; the desk's by all who have one."""
    if person in ("nobody", "clerk"):
        yield from addresses(public, slug, keys)
        yield from of_the_api(slug, keys)
    yield from addresses(desk, slug, keys)
    yield from addresses(oversight, street, keys)


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"%PDF"):
        import io

        import pdfplumber

        with pdfplumber.open(io.BytesIO(body)) as document:
            return "".join(page.extract_text() for page in document.pages)
    return f"{answer.headers} {body.decode(errors='replace')}"


def betrays(answer: Any) -> bool:
    """Whether anything of A's is in it; the address that was asked for is no news."""
    text = said(answer).replace(answer.request["PATH_INFO"], "")
    return WORD in text or FILE in text


def test_every_branch_of_the_site_is_walked() -> None:
    """A new include, or a new number in an address, has to be looked at here."""
    branches = {str(one.pattern) for one in get_resolver().url_patterns if isinstance(one, URLResolver)}
    assert branches == {"admin/", "api/v1/", "desk/", "oversight/", ""}
    counted = {
        one.name
        for one in (*public, *desk, *oversight)
        if isinstance(one, URLPattern) and "pk" in one.pattern.converters
    }
    assert counted == set(NUMBERS)


PEOPLE = ("nobody", *ROLES, "street")


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_of_the_others_is_told_at_ones_own_addresses(
    both: tuple[Filled, Filled], db: None, person: str
) -> None:
    """B's people at B's addresses: with A's keys nothing of A's, mostly nothing at all; with B's own, their own."""
    a, b = both
    client, told = signed_in(b.people.get(person)), set()
    query = {"v": a.keys["code"], "owed": a.keys["obligation"], "community": "aa", "q": WORD[:2], "spot": "1"}
    for keys in (a.keys, b.keys):
        for name, address in everywhere(person, "bb", "bb-street", keys):
            if name in ANYWHERE or name in ("front", "search"):
                continue
            for asked in ({}, query):
                answer = client.get(address, asked)
                assert not betrays(answer), (name, address, asked)
            told |= {name} if keys is b.keys and client.get(address).status_code == 200 else set()
            if keys is a.keys and name in NUMBERS:
                assert client.get(address).status_code in (302, 404, 405), (name, address)
    if person == "nobody":
        assert {"home", "version", "why", "/api/v1/communities/{slug}/versions/{code}"} <= told
    if person == "clerk":
        assert {"desk_draft", "desk_version", "desk_feedback_one", "desk_consultation"} <= told


def test_the_words_are_there_to_be_found(both: tuple[Filled, Filled], db: None) -> None:
    """The walk would notice: at A's addresses the same people of A's are told A's words nearly everywhere."""
    a, _ = both
    found = set()
    for person in PEOPLE:
        client = signed_in(a.people.get(person))
        for name, address in everywhere(person, "aa", "aa-street", a.keys):
            if betrays(client.get(address, {"v": a.keys["code"]} if name == "desk_watch_sheet" else {})):
                found.add(name)
    pages = {"home", "owed", "why", "item", "versions", "feedback", "feedback_one", "checks", "consultations", "table"}
    pages |= {
        "consultation",
        "version",
        "feed",
        "item_feed",
        "data_file",
        "attachment",
        "carriers",
        "sheet_pdf",
        "aloud",
    }
    pages |= {
        "desk_todo",
        "desk_calendar",
        "desk_draft",
        "desk_version",
        "desk_boards",
        "desk_feedback_one",
        "desk_slips",
    }
    pages |= {"desk_concern", "desk_watch_sheet", "oversight_list"}
    pages |= {"decisions", "decision", "desk_decision", "desk_request", "desk_households"}
    pages |= {f"/api/v1/communities/{{slug}}/{part}" for part in ("versions", "obligations", "versions/{code}")}
    assert pages - found == set()


@pytest.mark.parametrize("person", PEOPLE)
def test_searching_finds_ones_own(both: tuple[Filled, Filled], db: None, person: str) -> None:
    """What is typed stands on the page, so the hits are looked at: none is A's."""
    a, b = both
    page = said(signed_in(b.people.get(person)).get("/c/bb/search/", {"q": WORD}))
    assert a.keys["code"] not in page and f"{WORD}的" not in page
    assert a.keys["code"] in said(Client().get("/c/aa/search/", {"q": WORD}))


@pytest.mark.parametrize("person", [*ROLES, "street"])
def test_the_others_desk_isnt_there(both: tuple[Filled, Filled], db: None, person: str) -> None:
    a, b = both
    client = signed_in(b.people[person])
    for name, address in (*addresses(desk, "aa", a.keys), *addresses(oversight, "aa-street", a.keys)):
        if name not in ANYWHERE and ("/aa/" in address or "/aa-street/" in address):
            assert client.get(address).status_code == 404, name
            assert client.post(address, {"reason": "x"}).status_code == 404, name


def rows_of(community: Community) -> dict[str, list[Any]]:
    """Every row of a community."""
    found = {"communities.Community": list(Community.objects.filter(pk=community.pk).values())}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Community:
                rows = model._default_manager.filter(**{field.name: community}).order_by("pk")
                found[model._meta.label] = list(rows.values())
    return found


def mixed() -> Iterator[str]:
    """Rows of one community that hang on a row of another."""
    with_community = {m for m in apps.get_models() if any(f.name == "community" for f in m._meta.concrete_fields)}
    for model in with_community:
        for field in model._meta.concrete_fields:
            if field.related_model in with_community and field.name != "community":
                theirs = model._default_manager.exclude(**{f"{field.name}__community": F("community")})
                there = theirs.filter(**{f"{field.name}__isnull": False})
                if there.exists():
                    yield f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("person", PEOPLE)
def test_no_form_of_one_changes_the_other(both: tuple[Filled, Filled], db: None, person: str) -> None:
    """Every form of B's, filled in with A's keys: A stays as it was, and nothing of B's hangs on anything of A's."""
    a, b = both
    client, before = signed_in(b.people.get(person)), rows_of(a.community)
    assert len(before["disclosures.Version"]) == 3
    sheet = f"{a.keys['code']}-{a.keys['carrier']}"
    form = {
        **{"sheet": sheet, "v": a.keys["code"], "remedy": a.keys["code"], "receipt": a.keys["receipt"]},
        **{"owed": a.keys["obligation"], "draft": a.keys["draft"], "duty": a.keys["duty"], "user": a.keys["user"]},
        **{"carrier": a.keys["carrier"], "board": a.keys["board"], "community": "aa", "item": 22, "slot": 1},
        **{"text": "一句话", "reason": "一句话", "what": "一句话", "title": "一句话", "statement": "none_this_period"},
        **{"on": "2026-04-20", "due_on": "2026-05-20", "dated_on": "2026-04-20", "kind": "question", "spot": "1"},
        **{"resolution": "put_right", "outcome": "adopted", "settled": "yes", "revision": 1, "span": "quarter"},
    }
    for keys in (a.keys, b.keys):
        for name, address in everywhere(person, "bb", "bb-street", keys):
            if name in {"logout", "password", "second_factor", "login", *ANYWHERE}:
                continue
            with transaction.atomic():
                answer = client.post(address, form)
                assert answer.status_code != 500 and not betrays(answer), (name, answer.status_code)
                assert rows_of(a.community) == before, name
                assert list(mixed()) == [], name
                transaction.set_rollback(True)


def test_events_name_no_other_community(both: tuple[Filled, Filled], db: None) -> None:
    a, b = both
    for own, other in ((a, b), (b, a)):
        for event in Event.objects.filter(community=own.community):
            label, _, key = event.subject.partition(":")
            subject = apps.get_model(label).objects.filter(pk=key).first()
            assert getattr(subject, "community_id", own.community.pk) != other.community.pk, event
