"""The pages of the second door: what the reporter sends, who opens it, and everywhere that it does not show."""

from __future__ import annotations

import io
import logging
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from nacl.pwhash import argon2id
from PIL import Image

from mingbai.communities.actions import appoint_supervisor, found_subdistrict
from mingbai.communities.models import Event, Subdistrict, Supervisor, User
from mingbai.public import second_door
from mingbai.public.exporting.routes import ROUTES, LeftOut
from mingbai.public.unlogged import SecondDoor, is_second_door
from mingbai.sealed import boxes
from mingbai.sealed.actions import make_key
from mingbai.sealed.messages import LARGEST_PICTURE, MAX_TEXT, MOST_PICTURES, Message
from mingbai.sealed.models import Complaint, ComplaintReply, Envelope, SupervisorKey
from mingbai.sealed.queries import messages_for
from mingbai.sealed.tokens import SIGNER, new_token
from mingbai.supervision.reminders import lines_for
from tests.conftest import Cast, noon, picture

NOW = noon("2026-06-10")
PHRASE = "four words nobody says"
WORDS = "主任把门面房租给了蓝鲸四十二"
DOOR, FOLLOW = "/report-to/anhe/", "/report-to/anhe/receipt/"


@pytest.fixture
def street(cast: Cast) -> Subdistrict:
    made = found_subdistrict(slug="anhe", name="安和街道", by=None, at=NOW)
    cast.community.subdistrict = made
    cast.community.save(update_fields=["subdistrict"])
    return made


def appointed(street: Subdistrict, name: str, *, key: bool = True) -> Supervisor:
    person = User.objects.create_user(name, display_name=name, password=f"{name}-password", password_changed_at=NOW)
    appoint_supervisor(subdistrict=street, user=person, by=None, at=NOW)
    made = Supervisor.objects.get(user=person)
    if key:
        make_key(supervisor=made, passphrase=PHRASE, on=NOW.date())
    return made


