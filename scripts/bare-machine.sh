#!/usr/bin/env bash
# Runs npm ci && npm test in a fresh clone of the last commit, with this machine's browsers, fonts, databases, Python and other
# programs hidden. The tests must pass without them. Linux only, as root.
# To run another command instead: scripts/bare-machine.sh node --version
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)

# Only this mount namespace hides the files. They reappear when it ends.
if [ -z "${BARE_MACHINE:-}" ]; then
  BARE_MACHINE=1 exec unshare --mount --propagation private "$0" "$@"
fi

shopt -s nullglob
for folder in /usr/lib/chromium /opt/google /usr/share/fonts /usr/local/share/fonts /usr/lib/python3 /usr/lib/postgresql "$HOME/.pyenv"; do
  [ ! -d "$folder" ] || mount -t tmpfs -o size=1m none "$folder"
done
for file in {/usr,/usr/local}/{bin,sbin}/{chromium*,google-chrome*,openssl,psql,pg_*,python*,pgbouncer,haproxy,aws,promtool,fc-*} \
  /usr/lib/*/{libnss3,libnspr4,libnssutil3,libsmime3,libfontconfig,libatk,libcups}*.so*; do
  [ ! -f "$file" ] || mount --bind /dev/null "$file"
done

if [ $# -gt 0 ]; then
  exec "$@"
fi
folder=$(mktemp -d)
# PostgreSQL does not run as root, and its user must be able to read the packages.
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT
git clone -q "$project" "$folder/clone"
cd "$folder/clone"
npm ci
# The timeout also ends tests that hang.
time timeout 15m npm test
