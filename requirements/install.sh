#!/usr/bin/env bash
# Makes the virtual environment if it is missing and installs requirements/NAME.lock into it,
# once for each version of that file. Usage: requirements/install.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1
venv=${VENV:-.venv}

find_python() {
    local candidate
    # 3.11 and 3.12 come first: only they have an embedded Redis.
    for candidate in ${PYTHON:-python3 python3.12 python3.11 python3.13 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
            2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    for candidate in ${PYTHON:-python3 python3.13 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 eller nyare saknas; installera det eller ange PYTHON." >&2
    exit 2
}

wanted=$(sha256sum "requirements/$name.lock" | cut -d' ' -f1)
stamp=$venv/.installed-$name
if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
if [ ! -x "$venv/bin/python" ]; then
    python=$(find_python)
    echo "Skapar den virtuella miljön $venv."
    "$python" -m venv "$venv" || {
        echo "Miljön gick inte att skapa; på Debian behövs paketet python3-venv." >&2
        exit 2
    }
fi
echo "Installerar requirements/$name.lock."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --requirement "requirements/$name.lock"
# Each file holds all that the ones before it hold.
for smaller in base embedded test tools; do
    sha256sum "requirements/$smaller.lock" | cut -d' ' -f1 >"$venv/.installed-$smaller"
    if [ "$smaller" = "$name" ]; then
        break
    fi
done
