"""The item page's first hit against a bare view that renders 20 rows, under the same server.

    python -m bench.item_page

No page is kept anywhere, so every hit renders. «unchanged» is the usual first hit: the process knows where the
community stands from an earlier page of the day. «changed» keeps nothing at all: what the first page costs after an
act has changed the community's revision.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.rows import Row
from bench.serving import Client, demo_server

ROUNDS = 40


def measure() -> list[Row]:
    """Median times of the pages, each taken in turns with the bare one; ratio = bare ÷ item."""
    rows = []
    for what, keep, goal in (("unchanged", True, 0.5), ("changed", False, None)):
        bare, item = _medians(keep=keep)
        rows.append(Row(f"bare view of 20 rows ({what})", bare, None, None))
        rows.append(Row(f"item page, {what}", item, bare / item, goal))
    return rows


def _medians(*, keep: bool) -> tuple[float, float]:
    """Seconds of the bare page and of the item page over all 23 items."""
    with tempfile.TemporaryDirectory() as folder, demo_server(Path(folder), keep=keep) as port:
        client = Client(port)
        pages = [f"/c/jinan/items/{n:02}/" for n in range(1, 25) if n != 4]
        for path in (*pages, "/bare/"):
            client.get(path)
        times: dict[str, list[float]] = {"bare": [], "item": []}
        for _ in range(ROUNDS if keep else ROUNDS // 8):
            for path in pages:
                for name, address in (("bare", "/bare/"), ("item", path)):
                    start = time.perf_counter()
                    client.get(address)
                    times[name].append(time.perf_counter() - start)
    return statistics.median(times["bare"]), statistics.median(times["item"])


if __name__ == "__main__":
    Row.show("item page", measure())
