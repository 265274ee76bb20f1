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
from pathlib import Path

import typst

from bench.rows import Row
from mingbai.carriers.fonts import font_files
from mingbai.carriers.layout import Layout
from mingbai.carriers.sheet import Sheet, render_batch, render_pdf
from mingbai.carriers.typesetting import STANDARDS, qr_svg

ROUNDS = 40
COLD_ROUNDS = 5
BATCH, BATCH_ROUNDS = 24, 5
BARE = Path(__file__).with_name("bare_sheet.typ")


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


def bare_source(seed: int) -> bytes:
    """The same sheet as typst source, its figures written out."""
    (table,) = sheet(seed).blocks
    rows = ", ".join(f"[{n}], [{what}], [{float(money):,.2f}], [{said}]" for n, what, money, said in table["rows"])
    qr = qr_svg("https://example.org/s/KYHMSKUU/").replace('"', '\\"').strip()
    filled = BARE.read_text("utf-8").replace("SEED", str(seed)).replace("ROWS", rows).replace("QR", qr)
    return filled.encode()


def bare_compiler() -> typst.Compiler:
    folders: list[str] = sorted({str(path.parent) for path in font_files()})
    return typst.Compiler(font_paths=folders, ignore_system_fonts=True)


def against_bare() -> list[Row]:
    """CPU seconds of our sheet and of typst alone, in turns; both are tagged PDF/UA-1 and PDF/A-2a."""
    compiler, ours, bare = bare_compiler(), [], []
    for seed in range(1000, 1000 + ROUNDS):
        source = bare_source(seed)
        started = time.process_time()
        made = compiler.compile(source, format="pdf", pdf_standards=STANDARDS)
        bare.append(time.process_time() - started)
        assert isinstance(made, bytes) and made.startswith(b"%PDF")
        started = time.process_time()
        timed(seed)
        ours.append(time.process_time() - started)
    yardstick, median = statistics.median(bare[3:]), statistics.median(ours[3:])
    return [
        Row("the same written for typst alone (CPU)", yardstick, None, None),
        Row("our sheet (CPU)", median, yardstick / median, 0.9),
    ]


def batch(seed: int) -> float:
    """24 sheets, each of 40 rows, as one PDF."""
    sheets = [sheet(seed + number) for number in range(BATCH)]
    started = time.perf_counter()
    assert render_batch(sheets, Layout("a3")).startswith(b"%PDF")
    return time.perf_counter() - started


def measure() -> list[Row]:
    command = [sys.executable, "-c", "from bench.sheet import timed; print(timed(0))"]
    cold = [
        float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(COLD_ROUNDS)
    ]
    timed(0)
    warm = [timed(seed) for seed in range(1, ROUNDS + 1)]
    batches = [batch(10_000 * turn) for turn in range(1, BATCH_ROUNDS + 1)]
    return [
        Row("A3 sheet of 40 rows, cold", statistics.median(cold), None, None),
        Row("A3 sheet of 40 rows, warm", statistics.median(warm), None, None, at_most=0.05),
        *against_bare(),
        Row(f"{BATCH} such sheets as one PDF, best of {BATCH_ROUNDS}", min(batches), None, None, at_most=1.0),
    ]


if __name__ == "__main__":
    Row.show("board sheet", measure())
