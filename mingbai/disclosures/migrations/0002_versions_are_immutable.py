"""The database itself refuses to change a version, but for the one reduction of its personal lists."""

from django.db import migrations

# Everything but the content, the nonce and the moment of reduction stays as it was, NULLs included.
COLUMNS = [
    "id",
    "disclosure_id",
    "community_id",
    "number",
    "code",
    "index_number",
    "title",
    "digest",
    "dated_on",
    "published_on",
    "published_at",
    "published_by_id",
    "replaces_id",
]
SAME = " AND ".join(f"(OLD.{c} = NEW.{c} OR (OLD.{c} IS NULL AND NEW.{c} IS NULL))" for c in COLUMNS)
TABLES = [
    ("disclosures_version", "UPDATE", f"OLD.reduced_at IS NULL AND NEW.reduced_at IS NOT NULL AND {SAME}"),
    ("disclosures_version", "DELETE", ""),
    ("disclosures_attachment", "UPDATE", ""),
    ("disclosures_attachment", "DELETE", ""),
]


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
    dependencies = [("disclosures", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
