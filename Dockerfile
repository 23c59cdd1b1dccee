# syntax=docker/dockerfile:1
FROM python:3.11-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.lock /tmp/base.lock
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --requirement /tmp/base.lock

FROM python:3.11-slim-trixie
# Dumps and restores speak to the server with its own tools.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 trygghet \
    && useradd --uid 10001 --gid trygghet --no-create-home --shell /usr/sbin/nologin trygghet \
    && install --directory --owner trygghet --group trygghet --mode 0750 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
RUN python -m compileall -q alarms incidents trygghetscentral
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TC_DATA_DIR=/data \
    BIND=0.0.0.0 \
    DEMO=0
USER trygghet
VOLUME /data
EXPOSE 8000 10500/tcp 10500/udp
CMD ["python", "-m", "trygghetscentral.stack.bound", "granian", "--interface", "asginl", \
     "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--ws", \
     "--backlog", "4096", "--backpressure", "4096", "--workers-kill-timeout", "5", \
     "trygghetscentral.asgi:application"]
