from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A hash that is weak and quick; what is tested here isn't Django's own hashing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def demo_year(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The demo through 2026-11-23, loaded once for a module and rolled back after it."""
    from django.db import transaction

    from mingbai.jobs.demo import load_demo

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield load_demo(date(2026, 11, 23))
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
