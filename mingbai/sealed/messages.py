"""What is put into an envelope: words, pictures without what they know, and which community it is about."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass

from mingbai.privacy.limits import NotAllowed
from mingbai.privacy.pictures import clean_picture

MAX_TEXT = 5_000
MOST_PICTURES = 4
LARGEST_PICTURE = 12 * 1024 * 1024
# Enough to read a receipt or a sign; four of them fit into the largest envelope.
LONGEST_SIDE = 1_600


class BadPicture(Exception):
    """Not a photograph that can be read, or too large a one."""


@dataclass(frozen=True, slots=True)
class Message:
    """``about``: the community, in words; empty in a further message. ``answered_by``: who, where it is an answer."""

    text: str
    about: str = ""
    pictures: tuple[bytes, ...] = ()
    answered_by: str = ""

    def packed(self) -> bytes:
        told = {
            "text": self.text,
            "about": self.about,
            "pictures": [b64encode(picture).decode() for picture in self.pictures],
            "answered_by": self.answered_by,
        }
        return json.dumps(told, ensure_ascii=False).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Message:
        told = json.loads(data)
        pictures = tuple(b64decode(picture) for picture in told["pictures"])
        return cls(told["text"], told["about"], pictures, told["answered_by"])


def plain_picture(data: bytes) -> bytes:
    """The picture as a JPEG, encoded anew: no place, time, telephone or name. Raises BadPicture."""
    try:
        return clean_picture("picture.jpg", data, longest=LONGEST_SIDE)
    except (NotAllowed, OSError, SyntaxError, ValueError) as error:
        raise BadPicture from error
