"""The public site with 10,000 published versions: finished pages, first hits and what lies between.

    python -m bench.site

Every rate is taken with wrk (16 connections) from two workers, and divided by what nginx answers of the same bytes as
plain files, head lines included, measured in the same minute. Finished: the same page again and again; by nginx, in
turns with the plain file, and the medians, for wrk's connections fall to the two workers by chance. Uncached: nothing
is kept in the store, and the addresses go round. First hit: one connection, the store on, and a version published by
another process every twenty pages.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.published import COMMUNITY, DEEDS, PLACES, RARE, SUBJECTS
from bench.rows import Row
from bench.serving import Client, environment_of, granian
from bench.web import missing_tools, nginx, rate

COUNT = int(os.environ.get("BENCH_VERSIONS", "10000"))
FIRST_HITS = 400
TURNS = 9
HITS_PER_ACT = 20
HOME = f"/c/{COMMUNITY}/"
LIST = f"{HOME}versions/"
STYLE = Path(__file__).parents[1] / "mingbai/static/mingbai/site.css"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of page: one address of it, addresses to go round, and the goals (ratios; bytes)."""

    name: str
    path: str
    round: tuple[str, ...]
    uncached: float | None = None
    bytes: int | None = None
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Size:
    """How large a page is, beside what we allow ourselves."""

    what: str
    bytes: int
    at_most: int

    def __str__(self) -> str:
        verdict = "reached" if self.bytes <= self.at_most else "NOT reached"
        size = f"{self.bytes / 1024:,.2f} KiB"
        return f"  {self.what:<44}{size:>15}{'':>12}   {f'goal ≤ {self.at_most / 1024:g} KiB':<14}{verdict}"


@dataclass(frozen=True, slots=True)
class Skipped:
    what: str
    why: str

    def __str__(self) -> str:
        return f"  {self.what:<44}skipped: {self.why}"


def measure() -> Iterator[Row | Size | Skipped]:
    missing = missing_tools()
    if missing:
        yield Skipped("the public site", f"{', '.join(missing)} isn't installed (apt install nginx wrk)")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        data.chmod(0o755)
        load(data)
        yield from rates(data)
        yield from first_hits(data)


def load(data: Path) -> None:
    command = [sys.executable, "-m", "bench.published", str(COUNT)]
    subprocess.run(command, env=environment_of(data), check=True)


def rates(data: Path) -> Iterator[Row | Size | Skipped]:
    """Each kind of page from plain files, from the store by nginx and by ourselves, and rendered every time."""
    environment = {**environment_of(data), "MINGBAI_PUBLIC_URL": "https://example.org"}
    static = data / "static"
    static.mkdir()
    with ExitStack() as running:
        kept = running.enter_context(granian("mingbai.wsgi:application", environment, workers=2))
        without = {**environment, "MINGBAI_PAGE_STORE": "0"}
        rendered = running.enter_context(granian("mingbai.wsgi:application", without, workers=2))
        site, plain = running.enter_context(nginx(data, data / "pages", static, kept))
        for _ in range(8):
            assert get(kept, HOME) and get(rendered, HOME)  # every worker has loaded what it needs
        for kind in kinds(kept, chosen_codes(data)):
            body = get(kept, kind.path)
            if body is None:
                yield Skipped(kind.name, f"{kind.path} isn't there")
                continue
            (static / f"{kind.name.replace(' ', '-')}.html").write_bytes(body)
            bases, finishes = [], []
            for _ in range(TURNS):
                bases.append(rate(plain, [f"/{kind.name.replace(' ', '-')}.html"], data, seconds=1))
                finishes += [rate(site, [kind.path], data, seconds=1)] if kind.is_kept else []
            base = statistics.median(bases)
            yield Row(f"{kind.name}, {len(body) / 1024:.1f} KiB as a plain file", 1 / base, None, None)
            if kind.is_kept:
                finished = statistics.median(finishes)
                yield Row(f"{kind.name}, finished, by nginx", 1 / finished, finished / base, 0.9)
                finished = rate(kept, [kind.path], data)
                yield Row(f"{kind.name}, finished, without nginx", 1 / finished, finished / base, 0.2)
            uncached = rate(rendered, kind.round, data, seconds=8)
            yield Row(f"{kind.name}, uncached", 1 / uncached, uncached / base, kind.uncached)
            if kind.bytes is not None:
                yield Size(f"{kind.name}, HTML", len(body), kind.bytes)
    yield Size("style sheet", STYLE.stat().st_size, 15 * 1024)


