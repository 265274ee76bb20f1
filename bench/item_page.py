"""The item page's first hit (nothing of the page is kept) against a bare view of 20 rows under the same server."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.serving import Client, demo_server

ROUNDS = 40


def measure() -> dict[str, float]:
    """Median times in ms of both pages, taken in turns, and bare ÷ item (1 = as fast, higher is better)."""
    with tempfile.TemporaryDirectory() as folder, demo_server(Path(folder)) as port:
        client = Client(port)
        pages = [f"/c/jinan/items/{n:02}/" for n in range(1, 25) if n != 4]
        for path in (*pages, "/bare/"):
            client.get(path)
        times: dict[str, list[float]] = {"bare": [], "item": []}
        for _ in range(ROUNDS):
            for path in pages:
                for name, address in (("bare", "/bare/"), ("item", path)):
                    start = time.perf_counter()
                    client.get(address)
                    times[name].append((time.perf_counter() - start) * 1000)
    bare, item = statistics.median(times["bare"]), statistics.median(times["item"])
    return {"bare_ms": bare, "item_ms": item, "bare_per_item": bare / item}


if __name__ == "__main__":
    print(measure())
