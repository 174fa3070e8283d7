#!/usr/bin/env bash
# Kills Charla over and over while it writes chats, and looks whether anything is lost.
# usage: tests/durability/run.sh [ROUNDS] [ROUNDS_WITH_THE_REAL_MODEL]
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
run() { # NAME ROUNDS
  CHARLA_TEST_ROUNDS=$2 cargo test --locked --test it -- --exact --nocapture "durability::$1"
}
run kills::nothing_that_was_acknowledged_is_lost_to_kill_9 "${1:-1000}"
run asks::what_was_asked_and_answered_outlives_kill_9 "${2:-1000}"
