"""Every measurement in one run: ``make bench``. Compare ratios of one run, not times of different runs."""

from __future__ import annotations

from bench import communities, due_days, exporting, item_page, reading, searching, sheet, site
from bench.rows import Row

PARTS = (
    ("reading the seed", reading.measure),
    ("due days: +20 working days", due_days.measure),
    ("board sheet", sheet.measure),
    ("item page", item_page.measure),
    ("searching", searching.measure),
    ("static export", exporting.measure),
    ("public site", site.measure),
    ("many communities", communities.measure),
)


def main() -> None:
    for title, measure in PARTS:
        Row.show(title, measure())


if __name__ == "__main__":
    main()
