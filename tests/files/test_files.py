"""What is taken in, where it lies, and who reads it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from tests.accounts.factories import GroupMembershipFactory, NeedToKnowGroupFactory
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.files import services, storage
from trygghetscentral.files.content import ContentType, Sniffer, clean_name, download_name
from trygghetscentral.files.models import RetentionClass, StoredFile
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Invalid

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(16)
TEXT = "Nyckel hos jouren på Östra Förstadsgatan\r\n".encode()
TEST = Actor.system("test")


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.TC_DATA_DIR = tmp_path


@pytest.fixture
def store(city: City, now: dt.datetime) -> Callable[..., StoredFile]:
    """Take in a file of tekniska nämnden: `store(PDF, "plan.pdf")`."""

    def make(body: bytes = PDF, name: str = "plan.pdf", **changes: Any) -> StoredFile:
        values: dict[str, Any] = {
            "controller_id": city.technical.pk,
            "retention_class": RetentionClass.WORKING,
            **changes,
        }
        return services.store_file(
            actor=TEST, now=now, chunks=[body[:7], body[7:]], name=name, **values
        )

    return make


def fetched(client: Client, url: str) -> tuple[Any, bytes]:
    """The answer and its whole body; reading to the end closes it."""
    answer: Any = client.get(url)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def sniffed(body: bytes, step: int = 5) -> ContentType:
    sniffer = Sniffer()
    for start in range(0, len(body), step):
        sniffer.feed(body[start : start + step])
    return sniffer.verdict()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PDF, ContentType.PDF),
        (PNG, ContentType.PNG),
        (JPEG, ContentType.JPEG),
        (WEBP, ContentType.WEBP),
        (TEXT, ContentType.TEXT),
        ("\ufeffmed byteordning\n".encode(), ContentType.TEXT),
        (b"a", ContentType.TEXT),
        # Markup is text here: it is only ever handed out as text, to be saved.
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", ContentType.TEXT),
    ],
)
@pytest.mark.parametrize("step", [1, 5, 4096])
def test_type_is_told_by_content(body: bytes, kind: ContentType, step: int) -> None:
    assert sniffed(body, step) is kind


@pytest.mark.parametrize(
    "body",
    [
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04\x14\x00\x06\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"GIF89a\x01\x00\x01\x00\x80",
        b"RIFF\x24\x08\x00\x00WAVEfmt ",
        b"        WEBP" + bytes(8),
        "latin-1: \xe5\xe4\xf6".encode("latin-1"),
        "utf-16".encode("utf-16"),
        b"text\x00dold",
        b"halvt tecken \xc3",
        b"\x1b[31mstyrtecken",
        b"",
    ],
)
def test_everything_else_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        sniffed(body)
    assert refusal.value.code == "file_type"
    assert "PDF" in refusal.value.sentence()


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\nn\\ritning.pdf", "ritning.pdf"),
        ("rad\nbryt\u202e.pdf", "radbryt.pdf"),
        ("   ", "fil"),
        ("..", "fil"),
        ("å" * 300 + ".pdf", "å" * 146 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "kind", "saved_as"),
    [
        ("plan.PDF", ContentType.PDF, "plan.PDF"),
        ("bild.jpeg", ContentType.JPEG, "bild.jpeg"),
        ("plan.png", ContentType.PDF, "plan.png.pdf"),
        ("sida.html", ContentType.TEXT, "sida.html.txt"),
        ("utan", ContentType.PNG, "utan.png"),
    ],
)
def test_the_ending_never_says_another_type(name: str, kind: ContentType, saved_as: str) -> None:
    assert download_name(name, kind) == saved_as


def test_file_lies_under_its_hash(store: Callable[..., StoredFile], tmp_path: Path) -> None:
    stored = store()
    digest = hashlib.sha256(PDF).hexdigest()
    assert stored.sha256 == digest
    assert stored.size == len(PDF)
    place = tmp_path / "files" / digest[:2] / digest[2:4] / digest
    assert place.read_bytes() == PDF
    assert place.stat().st_mode & 0o077 == 0


def test_the_same_bytes_lie_once(store: Callable[..., StoredFile], tmp_path: Path) -> None:
    assert store().public_id != store(name="kopia.pdf").public_id
    assert sum(path.is_file() for path in (tmp_path / "files").rglob("*")) == 1


def test_more_than_ten_megabytes(store: Callable[..., StoredFile]) -> None:
    body = PDF + b"\n" * (12 * 1024 * 1024)
    stored = store(body)
    with closing(storage.read(stored.sha256)) as pieces:
        assert b"".join(pieces) == body


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (PDF + bytes(storage.MAX_BYTES), "file_too_big"),
        (b"", "file_empty"),
        (b"MZ\x90\x00", "file_type"),
    ],
)
def test_refused_files_leave_nothing(
    store: Callable[..., StoredFile], tmp_path: Path, body: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        store(body)
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()
    assert not LedgerRow.objects.filter(name="file.stored").exists()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_broken_upload_leaves_nothing(city: City, now: dt.datetime, tmp_path: Path) -> None:
    def broken() -> Any:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        services.store_file(
            actor=TEST,
            now=now,
            chunks=broken(),
            name="x.pdf",
            controller_id=city.technical.pk,
            retention_class=RetentionClass.WORKING,
        )
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_ledger_knows_the_hash_and_not_the_name(store: Callable[..., StoredFile]) -> None:
    stored = store(name="namn-pa-person.pdf", secrecy_grounds=[SecrecyGround.OSL18_8])
    row = LedgerRow.objects.order_by("-seq")[0]
    body: Any = LedgerPayload.objects.get(seq=row.seq).body
    assert row.name == "file.stored"
    assert body["sha256"] == stored.sha256
    assert body["secrecy_grounds"] == ["OSL18_8"]
    assert "person" not in str(body)


def test_personas(
    store: Callable[..., StoredFile],
    client_of: Callable[[User], Client],
    alma: User,
    bo: User,
    cia: User,
    dan: User,
) -> None:
    url = store().get_absolute_url()
    expected = ((alma, 200), (bo, 200), (cia, 404), (dan, 403))
    for user, status in expected:
        answer, body = fetched(client_of(user), url)
        assert answer.status_code == status, user
        assert (body == PDF) is (status == 200)
    assert Client().get(url).status_code == 302


def test_restricted_file_is_read_by_its_group_only_and_recorded(
    store: Callable[..., StoredFile], client_of: Callable[[User], Client], alma: User, bo: User
) -> None:
    group = NeedToKnowGroupFactory.create()
    GroupMembershipFactory.create(group=group, user=alma)
    stored = store(restricted_group_id=group.pk)
    assert client_of(bo).get(stored.get_absolute_url()).status_code == 404
    assert fetched(client_of(alma), stored.get_absolute_url())[1] == PDF
    row = LedgerRow.objects.order_by("-seq")[0]
    assert (row.name, row.actor_label) == ("file.read", "OP 1")


def test_reading_a_marked_file_is_recorded_and_a_plain_one_is_not(
    store: Callable[..., StoredFile], client_of: Callable[[User], Client], alma: User, now: Any
) -> None:
    stored = store()
    fetched(client_of(alma), stored.get_absolute_url())
    assert not LedgerRow.objects.filter(name="file.read").exists()
    services.mark_file(
        actor=TEST, now=now, file_id=stored.pk, secrecy_grounds=[SecrecyGround.OSL32_3]
    )
    fetched(client_of(alma), stored.get_absolute_url())
    assert LedgerRow.objects.filter(name="file.read").count() == 1
    stored.refresh_from_db()
    assert stored.secrecy_labels() == ["32 kap. 3 § OSL: kamerabevakning"]


def test_exercise_files_are_not_mixed_with_real_ones(
    store: Callable[..., StoredFile], alma: User
) -> None:
    store(exercise_id=3)
    assert not StoredFile.objects.visible_to(alma).exists()


@pytest.mark.parametrize(
    ("body", "name", "query", "disposition"),
    [
        (PDF, "plan.pdf", "", 'inline; filename="plan.pdf"'),
        (PDF, "plan.pdf", "?spara", 'attachment; filename="plan.pdf"'),
        (PNG, "bild.png", "", 'inline; filename="bild.png"'),
        (TEXT, "sida.html", "", 'attachment; filename="sida.html.txt"'),
        (PDF, "Översikt.pdf", "", "inline; filename*=utf-8''%C3%96versikt.pdf"),
    ],
)
def test_headers(
    store: Callable[..., StoredFile],
    client_of: Callable[[User], Client],
    alma: User,
    body: bytes,
    name: str,
    query: str,
    disposition: str,
) -> None:
    answer, _body = fetched(client_of(alma), store(body, name).get_absolute_url() + query)
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Length"] == str(len(body))
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_text_says_its_encoding(
    store: Callable[..., StoredFile], client_of: Callable[[User], Client], alma: User
) -> None:
    answer, _body = fetched(client_of(alma), store(TEXT, "a.txt").get_absolute_url())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_missing_bytes_and_unknown_files_are_404(
    store: Callable[..., StoredFile], client_of: Callable[[User], Client], alma: User
) -> None:
    stored = store()
    storage.path_of(stored.sha256).unlink()
    assert client_of(alma).get(stored.get_absolute_url()).status_code == 404
    assert client_of(alma).get(f"/filer/{uuid4()}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_streams_under_asgi(store: Callable[..., StoredFile], alma: User) -> None:
    body = PDF + b"x" * 200_000
    url = store(body).get_absolute_url()

    async def fetch() -> bytes:
        client = AsyncClient()
        await client.aforce_login(alma)
        answer: Any = await client.get(url)
        assert answer.status_code == 200
        return b"".join([piece async for piece in answer.streaming_content])

    assert async_to_sync(fetch)() == body


def test_bytes_that_nobody_reads_can_be_closed(store: Callable[..., StoredFile]) -> None:
    stored = store()
    for pieces in (
        storage.read(stored.sha256),
        storage.PiecesForAsync(storage.read(stored.sha256)),
    ):
        pieces.close()
        with pytest.raises(ValueError, match="closed"):
            if isinstance(pieces, storage.Pieces):
                next(pieces)
            else:
                async_to_sync(pieces.__anext__)()
