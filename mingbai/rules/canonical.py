"""One byte string for one JSON value, its salted digest, and the short code read by eye."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# No 0/O and no 1/I: the code is read off a paper sheet and typed on a phone.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class NotCanonical(ValueError):
    """The value holds something whose JSON form isn't unique, such as a float."""


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON in the manner of RFC 8785: sorted keys, no spaces, no escapes that aren't needed.

    Floats are refused (money is a decimal string here), so number formatting never matters.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def salted_digest(bundle: bytes, nonce: str) -> str:
    """SHA-256 (64 hex digits) of the nonce's bytes followed by the bundle. ``nonce``: 32 hex digits (128 bits).

    Without the nonce nobody can find out by guessing what a short bundle said.
    """
    return hashlib.sha256(bytes.fromhex(nonce) + bundle).hexdigest()


def short_code(digest: str, attempt: int = 0) -> str:
    """Eight characters out of a digest. ``attempt`` 1, 2 … gives others where the first is already taken."""
    number = int(digest, 16) >> (attempt * 5 * CODE_LENGTH)
    return "".join(CODE_ALPHABET[(number >> (5 * place)) & 31] for place in range(CODE_LENGTH))


def normalise_code(text: str) -> str:
    """What a person typed as a code: spaces and dashes dropped, upper case."""
    return "".join(character for character in text.upper() if character not in " -")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise NotCanonical(f"a float has no place in a record: {value!r}")
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"a key must be text: {key!r}")
            _refuse_floats(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _refuse_floats(member)
