"""``mingbai export`` of many versions: everything once, then one more version.

    python -m bench.exporting

The sheets are left out: what one costs is measured by itself (``bench.sheet``), and one act changes one of them.
Rendering is the site's own: the pages that list a whole community are the larger part of what one version more takes.
The last row is what the export takes beside it. BENCH_VERSIONS chooses another number of versions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.rows import Row

VERSIONS = int(os.environ.get("BENCH_VERSIONS", "10000"))
CHANGES = 5
GOAL = 1.0


def measure() -> list[Row]:
    """The times of one process with its own data directory."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MINGBAI_DATA_DIR": f"{folder}/data", "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
        environment.pop("DATABASE_URL", None)
        subprocess.run(
            [sys.executable, "-m", "mingbai", "demo", "--no-serve"], env=environment, check=True, capture_output=True
        )
        work = [sys.executable, "-m", "bench.exporting", f"{folder}/site"]
        told = subprocess.run(work, env=environment, check=True, capture_output=True, text=True).stdout
    times = json.loads(told.splitlines()[-1])
    return [
        Row(f"everything, {VERSIONS:,} versions", times["everything"], None, None),
        Row("  a file of it", times["everything"] / times["files"], None, None),
        Row("nothing changed", times["nothing"], None, None),
        Row("one version more", times["one"], None, None, at_most=GOAL),
        Row("  without rendering its pages", times["own"], None, None),
    ]


def work(root: Path) -> dict[str, float]:
    """Fill, export, and publish and export some times; seconds, the median of what was done more than once."""
    import django

    django.setup()
    from django.utils import timezone

    from bench.many import fill
    from mingbai.public.exporting import run
    from mingbai.rules.days import legal_day

    fill("jinan", VERSIONS)
    root.mkdir()
    today = legal_day(timezone.now())
    rendering = [0.0]
    ask = run.ask

    def timed(url: str) -> Any:
        start = time.perf_counter()
        answer = ask(url)
        rendering[0] += time.perf_counter() - start
        return answer

    run.ask = timed  # type: ignore[assignment]
    everything, files = _export(root, today)
    nothing, _ = _export(root, today)
    spent, own = [], []
    for _ in range(CHANGES):
        _publish(today)
        rendering[0] = 0.0
        seconds, _ = _export(root, today)
        spent.append(seconds)
        own.append(seconds - rendering[0])
    middle = CHANGES // 2
    return {
        "everything": everything,
        "files": files,
        "nothing": nothing,
        "one": sorted(spent)[middle],
        "own": sorted(own)[middle],
    }


def _export(root: Path, today: date) -> tuple[float, int]:
    """Seconds from the open list to the saved one, and the files that there are then."""
    from mingbai.communities.queries import communities
    from mingbai.public.exporting.manifest import Folder
    from mingbai.public.exporting.routes import Options
    from mingbai.public.exporting.run import Run

    start = time.perf_counter()
    with Folder(root) as folder:
        report = Run(folder, Options(())).export(communities(), today)
    assert not report.failed
    return time.perf_counter() - start, report.written + report.unchanged


def _publish(today: date) -> None:
    from django.utils import timezone

    from mingbai.carriers.actions import publish
    from mingbai.catalogues.models import Duty
    from mingbai.communities.models import Community
    from mingbai.obligations.actions import record_occurrence

    community, at = Community.objects.get(slug="jinan"), timezone.now()
    duty = Duty.objects.get(item__catalogue__community=community, item__number=22, position=1)
    obligation = record_occurrence(community=community, duty=duty, on=today, what="新的一件事", by=None, at=at)
    block = {"element": 1, "heading": "说明", "kind": "paragraphs", "paragraphs": ["正文一段。"]}
    publish(obligation=obligation, content={"title": "新的公开", "blocks": [block]}, dated_on=today, by=None, at=at)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(work(Path(sys.argv[1]))))
    else:
        Row.show("static export", measure())
