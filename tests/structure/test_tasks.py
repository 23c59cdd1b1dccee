"""Celery: every task has its queue, its shape, and a test that runs it twice."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

from tests.structure.tree import ROOMS, calls, functions, texts
from trygghetscentral import celery as wiring
from trygghetscentral import celery_app

celery_app.loader.import_default_modules()
TASKS: dict[str, Any] = {
    name: task
    for name, task in celery_app.tasks.items()
    if type(task).__module__.split(".")[0] in ROOMS or task.run.__module__.split(".")[0] in ROOMS
}


def test_the_table_of_queues_and_the_tasks_are_the_same() -> None:
    assert sorted(wiring.TASK_QUEUES) == sorted(TASKS)


def test_every_queue_is_one_that_a_worker_listens_to() -> None:
    queues = {queue.name for queue in celery_app.conf.task_queues}
    assert set(wiring.TASK_QUEUES.values()) <= queues == {"critical", "default", "bulk"}
    assert celery_app.conf.task_default_queue in queues


def test_beat_knows_only_tasks_that_exist_and_lets_a_late_one_expire() -> None:
    assert set(wiring.EVERY) <= set(TASKS)
    for name, entry in celery_app.conf.beat_schedule.items():
        assert entry["task"] == name
        assert entry["options"]["expires"] >= entry["schedule"]


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_takes_keywords_and_forgives_new_ones(name: str) -> None:
    parameters = inspect.signature(TASKS[name].run).parameters.values()
    kinds = {parameter.kind for parameter in parameters if parameter.name != "self"}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    assert inspect.Parameter.VAR_KEYWORD in kinds


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_is_named_after_its_app_and_function(name: str) -> None:
    app = TASKS[name].run.__module__.removesuffix(".tasks").split(".")[-1]
    assert name == f"{app}.{TASKS[name].run.__name__}"


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_is_bounded(name: str) -> None:
    task = TASKS[name]
    assert task.max_retries is not None
    assert task.acks_late
    assert task.ignore_result
    assert "queue" not in vars(type(task)) or task.queue is None


@pytest.mark.parametrize("name", sorted(TASKS))
def test_each_task_is_run_twice_somewhere(name: str) -> None:
    wanted = ("tasks", name.split(".")[1])
    assert any(
        sum(names[-2:] == wanted for _call, names in calls(test)) > 1
        for _name, text in texts(r"^tests/.*/test_\w+\.py$")
        if f"tasks.{wanted[1]}(" in text
        for test in functions(ast.parse(text))
    )


def test_the_workers_take_one_at_a_time_and_answer_late() -> None:
    conf = celery_app.conf
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_acks_late
    assert conf.task_soft_time_limit < conf.task_time_limit
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
