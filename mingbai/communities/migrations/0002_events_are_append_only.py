"""The database itself refuses to change or remove an event."""

from django.db import migrations

TABLES = [("communities_event", "UPDATE", ""), ("communities_event", "DELETE", "")]


def create(apps, editor):
    postgres = editor.connection.vendor == "postgresql"
    for table, event, unless in TABLES:
        name = f"{table}_refuses_{event.lower()}"
        if postgres:
            editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{table} refuses {event}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            when = f"WHEN (NOT ({unless}))" if unless else ""
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
            )
        else:
            when = f"WHEN NOT ({unless})" if unless else ""
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} refuses {event}'); END"
            )


def drop(apps, editor):
    for table, event, _ in TABLES:
        name = f"{table}_refuses_{event.lower()}"
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {name} ON {table}")
            editor.execute(f"DROP FUNCTION {name}()")
        else:
            editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
