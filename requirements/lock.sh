#!/usr/bin/env bash
# Makes requirements/*.lock anew. Each file holds all that the one before it holds, so that an
# installation needs one file only. Extra arguments go to uv, such as --upgrade.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PIP_FIND_LINKS UV_FIND_LINKS

compile() {
    local name=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --no-emit-find-links "$@" \
        --output-file "requirements/$name.lock" pyproject.toml
}

extra=("$@")
# The largest set is solved first; the smaller ones take its versions.
compile tools --extra embedded --extra test --extra tools "${extra[@]}"
compile test --extra embedded --extra test --constraint requirements/tools.lock
compile embedded --extra embedded --constraint requirements/tools.lock
compile base --constraint requirements/tools.lock
