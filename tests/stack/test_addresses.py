"""One DATABASE_URL and one REDIS_URL in the spelling of each library."""

from pathlib import Path

import pytest
from channels_redis.utils import decode_hosts
from kombu.utils.url import url_to_parts
from psycopg.conninfo import conninfo_to_dict
from redis import ConnectionPool

from trygghetscentral.shared.env import Env, read


def env_with(folder: Path, **values: str) -> Env:
    return read({"TC_DATA_DIR": str(folder), **values})


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "name"),
    [
        ("postgres://u:p%40%2F@db.exempel.se:5433/tc", "db.exempel.se", 5433, "u", "p@/", "tc"),
        ("postgresql://u@%2Fvar%2Frun%2Fpg/tc", "/var/run/pg", "", "u", "", "tc"),
        ("postgres:///tc?host=/var/run/pg", "/var/run/pg", "", "", "", "tc"),
        ("postgres://u@[::1]:5432/tc", "::1", 5432, "u", "", "tc"),
        ("postgres://u@a:5432,b:5433/tc", "a,b", "5432,5433", "u", "", "tc"),
    ],
)
def test_database(
    tmp_path: Path, url: str, host: str, port: int | str, user: str, password: str, name: str
) -> None:
    env = env_with(tmp_path, DATABASE_URL=url)
    config = env.databases()["default"]

    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["USER"], config["PASSWORD"]) == (host, user, password)
    assert (config["PORT"], config["NAME"]) == (port, name)
    assert not env.embedded_database


def test_database_has_a_pool_and_limits(tmp_path: Path) -> None:
    config = env_with(tmp_path, DB_POOL_SIZE="7", DB_STATEMENT_TIMEOUT="11").databases()["default"]
    options = config["OPTIONS"]

    assert config["CONN_MAX_AGE"] == 0
    assert options["pool"]["max_size"] == 7
    for limit in (
        *("statement_timeout=11s", "lock_timeout=5s", "idle_in_transaction_session_"),
        *("join_collapse_limit=4", "jit=off"),
    ):
        assert limit in options["options"]


def test_database_options_of_the_address_are_kept(tmp_path: Path) -> None:
    url = "postgres://u@a,b/tc?target_session_attrs=read-write&options=-c%20search_path%3Dtc"
    options = env_with(tmp_path, DATABASE_URL=url).databases()["default"]["OPTIONS"]

    assert options["target_session_attrs"] == "read-write"
    assert options["options"].startswith("-c search_path=tc -c statement_timeout=")


def test_embedded_database_is_a_socket_in_the_data_home(tmp_path: Path) -> None:
    env = env_with(tmp_path)

    assert env.databases()["default"]["HOST"] == str(tmp_path / "run")
    assert conninfo_to_dict(env.dsn)["host"] == str(tmp_path / "run")


@pytest.mark.parametrize(
    ("url", "path", "number"),
    [
        ("unix:///run/tc/redis.sock", "/run/tc/redis.sock", 0),
        ("unix:///run/tc/redis.sock?db=3", "/run/tc/redis.sock", 3),
        ("redis+socket:///run/tc/redis.sock?virtual_host=4", "/run/tc/redis.sock", 4),
        ("unix:///run/my%20tc/redis.sock", "/run/my tc/redis.sock", 0),
    ],
)
def test_redis_socket(tmp_path: Path, url: str, path: str, number: int) -> None:
    env = env_with(tmp_path, REDIS_URL=url)

    for address in (env.redis_url, decode_hosts(env.channel_hosts())[0]["address"]):
        given = ConnectionPool.from_url(address).connection_kwargs
        assert (given["path"], given["db"]) == (path, number)
    broker = url_to_parts(env.celery_broker_url)
    assert broker.scheme == "redis+socket"
    assert f"/{broker.path}" == path
    assert broker.query == {"virtual_host": str(number)}


@pytest.mark.parametrize("url", ["redis://:hemligt@h:6380/2", "rediss://h:6380/0"])
def test_redis_over_the_network_is_kept_as_it_is(tmp_path: Path, url: str) -> None:
    env = env_with(tmp_path, REDIS_URL=url)

    assert (env.redis_url, env.celery_broker_url, env.channel_hosts()) == (url, url, [url])


def test_embedded_redis_is_a_socket_even_in_a_folder_with_odd_letters(tmp_path: Path) -> None:
    folder = tmp_path / "å b%c"
    env = env_with(folder)

    given = ConnectionPool.from_url(env.redis_url).connection_kwargs
    assert given["path"] == str(folder / "run" / "redis.sock")
    assert f"/{url_to_parts(env.celery_broker_url).path}" == given["path"]
    assert env.databases()["default"]["HOST"] == str(folder / "run")
    # psycopg must read back the same folder from the address.
    assert conninfo_to_dict(env.dsn)["host"] == str(folder / "run")
