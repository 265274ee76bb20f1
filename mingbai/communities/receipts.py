"""What residents send in without an account: the token of an opened form, and the receipt code that only they have."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.core import signing

# An opened form is good for an afternoon, and nobody fills it in within two seconds.
TOKEN_HOURS, TOKEN_SECONDS = 4, 2
SALT = "mingbai.feedback"


class NotTaken(ValueError):
    """What a resident sent can't be taken as given; the message says what to change."""


def receipt_of(nonce: str) -> str:
    """The receipt code for one opened form: 20 digits that nobody can guess, the same for a second click."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"receipt|{nonce}".encode(), "sha256")
    return f"{int.from_bytes(digest[:16]) % 10**20:020d}"


def receipt_hash(receipt: str) -> str:
    """The SHA-256 of a receipt code's digits, however they were spaced."""
    return hashlib.sha256("".join(filter(str.isdigit, receipt)).encode()).hexdigest()


def new_token(at: float) -> str:
    """The token of a form opened at a moment (seconds since 1970)."""
    return signing.dumps({"nonce": secrets.token_hex(16), "at": at}, salt=SALT)


def nonce_of(token: str, at: float, *, quickest: int = TOKEN_SECONDS) -> str:
    """The nonce of an opened form. Raises NotTaken for one that is too old, too quick or not ours."""
    try:
        opened = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NotTaken("这一页不完整，请把写的内容复制下来，重新打开再提交。") from None
    if at - opened["at"] > TOKEN_HOURS * 3600:
        raise NotTaken("这一页打开太久了，请再点一次提交。")
    if at - opened["at"] < quickest:
        raise NotTaken("提交得太快了，请看一遍写的内容，再点一次提交。")
    return str(opened["nonce"])


def same_token(told: str, at: float) -> str:
    """The same opened form again after an error, so that it stays one; a new one where it isn't good any more."""
    try:
        nonce_of(told, at, quickest=0)
    except NotTaken:
        return new_token(at)
    return told


def in_fours(receipt: str) -> list[str]:
    """A receipt code as people copy it."""
    return [receipt[start : start + 4] for start in range(0, len(receipt), 4)]
