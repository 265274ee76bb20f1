"""One A3 board sheet with a table of 40 rows: cold (a new process, its fonts and template unread) and warm.

    python -m bench.sheet

Every warm sheet differs from the one before it in a figure, so that nothing is answered from what was set already.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import date

from bench.rows import Row
from mingbai.carriers.layout import Layout
from mingbai.carriers.sheet import Sheet, render_pdf

ROUNDS = 40
COLD_ROUNDS = 5


def sheet(seed: int) -> Sheet:
    rows = [[f"第{n}笔", "惠民项目资金", f"{n * 1234 + seed}.50", "已公示"] for n in range(1, 41)]
    types = (("序号", "text"), ("项目", "text"), ("金额（元）", "money"), ("说明", "text"))
    table = {
        "element": 1,
        "heading": "明细",
        "kind": "table",
        "caption": None,
        "columns": [{"label": label, "type": kind} for label, kind in types],
        "rows": rows,
        "total": None,
    }
    return Sheet(
        community="金安社区",
        body="金安社区居民委员会",
        title=f"2026年第三季度财务收支情况（{seed}）",
        item_name="居务财务工作",
        index_number="JINAN-06-2026-0001",
        version_number=1,
        code="KYHMSKUU",
        url="https://example.org/s/KYHMSKUU/",
        digest="0" * 64,
        dated_on=date(2026, 10, 13),
        published_on=date(2026, 10, 14),
        posted_on=date(2026, 10, 15),
        shown_until=date(2026, 10, 30),
        take_down_after=date(2026, 10, 30),
        blocks=(table,),
    )


def timed(seed: int) -> float:
    started = time.perf_counter()
    assert render_pdf(sheet(seed), Layout("a3")).startswith(b"%PDF")
    return time.perf_counter() - started


def measure() -> list[Row]:
    command = [sys.executable, "-c", "from bench.sheet import timed; print(timed(0))"]
    cold = [
        float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(COLD_ROUNDS)
    ]
    timed(0)
    warm = [timed(seed) for seed in range(1, ROUNDS + 1)]
    return [
        Row("A3 sheet of 40 rows, cold", statistics.median(cold), None, None),
        Row("A3 sheet of 40 rows, warm", statistics.median(warm), None, None, at_most=0.05),
    ]


if __name__ == "__main__":
    Row.show("board sheet", measure())
