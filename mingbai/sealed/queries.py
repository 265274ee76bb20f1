"""Who is sealed to, and who opens what. Everything starts from a subdistrict, a supervisor or a receipt."""

from __future__ import annotations

from django.db.models import QuerySet

from mingbai.communities.models import Subdistrict, Supervisor
from mingbai.sealed import boxes
from mingbai.sealed.models import Complaint, Envelope, SupervisorKey


def current_keys(subdistrict: Subdistrict) -> QuerySet[SupervisorKey]:
    return SupervisorKey.objects.filter(
        supervisor__subdistrict=subdistrict, supervisor__ended_at=None, supervisor__user__is_active=True, ended_on=None
    )


def complaint_by_receipt(subdistrict: Subdistrict, receipt: str) -> Complaint | None:
    return Complaint.objects.filter(subdistrict=subdistrict, receipt_hash=boxes.receipt_hash(receipt)).first()


def messages_for(complaint: Complaint, supervisor: Supervisor, passphrase: str) -> list[bytes]:
    """What was sealed to this supervisor, opened by one passphrase. Raises NotOpened where it opens nothing."""
    envelopes = Envelope.objects.filter(
        complaint=complaint, key__supervisor=supervisor, key__supervisor__ended_at=None
    ).select_related("key")
    found, keys = [], {envelope.key_id: envelope.key for envelope in envelopes}
    for key_id, key in keys.items():
        try:
            private = boxes.unlocked(bytes(key.locked), passphrase)
        except boxes.NotOpened:
            continue
        found += [boxes.opened(bytes(e.ciphertext), private) for e in envelopes if e.key_id == key_id]
    if not found:
        raise boxes.NotOpened
    return found


def replies_for(complaint: Complaint, receipt: str) -> list[str]:
    """The answers, opened with the receipt code."""
    private = boxes.receipt_key(receipt)
    replies = complaint.replies.order_by("answered_on")
    return [boxes.opened(bytes(reply.ciphertext), private).decode() for reply in replies]
