#!/usr/bin/env bash
# Installs Debian's Chromium when no Chromium is found and we are root on Debian.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installerar Chromium för webbläsartesterna."
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
        chromium fonts-liberation >/dev/null
else
    echo "Chromium saknas; webbläsartesterna kräver det." >&2
fi
