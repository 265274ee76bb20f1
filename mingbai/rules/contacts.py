"""Which elements of a catalogue say whom to turn to: found by their words, so that any catalogue will do."""

from __future__ import annotations

from enum import StrEnum


class Contact(StrEnum):
    """What an element tells: where to ask and complain, who supervises, where the committee is to be found."""

    HOTLINES = "hotlines"
    SUPERVISION = "supervision"
    OFFICE = "office"


def contact_of(element: str) -> Contact | None:
    """«社区居务公开的咨询、投诉、举报电话» → hotlines; None for an element that names no way to reach anybody."""
    if "监督委员会" in element and any(word in element for word in ("举报", "投诉", "监督电话", "联系")):
        return Contact.SUPERVISION
    if any(word in element for word in ("电话", "热线")):
        return Contact.HOTLINES if any(word in element for word in ("投诉", "举报", "咨询")) else Contact.OFFICE
    return None
