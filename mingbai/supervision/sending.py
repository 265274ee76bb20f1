"""Handing one day's reminders to the post and to group robots."""

from __future__ import annotations

from urllib.parse import urlsplit

import apprise
from django.conf import settings
from django.core.mail import send_mail

from mingbai.supervision.models import Digest, Reach


class NotSent(RuntimeError):
    """The message wasn't taken; it is tried again by the next sweep."""


class BadAddress(ValueError):
    """The address of a robot can't be used; the message says what to write."""


def check_address(address: str) -> str:
    """An address that may be sent to. Only the operator's schemes: a robot's address must not reach other machines."""
    schemes = settings.NOTIFY_SCHEMES
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.netloc or not apprise.Apprise().add(address):
        listed = "、".join(f"{scheme}://" for scheme in schemes)
        raise BadAddress(f"群机器人地址要以 {listed} 开头，后面是机器人的密钥；请从群里复制。")
    return address


def text_of(digest: Digest) -> str:
    lines = "\n".join(f"{number}. {line['text']}" for number, line in enumerate(digest.lines, 1))
    where = f"\n{settings.PUBLIC_URL}/desk/" if settings.PUBLIC_URL else ""
    return f"{lines}{where}"


def send(digest: Digest, reach: Reach) -> None:
    """Send by every way that the person asked for. Raises NotSent when one of them fails."""
    subject, text = f"居务公开提醒：{len(digest.lines)}件（{digest.on}）", text_of(digest)
    if reach.email and settings.EMAIL_HOST:
        try:
            send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reach.email])
        except OSError as error:  # smtplib's errors are OSErrors
            raise NotSent(str(error)) from error
    if reach.address:
        robot = apprise.Apprise()
        robot.add(check_address(reach.address))
        if not robot.notify(body=text, title=subject):
            raise NotSent(urlsplit(reach.address).scheme)
