"""What is for specific parties (特定对象): a household's code opens it, and no other door does."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mingbai.carriers.actions import confirm_withdrawal, publish
from mingbai.communities.models import Event
from mingbai.communities.revisions import SILENT
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.onrequest import households
from mingbai.onrequest.households import NotMade, Slip, end_code, household_of, labels_in, make_codes
from mingbai.onrequest.models import HouseholdCode, WrongCode
from mingbai.onrequest.queries import opened_by
from mingbai.public.api import api
from mingbai.public.exporting.routes import public_routes
from tests.apps.exporting import export, files_in
from tests.apps.restricted import (
    ALSO_FOR_HOUSEHOLDS,
    FILE,
    FOR_HOUSEHOLDS,
    MARK,
    ON_REQUEST,
    adopt_restricted,
    issue,
    saying,
)
from tests.conftest import Cast, names_list, noon
from tests.privacy.corpus import ID

DAY = "2026-03-10"
NOW = noon(DAY)
MINE = "/c/jinan/mine/"
LABEL = "3号楼2单元501"


@pytest.fixture
def version(cast: Cast) -> Version:
    adopt_restricted(cast.community, cast.director)
    return issue(cast.community, FOR_HOUSEHOLDS, DAY, *saying(), by=cast.clerk)


@pytest.fixture
def now() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def codes(cast: Cast, *labels: str, items: tuple[int, ...] = (FOR_HOUSEHOLDS,), **given: Any) -> list[Slip]:
    about = {"community": cast.community, "nonce": "n", "replace": False, "by": cast.clerk, "at": NOW, **given}
    return make_codes(labels=labels or (LABEL,), item_codes=[f"{number:02d}" for number in items], **about)


def typed(code: str, slug: str = "jinan", **more: str) -> Any:
    return Client().post(f"/c/{slug}/mine/", {"code": code, **more})


def test_the_code_opens_it_whole_with_its_file_and_nothing_is_kept(cast: Cast, version: Version, now: Any) -> None:
    (slip,) = codes(cast)
    spaced = " ".join(slip.code[start : start + 4] for start in range(0, 16, 4))
    wide = slip.code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for code in (slip.code, spaced, wide):
        answer = typed(code)
        assert answer.status_code == 200 and f"{MARK}的一段。" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"] and answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex" and not answer.cookies
    assert LABEL not in answer.content.decode(), "whoever finds the slip doesn't learn more than it says"
    wanted = re.search(r'name="file" value="([^"]+)"', answer.content.decode())
    assert wanted is not None
    file = typed(slip.code, file=wanted[1])
    assert file.content == MARK.encode() and "no-store" in file.headers["Cache-Control"]
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert not re.search(rf'href="[^"]*{version.code}', answer.content.decode())
    page = Client().get(MINE)
    assert MARK not in page.content.decode() and "no-store" in page.headers["Cache-Control"]
    assert MARK not in Client().get(MINE, {"code": slip.code}).content.decode(), "a code in an address opens nothing"


def numbers(template: str) -> Iterator[str]:
    """The names in braces of an address."""
    yield from re.findall(r"{(\w+)}", template)


def every_door(version: Version, slug: str) -> Iterator[str]:
    """Every address of the residents' pages and of the API, with all that could lead to this version filled in."""
    posting = version.postings.get()
    values = {
        "slug": [slug],
        "code": [version.code, f"{FOR_HOUSEHOLDS:02d}"],
        "pk": [str(version.disclosure.obligation_id), str(posting.pk), str(version.pk)],
        "number": ["1", "2"],
        "year": ["2026"],
        "name": [FILE, "versions.jsonl", "versions.csv", "postings.csv", "obligations.csv", "catalogue.csv"],
        "element": ["1", "2"],
        "kind": ["csv", "xlsx"],
        "paper": ["a4", "a3-landscape"],
    }
    templates = [f"{prefix}{path}" for path in public_routes().values() for prefix in ("", "/da")]
    templates += list(api.get_openapi_schema(path_prefix="/api/v1/")["paths"])
    for template in templates:
        addresses = [template]
        for name in numbers(template):
            addresses = [address.replace(f"{{{name}}}", value, 1) for address in addresses for value in values[name]]
        yield from addresses
    for query in (MARK, MARK[:2], version.code, version.index_number, "说明"):
        yield f"/c/{slug}/search/?q={query}"
        yield f"/api/v1/communities/{slug}/versions?q={query}"
    yield f"/s/{version.code}/?b=1"
    yield f"/c/{slug}/ask/?v={version.code}"


