"""Copies of the empty test database, filled once for a run: a test looks at one as if it had filled it itself."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class Prepared:
    """One copy. It has to be made while no transaction is open: PostgreSQL copies only what nobody is connected to."""

    def __init__(self, name: str, fill: Callable[[], Any]) -> None:
        self.fill, self.filled_with = fill, b""
        empty = connections[DEFAULT_DB_ALIAS]
        self.database: BaseDatabaseWrapper = empty.copy()
        if empty.vendor == "sqlite":
            self.clone = ""
            self.database.settings_dict["NAME"] = f"file:prepared_{name}?mode=memory&cache=shared"
            self.database.ensure_connection()
            empty.ensure_connection()
            empty.connection.backup(self.database.connection)
        else:
            self.clone = name
            empty.creation.clone_test_db(name, verbosity=0)
            self.database.settings_dict |= empty.creation.get_test_db_clone_settings(name)

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Whatever asks the database meanwhile, asks this one."""
        before = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self.database
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = before

    def filled(self) -> None:
        """Fill it, the first time. What should happen after a commit doesn't: in a test nothing is ever committed."""
        if not self.filled_with:
            with self.standing_in(), transaction.atomic():
                self.filled_with = pickle.dumps(self.fill())
                connection.run_on_commit.clear()

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """What filled it, its rows, and a transaction that is checked and rolled back as the one of a test is."""
        self.filled()
        with self.standing_in():
            whole = transaction.atomic()
            whole._from_testcase = True  # as Django's TestCase: durable blocks may begin inside it
            with whole:
                try:
                    yield pickle.loads(self.filled_with)  # noqa: S301 - our own
                    if not connection.needs_rollback:
                        connection.check_constraints()
                finally:
                    transaction.set_rollback(True)

    def close(self) -> None:
        self.database.close()
        if self.clone:
            connections[DEFAULT_DB_ALIAS].creation.destroy_test_db(verbosity=0, suffix=self.clone)
