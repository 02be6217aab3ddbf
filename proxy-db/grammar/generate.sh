#!/usr/bin/env bash
# generate.sh [MAJOR]: makes the parser's resource from PostgreSQL's own gram.y and kwlist.h.
#
# Run by hand for a new version of PostgreSQL; what it writes is committed, its input is not:
#   src/main/resources/dev/sallyport/proxy/db/sql/postgresql-MAJOR.grammar     the tables
#   src/main/resources/dev/sallyport/proxy/db/sql/postgresql-MAJOR.COPYRIGHT   their licence
# Needs bison (3.8), python3 and apt. If the mirror has no such major the newest one that it has is
# taken, and the files are named after that.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
resources=$here/../src/main/resources/dev/sallyport/proxy/db/sql
major=${1:-18}
command -v bison > /dev/null || { echo "generate.sh: install bison" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while ! source=$("$here/source.sh" "$work/$major" "$major"); do
    major=$((major - 1))
    if ((major < 15)); then exit 1; fi
    echo "generate.sh: trying PostgreSQL $major" >&2
done

parser=$source/src/backend/parser
(cd "$work" && bison -Wno-deprecated -d --token-table -o gram.c "$parser/gram.y")
mkdir -p "$resources"
python3 "$here/pack.py" "$work/gram.c" "$source/src/include/parser/kwlist.h" \
    "$resources/postgresql-$major.grammar"
cp "$source/COPYRIGHT" "$resources/postgresql-$major.COPYRIGHT"
echo "generate.sh: made from $(basename "$source") with $(bison --version | head -1)"
