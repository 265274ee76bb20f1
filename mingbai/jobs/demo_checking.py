"""What the demo's supervision committee drew and found, each on its day."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version
from mingbai.rules.days import SHANGHAI
from mingbai.supervision.checking import draw_sample, raise_concern, reply_to_concern, resolve_concern

CONTENT = Path(__file__).parents[1] / "data/demo/checking-2026.json"


def load_checking(community: Community, *, finder: User, clerk: User, today: date) -> None:
    """Every sample and finding that there was by ``today``."""
    data = json.loads(CONTENT.read_text(encoding="utf-8"))
    for entry in data["concerns"]:
        if _happened(entry, today):
            _load_concern(community, entry, finder, clerk, today)
    for entry in data["samples"]:
        if _happened(entry, today):
            span, size, lots = entry["span"], entry["size"], entry["lots"]
            draw_sample(community=community, span=span, size=size, lots=lots, by=finder, at=_at(entry["on"]))


def _happened(entry: dict[str, Any] | None, today: date) -> bool:
    return entry is not None and date.fromisoformat(entry["on"]) <= today


def _at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(16), SHANGHAI)


def _load_concern(community: Community, entry: dict[str, Any], finder: User, clerk: User, today: date) -> None:
    version = Version.objects.get(community=community, title=entry["about"])
    obligation, element = version.disclosure.obligation, entry["element"]
    at, text = _at(entry["on"]), entry["text"]
    concern = raise_concern(obligation=obligation, version=version, element=element, text=text, by=finder, at=at)
    reply, resolution = entry["reply"], entry["resolution"]
    if not _happened(reply, today):
        return
    code = Version.objects.get(community=community, title=reply["remedy"]).code
    reply_to_concern(concern=concern, text=reply["text"], code=code, by=clerk, at=_at(reply["on"]))
    if _happened(resolution, today):
        resolve_concern(concern=concern, resolution=resolution["is"], by=finder, at=_at(resolution["on"]))