def kinds(port: int, codes: list[str]) -> list[Kind]:
    lists = [LIST, *(f"{LIST}page/{n}/" for n in range(2, 400))]
    if get(port, lists[1]) is None:
        lists = lists[:1]
    words = [word[at : at + 2] for word in (*PLACES, *SUBJECTS, *DEEDS, *RARE) for at in range(len(word) - 1)]
    searches = tuple(f"{HOME}search/?q={quote(word)}" for word in dict.fromkeys(words))
    versions = tuple(f"{HOME}v/{code}/" for code in codes)
    return [
        Kind("home", HOME, (HOME,)),
        Kind("list of 20", LIST, tuple(lists), uncached=0.006, bytes=12 * 1024),
        Kind("version page", versions[0], versions, uncached=0.009, bytes=8 * 1024),
        Kind("search, 2 characters", searches[0], searches, uncached=0.006, is_kept=False),
    ]


def first_hits(data: Path) -> Iterator[Row | Size | Skipped]:
    """Pages that nobody has asked for yet, one after the other; every now and then the community does something."""
    environment = environment_of(data)
    chance, times = random.Random(3), []
    versions = [f"{HOME}v/{code}/" for code in chosen_codes(data)]
    chance.shuffle(versions)
    others = [HOME, f"{HOME}catalogue/", *(f"{HOME}owed/{n}/" for n in range(1, 400))]
    with granian("mingbai.wsgi:application", environment) as port:
        others += [path for path in (LIST, f"{LIST}page/2/") if get(port, path) is not None]
        client = Client(port)
        client.get("/static/mingbai/site.css")
        for n in range(FIRST_HITS):
            if n % HITS_PER_ACT == 0:
                act(data)
                path = HOME
            else:
                path = others.pop(chance.randrange(len(others))) if n % 4 == 1 else versions.pop()
            start = time.perf_counter()
            client.get(path)
            times.append(time.perf_counter() - start)
    yield Row(f"first hit of {FIRST_HITS} pages, median", statistics.median(times), None, None)
    yield Row(f"first hit of {FIRST_HITS} pages, p99", statistics.quantiles(times, n=100)[98], None, None, at_most=0.1)
    homes = statistics.median(times[::HITS_PER_ACT])
    yield Row("home after an act, median", homes, None, None)


ACT = """
import django; django.setup()
from django.utils import timezone
from mingbai.carriers.actions import publish
from mingbai.catalogues.models import Duty
from mingbai.communities.queries import community_by_slug
from mingbai.obligations.actions import record_occurrence
from mingbai.rules.days import legal_day
community, at = community_by_slug("bench"), timezone.now()
duty = Duty.objects.filter(item__catalogue__community=community, item__number=22).order_by("position")[0]
obligation = record_occurrence(community=community, duty=duty, on=legal_day(at), what="新的一件事", by=None, at=at)
block = {"element": 1, "heading": "说明", "kind": "paragraphs", "paragraphs": ["正文一段。"]}
content = {"title": "新的公开", "blocks": [block]}
publish(obligation=obligation, content=content, dated_on=legal_day(at), by=None, at=at)
"""


def act(data: Path) -> None:
    """Another process publishes something, which ends every page of the community that was finished."""
    subprocess.run([sys.executable, "-c", ACT], env=environment_of(data), check=True)


def chosen_codes(data: Path) -> list[str]:
    """Codes of versions, spread over the ten years."""
    script = (
        "import django; django.setup()\n"
        "from mingbai.disclosures.models import Version\n"
        "print(*Version.objects.order_by('pk').values_list('code', flat=True))"
    )
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, env=environment_of(data), check=True, capture_output=True, text=True)
    return found.stdout.split()[:: max(1, COUNT // 2000)]


def get(port: int, path: str) -> bytes | None:
    """The page; None where there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        assert error.code == 404, error
        return None


if __name__ == "__main__":
    Row.show("public site", measure())
