"""The notes of alarms encrypted at rest."""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations

import trygghetscentral.shared.fields

PORTION: Final = 500
PLAIN: Final = "SELECT id, text FROM alarms_alarmnote WHERE id > %s ORDER BY id LIMIT %s"


def seal(apps: Any, editor: Any) -> None:
    """What people wrote about a brukare among them (domain.md 00.8). The model encrypts."""
    notes, last = apps.get_model("alarms", "AlarmNote").objects, 0
    while rows := _plain(editor, last):
        for pk, text in rows:
            notes.filter(pk=pk).update(text=text)
        last = rows[-1][0]


def unseal(apps: Any, editor: Any) -> None:
    """Back to what the release before reads."""
    notes = apps.get_model("alarms", "AlarmNote").objects
    with editor.connection.cursor() as cursor:
        for pk, text in notes.values_list("pk", "text").iterator(PORTION):
            cursor.execute("UPDATE alarms_alarmnote SET text = %s WHERE id = %s", (text, pk))


def _plain(editor: Any, after: int) -> list[tuple[int, str]]:
    with editor.connection.cursor() as cursor:
        cursor.execute(PLAIN, (after, PORTION))
        return list(cursor.fetchall())


class Migration(migrations.Migration):
    dependencies = [("alarms", "0013_one_row_per_object")]

    operations = [
        migrations.AlterField(
            model_name="alarmnote",
            name="text",
            field=trygghetscentral.shared.fields.EncryptedTextField(),
        ),
        migrations.RunPython(seal, unseal),
    ]
