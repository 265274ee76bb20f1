import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0004_names_become_subdistricts")]
    operations = [
        migrations.RemoveField("community", "subdistrict_name"),
        migrations.CreateModel(
            name="Supervisor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("granted_at", models.DateTimeField(verbose_name="任职时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="卸任时间")),
                (
                    "subdistrict",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervisors",
                        to="communities.subdistrict",
                        verbose_name="街道",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervises",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "街道监督员",
                "verbose_name_plural": "街道监督员",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "subdistrict"),
                        name="supervises_subdistrict_once",
                    )
                ],
            },
        ),
    ]
