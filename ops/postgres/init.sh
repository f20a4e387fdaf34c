#!/bin/bash
# Users and databases of a new PostgreSQL: the ledger's, Temporal's two, and one that may only copy. Run once, on an empty volume.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}

# The passwords go by standard input: arguments can be seen by everybody on the machine.
psql --set=ON_ERROR_STOP=1 --quiet --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<SQL
CREATE ROLE hemgang LOGIN PASSWORD '$(cat "$secrets/hemgang_db_password")';
CREATE ROLE temporal LOGIN PASSWORD '$(cat "$secrets/temporal_db_password")';
CREATE ROLE backup LOGIN REPLICATION PASSWORD '$(cat "$secrets/backup_db_password")';
CREATE DATABASE hemgang OWNER hemgang TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
CREATE DATABASE temporal OWNER temporal TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
CREATE DATABASE temporal_visibility OWNER temporal TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE CONNECT ON DATABASE hemgang, temporal, temporal_visibility, postgres FROM PUBLIC;
SQL
# "all" databases are not what a copy of the whole server connects to.
echo 'host replication backup all scram-sha-256' >>"$PGDATA/pg_hba.conf"