def texts(body: bytes) -> str:
    """What an answer says, also where it is a PDF."""
    if not body.startswith(b"%PDF"):
        return body.decode(errors="replace")
    with pdfplumber.open(io.BytesIO(body)) as document:
        return "".join("".join((page.extract_text() or "").split()) for page in document.pages)


def test_no_other_door_says_a_word_of_it(cast: Cast, version: Version, now: Any, tmp_path: Path) -> None:
    (slip,) = codes(cast)
    client, tried, found = Client(), 0, []
    for address in every_door(version, "jinan"):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        said = texts(body) if response.status_code == 200 else ""
        # What was asked for stands in the field of the search; it is no answer.
        said = re.sub(r'<input[^>]*name="q"[^>]*>|<[^>]*href="[^"]*[?&;]q=[^"]*"[^>]*>', "", said)
        tried += 1
        asked = "?q=" in address or "/s/" in address or "versions?q" in address
        secret = (f"{MARK}的一段", f"{MARK}通知", FILE, version.digest, LABEL, slip.code)
        if any(one in said for one in secret) or (version.code in said and not asked):
            found.append(address)
    assert not found and tried > 200
    export(tmp_path, DAY, sheets="a4")
    written = files_in(tmp_path)
    assert "c/jinan/index.html" in written and not any(version.code in name for name in written)
    assert not any(MARK in texts(body) or version.code in texts(body) for body in written.values())


def test_the_walk_would_notice(cast: Cast, version: Version, now: Any) -> None:
    """The same walk over the same version of an item for everybody finds it behind many doors."""
    item = version.disclosure.obligation.occurrence.item
    type(item).objects.filter(pk=item.pk).update(is_public=True)
    client, found = Client(), set()
    for address in every_door(version, "jinan"):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        if response.status_code == 200 and MARK in texts(body):
            found.add(address)
    for part in ("/c/jinan/", f"/v/{version.code}/", "feed.xml", "sheet-a4.pdf", "versions.jsonl", "/api/", "search"):
        assert any(part in address for address in found), part


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("", id="nothing"),
        pytest.param("1234", id="too-short"),
        pytest.param("0" * 16, id="nobodys"),
        pytest.param("' OR 1=1 --", id="not-a-code"),
    ],
)
def test_a_wrong_code_is_told_and_counted_and_opens_nothing(cast: Cast, version: Version, now: Any, wrong: str) -> None:
    codes(cast)
    answer = typed(wrong)
    assert answer.status_code == 422 and "没有找到这个住户码" in answer.content.decode()
    assert MARK not in answer.content.decode() and WrongCode.objects.get().count == 1


