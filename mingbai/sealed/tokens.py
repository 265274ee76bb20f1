"""The token of an opened form. It tells the hour in which the form was opened, and nothing finer."""

from __future__ import annotations

import secrets

from django.core import signing

from mingbai.communities.receipts import TOKEN_HOURS, NotTaken

# Not signing.dumps, which would sign the second as well.
SIGNER = signing.Signer(salt="mingbai.sealed")


def new_token(at: float) -> str:
    """``at``: seconds since 1970, as in all of these."""
    return SIGNER.sign_object({"nonce": secrets.token_hex(16), "hour": int(at // 3600)})


def nonce_of(token: str, at: float) -> str:
    """The nonce of an opened form. Raises NotTaken for one that is too old or not ours."""
    try:
        opened = SIGNER.unsign_object(token)
    except signing.BadSignature:
        raise NotTaken("这一页不完整，请把写的内容复制下来，重新打开再提交。") from None
    if int(at // 3600) - opened["hour"] > TOKEN_HOURS:
        raise NotTaken("这一页打开太久了，请再点一次提交。")
    return str(opened["nonce"])


def same_token(told: str, at: float) -> str:
    """The same opened form again after an error; a new one where it isn't good any more."""
    try:
        nonce_of(told, at)
    except NotTaken:
        return new_token(at)
    return told
