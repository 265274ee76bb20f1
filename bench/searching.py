"""Searching among thousands of versions against looking through every text with LIKE, in the same process.

    python -m bench.searching 200000

The same visible versions, the same order, at most 1,001 keys: both must answer the same. Words: one that stands in one
version of a hundred, one of four characters, a single character, one that is everywhere, and one that is nowhere.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from bench.rows import Row

VERSIONS = 10_000
ROUNDS = 5
WORDS = ("井盖", "健身器材", "井", "情况", "龙舟")


def measure(versions: int = VERSIONS) -> list[Row]:
    """In a process of its own, since settings are read once; ratio = LIKE ÷ index."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MINGBAI_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
        environment.pop("DATABASE_URL", None)
        for command in (["bench.published", str(versions)], ["bench.searching", "--here"]):
            done = subprocess.run(
                [sys.executable, "-m", *command], env=environment, check=True, capture_output=True, text=True
            )
    rows = []
    for line in done.stdout.splitlines():
        word, hits, indexed, looked = line.split("\t")
        rows.append(Row(f"LIKE, {word}", float(looked), None, None))
        ratio = float(looked) / float(indexed)
        rows.append(Row(f"index, {word}, {hits} hits", float(indexed), ratio, None, at_most=0.1))
    return rows


def _here() -> None:
    import django

    django.setup()
    from bench.published import COMMUNITY
    from mingbai.communities.queries import community_by_slug, revision_of
    from mingbai.disclosures.queries import visible_versions
    from mingbai.disclosures.searching import COUNTED, Query, newest_keys

    community = community_by_slug(COMMUNITY)
    assert community is not None

    for word in WORDS:

        def indexed(word: str = word) -> list[int]:
            return newest_keys(community.pk, revision_of(community), Query.of(word))

        def looked(word: str = word) -> list[int]:
            holding = visible_versions(community).filter(search_entry__text__contains=word).order_by("-pk")
            return list(holding.values_list("pk", flat=True)[: COUNTED + 1])

        assert indexed() == looked(), word
        print(word, len(indexed()), _median(indexed), _median(looked), sep="\t", flush=True)


def _median(ask: Callable[[], list[int]]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    if "--here" in sys.argv:
        _here()
    else:
        Row.show("searching", measure(int(sys.argv[1]) if len(sys.argv) > 1 else VERSIONS))
