"""The backup's archive: a tar of numbered parts, stored files, and a manifest that proves them.

A tar member needs its size before its content, and nobody knows how long a dump will be; in parts
it can be written to a pipe and needs no room for a second copy. The manifest comes last. Its code
is made with the field key, which is not in the archive: who has no key can neither read the
sealed fields nor make an archive that we would accept.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from trygghetscentral.shared import crypto
from trygghetscentral.shared.errors import Invalid

FORMAT = 1
PART_BYTES = 16 * 1024 * 1024
READ_BYTES = 1024 * 1024
MANIFEST = "manifest.json"
PART = "database/{:06d}"
PART_NAME = re.compile(r"database/\d{6}")
FILE_NAME = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
PURPOSE = b"trygghetscentralen backup manifest"

Told = Callable[[str], None]


@dataclass(slots=True)
class Writer:
    """Writes members one after the other, remembering what each hashed to."""

    target: IO[bytes]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def part(self, name: str, content: bytes) -> None:
        """One member out of memory."""
        self._member(name, len(content), io.BytesIO(content))

    def file(self, name: str, path: Path) -> None:
        """One member from disk."""
        with path.open("rb") as source:
            self._member(name, path.stat().st_size, source)

    def finish(self, facts: dict[str, Any]) -> None:
        """The manifest, and tar's own end."""
        body = _canonical({"format": FORMAT, "members": self.members, **facts})
        key_id = crypto.current_key_id()
        code = _code(body, settings.FIELD_KEYS[key_id])
        sealed = _canonical({"key": key_id, "code": code, "body": body.decode()})
        self._member(MANIFEST, len(sealed), io.BytesIO(sealed))
        self.target.write(b"\0" * (2 * tarfile.BLOCKSIZE))

    def _member(self, name: str, size: int, source: IO[bytes]) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self.target.write(info.tobuf(tarfile.GNU_FORMAT))
        digest, left = hashlib.sha256(), size
        while left:
            chunk = source.read(min(left, READ_BYTES))
            if not chunk:
                raise Invalid(f"{name} blev kortare medan den kopierades.", code="backup_shrunk")
            digest.update(chunk)
            self.target.write(chunk)
            left -= len(chunk)
        self.target.write(b"\0" * (-size % tarfile.BLOCKSIZE))
        self.members[name] = {"size": size, "sha256": digest.hexdigest()}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _code(body: bytes, key: bytes) -> str:
    own = hmac.new(key, PURPOSE, hashlib.sha256).digest()
    return hmac.new(own, body, hashlib.sha256).hexdigest()


def inspect(archive: tarfile.TarFile, *, tell: Told) -> dict[str, Any]:
    """Read every byte and return the manifest's facts.

    Raises Invalid when anything was changed, removed, added or cut off, and when the key that
    the archive was made with is not in FIELD_KEY.
    """
    found: dict[str, dict[str, Any]] = {}
    facts: dict[str, Any] | None = None
    for member, source in _members(archive):
        if member.name == MANIFEST:
            facts = _opened(source.read())
            continue
        if member.name in found or not known_name(member.name):
            raise Invalid(f"Arkivet innehåller {member.name}, som inte hör dit.", code="backup_odd")
        digest = hashlib.sha256()
        while chunk := source.read(READ_BYTES):
            digest.update(chunk)
        found[member.name] = {"size": member.size, "sha256": digest.hexdigest()}
    if facts is None:
        raise Invalid("Arkivet är avbrutet: förteckningen saknas.", code="backup_cut")
    for name in sorted(found.keys() | facts["members"].keys()):
        if found.get(name) != facts["members"].get(name):
            raise Invalid(f"Arkivet är ändrat eller skadat: {name}.", code="backup_changed")
        if (match := FILE_NAME.fullmatch(name)) and match[3] != found[name]["sha256"]:
            raise Invalid(f"Filen {name} är inte vad den heter.", code="backup_changed")
    tell(f"Arkivet är helt: {len(found)} delar, gjort {facts['made_at']}.")
    return facts


def known_name(name: str) -> bool:
    """Whether a member may be in an archive at all; nothing else is ever unpacked."""
    return bool(PART_NAME.fullmatch(name) or FILE_NAME.fullmatch(name))


def _members(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    try:
        for member in archive:
            source = archive.extractfile(member)
            if source is None:
                raise Invalid(f"{member.name} är ingen fil.", code="backup_odd")
            yield member, source
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Invalid("Arkivet går inte att läsa; det är skadat.", code="backup_cut") from error


def _opened(sealed: bytes) -> dict[str, Any]:
    try:
        outer = json.loads(sealed)
        key_id, code, body = str(outer["key"]), str(outer["code"]), str(outer["body"])
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid("Arkivets förteckning går inte att läsa.", code="backup_changed") from error
    key = settings.FIELD_KEYS.get(key_id)
    if key is None:
        raise Invalid(
            f"Arkivet är gjort med nyckeln {key_id}, som inte finns i FIELD_KEY.",
            code="backup_key_missing",
            todo="Fältnycklarna ligger inte i arkivet. Sätt FIELD_KEY till dem som gällde då.",
        )
    if not hmac.compare_digest(code, _code(body.encode(), key)):
        raise Invalid(
            "Arkivets förteckning är ändrad, eller gjord med en annan nyckel med samma namn.",
            code="backup_changed",
        )
    facts: dict[str, Any] = json.loads(body)
    if facts["format"] != FORMAT:
        raise Invalid(f"Arkivet har ett okänt format ({facts['format']}).", code="backup_format")
    return facts


def database_parts(archive: tarfile.TarFile) -> Iterator[bytes]:
    """The dump, piece by piece, in order."""
    for member, source in _members(archive):
        if PART_NAME.fullmatch(member.name):
            while chunk := source.read(READ_BYTES):
                yield chunk


def files(archive: tarfile.TarFile) -> Iterator[tuple[Path, IO[bytes]]]:
    """Every stored file and where it belongs below the folder of files."""
    for member, source in _members(archive):
        if match := FILE_NAME.fullmatch(member.name):
            yield Path(match[1], match[2], match[3]), source
