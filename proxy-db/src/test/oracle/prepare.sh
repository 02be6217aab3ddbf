#!/usr/bin/env bash
# prepare.sh FOLDER: puts PostgreSQL's real parser (npm, WebAssembly) and PostgreSQL's source with
# its regression tests (Debian) into FOLDER. What is there already is kept. Needs node, npm and apt.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)

again() { # attempts command...
    local attempts=$1 n
    shift
    for ((n = 1; n <= attempts; n++)); do
        "$@" && return 0
        echo "prepare.sh: attempt $n of $attempts failed: $*" >&2
    done
    return 1
}

cp "$here/oracle.js" "$here/package.json" "$here/package-lock.json" "$folder/"
if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.from-lock"; then
    again 3 npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    cp "$folder/package-lock.json" "$folder/node_modules/.from-lock"
fi
again 3 "$here/../../../grammar/source.sh" "$folder/postgresql" 18
