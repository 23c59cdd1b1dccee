"""Run a module as a program whose forked processes never outlive it.

`python -m trygghetscentral.stack.bound granian --interface asgi ...`

The leash ends them when the program dies; this ends them when the leash is killed as well.
"""

import os
import runpy
import signal
import sys

from trygghetscentral.stack.leash import die_with_parent


def bind_forks() -> None:
    """Let every process that this one forks be killed when this one ends."""
    own = os.getpid()

    def bind() -> None:
        if os.getppid() == own:
            die_with_parent(signal.SIGKILL)

    os.register_at_fork(after_in_child=bind)


if __name__ == "__main__":
    bind_forks()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
