"""Whether a wave asked the organisation or a part of it, and who sees its clover once it is published.

Of earlier waves only the number of invitations is known. Changes that compared a part with the whole are taken back.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

_NOT_ALIKE = "The two waves asked different people: a part and the whole, or two parts, cannot be compared."


def _mend(apps: Any, schema_editor: Any) -> None:
    wave_model, invitation = apps.get_model("assessment", "Wave"), apps.get_model("assessment", "Invitation")
    result_model = apps.get_model("assessment", "WaveResult")
    for wave in wave_model.objects.exclude(state="draft").select_related("previous"):
        if number := invitation.objects.filter(wave=wave).count():
            wave.asked = number
            wave.save(update_fields=["asked"])
        before, result = wave.previous, result_model.objects.filter(wave=wave).first()
        if before is None or result is None:
            continue
        regions_alike = set(wave.region_ids) == set(before.region_ids)
        if regions_alike and set(wave.department_ids) == set(before.department_ids):
            continue
        changes = result.report.get("changes", {})
        kept = {code: leaves for code, leaves in changes.items() if code and regions_alike}
        nothing = {"reason": _NOT_ALIKE, "delta": None, "low": None, "high": None, "g": None}
        if "" in changes:
            kept[""] = {leaf: dict(nothing) for leaf in changes[""]}
        result.report["changes"] = kept
        result.save(update_fields=["report"])


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_steps_back_and_languages")]

    operations = [
        migrations.AddField("wave", "declared_whole", models.BooleanField(default=False)),
        migrations.AddField("wave", "asked", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("wave", "staff", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("wave", "for_everybody", models.BooleanField(default=False)),
        migrations.RunPython(_mend, migrations.RunPython.noop, elidable=True),
    ]
