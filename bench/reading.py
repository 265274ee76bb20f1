"""Reading the seed document: from the bytes of the file to the catalogue with its duties and warnings.

python -m bench.reading
"""

from __future__ import annotations

import statistics
import time

from bench.rows import Row
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.reading.read import read

ROUNDS = 50


def measure() -> list[Row]:
    """The first reading of the process (its grammar is built then), and the median of those after it."""
    first, *later = [_once() for _ in range(ROUNDS)]
    return [
        Row("read the seed, first time", first, None, None),
        Row("read the seed, again", statistics.median(later), None, None),
    ]


def _once() -> float:
    started = time.perf_counter()
    assert len(read(SEED_CATALOGUE).items) == 23
    return time.perf_counter() - started


if __name__ == "__main__":
    Row.show("reading the seed", measure())
