#!/usr/bin/env bash
# Runs db/roles.sql as the administrator (PGHOST, PGUSER, PGPASSWORD), with passwords from OWNER_PASSWORD, APP_PASSWORD and
# WORKER_PASSWORD or from the files that OWNER_PASSWORD_FILE and so on name. It may run again, and sets the passwords anew.
set -euo pipefail

# Prints a secret, and ends the script where there is none or an obvious one.
secret() {
  local variable=$1 file=${1}_FILE value
  if [ -n "${!file:-}" ]; then value=$(cat "${!file}"); else value=${!variable:-}; fi
  if [ "${#value}" -lt 16 ] || [ "$(printf %s "$value" | fold -w 1 | sort -u | wc -l)" -lt 5 ]; then
    echo "roles.sh: $variable (or $file) must hold a password of 16 characters or more, 5 of them different:" \
      "openssl rand -hex 24" >&2
    return 1
  fi
  printf %s "$value"
}

SPINE_OWNER=$(secret OWNER_PASSWORD)
SPINE_APP=$(secret APP_PASSWORD)
SPINE_WORKER=$(secret WORKER_PASSWORD)
PGPASSWORD=$(secret PGPASSWORD)
export SPINE_OWNER SPINE_APP SPINE_WORKER PGPASSWORD

# By the environment: what stands in a command line is for every process of the host to see.
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres <<SQL
\getenv owner_password SPINE_OWNER
\getenv app_password SPINE_APP
\getenv worker_password SPINE_WORKER
\include ${ROLES_SQL:-$(dirname "$0")/roles.sql}
SQL
