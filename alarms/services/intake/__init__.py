"""Intake: an alarm is ours when it is committed (design.md 4)."""

from alarms.services.intake.batch import Memory, store_batch
from alarms.services.intake.committer import GroupCommitter

__all__ = ["GroupCommitter", "Memory", "store_batch"]
