"""Reads whose answer can't change for the same arguments, kept by each process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def answers_last() -> bool:
    """Whether what is read now will still be so: not inside a transaction, which may be rolled back."""
    return not connection.in_atomic_block


def kept(maxsize: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Keep the last ``maxsize`` answers of a function whose arguments say all that its answer depends on: the key of
    a row that never changes once committed, or a community with its revision.

    Inside a transaction nothing is kept: what is rolled back gives its keys to other rows.
    """

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        remembered = lru_cache(maxsize)(function)

        @wraps(function)
        def read(*args: Hashable) -> T:
            return remembered(*args) if answers_last() else function(*args)

        return read

    return decorate
