"""Every habit of the house that a check can hold."""

from __future__ import annotations

import pytest

from tests.structure import checks
from tests.structure.allowed import ALLOWED
from tests.structure.tree import Check, code, parse, sources

# check: (file, code that it must refuse, code that it must accept)
SAMPLES: dict[str, list[tuple[str, str, str]]] = {
    "writes_outside_services": [
        ("alarms/views.py", "Alarm.objects.filter(x=1).update(y=2)", "seen.update({1})"),
        ("alarms/views.py", "alarm.save()", "form.save()"),
        ("alarms/views.py", "Alarm.objects.create(x=1)", "Factory.create(x=1)"),
        ("alarms/views.py", "Alarm.objects.all().delete()", "client.delete('key')"),
        ("alarms/views.py", "q = 'DELETE FROM alarms_alarm'", "q = 'SELECT 1'"),
        ("alarms/views.py", "alarm.save()", ""),
    ],
    "rows_without_a_door": [
        (
            "alarms/views.py",
            "Alarm.objects.get(pk=1)",
            "Alarm.objects.visible_to(user).filter(x=1)",
        ),
        ("alarms/api.py", "Alarm.objects.all()", "data.get('x')"),
        ("alarms/views/desk.py", "Alarm.objects.filter(x=1).first()", "selectors.open_alarms()"),
    ],
    "promises_in_the_broker": [
        ("alarms/tasks.py", "t.apply_async(eta=x)", "t.apply_async(expires=5)"),
        ("alarms/tasks.py", "t.apply_async(countdown=61)", "t.apply_async(countdown=60)"),
        ("alarms/tasks.py", "t.apply_async(countdown=x)", "t.apply_async()"),
    ],
    "leaves_the_process": [
        ("alarms/services/desk.py", "notify.delay(1)", "delay(1)"),
        ("alarms/views.py", "app.send_task('x')", "send(1)"),
        ("alarms/services/desk.py", "layer.group_send('x', {})", ""),
    ],
    "network_outside_gateways": [
        ("alarms/services/desk.py", "import requests", "import re"),
        ("alarms/views.py", "from urllib.request import urlopen", "from urllib.parse import quote"),
    ],
    "late_imports": [("alarms/views.py", "def f():\n    import re", "import re\ndef f(): ...")],
    "long_functions": [
        ("alarms/x.py", "def f():\n" + "    x = 1\n" * 50, "def f():\n" + "    x = 1\n" * 49),
        (
            "alarms/tasks.py",
            "@shared_task(name='x')\ndef f():\n" + "    x = 1\n" * 20,
            "@shared_task(name='x')\ndef f():\n" + "    x = 1\n" * 19,
        ),
    ],
    "broad_excepts": [
        (
            "alarms/x.py",
            "try: ...\nexcept Exception: ...",
            "try: ...\nexcept ValueError: ...",
        ),
        ("alarms/x.py", "try: ...\nexcept: ...", ""),
        ("alarms/x.py", "try: ...\nexcept (ValueError, BaseException): ...", ""),
    ],
    "loose_services": [
        (
            "alarms/services/desk.py",
            "def claim(alarm, *, actor, now):\n    with unit_of_work(actor=actor, now=now): ...",
            "def claim(*, alarm, actor, now):\n    with unit_of_work(actor=actor, now=now): ...",
        ),
        (
            "alarms/services.py",
            "def claim(*, now):\n    with unit_of_work(actor=A, now=now): ...",
            "def key(name): ...",
        ),
        (
            "alarms/services.py",
            "def claim(*, actor):\n    with unit_of_work(actor=actor, now=x): ...",
            "def _claim(x):\n    with unit_of_work(actor=A, now=x): ...",
        ),
    ],
    "reads_the_clock": [
        ("alarms/services/desk.py", "x = clock.now()", "x = now"),
        ("alarms/models/alarms.py", "x = timezone.now()", "x = clock.local(now)"),
    ],
    "reads_the_environment": [
        ("alarms/services/desk.py", "os.environ['X']", "settings.X"),
        ("alarms/views.py", "os.getenv('X')", ""),
    ],
    "undocumented": [
        ("alarms/x.py", "x = 1", '"""Doc."""\nx = 1'),
        ("alarms/x.py", '"""Doc."""\ndef f(): ...', '"""Doc."""\ndef _f(): ...'),
        (
            "alarms/x.py",
            '"""Doc."""\nclass A:\n    """Doc."""\n    def f(self): ...',
            '"""Doc."""\nclass A:\n    """Doc."""\n    class Meta: ...',
        ),
    ],
    "unbounded_retries": [
        (
            "alarms/tasks.py",
            "@shared_task(autoretry_for=(Exception,))\ndef f(): ...",
            "@shared_task(autoretry_for=(OperationalError,))\ndef f(): ...",
        ),
        (
            "alarms/tasks.py",
            "@shared_task(max_retries=None)\ndef f(): ...",
            "@shared_task(max_retries=5)\ndef f(): ...",
        ),
    ],
    "imports_in_migrations": [
        (
            "alarms/migrations/0002_x.py",
            "from alarms.models import Alarm",
            "import trygghetscentral.shared.fields",
        ),
    ],
    "one_way_migrations": [
        (
            "alarms/migrations/0002_x.py",
            "migrations.RunPython(fill)",
            "migrations.RunPython(fill, migrations.RunPython.noop)",
        ),
        (
            "alarms/migrations/0002_x.py",
            "migrations.RunSQL('SELECT 1')",
            "migrations.RunSQL('SELECT 1', reverse_sql='SELECT 2')",
        ),
    ],
}

CHECKS: dict[str, Check] = {name: getattr(checks, name) for name in SAMPLES}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_the_house_keeps_its_habits(name: str) -> None:
    allowed = ALLOWED[name]
    files = sources() if "migrations" in name else code()
    found = sorted(finding for source in files for finding in CHECKS[name](source))
    assert [str(finding) for finding in found if finding.key not in allowed] == []
    keys = {finding.key for finding in found}
    assert [key for key in allowed if key not in keys] == [], "undantag som inte längre behövs"


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_each_check_can_fail(name: str) -> None:
    for file, bad, good in SAMPLES[name]:
        assert list(CHECKS[name](parse(bad, file))), bad
        assert not list(CHECKS[name](parse(good, file))), good


def test_every_check_is_used_and_every_exception_has_a_reason() -> None:
    public = {
        name
        for name, thing in vars(checks).items()
        if callable(thing)
        and getattr(thing, "__module__", "") == checks.__name__
        and not name.startswith("_")
    }
    assert public == set(SAMPLES) == set(ALLOWED)
    assert all(len(reason) > 15 for entries in ALLOWED.values() for reason in entries.values())
