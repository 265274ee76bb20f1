"""A complaint about a committee: sealed to the supervisors' keys, and in clear nowhere in the database."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from mingbai.communities.actions import appoint_supervisor, found_subdistrict
from mingbai.communities.models import Community, Event, Subdistrict, Supervisor, User
from mingbai.sealed import boxes
from mingbai.sealed.actions import (
    AlreadyMade,
    NoKeyYet,
    add_message,
    answer_complaint,
    make_key,
    receipt_of,
    take_complaint,
)
from mingbai.sealed.messages import Message
from mingbai.sealed.models import Complaint, ComplaintReply, Envelope, SupervisorKey
from mingbai.sealed.queries import Opened, complaint_by_receipt, complaints_of, messages_for, replies_for
from tests.conftest import noon

DAY = date(2026, 6, 1)
PHRASE = "four words nobody says"
OTHER = "another set of words"
SECRET = Message("主任蓝鲸四十二", "金安社区", (b"\xff\xd8picture",))


def appointed(street: Subdistrict, name: str) -> Supervisor:
    person = User.objects.create_user(name, display_name=name, password_changed_at=noon("2026-01-05"))
    appoint_supervisor(subdistrict=street, user=person, by=None, at=noon("2026-01-05"))
    return Supervisor.objects.get(user=person)


@pytest.fixture
def street(db: None) -> Subdistrict:
    return found_subdistrict(slug="anhe", name="安和街道", by=None, at=noon("2026-01-05"))


@pytest.fixture
def he(street: Subdistrict) -> Supervisor:
    made = appointed(street, "he")
    make_key(supervisor=made, passphrase=PHRASE, on=DAY)
    return made


def complain(street: Subdistrict, nonce: str = "one", message: Message = SECRET) -> tuple[Complaint, str]:
    return take_complaint(subdistrict=street, message=message, nonce=nonce, on=DAY)


def test_every_supervisor_opens_it_with_their_own_passphrase(street: Subdistrict, he: Supervisor) -> None:
    wu = appointed(street, "wu")
    make_key(supervisor=wu, passphrase=OTHER, on=DAY)
    complaint, _ = complain(street)
    assert messages_for(complaint, he, PHRASE) == messages_for(complaint, wu, OTHER) == Opened([(DAY, SECRET)], 0)
    for person, phrase in ((he, OTHER), (wu, PHRASE)):
        with pytest.raises(boxes.NotOpened):
            messages_for(complaint, person, phrase)


def test_nothing_is_taken_in_before_there_is_a_key(street: Subdistrict) -> None:
    appointed(street, "wu")
    with pytest.raises(NoKeyYet):
        complain(street)
    assert not Complaint.objects.exists()


def test_one_who_left_opens_nothing_and_nothing_new_is_sealed_to_them(street: Subdistrict, he: Supervisor) -> None:
    make_key(supervisor=appointed(street, "wu"), passphrase=OTHER, on=DAY)
    before, _ = complain(street)
    he.ended_at = noon("2026-06-02")
    he.save()
    after, _ = complain(street, "two")
    assert not Envelope.objects.filter(complaint=after, key__supervisor=he).exists()
    for complaint in (before, after):
        with pytest.raises(boxes.NotOpened):
            messages_for(complaint, he, PHRASE)


def test_a_new_passphrase_opens_only_what_came_after_it(street: Subdistrict, he: Supervisor) -> None:
    before, _ = complain(street)
    with pytest.raises(AlreadyMade):
        make_key(supervisor=he, passphrase=OTHER, on=DAY)
    first = SupervisorKey.objects.get(supervisor=he)
    for _ in range(2):
        make_key(supervisor=he, passphrase=OTHER, on=DAY, instead_of=str(first.pk))
    assert SupervisorKey.objects.filter(supervisor=he).count() == 2
    after, _ = complain(street, "two")
    assert SupervisorKey.objects.filter(supervisor=he, ended_on=None).count() == 1
    assert messages_for(after, he, OTHER) == messages_for(before, he, PHRASE) == Opened([(DAY, SECRET)], 0)
    with pytest.raises(boxes.NotOpened):
        messages_for(before, he, OTHER)
    add_message(complaint=before, message=Message("more"), nonce="three", on=DAY)
    assert messages_for(before, he, PHRASE) == Opened([(DAY, SECRET)], 1)
    assert messages_for(before, he, OTHER) == Opened([(DAY, Message("more"))], 1)


def test_a_changed_text_is_refused(street: Subdistrict, he: Supervisor) -> None:
    complaint, _ = complain(street)
    envelope = Envelope.objects.get()
    changed = bytearray(envelope.ciphertext)
    changed[-1] ^= 1
    envelope.ciphertext = bytes(changed)
    envelope.save()
    with pytest.raises(boxes.NotOpened):
        messages_for(complaint, he, PHRASE)


def test_a_second_click_is_the_same_complaint(street: Subdistrict, he: Supervisor) -> None:
    assert complain(street) == complain(street)
    assert (Complaint.objects.count(), Envelope.objects.count()) == (1, 1)


def test_the_answer_is_read_with_the_receipt_only(street: Subdistrict, he: Supervisor) -> None:
    complaint, receipt = complain(street)
    assert not complaints_of(street)[0].answered
    for _ in range(2):
        answer(complaint, he)
    assert complaints_of(street) == [(complaint, boxes.SIZES[0], True)]
    for _ in range(2):
        add_message(complaint=complaint, message=Message("more"), nonce="three", on=DAY)
    assert not complaints_of(street)[0].answered
    answer(complaint, he, "再核实", "four")
    assert len(receipt) == boxes.RECEIPT_DIGITS >= 20
    assert complaint_by_receipt(street, f"{receipt[:4]} {receipt[4:]}") == complaint
    assert replies_for(complaint, receipt) == [(DAY, "已经核实"), (DAY, "再核实")]
    thread = [message for _, message in messages_for(complaint, he, PHRASE).messages]
    said = [Message(text, answered_by="he") for text in ("已经核实", "再核实")]
    assert thread == [SECRET, said[0], Message("more"), said[1]]
    wrong = receipt_of("two")
    assert complaint_by_receipt(street, wrong) is None
    with pytest.raises(boxes.NotOpened):
        replies_for(complaint, wrong)


def answer(complaint: Complaint, by: Supervisor, text: str = "已经核实", nonce: str = "two") -> ComplaintReply:
    return answer_complaint(complaint=complaint, text=text, by=by, nonce=nonce, on=DAY)


@pytest.mark.parametrize("message", [b"", b"\x80", b"a\x80\0\0", b"\0" * 9, b"x" * 4_095])
def test_lengths_do_not_tell(message: bytes) -> None:
    assert len(boxes.padded(message)) == boxes.SIZES[0]
    assert boxes.unpadded(boxes.padded(message)) == message


def test_a_longer_one_takes_the_next_size_and_too_long_is_said() -> None:
    assert len(boxes.padded(b"x" * boxes.SIZES[0])) == boxes.SIZES[1]
    with pytest.raises(boxes.TooLong):
        boxes.padded(bytes(boxes.SIZES[-1]))


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(boxes.TooShort):
        boxes.new_key("short")


def test_no_table_holds_a_word_of_it_nor_the_receipt(street: Subdistrict, he: Supervisor) -> None:
    events = Event.objects.count()
    complaint, receipt = complain(street)
    answer(complaint, he)
    assert Event.objects.count() == events
    held: list[Any] = [row for model in apps.get_models() for row in model._default_manager.values_list()]
    dump = b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in held for v in row)
    assert complaint.receipt_hash.encode() in dump
    for trace in (
        "蓝鲸".encode(),
        "金安".encode(),
        b"\xff\xd8picture",
        b64encode(SECRET.pictures[0]),
        receipt.encode(),
        "已经核实".encode(),
        PHRASE.encode(),
    ):
        assert trace not in dump


def test_no_row_names_a_community_a_person_or_an_hour() -> None:
    for model in apps.get_app_config("sealed").get_models():
        for field in model._meta.get_fields():
            assert not isinstance(field, models.DateTimeField)
            assert field.related_model not in (Community, User)
        assert isinstance(model._meta.pk, models.UUIDField)
