"""What communities had written down as the name of their subdistrict leads to its row."""

from django.db import migrations


def from_names(apps, editor):
    communities, subdistricts = apps.get_model("communities.Community"), apps.get_model("communities.Subdistrict")
    for community in communities.objects.exclude(subdistrict_name="").order_by("pk"):
        subdistrict, _ = subdistricts.objects.get_or_create(
            name=community.subdistrict_name, defaults={"slug": f"street-{community.slug}"}
        )
        community.subdistrict = subdistrict
        community.save(update_fields=["subdistrict"])


def to_names(apps, editor):
    for community in apps.get_model("communities.Community").objects.exclude(subdistrict=None):
        community.subdistrict_name = community.subdistrict.name
        community.save(update_fields=["subdistrict_name"])


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_subdistricts")]
    operations = [migrations.RunPython(from_names, to_names)]
