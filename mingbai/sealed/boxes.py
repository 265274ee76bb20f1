"""Sealing and opening: libsodium's boxes by PyNaCl, and the padding that keeps lengths from telling. Stores nothing."""

from __future__ import annotations

import hashlib

from nacl.bindings import crypto_box_SEALBYTES
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

# A message is filled up to the next of these: words only, a small picture, several, the most that is taken in.
SIZES = (4_096, 262_144, 2_097_152, 8_388_608)
SHORTEST_PASSPHRASE = 12
RECEIPT_DIGITS = 24
# Half a second and 256 MB for each guess.
OPERATIONS, MEMORY = argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE


class NotOpened(Exception):
    """The passphrase or the receipt is another one, or the text was changed. Which of these is not told."""


class TooLong(Exception):
    """More than the largest size takes."""


class TooShort(Exception):
    """A passphrase that could be guessed."""


def padded(message: bytes) -> bytes:
    """The message, a mark and zeros (ISO/IEC 7816-4), up to the next size."""
    for size in SIZES:
        if len(message) < size:
            return message + b"\x80" + bytes(size - len(message) - 1)
    raise TooLong


def unpadded(filled: bytes) -> bytes:
    message, mark, rest = filled.rpartition(b"\x80")
    if not mark or rest.strip(b"\0"):
        raise NotOpened
    return message


def size_of(ciphertext_length: int) -> int:
    """Which of ``SIZES`` was sealed to get a ciphertext of this length."""
    return ciphertext_length - crypto_box_SEALBYTES


def seal(message: bytes, public: bytes) -> bytes:
    """Only who holds the private key to ``public`` reads it; who sealed it is not told, and cannot open it again."""
    return SealedBox(PublicKey(public)).encrypt(padded(message))


def opened(ciphertext: bytes, private: PrivateKey) -> bytes:
    try:
        return unpadded(SealedBox(private).decrypt(ciphertext))
    except CryptoError as error:
        raise NotOpened from error


def new_key(passphrase: str) -> tuple[bytes, bytes]:
    """A fresh pair: the public key, and the private one locked with the passphrase (salt, then box)."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise TooShort
    private = PrivateKey.generate()
    salt = random(argon2id.SALTBYTES)
    return bytes(private.public_key), salt + SecretBox(_stretched(passphrase, salt)).encrypt(bytes(private))


def unlocked(locked: bytes, passphrase: str) -> PrivateKey:
    salt, box = locked[: argon2id.SALTBYTES], locked[argon2id.SALTBYTES :]
    try:
        return PrivateKey(SecretBox(_stretched(passphrase, salt)).decrypt(box))
    except CryptoError as error:
        raise NotOpened from error


def receipt_key(receipt: str) -> PrivateKey:
    """The reporter's own key, made from the receipt code each time: it is stored nowhere."""
    return PrivateKey(hashlib.sha256(b"mingbai sealed reply|" + _digits(receipt)).digest())


def receipt_hash(receipt: str) -> str:
    return hashlib.sha256(b"mingbai sealed receipt|" + _digits(receipt)).hexdigest()


def _digits(receipt: str) -> bytes:
    return "".join(sign for sign in receipt if sign in "0123456789").encode()


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return argon2id.kdf(
        SecretBox.KEY_SIZE,
        passphrase.encode(),
        salt,
        opslimit=OPERATIONS,
        memlimit=MEMORY,
    )
