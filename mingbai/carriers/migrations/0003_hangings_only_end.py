"""The database itself refuses to change where a sheet hung: a hanging gets its end once, and is never removed."""

from django.db import migrations

SAME = " AND ".join(f"OLD.{column} = NEW.{column}" for column in ("id", "posting_id", "board_id", "slot", "from_on"))
TABLES = [
    ("carriers_hanging", "UPDATE", f"OLD.ended_on IS NULL AND {SAME}"),
    ("carriers_hanging", "DELETE", "1 = 0"),
]


def create(apps, editor):
    postgres = editor.connection.vendor == "postgresql"
    for table, event, unless in TABLES:
        name = f"{table}_refuses_{event.lower()}"
        if postgres:
            row = "NEW" if event == "UPDATE" else "OLD"
            editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ({unless}) THEN "
                f"RAISE EXCEPTION '{table} refuses {event}' USING ERRCODE = 'integrity_constraint_violation'; "
                f"END IF; RETURN {row}; END $$"
            )
            editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN NOT ({unless}) "
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
    dependencies = [("carriers", "0002_boards")]
    operations = [migrations.RunPython(create, drop)]
