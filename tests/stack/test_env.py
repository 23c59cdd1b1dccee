"""Settings: every default, every good spelling, and one sentence for each bad value."""

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from trygghetscentral.shared.env import PROJECT_ROOT, SETTINGS, Env, SettingsError, read

KEY = base64.b64encode(bytes(32)).decode("ascii")
OTHER_KEY = base64.urlsafe_b64encode(b"\xff" * 32).decode("ascii")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"TC_DATA_DIR": str(tmp_path)}


@pytest.fixture
def production(home: dict[str, str]) -> dict[str, str]:
    return {**home, "DEMO": "0", "SECRET_KEY": "s" * 50, "FIELD_KEY": f"k1:{KEY}"}


def test_defaults(home: dict[str, str], tmp_path: Path) -> None:
    env = read(home)

    assert (env.port, env.bind, env.dc09_port, env.dc09_tls_port) == (8000, "127.0.0.1", 10500, 0)
    assert env.demo
    assert env.embedded_database
    assert env.embedded_redis
    assert env.data_dir == tmp_path
    assert env.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert not env.trust_proxy
    assert not env.cookie_secure


def test_empty_values_are_defaults(home: dict[str, str]) -> None:
    empty = {setting.name: "" for setting in SETTINGS}

    assert read({**empty, **home}).port == 8000


def test_every_setting_has_an_attribute_of_its_name() -> None:
    # These three are read into attributes that say more than the variable's name.
    renamed = {"FIELD_KEY": "field_keys", "TC_DATA_DIR": "data_dir"}
    for setting in SETTINGS:
        assert renamed.get(setting.name, setting.name.lower()) in Env.__dataclass_fields__


def test_demo_makes_its_keys_once_and_keeps_them_to_itself(
    home: dict[str, str], tmp_path: Path
) -> None:
    first, second = read(home), read(home)

    assert first.secret_key == second.secret_key
    assert first.field_keys == second.field_keys
    assert first.demo_password == second.demo_password
    assert len(first.secret_key) > 50
    for name in ("secret_key", "field_key", "demo_password"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_given_keys_are_used_and_none_are_made(production: dict[str, str], tmp_path: Path) -> None:
    env = read({**production, "FIELD_KEY": f"k2:{OTHER_KEY},k1:{KEY}"})

    assert list(env.field_keys) == ["k2", "k1"]
    assert env.field_keys["k2"] == b"\xff" * 32
    assert env.demo_password == ""
    assert env.cookie_secure
    assert not (tmp_path / "keys").exists()


def test_secrets_are_not_printed(home: dict[str, str]) -> None:
    env = read({**home, "DATABASE_URL": "postgres://u:geheim@h/d"})
    shown = repr(env)

    assert env.secret_key not in shown
    assert env.demo_password not in shown
    assert "geheim" not in shown


@pytest.mark.parametrize("word", ["1", "true", "ja", "JA", "on"])
def test_yes(home: dict[str, str], word: str) -> None:
    assert read({**home, "TRUST_PROXY": word}).cookie_secure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "åtta"),
        ("PORT", "-1"),
        ("DC09_PORT", "8000"),
        ("DC09_TLS_PORT", "10443"),
        ("BIND", "larmet"),
        ("DEMO", "kanske"),
        ("DEMO", "0"),
        ("WEB_PROCESSES", "0"),
        ("DB_POOL_SIZE", "1"),
        ("DATABASE_URL", "mysql://u@h/d"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "postgres://u@h"),
        ("DATABASE_URL", "postgres://u@h:99999/d"),
        ("DATABASE_URL", "postgres://u@h:port/d"),
        ("REDIS_URL", "http://h"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://h:port"),
        ("REDIS_URL", "redis://h/noll"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "unix:///s?db=a"),
        ("FIELD_KEY", "k1"),
        ("FIELD_KEY", "k1:abcd"),
        ("FIELD_KEY", f"k 1:{KEY}"),
        ("FIELD_KEY", f"k1:{KEY},k1:{KEY}"),
        ("MAP_TILES_URL", "https://h/{z}/{x}"),
        ("MAP_TILES_URL", "ftp://h/{z}/{x}/{y}"),
        ("CSRF_TRUSTED_ORIGINS", "larm.exempel.se"),
        ("CSRF_TRUSTED_ORIGINS", "https://larm.exempel.se/larm"),
        ("OIDC_ISSUER", "https://idp.exempel.se"),
        ("DC09_TLS_CERT", "/finns/inte.pem"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence(
    home: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        read({**home, name: value})

    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert name.split("_", maxsplit=1)[0] in sentence or "SECRET_KEY" in sentence


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEY"])
def test_outside_demo_a_key_is_required(production: dict[str, str], missing: str) -> None:
    del production[missing]

    with pytest.raises(SettingsError, match=missing):
        read(production)


def test_outside_demo_a_short_signing_key_is_refused(production: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="för kort"):
        read({**production, "SECRET_KEY": "kort"})


def test_oidc_and_tls_are_complete_or_absent(home: dict[str, str], tmp_path: Path) -> None:
    cert = tmp_path / "cert.pem"
    cert.write_text("x")
    env = read(
        {
            **home,
            "OIDC_ISSUER": "https://idp.exempel.se",
            "OIDC_CLIENT_ID": "tc",
            "OIDC_CLIENT_SECRET": "s",
            "DC09_TLS_PORT": "10443",
            "DC09_TLS_CERT": str(cert),
            "DC09_TLS_KEY": str(cert),
        }
    )

    assert env.oidc_issuer == "https://idp.exempel.se"
    assert env.oidc_name == "Stadens inloggning"
    assert env.dc09_tls_cert == cert


def test_an_unwritable_data_home_is_one_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "fil"
    in_the_way.write_text("")

    with pytest.raises(SettingsError, match="TC_DATA_DIR"):
        read({"TC_DATA_DIR": str(in_the_way)})


def test_the_command_line_ends_with_the_sentence_and_code_2(home: dict[str, str]) -> None:
    for command in (["manage.py", "check"], ["-m", "trygghetscentral.stack.run"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT_ROOT,
            env={**home, "PORT": "många", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 2
        assert done.stderr == "PORT ska vara ett heltal från 1 till 65535, men är ”många”.\n"
