"""docker-compose.yml: no engine runs it here, so what it names is held against what exists."""

import re
import shlex
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from trygghetscentral.shared.env import PROJECT_ROOT, SETTINGS, read
from trygghetscentral.stack.programs import web_command

COMPOSE = PROJECT_ROOT / "docker-compose.yml"
OURS = ("web", "publisher", "worker-critical", "worker", "beat", "receiver-a", "receiver-b",
        "prepare")  # fmt: skip
SECRETS = {"SECRET_KEY": "s" * 50, "FIELD_KEY": f"k1:{'A' * 43}=", "POSTGRES_PASSWORD": "p"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return loaded


def substituted(text: str) -> str:
    """What the engine makes of ${NAME:-default} and ${NAME:?message}."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}",
        lambda match: SECRETS.get(match[1], match[2] or ""),
        text,
    )


def test_every_role_is_there_and_the_roles_that_can_be_many_are(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert set(OURS) | {"postgres", "redis", "proxy"} == set(services)
    for name in ("web", "publisher", "worker", "worker-critical"):
        assert services[name]["deploy"]["replicas"] >= 2
    assert services["beat"]["deploy"]["replicas"] == 1
    for name in ("web", "receiver-a", "receiver-b", "postgres", "redis"):
        assert services[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("service", OURS)
def test_our_settings_start_the_house(compose: dict[str, Any], service: str) -> None:
    environment = compose["services"][service]["environment"]
    values = {name: substituted(str(value)) for name, value in environment.items()}

    assert set(values) <= {setting.name for setting in SETTINGS}
    env = read(values)
    assert not env.demo
    assert env.cookie_secure
    assert not env.embedded_database
    assert not env.embedded_redis


def test_commands_exist(compose: dict[str, Any]) -> None:
    for name in OURS:
        command = compose["services"][name].get("command", [])
        words = shlex.split(command[-1]) if command[:1] == ["sh"] else command
        for place, word in enumerate(words):
            if word == "manage.py":
                assert words[place + 1] in get_commands()


def test_volumes_and_configs_that_are_used_are_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"]


def test_what_a_service_waits_for_exists_and_can_become_healthy(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        waits = service.get("depends_on", {})
        for name, rule in waits.items() if isinstance(waits, dict) else [(w, {}) for w in waits]:
            assert name in services
            if rule.get("condition") == "service_healthy":
                assert "healthcheck" in services[name]


def test_the_image_starts_the_same_web_server_as_make_run(compose: dict[str, Any]) -> None:
    text = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8")
    command = yaml.safe_load(text.rpartition("\nCMD ")[2].replace("\\\n", ""))
    everywhere = compose["x-app"]["environment"]["BIND"]
    ours = web_command(read({**SECRETS, "DEMO": "0", "BIND": everywhere}))

    assert command[0] == "python"
    # The image's working folder is the project.
    skip = {"--working-dir", str(PROJECT_ROOT)}
    assert sorted(command[1:]) == sorted(word for word in ours[1:] if word not in skip)
    assert "USER trygghet" in text
