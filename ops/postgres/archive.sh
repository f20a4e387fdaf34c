#!/bin/bash
# PostgreSQL's archive_command: keeps one file of the log of changes, whole or not at all, and never writes over another.
set -euo pipefail
from=$1 name=$2 folder=${ARCHIVE:-/backups/wal}

mkdir -p "$folder"
kept="$folder/$name.gz"
# The same again, after a crash between keeping and telling: kept. Something else under the name is a fault to be seen.
if [ -e "$kept" ]; then
  gunzip -c "$kept" | cmp -s - "$from" && exit 0
  echo "$kept is another file of that name: it belongs to another server, or to the time before a restore" >&2
  exit 1
fi
gzip -c "$from" >"$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
sync "$folder"
