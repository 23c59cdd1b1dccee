"""The building: settings and wiring, and the common rooms as apps of their own."""

from trygghetscentral.celery import app as celery_app

__all__ = ("celery_app",)