@pytest.fixture
def he(street: Subdistrict) -> Supervisor:
    return appointed(street, "he")


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same stretching, less of it: test_sealed does all of it."""
    monkeypatch.setattr(boxes, "OPERATIONS", argon2id.OPSLIMIT_MIN)
    monkeypatch.setattr(boxes, "MEMORY", argon2id.MEMLIMIT_MIN)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(client: Client | None = None, door: str = DOOR, **fields: Any) -> Any:
    client = client or Client()
    given = {"about": "金安社区", "text": WORDS, "website": ""}
    if "token" not in fields:
        given["token"] = new_token(NOW.timestamp())
    return client.post(door, {**given, **fields})


def receipt_in(answer: Any) -> str:
    found = re.search(r'class="code big receipt">(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return re.sub(r"\D", "", found[1])


def photo(name: str = "photo.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if data is not None else picture("JPEG"), "image/jpeg")


def test_channels_first_then_what_is_and_is_not_protected_then_the_form(he: Supervisor) -> None:
    answer = Client().get(DOOR)
    text = answer.content.decode()
    places = [text.index(part) for part in ("12345", "12388", "能保护什么", "保护不了什么", 'name="text"')]
    assert places == sorted(places) and answer.status_code == 200
    assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"] and not answer.cookies


@pytest.mark.parametrize("door", [DOOR, f"/da{DOOR}"])
def test_from_the_form_to_the_answer_and_back(he: Supervisor, door: str) -> None:
    reporter = Client()
    page = reporter.get(door).content.decode()
    answer = send(reporter, door, token=token_of(page), pictures=[photo(), photo("b.png", picture("PNG"))])
    assert answer.status_code == 201 and "no-store" in answer["Cache-Control"]
    receipt = receipt_in(answer)
    complaint = Complaint.objects.get()

    street = signed_in(he.user)
    address = f"/oversight/anhe/complaints/{complaint.pk}/"
    listed = street.get("/oversight/anhe/complaints/").content.decode()
    assert address in listed and "等待答复" in listed and "金安" not in listed
    assert "1 件等待答复" in street.get("/oversight/anhe/").content.decode()
    closed = street.get(address).content.decode()
    assert WORDS not in closed and 'name="text"' not in closed
    wrong = street.post(address, {"passphrase": "four words they said"})
    assert wrong.status_code == 422 and WORDS not in wrong.content.decode()
    opened = street.post(address, {"passphrase": PHRASE})
    text = opened.content.decode()
    assert opened.status_code == 200 and "no-store" in opened["Cache-Control"]
    assert WORDS in text and "关于：<b>金安社区</b>" in text and text.count('src="data:image/jpeg;base64,') == 2
    assert PHRASE not in text and not any(PHRASE in str(one.get_decoded()) for one in Session.objects.all())
    nonce = re.search(r'name="nonce" value="(\w+)"', text)
    assert nonce is not None
    for _ in range(2):
        said = street.post(address, {"text": "已经核实，责令退回。", "nonce": nonce[1]})
        assert "答复已经加密保存" in said.content.decode()
    assert ComplaintReply.objects.count() == 1

    follow = f"{door}receipt/"
    seen = reporter.post(follow, {"receipt": f"{receipt[:4]} {receipt[4:]}"})
    assert "已经核实，责令退回。" in seen.content.decode() and "no-store" in seen["Cache-Control"]
    more = {"receipt": receipt, "token": token_of(seen.content.decode()), "text": "还有一间。", "add": "yes"}
    for _ in range(2):
        added = reporter.post(follow, more)
        assert "补充的内容已经加密收到" in added.content.decode()
    assert token_of(added.content.decode()) != more["token"], "what is written next is another message"
    thread = [(one.message.text, one.message.answered_by) for one in messages_for(complaint, he, PHRASE).messages]
    assert thread == [(WORDS, ""), ("已经核实，责令退回。", "he"), ("还有一间。", "")]
    assert not reporter.cookies


def test_a_double_click_is_one_complaint_with_one_receipt(he: Supervisor) -> None:
    token = new_token(NOW.timestamp())
    assert receipt_in(send(token=token)) == receipt_in(send(token=token))
    assert Complaint.objects.count() == Envelope.objects.count() == 1


def test_a_token_tells_no_more_than_the_hour(he: Supervisor, clock: time_machine.Coordinates) -> None:
    def told(token: str) -> str:
        return re.sub("[0-9a-f]{32}", "", str(SIGNER.unsign_object(token)))

    clock.move_to(NOW.replace(minute=1))
    early = told(token_of(Client().get(DOOR).content.decode()))
    clock.move_to(NOW.replace(minute=59, second=59))
    assert told(token_of(Client().get(DOOR).content.decode())) == early


def too_large() -> list[SimpleUploadedFile]:
    return [photo(data=picture("JPEG") + bytes(LARGEST_PICTURE))]


def too_large_together() -> list[SimpleUploadedFile]:
    """Noise doesn't get smaller by encoding it anew."""
    out = io.BytesIO()
    Image.frombytes("RGB", (1_600, 1_600), random.Random(7).randbytes(1_600 * 1_600 * 3)).save(out, "JPEG", quality=90)
    return [photo(data=out.getvalue()) for _ in range(MOST_PICTURES)]


LARGE = {
    "too large a picture": (too_large, "“图片”最多"),
    "pictures too large together": (too_large_together, "合起来太大"),
}


BAD = {
    "no text": ({"text": "  "}, "写在这里"),
    "too long a text": ({"text": "字" * (MAX_TEXT + 1)}, "写在这里"),
    "no community": ({"about": ""}, "关于哪个社区"),
    "another's community": ({"about": "邻近社区"}, "关于哪个社区"),
    "the field for machines": ({"website": "x"}, "网址"),
    "no token": ({"token": ""}, "这一页不完整"),
    "an old token": ({"token": "old"}, "打开太久了"),
    "no picture": ({"pictures": [photo(data=b"no picture at all")]}, "“图片”第1张"),
    "another kind of picture": ({"pictures": [photo(), photo("a.gif", picture("GIF"))]}, "“图片”第2张"),
    "half a picture": ({"pictures": [photo(data=picture("JPEG", (900, 900))[:900])]}, "“图片”第1张"),
    "too many pictures": ({"pictures": [photo() for _ in range(MOST_PICTURES + 1)]}, "“图片”最多"),
}


