from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0001_belts")]

    operations = [
        migrations.AddField("module", "policy_major", models.PositiveIntegerField(null=True, blank=True)),
    ]
