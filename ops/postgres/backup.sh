#!/bin/bash
# One backup of the whole server: the ledger and both databases of Temporal at one and the same instant, so that they agree.
# The oldest go when there are more than KEEP, and with them the log of changes that only they needed.
set -euo pipefail
folder=${BACKUPS:-/backups}
keep=${KEEP:-14}
PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD

[[ $keep =~ ^[1-9][0-9]*$ ]] || { echo "KEEP: $keep is not a number above 0" >&2; exit 2; }
name=$(date -u +%Y-%m-%dT%H%M%SZ)
rm -rf "$folder"/*.part
pg_basebackup --pgdata="$folder/$name.part" --format=tar --gzip --wal-method=stream --checkpoint=fast --label="$name" --no-password
for file in "$folder/$name.part"/*.gz; do gzip --test "$file"; done
# As it is sealed by its name, a folder without .part is whole.
sync
mv "$folder/$name.part" "$folder/$name"
echo "$name: $(du -sh "$folder/$name" | cut -f1)"

mapfile -t all < <(find "$folder" -mindepth 1 -maxdepth 1 -type d -name '20*Z' -printf '%f\n' | sort)
for old in "${all[@]:0:${#all[@]} > keep ? ${#all[@]} - keep : 0}"; do
  rm -rf "${folder:?}/$old"
  echo "$old: removed"
done
# The first file of the log that the oldest backup needs is in its label.
oldest=$(find "$folder" -mindepth 1 -maxdepth 1 -type d -name '20*Z' -printf '%f\n' | sort | head -n 1)
first=$(tar -xzOf "$folder/$oldest/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION.*(file \([0-9A-F]*\))$/\1/p')
[ -d "$folder/wal" ] && [ -n "$first" ] || exit 0
find "$folder/wal" -type f -name '*.gz' -printf '%f\n' | while read -r file; do
  # Names sort as they were written; histories of a timeline are few, and stay.
  if [[ ! $file =~ \.history ]] && [[ ${file:8:16} < ${first:8:16} ]]; then rm -f "$folder/wal/$file"; fi
done
