"""One door into intake per process, for views: made on first use, since servers fork."""

from __future__ import annotations

import os
import threading

from alarms.selectors.directory import LiveDirectory
from alarms.services.intake.committer import GroupCommitter

_lock = threading.Lock()
_committer: GroupCommitter | None = None
_owner = 0


def shared_committer() -> GroupCommitter:
    """The process's own committer, with a directory that follows the ledger.

    Raises django.db.DatabaseError when the directory cannot be read the first time.
    """
    global _committer, _owner
    with _lock:
        if _committer is None or _owner != os.getpid():
            directory = LiveDirectory()
            directory.start()
            _committer, _owner = GroupCommitter(directory), os.getpid()
            _committer.start()
        return _committer


def running() -> GroupCommitter | None:
    """The same if it has been made; for callers that may not wait for the database."""
    return _committer if _owner == os.getpid() else None


def stop() -> None:
    """Store what waits and end both threads; the next caller starts anew."""
    global _committer
    with _lock:
        if _committer is not None and _owner == os.getpid():
            _committer.directory.stop()
            _committer.stop()
        _committer = None
