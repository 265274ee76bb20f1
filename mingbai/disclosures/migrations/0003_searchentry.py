"""What can be found, and each database's own index over it, kept by the database itself."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = [
    "CREATE VIRTUAL TABLE disclosures_search USING fts5("
    "scope, grams, content='disclosures_searchentry', content_rowid='version_id', tokenize='ascii')",
    "CREATE TRIGGER disclosures_searchentry_in AFTER INSERT ON disclosures_searchentry BEGIN "
    "INSERT INTO disclosures_search(rowid, scope, grams) VALUES (NEW.version_id, NEW.scope, NEW.grams); END",
    "CREATE TRIGGER disclosures_searchentry_out AFTER DELETE ON disclosures_searchentry BEGIN "
    "INSERT INTO disclosures_search(disclosures_search, rowid, scope, grams) "
    "VALUES ('delete', OLD.version_id, OLD.scope, OLD.grams); END",
    "CREATE TRIGGER disclosures_searchentry_change AFTER UPDATE ON disclosures_searchentry BEGIN "
    "INSERT INTO disclosures_search(disclosures_search, rowid, scope, grams) "
    "VALUES ('delete', OLD.version_id, OLD.scope, OLD.grams); "
    "INSERT INTO disclosures_search(rowid, scope, grams) VALUES (NEW.version_id, NEW.scope, NEW.grams); END",
]
POSTGRESQL = [
    "CREATE INDEX disclosures_searchentry_grams ON disclosures_searchentry "
    "USING gin (string_to_array(scope || ' ' || grams, ' '))"
]


def create(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX disclosures_searchentry_grams")
        return
    for name in ("in", "out", "change"):
        editor.execute(f"DROP TRIGGER disclosures_searchentry_{name}")
    editor.execute("DROP TABLE disclosures_search")


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0002_versions_are_immutable")]
    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="disclosures.version",
                        verbose_name="版本",
                    ),
                ),
                ("scope", models.CharField(max_length=80, verbose_name="范围")),
                ("text", models.TextField(verbose_name="文字")),
                ("grams", models.TextField(verbose_name="索引")),
            ],
            options={"verbose_name": "检索条目", "verbose_name_plural": "检索条目"},
        ),
        migrations.RunPython(create, drop),
    ]
