"""Making keys, taking in complaints, answering them. No audit row: an event tells an hour and who, these must not."""

from __future__ import annotations

import hmac
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction

from mingbai.communities.models import Subdistrict, Supervisor
from mingbai.sealed import boxes
from mingbai.sealed.messages import Message
from mingbai.sealed.models import Complaint, ComplaintReply, Envelope, SupervisorKey
from mingbai.sealed.queries import current_key, current_keys


class NoKeyYet(Exception):
    """No supervisor of the subdistrict has a key: nothing can be taken in."""


class AlreadyMade(Exception):
    """There is a newer key, with another passphrase, than the one that was to be replaced."""


def receipt_of(nonce: str) -> str:
    """The receipt code for one opened form: the same for a second click, guessed by nobody."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"sealed receipt|{nonce}".encode(), "sha256")
    return f"{int.from_bytes(digest, 'big') % 10**boxes.RECEIPT_DIGITS:0{boxes.RECEIPT_DIGITS}d}"


@transaction.atomic
def make_key(*, supervisor: Supervisor, passphrase: str, on: date, instead_of: str = "") -> SupervisorKey:
    """A new pair from today on; an earlier one is sealed to no more, and still opens what was sealed to it.

    ``instead_of``: the key that is replaced, empty where there is none. A second click names one that isn't current any
    more, and gets what the first click made. Raises AlreadyMade where that has another passphrase, boxes.TooShort.
    """
    Supervisor.objects.select_for_update().get(pk=supervisor.pk)
    current = current_key(supervisor)
    if current is not None and str(current.pk) != instead_of:
        try:
            boxes.unlocked(bytes(current.locked), passphrase)
        except boxes.NotOpened:
            raise AlreadyMade from None
        return current
    public, locked = boxes.new_key(passphrase)
    SupervisorKey.objects.filter(supervisor=supervisor, ended_on=None).update(ended_on=on)
    return SupervisorKey.objects.create(supervisor=supervisor, public=public, locked=locked, made_on=on)


@transaction.atomic
def take_complaint(*, subdistrict: Subdistrict, message: Message, nonce: str, on: date) -> tuple[Complaint, str]:
    """Seal a message to every current supervisor; returns the complaint with its receipt code, stored only hashed.

    Raises NoKeyYet, boxes.TooLong.
    """
    receipt = receipt_of(nonce)
    keys = _keys(subdistrict)
    complaint, new = Complaint.objects.get_or_create(
        receipt_hash=boxes.receipt_hash(receipt),
        defaults={
            "subdistrict": subdistrict,
            "received_on": on,
            "reply_key": bytes(boxes.receipt_key(receipt).public_key),
        },
    )
    if new:
        _seal(complaint, keys, message, nonce, on)
    return complaint, receipt


@transaction.atomic
def add_message(*, complaint: Complaint, message: Message, nonce: str, on: date) -> None:
    """A further message of the reporter, to those who are supervisors now. Raises NoKeyYet, boxes.TooLong."""
    _seal(complaint, _keys(complaint.subdistrict), message, nonce, on)


@transaction.atomic
def answer_complaint(*, complaint: Complaint, text: str, by: Supervisor, nonce: str, on: date) -> ComplaintReply:
    """To the reporter; and a copy to the supervisors, so that one knows what another has answered. Raises NoKeyYet."""
    said = Message(text, answered_by=by.user.display_name)
    number = _seal(complaint, _keys(complaint.subdistrict), said, nonce, on)
    reply, _ = ComplaintReply.objects.get_or_create(
        pk=_key_of_form(nonce, complaint.pk),
        defaults={
            "complaint": complaint,
            "answered_on": on,
            "number": number,
            "ciphertext": boxes.seal(text.encode(), bytes(complaint.reply_key)),
        },
    )
    return reply


def _keys(subdistrict: Subdistrict) -> list[SupervisorKey]:
    keys = list(current_keys(subdistrict))
    if not keys:
        raise NoKeyYet
    return keys


def _key_of_form(nonce: str, of: UUID) -> UUID:
    """As random as the form's nonce, and the same for a second click."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"sealed row|{nonce}|{of}".encode(), "sha256")
    return UUID(bytes=digest[:16], version=4)


def _seal(complaint: Complaint, keys: list[SupervisorKey], message: Message, nonce: str, on: date) -> int:
    """One envelope for each key, unless this form was sent already; returns the number of the message."""
    Complaint.objects.select_for_update().get(pk=complaint.pk)
    said = complaint.envelopes.order_by("-number")
    sent = said.filter(pk__in=[_key_of_form(nonce, key.pk) for key in keys]).first()
    if sent is not None:
        return sent.number
    last = said.values_list("number", flat=True).first() or 0
    packed = message.packed()
    Envelope.objects.bulk_create(
        Envelope(
            pk=_key_of_form(nonce, key.pk),
            complaint=complaint,
            key=key,
            number=last + 1,
            received_on=on,
            ciphertext=boxes.seal(packed, bytes(key.public)),
        )
        for key in keys
    )
    return last + 1
