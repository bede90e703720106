#!/bin/sh
# The compiler of the crate's own WASM: leaves out the places in the source that a panic would name, which are a twentieth of
# the first download and name folders of the machine that built it. A stable compiler does so only when it is told to.
RUSTC_BOOTSTRAP=1 exec "$@" -Zlocation-detail=none
