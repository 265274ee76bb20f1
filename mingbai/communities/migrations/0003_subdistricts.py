"""A subdistrict becomes a row of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0002_events_are_append_only")]
    operations = [
        migrations.CreateModel(
            name="Subdistrict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True, verbose_name="网址名")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="街道名称")),
                ("contact", models.CharField(blank=True, max_length=200, verbose_name="联系方式")),
            ],
            options={"verbose_name": "街道", "verbose_name_plural": "街道", "ordering": ("slug",)},
        ),
        migrations.RenameField("community", "subdistrict", "subdistrict_name"),
        migrations.AddField(
            "community",
            "subdistrict",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="communities",
                to="communities.subdistrict",
                verbose_name="街道",
            ),
        ),
    ]
