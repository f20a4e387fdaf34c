#!/bin/bash
# Makes the folders and secrets that docker-compose.yml mounts, and says which ones have to come from elsewhere.
# What is there already stays as it is, so it can be run again. As root, since each container reads with a user of its own.
#
#   ops/make-secrets.sh          certificates and the issuer's secret are put there by you
#   ops/make-secrets.sh --trial  makes those too: certificates that nobody else trusts, for SITE of .env
set -euo pipefail
cd "${HEMGANG_FOLDER:-$(dirname "$0")/..}"
umask 077
trial=${1:-}
[[ $trial =~ ^(--trial)?$ ]] || { echo "usage: $0 [--trial]" >&2; exit 2; }

# Nobody else on this machine comes past the folder. Within it files can be read: in a container only those that are mounted there.
mkdir -p secrets/keys backups site
chmod 700 secrets

put() { # NAME: standard input becomes the secret, without a line end, unless it is there
  [ ! -e "secrets/$1" ] || { cat >/dev/null; return 0; }
  tr -d '\n' >"secrets/$1.part"
  chmod 444 "secrets/$1.part"
  mv "secrets/$1.part" "secrets/$1"
  echo "made    secrets/$1"
}
for name in postgres_password hemgang_db_password temporal_db_password backup_db_password grafana_password; do
  openssl rand -hex 24 | put "$name"
done
# Exactly 32 bytes.
openssl rand -hex 16 | put cookie_secret
printf 'postgres://hemgang:%s@postgres:5432/hemgang' "$(cat secrets/hemgang_db_password)" | put database_url

# A folder, whose file `hemgang keys rotate --write` replaces: the service's user owns both.
if [ ! -e secrets/keys/payload-keys ]; then
  printf 'k-%s-%s:%s\n' "$(date -u +%Y%m%d)" "$(openssl rand -hex 4)" "$(openssl rand -base64 32)" >secrets/keys/payload-keys.part
  chmod 600 secrets/keys/payload-keys.part
  mv secrets/keys/payload-keys.part secrets/keys/payload-keys
  echo "made    secrets/keys/payload-keys: keep a copy apart from every backup; without it nothing can be read"
fi
chmod 700 secrets/keys backups
if [ "$(id -u)" -eq 0 ]; then
  chown -R 1000:1000 secrets/keys
  # PostgreSQL's user in its image.
  chown 999:999 backups
else
  echo "not root: secrets/keys must belong to user 1000, backups to user 999" >&2
fi

if [ "$trial" = --trial ]; then
  site=hemgang.example
  [ ! -e .env ] || site=$(sed -n 's/^SITE=//p' .env)
  sign() { # NAME SUBJECT ALTERNATIVES: a certificate of the trial's own authority
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "secrets/$1.key.part" -subj "/CN=$2" 2>/dev/null |
      openssl x509 -req -CA secrets/trial-ca.crt -CAkey secrets/trial-ca.key -CAcreateserial -days 90 \
        -extfile <(printf 'subjectAltName=%s\n' "$3") 2>/dev/null
  }
  if [ ! -e secrets/trial-ca.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout secrets/trial-ca.key -out secrets/trial-ca.crt \
      -days 90 -subj '/CN=Hemgang trial' 2>/dev/null
  fi
  pair() { # CERTIFICATE KEY SUBJECT ALTERNATIVES
    [ ! -e "secrets/$1" ] || return 0
    sign "$1" "$3" "$4" >"secrets/$1.part"
    mv "secrets/$1.key.part" "secrets/$2"
    mv "secrets/$1.part" "secrets/$1"
    chmod 444 "secrets/$1" "secrets/$2"
    echo "made    secrets/$1, secrets/$2"
  }
  pair tls_certificate tls_key "$site" "DNS:$site,DNS:temporal.$site"
  pair mllp_certificate mllp_key "$site" "DNS:$site"
  pair mllp-client.crt mllp-client.key 'sending system' 'DNS:sending-system'
  [ -e secrets/mllp_client_ca ] || install -m 444 secrets/trial-ca.crt secrets/mllp_client_ca
  openssl rand -hex 24 | put oidc_client_secret
fi

missing=0
for name in oidc_client_secret tls_certificate tls_key mllp_certificate mllp_key mllp_client_ca; do
  if [ ! -s "secrets/$name" ]; then
    echo "MISSING secrets/$name" >&2
    missing=1
  else
    chmod 444 "secrets/$name"
  fi
done
exit "$missing"
