"""How each kind of setting is read: one function per kind, one Swedish sentence per fault."""

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import environ

from trygghetscentral.shared.secrets import kept_secret, new_field_key, new_password, new_secret

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ROOT_DATA_HOME = Path("/var/lib/trygghetscentral")
EMBEDDED_NAME = "trygghetscentral"
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+socket")
FIELD_KEY_BYTES = 32
SECRET_KEY_LEAST = 32
LAST_PORT = 65535


class SettingsError(Exception):
    """A setting that cannot be used. The text is one Swedish sentence for the operator."""


def socket_dir(data_dir: Path) -> Path:
    """The folder inside the data home where the embedded parts put their sockets."""
    return data_dir / "run"


def words(value: str) -> list[str]:
    """The comma-separated words of a value."""
    return [word.strip() for word in value.split(",") if word.strip()]


def flag(raw: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A yes or no."""
    match raw[name].lower():
        case "":
            return default
        case "1" | "true" | "yes" | "ja" | "on":
            return True
        case "0" | "false" | "no" | "nej" | "off":
            return False
        case other:
            raise SettingsError(f"{name} ska vara 1 eller 0, men är ”{other}”.")


def count(raw: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    value = raw[name]
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", value) or not least <= int(value) <= most:
        raise SettingsError(
            f"{name} ska vara ett heltal från {least} till {most}, men är ”{value}”."
        )
    return int(value)


def port(raw: Mapping[str, str], name: str, *, default: int, zero_ok: bool = False) -> int:
    """A port number; 0 only where it means off."""
    return count(raw, name, default=default, least=0 if zero_ok else 1, most=LAST_PORT)


def ports_differ(ports: Mapping[str, int]) -> None:
    """Refuse two listeners on one port; 0 means that the listener is off."""
    taken: dict[int, str] = {}
    for name, number in ports.items():
        if number and number in taken:
            raise SettingsError(f"{name} och {taken[number]} har samma port, {number}.")
        taken[number] = name


def bind(value: str) -> str:
    """An IP address to listen on."""
    if value == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError:
        raise SettingsError(
            f"BIND ska vara en IP-adress, till exempel 127.0.0.1 eller 0.0.0.0, men är ”{value}”."
        ) from None


def tls_file(raw: Mapping[str, str], name: str, *, needed: bool) -> Path | None:
    """A readable file, or None where it is not needed."""
    value = raw[name]
    if not value:
        if needed:
            raise SettingsError(f"{name} saknas; den behövs när DC09_TLS_PORT är satt.")
        return None
    path = Path(value)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise SettingsError(f"{name} pekar på en fil som inte går att läsa: {value}")
    return path


def data_dir(value: str) -> Path:
    """The data home; as root it is outside the project, since PostgreSQL refuses root."""
    if value:
        path = Path(value).expanduser()
        return path if path.is_absolute() else PROJECT_ROOT / path
    return ROOT_DATA_HOME if os.geteuid() == 0 else PROJECT_ROOT / ".data"


def database_url(value: str, data_dir: Path) -> str:
    """A PostgreSQL address; without one, the embedded server's socket."""
    if not value:
        folder = quote(str(socket_dir(data_dir)), safe="")
        return f"postgresql://{EMBEDDED_NAME}@{folder}/{EMBEDDED_NAME}"
    parts = urlsplit(value)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingsError(
            "DATABASE_URL ska börja med postgres:// – trygghetscentralen använder bara PostgreSQL."
        )
    if not parts.path.strip("/"):
        raise SettingsError(
            "DATABASE_URL saknar databasens namn, till exempel postgres://värd/namn."
        )
    try:
        database_config(value)
    except ValueError:
        raise SettingsError(
            "DATABASE_URL går inte att tolka; kontrollera port och tecken."
        ) from None
    return value


def database_config(url: str) -> dict[str, Any]:
    """Django's keys for a PostgreSQL address. Raises ValueError for a bad port."""
    config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    config["HOST"] = unquote(config.get("HOST", ""))
    options: dict[str, Any] = config.get("OPTIONS", {})
    # libpq's own spelling of a socket folder is ?host=/folder; Django has a key for it.
    if "host" in options:
        config["HOST"] = options.pop("host")
    for number in str(config.get("PORT") or "").split(","):
        if number and not 0 < int(number) <= LAST_PORT:
            raise ValueError(number)
    return config


def redis_url(value: str, data_dir: Path) -> str:
    """A Redis address as redis-py spells it; without one, the embedded server's socket."""
    if not value:
        return f"unix://{quote(str(socket_dir(data_dir) / 'redis.sock'))}?db=0"
    parts = urlsplit(value)
    if parts.scheme not in REDIS_SCHEMES:
        raise SettingsError(
            "REDIS_URL ska börja med redis://, rediss:// eller unix:// – till exempel "
            "redis://127.0.0.1:6379/0."
        )
    if parts.scheme in {"redis", "rediss"}:
        return redis_tcp(value)
    if not parts.path.strip("/"):
        raise SettingsError(
            "REDIS_URL saknar sökvägen till Redis socket, som i unix:///väg/redis.sock."
        )
    query = parse_qs(parts.query)
    number = query.get("db", query.get("virtual_host", ["0"]))[0]
    if not number.isdecimal():
        raise SettingsError(f"REDIS_URL anger en databas som inte är ett tal: ”{number}”.")
    return f"unix://{parts.netloc}{parts.path}?db={number}"


def redis_tcp(value: str) -> str:
    """A `redis://` or `rediss://` address, checked."""
    parts = urlsplit(value)
    try:
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("REDIS_URL går inte att tolka; kontrollera värd och port.")
    number = parts.path.strip("/")
    if number and not number.isdecimal():
        raise SettingsError(f"REDIS_URL anger en databas som inte är ett tal: ”{number}”.")
    return value


def secret_key(value: str, data_dir: Path, *, demo: bool) -> str:
    """The signing key; made once in demo mode only."""
    if not value and not demo:
        raise SettingsError("SECRET_KEY saknas; den måste anges när DEMO=0.")
    if value and not demo and len(value) < SECRET_KEY_LEAST:
        raise SettingsError(f"SECRET_KEY är för kort; den ska ha minst {SECRET_KEY_LEAST} tecken.")
    return value or kept(data_dir, "secret_key", new_secret)


def demo_password(value: str, data_dir: Path, *, demo: bool) -> str:
    """The demo accounts' password; made once. Empty outside demo mode."""
    return value or (kept(data_dir, "demo_password", new_password) if demo else "")


def kept(data_dir: Path, name: str, make: Callable[[], str]) -> str:
    """A secret of the data folder, made the first time."""
    try:
        return kept_secret(data_dir, name, make)
    except OSError as problem:
        raise SettingsError(
            f"Det går inte att skriva i datamappen {data_dir} ({problem.strerror}); "
            "välj en annan med TC_DATA_DIR."
        ) from None


def field_keys(value: str, data_dir: Path, *, demo: bool) -> dict[str, bytes]:
    """Field encryption keys by id, the current one first; 32 bytes each."""
    if not value and not demo:
        raise SettingsError("FIELD_KEY saknas; den måste anges när DEMO=0.")
    keys: dict[str, bytes] = {}
    for word in words(value or kept(data_dir, "field_key", new_field_key)):
        name, _, encoded = word.partition(":")
        try:
            key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not re.fullmatch(r"[A-Za-z0-9]{1,16}", name) or len(key) != FIELD_KEY_BYTES:
            raise SettingsError(
                "FIELD_KEY ska skrivas namn:nyckel med 32 byte i base64, till exempel k1:… – "
                "flera skiljs med komma och den första används för det nya."
            )
        if name in keys:
            raise SettingsError(f"FIELD_KEY har två nycklar som heter ”{name}”.")
        keys[name] = key
    return keys


def origins(value: str) -> list[str]:
    """Addresses (scheme and host, no path) that may post forms."""
    origins = words(value)
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise SettingsError(
                "CSRF_TRUSTED_ORIGINS ska vara adresser som https://larm.exempel.se, "
                f"men har ”{origin}”."
            )
    return origins


def tiles(value: str) -> str:
    """A tile server's address template."""
    if value and not (
        urlsplit(value).scheme in {"http", "https"}
        and all(f"{{{letter}}}" in value for letter in "zxy")
    ):
        raise SettingsError(
            "MAP_TILES_URL ska börja med http:// eller https:// och innehålla {z}, {x} och {y}."
        )
    return value


def oidc(raw: Mapping[str, str]) -> tuple[str, str, str]:
    """Issuer, client id and client secret: all or none."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    given = [name for name in names if raw[name]]
    if given and len(given) < len(names):
        missing = ", ".join(name for name in names if name not in given)
        raise SettingsError(f"{missing} saknas; OIDC-inställningarna anges alla eller ingen.")
    issuer = raw["OIDC_ISSUER"]
    if issuer and urlsplit(issuer).scheme not in {"http", "https"}:
        raise SettingsError("OIDC_ISSUER ska vara en adress som börjar med https://.")
    return issuer, raw["OIDC_CLIENT_ID"], raw["OIDC_CLIENT_SECRET"]
