"""The packaged forms: one for each element of the seed catalogue, found by the element's text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mingbai.rules.forms import ElementForm, normalised


@lru_cache(maxsize=1)
def packaged_forms() -> Mapping[str, ElementForm]:
    """Normalised element text → form."""
    data = json.loads((Path(__file__).parent / "jinan.json").read_text(encoding="utf-8"))
    return {normalised(text): ElementForm.from_json(form) for text, form in data.items()}
