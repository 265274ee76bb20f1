"""Many rows written by the database from rows that it has: one statement, and nothing goes through this process."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet, Value


def insert_from(rows: QuerySet[Any], model: type[Model], **fields: Any) -> int:
    """INSERT … SELECT: a row of ``model`` for each of ``rows``, in their order; returns how many.

    ``fields``: name → an expression over ``rows``, or the value that all get; the others get their defaults.
    """
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            value = fields.pop(field.name) if field.name in fields else field.get_default()
            columns.append(connection.ops.quote_name(str(field.column)))
            values.append(value if hasattr(value, "resolve_expression") else Value(value, output_field=field))
    if fields:
        raise ValueError(f"{model._meta.label} has no {', '.join(sorted(fields))}")
    select, said = rows.values_list(*values).query.sql_with_params()
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {select}", said)  # noqa: S608 — our own names
        return int(cursor.rowcount)
