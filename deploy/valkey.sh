#!/bin/sh
# Starts Valkey for limits that several nodes share (SPINE_LIMITS_STORE=valkey): with a password, with nothing on a disk, and
# with memory for some 200,000 consumers, beyond which it says so instead of forgetting. Arguments go on to Valkey.
#
# VALKEY_PASSWORD, or a file with it in VALKEY_PASSWORD_FILE. It stands on no command line, where every process could read it.
set -eu

password=${VALKEY_PASSWORD:-}
if [ -z "$password" ] && [ -n "${VALKEY_PASSWORD_FILE:-}" ]; then
  password=$(tr -d '\r' <"$VALKEY_PASSWORD_FILE")
fi
if [ -z "$password" ]; then
  echo "Set VALKEY_PASSWORD or VALKEY_PASSWORD_FILE: openssl rand -hex 24" >&2
  exit 1
fi
quoted=$(printf '%s' "$password" | sed 's/[\\"]/\\&/g')

# Debian 12 has Redis, which does the same.
server=$(command -v valkey-server || command -v redis-server)
exec "$server" - "$@" <<EOF
requirepass "$quoted"
save ""
appendonly no
maxmemory 64mb
maxmemory-policy noeviction
tcp-keepalive 60
EOF
