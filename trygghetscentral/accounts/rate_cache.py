"""The cache behind sign-in rate limits: shared in Redis, and still there when Redis is not."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


class PatientRedisCache(RedisCache):
    """Falls back to the process's own memory, so that nobody is locked out of the alarm board.

    Without Redis each process counts failed sign-ins for itself, which is weaker but not open.
    Only what allauth's rate limits use falls back; other calls raise as usual.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("rate-limits", params)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """As Django's."""
        try:
            return super().add(*args, **kwargs)
        except RedisError:
            return self._own.add(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """As Django's."""
        try:
            return super().get(*args, **kwargs)
        except RedisError:
            return self._own.get(*args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """As Django's."""
        try:
            super().set(*args, **kwargs)
        except RedisError:
            self._own.set(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """As Django's."""
        try:
            return super().delete(*args, **kwargs)
        except RedisError:
            return self._own.delete(*args, **kwargs)
