from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.conftest import noon

DAY = noon("2026-11-23")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A hash that is weak and quick; what is tested here isn't Django's own hashing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The demo's community with its year, loaded once for a module and rolled back after it."""
    from django.db import transaction

    from mingbai.jobs.demo import load_demo

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield load_demo(DAY.date())
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


@pytest.fixture
def fetch(demo: Any, db: None) -> Iterator[Callable[..., Any]]:
    """Open an address of the demo on its day."""
    client = Client()
    with time_machine.travel(DAY, tick=False):
        yield lambda path, **headers: client.get(path, headers=headers)
