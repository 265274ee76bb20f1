"""The form in which residents say something: what it offers to point at, and the token of an opened form."""

from __future__ import annotations

import secrets

from django.core import signing

from mingbai.disclosures.content import Content
from mingbai.residents.actions import NotTaken

# An opened form is good for an afternoon, and nobody fills it in within two seconds.
TOKEN_HOURS, TOKEN_SECONDS = 4, 2
SALT = "mingbai.feedback"


def spots(content: Content) -> list[tuple[str, str]]:
    """(«element» or «element-row», label) of every element of a content and every row of its tables."""
    found = []
    for block in content.blocks:
        found.append((str(block["element"]), block["heading"]))
        for number, row in enumerate(block.get("rows", []), 1):
            label = "　".join(cell for cell in row[:2] if cell)
            found.append((f"{block['element']}-{number}", f"{block['heading']} 第{number}行：{label}"[:60]))
    return found


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