@pytest.mark.parametrize("case", [*BAD, *LARGE])
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_taken_in(he: Supervisor, case: str) -> None:
    if case in LARGE:
        make, named = LARGE[case]
        fields: dict[str, Any] = {"pictures": make()}
    else:
        fields, named = BAD[case]
    for file in fields.get("pictures", []):
        file.seek(0)
    if fields.get("token") == "old":
        fields = {"token": new_token(NOW.timestamp() - 6 * 3600)}
    answer = send(**{"text": WORDS, **fields})
    text = answer.content.decode()
    assert answer.status_code == 422 and named in text
    assert not Complaint.objects.exists() and not Envelope.objects.exists()
    if "text" not in fields:
        assert WORDS in text, "what was written isn't lost"


def test_without_a_key_it_names_the_channels_and_takes_nothing(street: Subdistrict) -> None:
    appointed(street, "he", key=False)
    page = Client().get(DOOR).content.decode()
    assert "这里现在不能收" in page and "12345" in page and "12388" in page and 'name="token"' not in page
    answer = send()
    assert answer.status_code == 422 and WORDS in answer.content.decode() and not Complaint.objects.exists()


def test_pictures_are_encoded_anew_and_never_written_to_a_file(he: Supervisor, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
    exif = Image.Exif()
    exif[0x010E], exif[0x0110] = "canary words", "canary telephone"
    exif.get_ifd(0x8825)[1] = "N"
    taken = picture("JPEG", (2_000, 1_000), exif=exif, comment=b"canary comment")
    assert b"canary" in taken
    assert send(pictures=[photo("canary name.jpg", taken + b"canary tail")]).status_code == 201
    (received,) = messages_for(Complaint.objects.get(), he, PHRASE).messages
    (kept,) = received.message.pictures
    assert b"canary" not in received.message.packed() + kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif() and image.format == "JPEG" and image.size == (1_600, 800)


def test_four_photographs_of_the_largest_size_fit(he: Supervisor) -> None:
    noise = Image.effect_noise((4_000, 3_000), 60).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=60)
    pictures = [photo(data=out.getvalue()) for _ in range(MOST_PICTURES)]
    assert send(pictures=pictures).status_code == 201


def test_a_wrong_receipt_finds_nothing_and_one_of_another_street_neither(he: Supervisor) -> None:
    receipt = receipt_in(send())
    found_subdistrict(slug="other", name="另一街道", by=None, at=NOW)
    for address, code in ((FOLLOW, "1" * 24), (FOLLOW, ""), ("/report-to/other/receipt/", receipt)):
        answer = Client().post(address, {"receipt": code})
        assert answer.status_code == 422 and "没有找到这个回执号" in answer.content.decode()
    empty = Client().post(FOLLOW, {"receipt": receipt, "add": "yes", "token": new_token(NOW.timestamp()), "text": ""})
    assert empty.status_code == 422 and Envelope.objects.count() == 1
    assert (
        Client().get("/report-to/nowhere/").status_code
        == Client().get("/report-to/nowhere/receipt/").status_code
        == 404
    )


PEOPLE = ("nobody", "clerk", "member", "director", "supervisor", "administrator", "neighbours_clerk", "other", "past")


