#!/usr/bin/env bash
# Somebody who does not see the window: asks the real one, with the real model, over the
# system's accessibility bus what is in it, and works it by that and by the keyboard. What
# the bus said is left in CHARLA_ACCESS (target/access-tests) where a check fails.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# A bus of its own, which nobody's screen reader listens to, and an end to all of it.
if [ -z "${CHARLA_ACCESS_BUS:-}" ]; then
  exec env CHARLA_ACCESS_BUS=own timeout --kill-after=5 85 dbus-run-session -- bash "$0" "$@"
fi
# shellcheck source=tests/window/lib.sh
. tests/window/lib.sh

charla=$(realpath "${CHARLA_BIN:-target/debug/charla}")
model=$(realpath models/SmolLM2-135M-Instruct.Q4_1.gguf)
file=$(basename "$model")
trees=${CHARLA_ACCESS:-target/access-tests}
mkdir -p "$trees"
work=$(mktemp -d)
launcher=''
leave() {
  stop_screen
  [ -z "$launcher" ] || kill "$launcher" 2>/dev/null || true
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 124' TERM
export LANG=C.UTF-8
unset LC_ALL LC_MESSAGES WAYLAND_DISPLAY
export XDG_RUNTIME_DIR="$work"
start_screen

# The system's own Python has the bindings; another one on PATH may not.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

# Programs build their tree once somebody asks for one, so that comes first.
for folder in /usr/libexec /usr/lib/at-spi2-core /usr/lib; do
  [ -x "$folder/at-spi-bus-launcher" ] && break
done
"$folder/at-spi-bus-launcher" --launch-immediately >/dev/null 2>&1 &
launcher=$!
someone_listens() {
  local property
  for property in IsEnabled ScreenReaderEnabled; do
    dbus-send --session --print-reply --dest=org.a11y.Bus /org/a11y/bus \
      org.freedesktop.DBus.Properties.Set string:org.a11y.Status \
      "string:$property" variant:boolean:true >/dev/null 2>&1 || return 1
  done
}
within 10 someone_listens || { echo "There is no accessibility bus."; exit 1; }

for language in es en; do
  echo "In the language $language"
  start_home "$language" "$language"
  # shellcheck disable=SC2119  # it opens with no file
  open_window
  check "the window is painted" is_painted
  "$python" tests/access/client.py "$pid" "$window" "$language" "$settings" "$trees" ||
    failed=$((failed + 1))
  last_engine=$(engine)
  xdotool windowfocus --sync "$window" key alt+F4
  check "the window closes" within 5 gone "$pid"
  check "no engine is left" within 2 gone "$last_engine"
done

[ "$failed" = 0 ]
