#!/usr/bin/env bash
# source.sh DIRECTORY [MAJOR]: unpacks PostgreSQL's source, as Debian packages it, into DIRECTORY
# and prints the folder that holds it. Nothing is installed and apt's own state is not touched: the
# source lists, indexes and archives are private to DIRECTORY.
#
# The mirror is the one that this machine's apt already uses; the signatures are checked with
# Debian's key ring. The suites are tried together and the newest version of the major is taken.
set -euo pipefail
folder=$1
major=${2:-18}
keys=/usr/share/keyrings/debian-archive-keyring.gpg

mkdir -p "$folder"
cd "$folder"
# A finished folder is taken as it is; an unfinished one is begun again.
if [ -f finished ]; then cat finished; exit 0; fi
rm -rf state cache source
mkdir -p state/lists/partial cache/archives/partial source

mirror=${DEBIAN_MIRROR:-}
if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' |
        sed -n 's/^Debian //p' | sort -u | head -1)
fi
# A machine that never ran "apt-get update" has no index yet: read the sources themselves.
if [ -z "$mirror" ]; then
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null |
        grep -Eo 'https?://[^ ]+/debian/?( |$)' | head -1 | tr -d ' ')
fi
if [ -z "$mirror" ]; then
    echo "source.sh: no Debian mirror in apt's sources; name one in DEBIAN_MIRROR" >&2
    exit 1
fi

for suite in trixie forky sid; do
    echo "deb-src [signed-by=$keys] $mirror $suite main"
done > sources.list
options=(-q
    -o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$PWD/state/lists" -o "Dir::Cache=$PWD/cache"
    -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=3)
apt-get "${options[@]}" update >&2

package=postgresql-$major
if ! apt-cache "${options[@]}" showsrc "$package" 2> /dev/null | grep -q '^Version:'; then
    echo "source.sh: this mirror has no $package" >&2
    exit 1
fi
(cd source && apt-get "${options[@]}" source --download-only "$package" >&2)
archive=$(find "$PWD/source" -name "${package}_*.orig.tar.*" ! -name '*.asc' | head -1)
tar -C source -xf "$archive"
unpacked=$(find "$PWD/source" -mindepth 1 -maxdepth 1 -type d | head -1)
rm -rf state cache "$archive"
printf '%s\n' "$unpacked" > finished
cat finished
