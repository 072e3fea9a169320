#!/bin/sh
# Tools of Debian that a few tests use: a browser, a voice, Google's own log code. Tests skip with a reason without them.
set -eu
if [ "$(id -u)" -ne 0 ]; then
    echo "Not root: the browser, voice and Go tests will say why they skip."
    exit 0
fi
missing=""
for pair in chromium:chromium espeak-ng:espeak-ng go:golang-go; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
[ -d /usr/share/gocode/src/golang.org/x/mod ] || missing="$missing golang-golang-x-mod-dev"
[ -n "$missing" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing fonts-dejavu-core >/dev/null
