#!/usr/bin/env bash
# Measures what a new user waits for: from a fresh clone to the first page, with the README's first command.
#   benches/fresh.sh            (compiles everything; takes as long as it says)
set -euo pipefail
repository=$(git rev-parse --show-toplevel)
dir=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$dir"' EXIT
begun=$(date +%s)
git clone -q "$repository" "$dir/outlay"
cd "$dir/outlay"
export OUTLAY_DATA_DIR="$dir/data" OUTLAY_ADDR=127.0.0.1:3999
(cargo install cargo-make --debug --locked --root "$dir/cargo" && PATH="$dir/cargo/bin:$PATH" cargo make start) >"$dir/log" 2>&1 &
pid=$!
until curl -sf http://localhost:3999/readyz >/dev/null; do
  kill -0 "$pid" 2>/dev/null || { tail -n 30 "$dir/log"; exit 1; }
  sleep 1
done
curl -sfL http://localhost:3999/ >/dev/null
ready=$(date +%s)
pkill -TERM -f "^target/release/outlay" || true
echo "| fresh clone to first page, $(nproc) cores | $(((ready - begun) / 60)) min $(((ready - begun) % 60)) s | ≤ 15 min |"