@pytest.mark.parametrize("who", PEOPLE)
def test_only_a_supervisor_of_this_street_comes_in(cast: Cast, he: Supervisor, who: str) -> None:
    complaint_at = send() and Complaint.objects.get().pk
    if who == "nobody":
        client = Client()
    elif who == "other":
        other = found_subdistrict(slug="other", name="另一街道", by=None, at=NOW)
        client = signed_in(appointed(other, "wu").user)
    elif who == "past":
        client = signed_in(he.user)
        Supervisor.objects.filter(pk=he.pk).update(ended_at=NOW)
    else:
        client = signed_in(getattr(cast, who))
    expected = 302 if who == "nobody" else 404
    for page in ("keys/", "complaints/", f"complaints/{complaint_at}/"):
        for method in (client.get, client.post):
            fields = {"passphrase": PHRASE, "again": PHRASE, "text": "x", "nonce": "0" * 32}
            assert method(f"/oversight/anhe/{page}", fields).status_code == expected
    assert SupervisorKey.objects.filter(supervisor=he).count() == 1 and not ComplaintReply.objects.exists()
    if who == "other":
        assert client.get(f"/oversight/other/complaints/{complaint_at}/").status_code == 404


def test_a_supervisor_without_a_key_is_led_to_make_one(street: Subdistrict, he: Supervisor) -> None:
    send()
    pk = Complaint.objects.get().pk
    wu = appointed(street, "wu", key=False)
    client = signed_in(wu.user)
    for page in ("complaints/", f"complaints/{pk}/"):
        assert client.get(f"/oversight/anhe/{page}")["Location"] == "/oversight/anhe/keys/"
    page = client.get("/oversight/anhe/keys/").content.decode()
    assert "忘了口令，谁也打不开" in page
    for phrase, again, told in (
        ("short", "short", "至少12个字"),
        (PHRASE, f"{PHRASE}x", "不一样"),
        ("wu-password" + "x", "wu-password", "不一样"),
    ):
        answer = client.post("/oversight/anhe/keys/", {"passphrase": phrase, "again": again, "instead_of": ""})
        assert answer.status_code == 422 and told in answer.content.decode()
    assert not SupervisorKey.objects.filter(supervisor=wu).exists()
    for _ in range(2):
        answer = client.post("/oversight/anhe/keys/", {"passphrase": PHRASE, "again": PHRASE, "instead_of": ""})
        assert "口令已经设好" in answer.content.decode()
    assert SupervisorKey.objects.filter(supervisor=wu).count() == 1
    again = {"passphrase": f"{PHRASE}!", "again": f"{PHRASE}!", "instead_of": ""}
    stale = client.post("/oversight/anhe/keys/", again)
    assert stale.status_code == 422 and "刚才已经设过另一个口令" in stale.content.decode()
    assert "没有封给您" in client.get(f"/oversight/anhe/complaints/{pk}/").content.decode()
    send()
    later = Complaint.objects.exclude(pk=pk).get().pk
    assert WORDS in client.post(f"/oversight/anhe/complaints/{later}/", {"passphrase": PHRASE}).content.decode()


def test_the_password_is_no_passphrase(street: Subdistrict) -> None:
    person = appointed(street, "wulongname", key=False)
    given = {"passphrase": "wulongname-password", "again": "wulongname-password", "instead_of": ""}
    answer = signed_in(person.user).post("/oversight/anhe/keys/", given)
    assert answer.status_code == 422 and "不能和登录密码一样" in answer.content.decode()


def test_a_bad_answer_changes_nothing_and_is_not_lost(he: Supervisor) -> None:
    send()
    address = f"/oversight/anhe/complaints/{Complaint.objects.get().pk}/"
    client = signed_in(he.user)
    for text, nonce in ((" ", "0" * 32), ("答" * (MAX_TEXT + 1), "0" * 32), ("已经核实", "")):
        answer = client.post(address, {"text": text, "nonce": nonce})
        assert answer.status_code == 422 and text.strip() in answer.content.decode()
    assert not ComplaintReply.objects.exists()


def test_contact_and_guide_lead_there_only_where_there_is_a_street(cast: Cast, street: Subdistrict) -> None:
    for page in ("contact", "guide"):
        assert DOOR in Client().get(f"/c/jinan/{page}/").content.decode()
        assert f'"/da{DOOR}"' in Client().get(f"/da/c/jinan/{page}/").content.decode()
    assert "report-to" not in Client().get("/c/neighbour/contact/").content.decode()


