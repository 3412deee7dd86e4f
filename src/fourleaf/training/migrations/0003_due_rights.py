from __future__ import annotations

from django.db import migrations, models
from django.db.models import F


def void_without_module(apps, schema_editor):
    """Versions without a module are learned by acknowledging them, of which governance keeps count."""
    dues = apps.get_model("training", "TrainingDue").objects.using(schema_editor.connection.alias)
    dues.filter(kind="delta", module=None, state="waiting").update(state="void", closed_on=F("opened_on"))


class Migration(migrations.Migration):
    dependencies = [("training", "0002_module_policy_major")]

    operations = [
        migrations.AddField("trainingdue", "rights", models.JSONField(default=list)),
        migrations.RunPython(void_without_module, migrations.RunPython.noop, elidable=True),
    ]
