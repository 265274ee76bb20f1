"""Making keys, taking in complaints, answering them. No audit row: an event tells an hour and who, these must not."""

from __future__ import annotations

import hmac
from datetime import date

from django.conf import settings
from django.db import transaction

from mingbai.communities.models import Subdistrict, Supervisor
from mingbai.sealed import boxes
from mingbai.sealed.models import Complaint, ComplaintReply, Envelope, SupervisorKey
from mingbai.sealed.queries import current_keys


class NoKeyYet(Exception):
    """No supervisor of the subdistrict has a key: nothing can be taken in."""


def receipt_of(nonce: str) -> str:
    """The receipt code for one opened form: the same for a second click, guessed by nobody."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"sealed receipt|{nonce}".encode(), "sha256")
    return f"{int.from_bytes(digest, 'big') % 10**boxes.RECEIPT_DIGITS:0{boxes.RECEIPT_DIGITS}d}"


@transaction.atomic
def make_key(*, supervisor: Supervisor, passphrase: str, on: date) -> SupervisorKey:
    """A new pair from today on; an earlier one is sealed to no more, and still opens what was sealed to it."""
    Supervisor.objects.select_for_update().get(pk=supervisor.pk)
    public, locked = boxes.new_key(passphrase)
    SupervisorKey.objects.filter(supervisor=supervisor, ended_on=None).update(ended_on=on)
    return SupervisorKey.objects.create(supervisor=supervisor, public=public, locked=locked, made_on=on)


@transaction.atomic
def take_complaint(*, subdistrict: Subdistrict, message: bytes, nonce: str, on: date) -> tuple[Complaint, str]:
    """Seal a message to every current supervisor; returns the complaint with its receipt code, stored only hashed."""
    receipt = receipt_of(nonce)
    keys = list(current_keys(subdistrict))
    if not keys:
        raise NoKeyYet
    complaint, new = Complaint.objects.get_or_create(
        receipt_hash=boxes.receipt_hash(receipt),
        defaults={
            "subdistrict": subdistrict,
            "received_on": on,
            "reply_key": bytes(boxes.receipt_key(receipt).public_key),
        },
    )
    if new:
        _seal(complaint, keys, message, on)
    return complaint, receipt


@transaction.atomic
def add_message(*, complaint: Complaint, message: bytes, on: date) -> None:
    """A further message of the reporter, to those who are supervisors now."""
    keys = list(current_keys(complaint.subdistrict))
    if not keys:
        raise NoKeyYet
    _seal(complaint, keys, message, on)


@transaction.atomic
def answer_complaint(*, complaint: Complaint, text: str, on: date) -> ComplaintReply:
    sealed = boxes.seal(text.encode(), bytes(complaint.reply_key))
    return ComplaintReply.objects.create(complaint=complaint, answered_on=on, ciphertext=sealed)


def _seal(complaint: Complaint, keys: list[SupervisorKey], message: bytes, on: date) -> None:
    Envelope.objects.bulk_create(
        Envelope(complaint=complaint, key=key, received_on=on, ciphertext=boxes.seal(message, bytes(key.public)))
        for key in keys
    )
