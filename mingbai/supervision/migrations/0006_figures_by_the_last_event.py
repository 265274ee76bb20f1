from django.db import migrations


def forget(apps, schema_editor):
    """What was counted is counted again: of a day that was over, it named an event that came after that day."""
    apps.get_model("supervision", "Figures").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_pending")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveField("figures", "final"),
    ]
