"""kill −9 in the middle and a full disk, on SQLite: what was acknowledged is there, nothing is half-done."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from mingbai.carriers.actions import publish
from mingbai.communities.models import Event
from mingbai.disclosures.models import Version
from tests.conftest import Cast, noon, paragraphs

ROOT = Path(__file__).parents[2]
KILLS = 6


def environment(folder: Path) -> dict[str, str]:
    env = {**os.environ, "MINGBAI_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
    env.pop("DATABASE_URL", None)
    return env


def prepare(folder: Path) -> None:
    """A database with one community that follows the seed catalogue."""
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from tests.conftest import noon, seed_catalogue\n"
        "from mingbai.communities.actions import found_community\n"
        "from mingbai.catalogues.actions import adopt_catalogue\n"
        "from datetime import date\n"
        "c = found_community(slug='jinan', name='金安社区', body='居委会', by=None, at=noon('2026-01-05'))\n"
        "adopt_catalogue(community=c, catalogue=seed_catalogue(), source_name='a', source=b'a', by=None,"
        " on=date(2026, 1, 5), at=noon('2026-01-05'))\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment(folder), check=True)


@pytest.mark.fault
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    prepare(tmp_path)
    chance, acknowledged = random.Random(3), set()
    for _ in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"], cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE
        )
        assert worker.stdout is not None
        acknowledged.add(int(worker.stdout.readline()))  # it is at work
        time.sleep(chance.uniform(0.01, 0.25))
        worker.send_signal(signal.SIGKILL)
        acknowledged |= {int(line) for line in worker.stdout.read().decode().split("\n")[:-1] if line}
        worker.stdout.close()
        worker.wait()
    with closing(sqlite3.connect(tmp_path / "mingbai.sqlite3")) as database:
        database.create_function("REGEXP", 2, lambda pattern, text: re.search(pattern, str(text)) is not None)
        check_database(database, acknowledged)


def check_database(database: sqlite3.Connection, acknowledged: set[int]) -> None:
    """Everything acknowledged is there; every version with its posting and its event, every occurrence with what is
    owed because of it."""
    versions = dict(database.execute("SELECT id, disclosure_id FROM disclosures_version"))
    assert acknowledged <= set(versions) and len(acknowledged) > KILLS
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    half = database.execute(
        "SELECT COUNT(*) FROM disclosures_version v WHERE NOT EXISTS "
        "(SELECT 1 FROM carriers_posting p WHERE p.version_id = v.id) OR NOT EXISTS (SELECT 1 FROM communities_event e "
        "WHERE e.act = 'version_published' AND e.subject = 'disclosures.version:' || v.id AND e.digest = v.digest)"
    ).fetchone()
    assert half == (0,)
    without = database.execute(
        "SELECT COUNT(*) FROM obligations_occurrence o WHERE NOT EXISTS "
        "(SELECT 1 FROM obligations_obligation b WHERE b.occurrence_id = o.id)"
    ).fetchone()
    assert without == (0,)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the limit on pages is SQLite's")
def test_a_full_disk_fails_the_act_whole(cast: Cast, owe: Any) -> None:
    """The database may not grow by a page: publishing fails, and nothing of it stays."""
    obligation = owe(22, "2026-03-02")
    before = Event.objects.count(), Version.objects.count()
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            content = paragraphs(1)
            content["blocks"][0]["paragraphs"] = ["很长的一段。" * 20_000]
            with pytest.raises(OperationalError, match="full"):
                publish(
                    obligation=obligation,
                    content=content,
                    dated_on=date(2026, 3, 2),
                    by=cast.clerk,
                    at=noon("2026-03-02"),
                )
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert (Event.objects.count(), Version.objects.count()) == before
    publish(
        obligation=obligation, content=paragraphs(1), dated_on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-02")
    )
