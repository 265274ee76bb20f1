"""Queries whose SQL is put together once.

To turn a query set with a few joins into SQL costs Django a millisecond, ten times what the database needs for the
answer. The pages that most people ask for run theirs often, each time with other values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
# What stands in the place of a value while the SQL is made: nobody's key and nobody's word.
NUMBER, WORD = -(2**51), "\x01{}\x01"


class Prepared(Generic[M]):
    """A query set of ``build``, called once with marks in the place of ``numbers`` keys and then ``words`` texts.

    Called with as many values, it gives the rows for them: model instances, as the query set would. The values have to
    be what the column holds; they reach the database as parameters. Several keys of one ``IN`` are several numbers: see
    ``padded``.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *, numbers: int = 0, words: int = 0) -> None:
        self._build = build
        self._marks: list[int | str] = [NUMBER - n for n in range(numbers)]
        self._marks += [WORD.format(n) for n in range(words)]

    def __call__(self, *values: int | str) -> list[M]:
        rows, made, sql, parameters, converters = self._made
        given = dict(zip(self._marks, values, strict=True))
        # Django has no public way to give a query set the SQL that it would make again: of a copy of its compiler, the
        # two methods that would make it are answered with what is known. A test compares the rows.
        compiler = copy(made)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        put = tuple(given.get(one, one) for one in parameters)
        compiler.as_sql = lambda *args, **kwargs: (sql, put)  # type: ignore[method-assign]
        compiler.get_converters = lambda expressions: converters  # type: ignore[method-assign]
        found = rows.all()
        found.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return list(found)

    @cached_property
    def _made(self) -> tuple[QuerySet[M], SQLCompiler, str, Sequence[Any], dict[int, Any]]:
        rows = self._build(*self._marks)
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        lost = set(self._marks).difference(parameters)
        if lost:
            raise ValueError(f"{len(lost)} of the values don't reach the database as they are")
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        return rows, compiler, sql, parameters, converters


def padded(keys: Sequence[int], to: int) -> list[int]:
    """So many keys that a prepared ``IN`` is full: the last one again and again. There has to be one."""
    if not 0 < len(keys) <= to:
        raise ValueError(f"{len(keys)} keys where there is room for 1 to {to}")
    return [*keys, *[keys[-1]] * (to - len(keys))]
