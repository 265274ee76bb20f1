"""The profiles that ship, as versioned JSON files beside this module."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from mingbai.rules.profiles import Profile

PROFILES = Path(__file__).parent / "profiles"


class UnknownProfile(KeyError):
    """No profile of that code ships."""


@lru_cache(maxsize=1)
def profile_codes() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PROFILES.glob("*.json")))


@lru_cache(maxsize=32)
def packaged_profile(code: str) -> Profile:
    """The profile of a code, with the rules of the one that it builds on. Raises UnknownProfile."""
    if code not in profile_codes():
        raise UnknownProfile(code)
    data = json.loads((PROFILES / f"{code}.json").read_text(encoding="utf-8"))
    return Profile.from_json(data, packaged_profile(data["base"]) if "base" in data else None)
