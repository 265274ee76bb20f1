"""The database itself refuses to change a version, but for the one reduction that lets names leave.

An attachment stays as it is; it may leave only with the content of a version that has been reduced.
"""

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
    "kind",
    "reason",
    "emergency_reason",
    "restarts_clock",
]
SAME = " AND ".join(f"(OLD.{c} = NEW.{c} OR (OLD.{c} IS NULL AND NEW.{c} IS NULL))" for c in COLUMNS)
REDUCED = "EXISTS (SELECT 1 FROM disclosures_version v WHERE v.id = OLD.version_id AND v.reduced_at IS NOT NULL)"
NEVER = "1 = 0"
TABLES = [
    ("disclosures_version", "UPDATE", f"OLD.reduced_at IS NULL AND NEW.reduced_at IS NOT NULL AND {SAME}"),
    ("disclosures_version", "DELETE", NEVER),
    ("disclosures_attachment", "UPDATE", NEVER),
    ("disclosures_attachment", "DELETE", REDUCED),
    ("disclosures_review", "UPDATE", NEVER),
    ("disclosures_review", "DELETE", NEVER),
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
    dependencies = [("disclosures", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
