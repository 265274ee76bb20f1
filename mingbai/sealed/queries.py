"""Who is sealed to, and who opens what. Everything starts from a subdistrict, a supervisor or a receipt."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, QuerySet
from django.db.models.functions import Length

from mingbai.communities.models import Subdistrict, Supervisor, User
from mingbai.sealed import boxes
from mingbai.sealed.messages import Message
from mingbai.sealed.models import Complaint, Envelope, SupervisorKey


class Received(NamedTuple):
    on: date
    message: Message


class Opened(NamedTuple):
    """What one passphrase opened, in order. ``closed``: how many were sealed to an earlier key of the same person."""

    messages: list[Received]
    closed: int


class Standing(NamedTuple):
    """All that can be told of a complaint without opening it. ``size``: the largest of its sealed sizes, in bytes."""

    complaint: Complaint
    size: int
    answered: bool


def subdistrict_by_slug(slug: str) -> Subdistrict | None:
    return Subdistrict.objects.filter(slug=slug).first()


def supervisor_for(user: User, subdistrict: Subdistrict) -> Supervisor | None:
    return Supervisor.objects.filter(user=user, subdistrict=subdistrict, ended_at=None).select_related("user").first()


def current_keys(subdistrict: Subdistrict) -> QuerySet[SupervisorKey]:
    return SupervisorKey.objects.filter(
        supervisor__subdistrict=subdistrict, supervisor__ended_at=None, supervisor__user__is_active=True, ended_on=None
    )


def current_key(supervisor: Supervisor) -> SupervisorKey | None:
    return SupervisorKey.objects.filter(supervisor=supervisor, ended_on=None).first()


def complaint_by_receipt(subdistrict: Subdistrict, receipt: str) -> Complaint | None:
    return Complaint.objects.filter(subdistrict=subdistrict, receipt_hash=boxes.receipt_hash(receipt)).first()


def complaints_of(subdistrict: Subdistrict) -> list[Standing]:
    """The last received first. One that was written to after its last answer waits again."""
    found = Complaint.objects.filter(subdistrict=subdistrict).annotate(
        size=Max(Length("envelopes__ciphertext")), said=Max("envelopes__number"), replied=Max("replies__number")
    )
    return [
        Standing(one, boxes.size_of(one.size or 0), (one.replied or 0) >= (one.said or 0))
        for one in found.order_by("-received_on", "pk")
    ]


def complaint_for(supervisor: Supervisor, pk: UUID) -> Standing | None:
    """The complaint, if it went to the supervisor's subdistrict; otherwise nothing is found."""
    return next((one for one in complaints_of(supervisor.subdistrict) if one.complaint.pk == pk), None)


def messages_for(complaint: Complaint, supervisor: Supervisor, passphrase: str) -> Opened:
    """What was sealed to this supervisor, opened by one passphrase. Raises NotOpened where it opens nothing."""
    envelopes = list(
        Envelope.objects.filter(complaint=complaint, key__supervisor=supervisor, key__supervisor__ended_at=None)
        .select_related("key")
        .order_by("number")
    )
    private = {}
    for key in {envelope.key for envelope in envelopes}:
        try:
            private[key.pk] = boxes.unlocked(bytes(key.locked), passphrase)
        except boxes.NotOpened:
            continue
    found = [
        Received(one.received_on, Message.unpacked(boxes.opened(bytes(one.ciphertext), private[one.key_id])))
        for one in envelopes
        if one.key_id in private
    ]
    if not found:
        raise boxes.NotOpened
    return Opened(found, len(envelopes) - len(found))


def is_sealed_to(complaint: Complaint, supervisor: Supervisor) -> bool:
    """Whether anything of it could be opened by this person at all."""
    return Envelope.objects.filter(complaint=complaint, key__supervisor=supervisor).exists()


def replies_for(complaint: Complaint, receipt: str) -> list[tuple[date, str]]:
    """The answers with their days, opened with the receipt code."""
    private = boxes.receipt_key(receipt)
    return [
        (reply.answered_on, boxes.opened(bytes(reply.ciphertext), private).decode())
        for reply in complaint.replies.order_by("number")
    ]
