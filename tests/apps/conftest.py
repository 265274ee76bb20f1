from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.conftest import DAY_OF_DEMO, noon

DAY = noon(DAY_OF_DEMO)


@pytest.fixture
def fetch(demo: Any, db: None) -> Iterator[Callable[..., Any]]:
    """Open an address of the demo on its day."""
    client = Client()
    with time_machine.travel(DAY, tick=False):
        yield lambda path, **headers: client.get(path, headers=headers)
