"""Every setting that comes from the environment, read once and typed.

`read(os.environ)` either returns a complete `Env` or raises `SettingsError` with one
Swedish sentence that says which variable is wrong and what it should be. Nothing else in
the project reads the environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from trygghetscentral.shared import env_outside as outside
from trygghetscentral.shared import env_values as values
from trygghetscentral.shared.env_values import (
    EMBEDDED_NAME,
    PROJECT_ROOT,
    SettingsError,
    socket_dir,
)

__all__ = [
    "EMBEDDED_NAME",
    "PROJECT_ROOT",
    "SETTINGS",
    "Env",
    "Setting",
    "SettingsError",
    "read",
    "socket_dir",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable and its default in words. docs/operations.md says the rest."""

    name: str
    default: str


SETTINGS: tuple[Setting, ...] = (
    Setting("PORT", "8000"),
    Setting("BIND", "127.0.0.1"),
    Setting("DC09_PORT", "10500"),
    Setting("DC09_TLS_PORT", "0"),
    Setting("DC09_TLS_CERT", "none"),
    Setting("DC09_TLS_KEY", "none"),
    Setting("DC09_UNKNOWN_DUH", "0"),
    Setting("DATABASE_URL", "embedded PostgreSQL"),
    Setting("DB_POOL_SIZE", "10"),
    Setting("DB_STATEMENT_TIMEOUT", "30"),
    Setting("REDIS_URL", "embedded Redis"),
    Setting("TC_DATA_DIR", ".data; as root /var/lib/trygghetscentral"),
    Setting("SECRET_KEY", "made once when DEMO=1"),
    Setting("FIELD_KEY", "made once when DEMO=1"),
    Setting("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"),
    Setting("CSRF_TRUSTED_ORIGINS", "none"),
    Setting("TRUST_PROXY", "0"),
    Setting("DEMO", "1"),
    Setting("DEMO_PASSWORD", "made once"),
    Setting("MAP_TILES_URL", "none"),
    Setting("PUBLIC_URL", "http://localhost:PORT"),
    Setting("EMAIL_URL", "none; with DEMO=1 the folder mail in TC_DATA_DIR"),
    Setting("SMS_GATEWAY_URL", "none"),
    Setting("DEADMAN_URL", "none"),
    Setting("WHISTLEBLOWING_URL", "none"),
    Setting("WEB_PROCESSES", "2"),
    Setting("WORKER_PROCESSES", "2"),
    Setting("RECEIVER_PROCESSES", "1"),
    Setting("OIDC_ISSUER", "none"),
    Setting("OIDC_CLIENT_ID", "none"),
    Setting("OIDC_CLIENT_SECRET", "none"),
    Setting("OIDC_NAME", "Stadens inloggning"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Env:
    """The settings of one process. Attributes are the variables' names in lower case."""

    port: int
    bind: str
    dc09_port: int
    dc09_tls_port: int
    dc09_tls_cert: Path | None
    dc09_tls_key: Path | None
    dc09_unknown_duh: bool
    database_url: str = field(repr=False)
    db_pool_size: int
    db_statement_timeout: int
    embedded_database: bool
    redis_url: str = field(repr=False)
    embedded_redis: bool
    data_dir: Path
    secret_key: str = field(repr=False)
    field_keys: dict[str, bytes] = field(repr=False)
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    trust_proxy: bool
    demo: bool
    demo_password: str = field(repr=False)
    map_tiles_url: str
    public_url: str
    email_url: outside.MailServer
    sms_gateway_url: str = field(repr=False)
    deadman_url: str = field(repr=False)
    whistleblowing_url: str
    web_processes: int
    worker_processes: int
    receiver_processes: int
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str = field(repr=False)
    oidc_name: str

    @property
    def cookie_secure(self) -> bool:
        """Whether cookies travel over HTTPS only: always, except in a demo without a proxy."""
        return self.trust_proxy or not self.demo

    @property
    def run_dir(self) -> Path:
        """The folder of the embedded parts' sockets."""
        return socket_dir(self.data_dir)

    @property
    def celery_broker_url(self) -> str:
        """The Redis address as Celery spells it (`redis+socket://` for a socket)."""
        if not self.redis_url.startswith("unix:"):
            return self.redis_url
        parts = urlsplit(self.redis_url)
        number = parse_qs(parts.query).get("db", ["0"])[0]
        secret = f"{parts.netloc}" if parts.netloc else ""
        return f"redis+socket://{secret}{parts.path}?virtual_host={number}"

    def channel_hosts(self) -> list[str]:
        """The Redis address as channels_redis wants it in `CONFIG["hosts"]`."""
        return [self.redis_url]

    def databases(self) -> dict[str, dict[str, Any]]:
        """Django's DATABASES: psycopg with a pool and with limits on waiting and idling."""
        config: dict[str, Any] = values.database_config(self.database_url)
        options: dict[str, Any] = dict(config.get("OPTIONS", {}))
        limits = {
            "statement_timeout": f"{self.db_statement_timeout}s",
            "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "60s",
            # A list's row has eight tables: to try all their orders takes ten times as long as to
            # read two hundred rows in the order that the statement names them.
            "join_collapse_limit": "4",
            # Its estimates of what our conditions cost are far too high: half a second
            # went to compiling what then ran in milliseconds.
            "jit": "off",
        }
        given = f"{options.get('options', '')} " if options.get("options") else ""
        options["options"] = given + " ".join(f"-c {key}={value}" for key, value in limits.items())
        options.setdefault("connect_timeout", "10")
        options.setdefault("application_name", EMBEDDED_NAME)
        options["pool"] = {"min_size": 0, "max_size": self.db_pool_size, "timeout": 10}
        # A pooled connection may have died with a restarted database: ask before use.
        more = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
        return {"default": {**config, "OPTIONS": options, **more}}

    @property
    def dsn(self) -> str:
        """The database address for psycopg itself, outside Django, without pool and limits."""
        return self.database_url


def read(environ: Mapping[str, str]) -> Env:
    """Read and check every setting.

    In demo mode missing keys and the demo password are made once and kept in the data
    folder (mode 0600). Outside demo mode missing keys are refused. Raises SettingsError for a
    value that cannot be used, or one that is missing.
    """
    raw = {setting.name: environ.get(setting.name, "").strip() for setting in SETTINGS}
    data_dir = values.data_dir(raw["TC_DATA_DIR"])
    demo = values.flag(raw, "DEMO", default=True)
    tls_port = values.port(raw, "DC09_TLS_PORT", default=0, zero_ok=True)
    oidc = values.oidc(raw)
    env = Env(
        port=values.port(raw, "PORT", default=8000),
        bind=values.bind(raw["BIND"] or "127.0.0.1"),
        dc09_port=values.port(raw, "DC09_PORT", default=10500),
        dc09_tls_port=tls_port,
        dc09_tls_cert=values.tls_file(raw, "DC09_TLS_CERT", needed=tls_port > 0),
        dc09_tls_key=values.tls_file(raw, "DC09_TLS_KEY", needed=tls_port > 0),
        dc09_unknown_duh=values.flag(raw, "DC09_UNKNOWN_DUH", default=False),
        database_url=values.database_url(raw["DATABASE_URL"], data_dir),
        db_pool_size=values.count(raw, "DB_POOL_SIZE", default=10, least=2, most=200),
        db_statement_timeout=values.count(
            raw, "DB_STATEMENT_TIMEOUT", default=30, least=0, most=86400
        ),
        embedded_database=not raw["DATABASE_URL"],
        redis_url=values.redis_url(raw["REDIS_URL"], data_dir),
        embedded_redis=not raw["REDIS_URL"],
        data_dir=data_dir,
        secret_key=values.secret_key(raw["SECRET_KEY"], data_dir, demo=demo),
        field_keys=values.field_keys(raw["FIELD_KEY"], data_dir, demo=demo),
        allowed_hosts=values.words(raw["ALLOWED_HOSTS"]) or ["localhost", "127.0.0.1", "[::1]"],
        csrf_trusted_origins=values.origins(raw["CSRF_TRUSTED_ORIGINS"]),
        trust_proxy=values.flag(raw, "TRUST_PROXY", default=False),
        demo=demo,
        demo_password=values.demo_password(raw["DEMO_PASSWORD"], data_dir, demo=demo),
        map_tiles_url=values.tiles(raw["MAP_TILES_URL"]),
        **outside.settings(raw, data_dir, demo=demo),
        web_processes=values.count(raw, "WEB_PROCESSES", default=2, least=1, most=64),
        worker_processes=values.count(raw, "WORKER_PROCESSES", default=2, least=1, most=64),
        receiver_processes=values.count(raw, "RECEIVER_PROCESSES", default=1, least=1, most=16),
        oidc_issuer=oidc[0],
        oidc_client_id=oidc[1],
        oidc_client_secret=oidc[2],
        oidc_name=raw["OIDC_NAME"] or "Stadens inloggning",
    )
    values.ports_differ(
        {"PORT": env.port, "DC09_PORT": env.dc09_port, "DC09_TLS_PORT": env.dc09_tls_port}
    )
    return env