def test_after_too_many_wrong_codes_the_form_is_closed_until_the_next_day(
    cast: Cast, version: Version, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(households, "WRONG_A_DAY", 3)
    (slip,) = codes(cast)
    for _ in range(3):
        assert typed("1").status_code == 422
    answer = typed(slip.code)
    assert answer.status_code == 429 and MARK not in answer.content.decode() and "明天再试" in answer.content.decode()
    assert {field.name for field in WrongCode._meta.get_fields()} == {"id", "community", "on", "count"}
    assert typed("1", "neighbour").status_code == 422, "the neighbours' form stays open"
    now.shift(86_400)
    assert MARK in typed(slip.code).content.decode()


def test_a_code_opens_its_items_and_no_others(cast: Cast, version: Version, now: Any) -> None:
    issue(cast.community, ALSO_FOR_HOUSEHOLDS, DAY, *saying("另一些人的", file=False), by=cast.clerk)
    issue(cast.community, ON_REQUEST, DAY, *saying("要申请的", file=False), by=cast.clerk)
    first, both = codes(cast), codes(cast, "5号楼", items=(FOR_HOUSEHOLDS, ALSO_FOR_HOUSEHOLDS), nonce="m")
    page = typed(first[0].code).content.decode()
    assert MARK in page and "另一些人的" not in page and "要申请的" not in page
    page = typed(both[0].code).content.decode()
    assert MARK in page and "另一些人的" in page and "要申请的" not in page
    with pytest.raises(NotMade, match="没有选"):
        codes(cast, "6号楼", items=(ON_REQUEST,), nonce="o")
    with pytest.raises(NotMade, match="没有选"):
        codes(cast, "6号楼", items=(), nonce="o")


def test_a_code_of_one_community_opens_nothing_of_another(cast: Cast, version: Version, now: Any) -> None:
    adopt_restricted(cast.neighbour, cast.neighbours_clerk)
    theirs = issue(cast.neighbour, FOR_HOUSEHOLDS, DAY, *saying("邻居的"), by=cast.neighbours_clerk)
    (ours,) = codes(cast)
    (their,) = codes(cast, community=cast.neighbour, by=cast.neighbours_clerk)
    assert ours.code == their.code, "the same form, the same household: only the community keeps them apart"
    assert "邻居的" not in typed(ours.code).content.decode()
    page = typed(ours.code, "neighbour").content.decode()
    assert MARK not in page and "邻居的" in page
    HouseholdCode.objects.filter(community=cast.neighbour).delete()
    assert typed(ours.code, "neighbour").status_code == 422
    assert typed(ours.code, file=f"{theirs.code}/{FILE}").status_code == 404


def test_what_is_over_replaced_withdrawn_or_ended_is_not_opened(cast: Cast, version: Version, now: Any) -> None:
    (slip,) = codes(cast)
    obligation = version.disclosure.obligation
    content, files = saying("换了新的")
    publish(obligation=obligation, content=content, dated_on=NOW.date(), by=cast.clerk, at=NOW, files=files)
    page = typed(slip.code).content.decode()
    assert MARK not in page and "换了新的" in page
    assert typed(slip.code, file=f"{version.code}/{FILE}").status_code == 404
    new = Version.objects.get(replaces=version)
    proposed = propose_withdrawal(version=new, kind="legal_order", reason="判决", by=cast.clerk, at=NOW)
    confirm_withdrawal(withdrawal=proposed, by=cast.director, at=NOW)
    page = typed(slip.code).content.decode()
    assert "换了新的" not in page and "没有正在公示的内容" in page
    named = issue(cast.community, ALSO_FOR_HOUSEHOLDS, DAY, names_list(), [], cast.clerk)
    (other,) = codes(cast, "7号楼", items=(ALSO_FOR_HOUSEHOLDS,), nonce="m")
    until = named.postings.get().until_on
    assert "张*" in typed(other.code).content.decode()
    if until is not None:
        with time_machine.travel(noon(until).replace(year=until.year + 1), tick=False):
            assert "张*" not in typed(other.code).content.decode()
    end_code(household=HouseholdCode.objects.get(label="7号楼"), by=cast.clerk, at=NOW)
    assert typed(other.code).status_code == 422
    assert opened_by(HouseholdCode.objects.get(label="7号楼"), NOW.date()) == []


def test_an_item_that_has_become_public_is_read_on_its_page(cast: Cast, version: Version, now: Any) -> None:
    (slip,) = codes(cast)
    item = version.disclosure.obligation.occurrence.item
    type(item).objects.filter(pk=item.pk).update(is_public=True)
    assert MARK not in typed(slip.code).content.decode()


def test_two_clicks_print_the_same_slips_and_are_one_act(cast: Cast, version: Version) -> None:
    first = codes(cast, LABEL, "5号楼1单元101")
    events = Event.objects.count()
    assert codes(cast, LABEL, "5号楼1单元101") == first
    assert Event.objects.count() == events and HouseholdCode.objects.count() == 2
    assert Event.objects.filter(act="household_codes_made").count() == 1
    assert {"household_codes_made", "household_code_ended"} <= SILENT, "nothing that the public sees has changed"
    assert not any(slip.code in str(list(HouseholdCode.objects.values())) for slip in first)


def test_a_household_has_one_code_and_a_new_one_ends_the_old(cast: Cast, version: Version, now: Any) -> None:
    (old,) = codes(cast)
    with pytest.raises(NotMade, match=f"{LABEL}已经有住户码"):
        codes(cast, LABEL, "8号楼", nonce="m")
    assert HouseholdCode.objects.count() == 1, "none of the list is made where one is refused"
    (new,) = codes(cast, nonce="m", replace=True)
    assert typed(old.code).status_code == 422 and MARK in typed(new.code).content.decode()
    with pytest.raises(NotMade, match="重新打开"):
        codes(cast)  # the first form again: what has ended doesn't come back


def test_ending_twice_is_once(cast: Cast, version: Version) -> None:
    codes(cast)
    household = HouseholdCode.objects.get()
    for _ in range(2):
        end_code(household=household, by=cast.clerk, at=NOW)
    assert Event.objects.filter(act="household_code_ended").count() == 1


def test_without_the_sites_secret_a_copied_database_says_nothing(cast: Cast, version: Version, settings: Any) -> None:
    (slip,) = codes(cast)
    assert household_of(cast.community, slip.code) is not None
    settings.SECRET_KEY = "another"
    assert household_of(cast.community, slip.code) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("  \n \n", "没有填写", id="empty"),
        pytest.param("\n".join(f"{n}号" for n in range(501)), "最多500户", id="too-many"),
        pytest.param("长" * 25, "太长", id="too-long"),
        pytest.param(f"3号楼 {ID}", "证件号", id="an-identity-number"),
        pytest.param("3号楼 13905311234", "电话号码", id="a-telephone"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(text: str, message: str) -> None:
    with pytest.raises(NotMade, match=message):
        labels_in(text)


def test_a_list_of_households() -> None:
    assert labels_in(" 3号楼2单元501 \n\n5号楼 1单元\n3号楼2单元501\n") == [LABEL, "5号楼 1单元"]


UPDATES = [
    pytest.param("UPDATE onrequest_householdcode SET code_hash = 'x'", id="hashed"),
    pytest.param("UPDATE onrequest_householdcode SET label = ''", id="labelled"),
    pytest.param("UPDATE onrequest_householdcode SET ended_on = '2026-12-01'", id="ended-by-somebody"),
    pytest.param("UPDATE onrequest_householdcode SET ended_by_id = made_by_id", id="ended-on-a-day"),
    pytest.param(
        "UPDATE onrequest_householdcode SET ended_by_id = made_by_id, ended_on = '2026-01-01'", id="not-before-made"
    ),
    pytest.param(
        "INSERT INTO onrequest_householdcode (community_id, label, code_hash, item_codes, made_on, made_by_id) "
        "SELECT community_id, label, replace(code_hash, substr(code_hash, 1, 1), 'f'), item_codes, made_on, made_by_id "
        "FROM onrequest_householdcode",
        id="one-a-household",
    ),
]


@pytest.mark.parametrize("sql", UPDATES)
def test_the_database_refuses(cast: Cast, version: Version, sql: str) -> None:
    codes(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_desk_prints_slips_that_open_what_they_say(cast: Cast, version: Version, now: Any) -> None:
    desk = signed_in(cast.clerk)
    page = desk.get("/desk/jinan/households/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    labels = [f"{number}号楼2单元501" for number in range(1, 13)]
    fields = {"token": token[1], "labels": "\n".join(labels), "item": f"{FOR_HOUSEHOLDS:02d}"}
    answer = desk.post("/desk/jinan/households/", fields)
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert desk.post("/desk/jinan/households/", fields).content == answer.content, "a second click prints the same"
    with pdfplumber.open(io.BytesIO(answer.content)) as document:
        assert len(document.pages) == 2, "ten to a sheet"
        text = "".join(page.extract_text() for page in document.pages)
    printed = re.findall(r"\b(\d{4} \d{4} \d{4} \d{4})\b", text)
    squeezed = "".join(text.split())
    assert len(set(printed)) == 12 and all(label in squeezed for label in labels)
    assert all(MARK in typed(code).content.decode() for code in printed)
    assert "/c/jinan/mine/" in squeezed and version.disclosure.obligation.occurrence.item.name not in squeezed
    listed = desk.get("/desk/jinan/households/").content.decode()
    assert listed.count('<button class="button">作废') == 12 and not any(code in listed for code in printed)
    wrong = desk.post("/desk/jinan/households/", {**fields, "labels": "9号楼", "item": ""})
    assert wrong.status_code == 422 and "可以看的事项" in wrong.content.decode()
    unprintable = desk.post("/desk/jinan/households/", {**fields, "labels": "\U0001f3e0号楼"})
    assert unprintable.status_code == 422 and HouseholdCode.objects.count() == 12
    first = HouseholdCode.objects.get(label=labels[0])
    assert desk.post(f"/desk/jinan/households/{first.pk}/end/").status_code == 302
    assert HouseholdCode.objects.get(pk=first.pk).ended_on == NOW.date()


def test_another_communitys_clerk_ends_and_sees_no_code(cast: Cast, version: Version, now: Any) -> None:
    codes(cast)
    stranger, household = signed_in(cast.neighbours_clerk), HouseholdCode.objects.get()
    assert stranger.get("/desk/jinan/households/").status_code == 404
    assert stranger.post(f"/desk/neighbour/households/{household.pk}/end/").status_code == 404
    assert LABEL not in stranger.get("/desk/neighbour/households/").content.decode()
    assert HouseholdCode.objects.get().ended_on is None


def test_a_catalogue_without_specific_parties_needs_no_codes(cast: Cast) -> None:
    page = signed_in(cast.clerk).get("/desk/jinan/households/").content.decode()
    assert "不需要住户码" in page and "<textarea" not in page
    with pytest.raises(NotMade, match="没有选"):
        codes(cast)


def test_the_items_page_says_where_it_is_read(cast: Cast, version: Version, now: Any) -> None:
    page = Client().get(f"/c/jinan/items/{FOR_HOUSEHOLDS:02d}/").content.decode()
    assert "不向全社会公开" in page and MINE in page and MARK not in page
    page = Client().get(f"/c/jinan/items/{ON_REQUEST:02d}/").content.decode()
    assert "/c/jinan/requests/new/" in page and MINE not in page
