#!/bin/bash
# Puts a backup into an empty data folder, from which PostgreSQL then starts:
#   restore.sh NAME         as far as the log of changes goes
#   restore.sh NAME TIME    as of then, such as '2026-11-30 14:05:00+01'
#   restore.sh NAME backup  as of the backup itself
#   restore.sh aside        makes the folder empty: what is there becomes one file beside the backups
set -euo pipefail
folder=${BACKUPS:-/backups}
name=${1:-} until=${2:-}

if [ "$name" = aside ]; then
  if [ -e "$PGDATA/postmaster.pid" ]; then
    echo "$PGDATA/postmaster.pid is there: stop PostgreSQL first, or, if it was killed, remove that file" >&2
    exit 1
  fi
  aside="$folder/aside-$(date -u +%Y-%m-%dT%H%M%SZ).tar.gz"
  tar -czf "$aside.part" -C "$PGDATA" .
  sync "$aside.part"
  mv "$aside.part" "$aside"
  find "$PGDATA" -mindepth 1 -delete
  echo "$aside: what was in $PGDATA"
  exit 0
fi
if [ -z "$name" ] || [ ! -f "$folder/$name/base.tar.gz" ]; then
  echo "Which one? $(find "$folder" -mindepth 1 -maxdepth 1 -type d -name '20*Z' -printf '%f ' | tr ' ' '\n' | sort | tr '\n' ' ')" >&2
  exit 2
fi
if [ -n "$(ls -A "$PGDATA" 2>/dev/null)" ]; then
  echo "$PGDATA is not empty: nothing is written over. restore.sh aside makes it empty." >&2
  exit 1
fi
mkdir -p "$PGDATA"
tar -xzf "$folder/$name/base.tar.gz" -C "$PGDATA"
tar -xzf "$folder/$name/pg_wal.tar.gz" -C "$PGDATA/pg_wal"
# Every file as it was when it was copied.
pg_verifybackup --manifest-path="$folder/$name/backup_manifest" --quiet --no-parse-wal --ignore=pg_wal "$PGDATA"

# What an earlier restore asked for came along in the backup.
sed -i '/^\(restore_command\|recovery_target\)/d' "$PGDATA/postgresql.auto.conf"
case $until in
  backup) target="recovery_target = 'immediate'" ;;
  '') target='' ;;
  *) target="recovery_target_time = '$until'" ;;
esac
{
  echo "restore_command = 'gunzip -c $folder/wal/%f.gz > %p'"
  [ -z "$target" ] || printf '%s\n' "$target" "recovery_target_action = 'promote'"
} >>"$PGDATA/postgresql.auto.conf"
touch "$PGDATA/recovery.signal"
chmod 700 "$PGDATA"
[ "$(id -u)" -ne 0 ] || chown -R "${OWNER:-postgres:postgres}" "$PGDATA"
echo "$name is in place; PostgreSQL plays the log of changes when it starts."
