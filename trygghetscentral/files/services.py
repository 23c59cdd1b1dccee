"""The only writes of this app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files import storage
from trygghetscentral.files.content import clean_name
from trygghetscentral.files.events import FileMarked, FileRead, FileRestricted, FileStored
from trygghetscentral.files.models import RetentionClass, StoredFile
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def file_audiences(*, controller_id: int, restricted_group_id: int | None) -> list[str]:
    """Who reads a file: the controller's readers, or only the group when it is restricted."""
    if restricted_group_id is not None:
        return [group_key(restricted_group_id)]
    return [key(Permission.FILE_VIEW, controller_id)]


def store_file(
    *,
    actor: Actor,
    now: datetime,
    chunks: Iterable[bytes],
    name: str,
    controller_id: int,
    retention_class: RetentionClass,
    secrecy_grounds: Iterable[SecrecyGround] = (),
    restricted_group_id: int | None = None,
    exercise_id: int | None = None,
) -> StoredFile:
    """Take in a file of at most 20 MB. Raises Invalid, with nothing kept, as `storage.write`.

    The bytes are on disk before the row is: a failed commit leaves an unused blob, never a row
    without bytes. So call it before, not inside, a longer unit of work.
    """
    blob = storage.write(chunks)
    grounds = sorted(set(secrecy_grounds))
    with unit_of_work(actor=actor, now=now):
        stored = StoredFile.objects.create(
            sha256=blob.sha256,
            size=blob.size,
            content_type=blob.content_type,
            original_name=clean_name(name),
            controller_id=controller_id,
            restricted_group_id=restricted_group_id,
            audiences=file_audiences(
                controller_id=controller_id, restricted_group_id=restricted_group_id
            ),
            secrecy_grounds=grounds,
            retention_class=retention_class,
            uploaded_by_id=actor.user_id,
            uploaded_at=now,
            exercise_id=exercise_id,
        )
        record(
            FileStored(
                public_id=stored.public_id,
                sha256=Code(blob.sha256),
                size=blob.size,
                content_type=Code(blob.content_type),
                secrecy_grounds=tuple(Code(ground) for ground in grounds),
            ),
            subject=stored,
            controller_id=controller_id,
            audiences=stored.audiences,
            exercise_id=exercise_id,
        )
    return stored


def mark_file(
    *, actor: Actor, now: datetime, file_id: int, secrecy_grounds: Iterable[SecrecyGround]
) -> StoredFile:
    """Replace the secrecy markings."""
    grounds = sorted(set(secrecy_grounds))
    with unit_of_work(actor=actor, now=now):
        stored: StoredFile = StoredFile.objects.select_for_update().get(pk=file_id)
        stored.secrecy_grounds = grounds
        stored.save(update_fields=("secrecy_grounds",))
        record(
            FileMarked(
                public_id=stored.public_id, secrecy_grounds=tuple(Code(code) for code in grounds)
            ),
            subject=stored,
            controller_id=stored.controller_id,
            audiences=stored.audiences,
            exercise_id=stored.exercise_id,
        )
    return stored


def restrict_file(
    *, actor: Actor, now: datetime, file_id: int, restricted_group_id: int | None
) -> StoredFile:
    """Give the file to a need-to-know group alone, or back to the controller's readers."""
    with unit_of_work(actor=actor, now=now):
        stored: StoredFile = StoredFile.objects.select_for_update().get(pk=file_id)
        before = set(stored.audiences)
        stored.restricted_group_id = restricted_group_id
        stored.audiences = file_audiences(
            controller_id=stored.controller_id, restricted_group_id=restricted_group_id
        )
        stored.save(update_fields=("restricted_group", "audiences"))
        record(
            FileRestricted(public_id=stored.public_id, group_id=restricted_group_id),
            subject=stored,
            controller_id=stored.controller_id,
            audiences=before | set(stored.audiences),
            exercise_id=stored.exercise_id,
        )
    return stored


def note_read(*, actor: Actor, now: datetime, stored: StoredFile) -> None:
    """Record that a marked or restricted file was fetched; silent for others."""
    if not stored.read_is_recorded:
        return
    with unit_of_work(actor=actor, now=now):
        record(
            FileRead(public_id=stored.public_id),
            subject=stored,
            controller_id=stored.controller_id,
            exercise_id=stored.exercise_id,
        )
