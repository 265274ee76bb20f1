"""The working days that ship with the project: one file a year whose notice is out, then projected years."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from mingbai.rules.holidays import project
from mingbai.rules.workdays import WorkCalendar, YearTable

PROJECTED_YEARS = 4


def official_tables() -> list[YearTable]:
    """The packaged years by year. Where they come from: workdays/README.md."""
    folder = files("mingbai.data") / "workdays"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    return [YearTable.from_json(json.loads((folder / name).read_text(encoding="utf-8"))) for name in names]


@lru_cache(maxsize=1)
def packaged_calendar() -> WorkCalendar:
    """2004–2026 as the State Council's notices have them, and the four years after as the law alone has them."""
    official = official_tables()
    last = official[-1].year
    return WorkCalendar([*official, *(project(year) for year in range(last + 1, last + 1 + PROJECTED_YEARS))])
