"""What clerks call the things that happen, and words of the catalogue's elements that they lead to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def plain_events() -> Mapping[str, tuple[str, ...]]:
    """Plain event («资金到账») → words to look for in the items."""
    data = json.loads(Path(__file__).with_name("plain_events.json").read_text(encoding="utf-8"))
    return {event: tuple(words) for event, words in data.items()}
