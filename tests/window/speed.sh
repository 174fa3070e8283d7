#!/usr/bin/env bash
# What the real window costs on a real screen, drawn in software: how soon it is painted,
# how much memory it takes, and how fast the real model writes in it. Prints what
# benches/README.md shows. CHARLA_BIN says which program; a release build says most.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/window/lib.sh
. tests/window/lib.sh

charla=$(realpath "${CHARLA_BIN:-target/release/charla}")
[ -x "$charla" ] || { echo "There is no $charla; build one, or name another in CHARLA_BIN."; exit 2; }
model=$(realpath models/SmolLM2-135M-Instruct.Q4_1.gguf)
file=$(basename "$model")
pairs=${1:-5}
shots=target/window-tests
mkdir -p "$shots"
work=$(mktemp -d)
trap 'stop_screen; rm -rf "$work"' EXIT
export LANG=C.UTF-8
unset LC_ALL LC_MESSAGES WAYLAND_DISPLAY
export XDG_RUNTIME_DIR="$work"
start_screen

median() { sort -g | awk '{ all[NR] = $1 } END { print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }
# field JSON-NAME: the last number of this name in what comes in.
field() { grep -o "\"$1\":[0-9.]*" | tail -n 1 | cut -d : -f 2; }
# holds FIGURE AT-LEAST|AT-MOST TARGET
holds() {
  awk -v figure="$1" -v how="$2" -v target="$3" \
    'BEGIN { exit !(how == "at-least" ? figure >= target : figure <= target) }'
}
# verdict WHAT FIGURE HOW TARGET: a row of the table of targets.
verdict() {
  local says='**no**' sign='≤'
  [ "$3" = at-most ] || sign='≥'
  if holds "$2" "$3" "$4"; then says=yes; else failed=$((failed + 1)); fi
  verdicts+="| $1 | **$2** | $sign $4 | $says |"$'\n'
}
verdicts=''

close_window() {
  xdotool windowfocus --sync "$window" key alt+F4
  within 8 gone "$pid" || kill -9 "$pid"
  wait "$pid" 2>/dev/null
}

# A corner of the window is enough to see whether something is painted.
corner_is_painted() {
  local count
  count=$(timeout 5 import -window "$window" -crop 264x200+0+0 -depth 8 -format '%k' info: 2>/dev/null)
  [ "${count:-0}" -gt 20 ]
}

# start_once: says the milliseconds from the start to a painted corner, and those of a look.
start_once() {
  local began looked painted
  began=$(now_ms)
  "$charla" >>"$work/charla.log" 2>&1 &
  pid=$!
  window=''
  while [ -z "$window" ]; do
    window=$(xdotool search --all --onlyvisible --pid "$pid" --name '^Charla$' 2>/dev/null | tail -n 1 || true)
    [ $(($(now_ms) - began)) -lt 20000 ] || return 1
  done
  until corner_is_painted; do
    [ $(($(now_ms) - began)) -lt 20000 ] || return 1
  done
  painted=$(now_ms)
  corner_is_painted
  looked=$(($(now_ms) - painted))
  echo "$((painted - began)) $looked" >>"$work/starts"
}

echo "### \`start\`"
echo
new_home() {
  start_home "$1" en
  {
    # A title of the model's would be another name than the one looked for.
    printf 'titles = false\n'
    printf '[load]\nspeculation = false\n'
    printf '[sampling]\ntemperature = 0.0\nmax_tokens = 128\n'
  } >>"$settings"
}
new_home start
for round in $(seq 6); do
  start_once || { echo "The window was never painted."; exit 1; }
  # The files are cold the first time.
  [ "$round" != 1 ] || : >"$work/starts"
  sleep 0.5
  close_window
done
echo "| ms to a painted corner, looking included | looking | without |"
echo "|---|---|---|"
awk '{ print "| " $1 " | " $2 " | " $1 - $2 " |" }' "$work/starts"
verdict 'ms to the first picture' "$(awk '{ print $1 - $2 }' "$work/starts" | median)" at-most 400

echo
echo "### \`memory\`"
echo
# The long chat of `cargo bench --bench window`, where that has been run.
long=$(find target -maxdepth 2 -path 'target/bench-window-*/chats.sqlite3' | sort | tail -n 1)
resident_mib() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$pid/status"; }
new_home memory
if [ -n "$long" ]; then
  mkdir -p "$CHARLA_HOME/data/chats"
  cp "$long" "$CHARLA_HOME/data/chats/"
fi
# shellcheck disable=SC2119
open_window >/dev/null
within 20 engine_is_up
sleep 2
echo "| when | MiB, drawing in software included |"
echo "|---|---|"
echo "| without a chat | $(resident_mib) |"
if [ -n "$long" ]; then
  click "$FIRST_CHAT_X" "$FIRST_CHAT_Y"
  sleep 3
  shot speed-long-chat
  memory=$(resident_mib)
  echo "| with 10,000 messages open | $memory |"
  verdict 'MiB of the window, 10,000 messages' "$memory" at-most 180
fi

close_window

echo
echo "### \`writing\` (tokens/s)"
echo
new_home writing
# shellcheck disable=SC2119
open_window >/dev/null
within 20 engine_is_up
newest_chat() { "$charla" chats list 2>/dev/null | head -n 1 | cut -d ' ' -f 1; }
newest_timing() { "$charla" chats show "$(newest_chat)" --json | field "$1"; }
# Looking must cost next to nothing: a reply that grows is written to disk five times a second.
disk_rests() {
  local wal="$CHARLA_HOME/data/chats/chats.sqlite3-wal" rested
  sleep 1
  rested=$(($(date +%s) - $(stat -c %Y "$wal" 2>/dev/null || echo 0)))
  [ "$rested" -ge 3 ]
}
has_ended() { newest_timing generation_ms >/dev/null && newest_chat_is "$1"; }
newest_chat_is() { "$charla" chats list | head -n 1 | grep -q "round $1[^0-9]"; }
in_window() {
  press ctrl+n
  say "This is round $1. Write a very long story about a captain, a whale and a ship in a storm, with all that they say to each other, and describe the sea, the sky and the harbour in many words before it begins."
  sleep 3
  within 90 disk_rests || return 1
  has_ended "$1" || return 1
  awk -v tokens="$(newest_timing generated_tokens)" -v ms="$(newest_timing generation_ms)" \
    'BEGIN { print (tokens - 1) * 1000 / ms }'
}
in_bench() {
  "$charla" bench -m "$model" -p 64 -n 128 -r 1 --json |
    sed 's/.*"tokens_per_second":{"median":\([0-9.]*\).*/\1/'
}
echo "| pair | window | charla bench | ratio |"
echo "|---|---|---|---|"
for round in $(seq 0 "$pairs"); do
  # Who goes first takes turns.
  if [ $((round % 2)) = 0 ]; then
    shown=$(in_window "$round") || { echo "No reply came."; shot speed-failed; exit 1; }
    alone=$(in_bench)
  else
    alone=$(in_bench)
    shown=$(in_window "$round") || { echo "No reply came."; shot speed-failed; exit 1; }
  fi
  # The first pair is to warm up.
  [ "$round" != 0 ] || continue
  awk -v pair="$round" -v window="$shown" -v alone="$alone" \
    'BEGIN { printf "| %d | %.1f | %.1f | %.3f |\n", pair, window, alone, window / alone }'
  awk -v window="$shown" -v alone="$alone" 'BEGIN { print window / alone }' >>"$work/ratios"
done
verdict 'writing in view over charla bench' "$(median <"$work/ratios")" at-least 0.9
close_window

echo
echo "### Targets"
echo
echo "| what | figure | target | holds |"
echo "|---|---|---|---|"
printf '%s' "$verdicts"
[ "$failed" = 0 ]
