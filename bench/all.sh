#!/bin/sh
# Runs every benchmark one after another; each prints its own ratios. Sizes are meant for 2 cores.
set -eu
cd "$(dirname "$0")/.."
for name in storage books ingest media custody evidence retention activation disposal verify; do
    echo "== $name"
    .venv/bin/python -m "bench.$name"
done