def test_it_shows_nowhere_else(cast: Cast, he: Supervisor) -> None:
    """Every page that somebody of the community or anybody can open is the same before and after, but for the token."""
    addresses = [
        "/", "/robots.txt", "/c/jinan/", "/c/jinan/search/?q=蓝鲸", "/c/jinan/feedback/", "/c/jinan/checks/",
        "/c/jinan/owed/", "/c/jinan/feed.xml", "/c/jinan/data/", "/c/jinan/report/2026/", "/c/jinan/contact/",
        "/sitemap.xml", "/c/jinan/sitemap-1.xml", "/api/v1/openapi.json", "/api/v1/communities",
        "/api/v1/communities/jinan",
        "/api/v1/communities/jinan/changes",
    ]  # fmt: skip
    desk = ["/desk/jinan/", "/desk/jinan/feedback/", "/desk/jinan/people/", "/desk/reminders/", "/desk/jinan/calendar/"]
    operator = User.objects.create_superuser("operator", password="x", password_changed_at=NOW)
    people = [cast.clerk, cast.director, cast.supervisor, cast.administrator, operator]

    def everything() -> dict[str, Any]:
        answers = {address: Client().get(address) for address in addresses}
        assert {answer.status_code for answer in answers.values()} == {200}
        anybody = {address: answer.content for address, answer in answers.items()}
        for person in people:
            client = signed_in(person)
            for address in (*desk, "/admin/"):
                answer = client.get(address)
                assert answer.status_code in {200, 302, 404}
                anybody[f"{person} {address}"] = re.sub(rb'(csrf\w+" value)="\w+"', rb"\1", answer.content)
        reminders = {f"reminders {user}": lines_for(user, NOW.date()) for user in User.objects.all()}
        return {**anybody, **reminders}

    before, events, sessions = everything(), Event.objects.count(), Session.objects.count()
    send(pictures=[photo()])
    assert Session.objects.count() == sessions and Event.objects.count() == events
    assert everything() == before
    assert not [model for model in apps.get_app_config("sealed").get_models() if admin.site.is_registered(model)]
    assert (
        b"report-to" not in before["/sitemap.xml"] + before["/c/jinan/sitemap-1.xml"] + before["/api/v1/openapi.json"]
    )
    assert all(isinstance(ROUTES[name], LeftOut) for name in ("second_door", "second_door_receipt"))


@pytest.mark.parametrize("path", [DOOR, FOLLOW, f"/da{DOOR}", "/%72eport-to/anhe/", "/%64a/report-to/anhe/"])
def test_no_line_of_a_log_is_about_the_second_door(path: str) -> None:
    assert is_second_door(path)
    line = logging.makeLogRecord({"levelno": logging.INFO, "args": {"path": path, "addr": "10.9.8.7"}})
    assert not SecondDoor().filter(line)
    other = logging.makeLogRecord({"levelno": logging.INFO, "args": {"path": "/c/jinan/"}})
    assert SecondDoor().filter(other)


def test_a_refusal_leaves_no_line_and_a_fault_only_its_place(
    he: Supervisor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(SecondDoor())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        assert send(text="").status_code == 422
        assert Client().get("/report-to/nowhere/").status_code == 404
        assert stream.getvalue() == ""
        assert Client().get("/c/nowhere/").status_code == 404
        assert "/c/nowhere/" in stream.getvalue()

        def broken(**given: Any) -> None:
            raise ValueError(f"can't take {given['message']}")

        monkeypatch.setattr(second_door, "take_complaint", broken)
        assert send(Client(raise_request_exception=False)).status_code == 500
    finally:
        root.removeHandler(handler)
    told = stream.getvalue() + "".join(capfd.readouterr())
    assert "A fault at the second door: ValueError" in told and WORDS not in told


def test_shipped_logging_has_the_filter_in_every_handler(settings: Any) -> None:
    assert all("second_door" in one["filters"] for one in settings.LOGGING["handlers"].values())


def test_a_message_comes_back_as_it_was() -> None:
    message = Message("引号“”\n\x00", "金安社区", (b"\x00\xff", b""), "何敏")
    assert Message.unpacked(message.packed()) == message
