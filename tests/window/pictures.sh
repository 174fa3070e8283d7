#!/usr/bin/env bash
# Pictures of the real window as people see it: both languages, both sets of colours, a
# small one, and chats with everything that models write. Leaves them in CHARLA_SCREENSHOTS
# (target/window-tests/pictures); with names as arguments, only those.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/window/lib.sh
. tests/window/lib.sh

charla=$(realpath "${CHARLA_BIN:-target/debug/charla}")
model=$(realpath models/SmolLM2-135M-Instruct.Q4_1.gguf)
file=$(basename "$model")
shots=${CHARLA_SCREENSHOTS:-target/window-tests/pictures}
mkdir -p "$shots"
work=$(mktemp -d)
trap 'stop_screen; rm -rf "$work"' EXIT
export LANG=C.UTF-8
unset LC_ALL LC_MESSAGES WAYLAND_DISPLAY
export XDG_RUNTIME_DIR="$work"
start_screen
wanted=" $* "
showcase=tests/fixtures/window/showcase.json

# one_chat TITLE: a file of this chat alone, so that it stands first in the list.
one_chat() {
  local line
  line=$(grep -F "\"title\":\"$1\"" "$showcase") || return 1
  {
    head -n 1 "$showcase"
    sed -e 's/,$//' -e 's/"folder":"[^"]*"/"folder":null/' \
      -e 's/"pinned_unix_ms":[0-9][0-9]*/"pinned_unix_ms":null/' <<<"$line"
    echo ']}'
  } >"$work/one.json"
}

# picture NAME LANGUAGE COLOURS [TITLE [ACTION…]]: the window with the chat of this title
# open, or with none, after doing something more.
picture() {
  local name=$1 language=$2 colours=$3 title=${4:-}
  shift $(($# < 4 ? $# : 4))
  case $wanted in "  " | *" $name "*) ;; *) return 0 ;; esac
  start_home "$name" "$language"
  sed -i "s/^theme = .*/theme = \"$colours\"/" "$settings"
  if [ -n "$title" ]; then
    check "$name: there is such a chat" one_chat "$title"
    check "$name: it is brought in" "$charla" chats import "$work/one.json" >/dev/null
  fi
  # shellcheck disable=SC2119
  open_window >/dev/null
  within 10 engine_is_up
  sleep 1
  if [ -n "$title" ]; then
    click "$FIRST_CHAT_X" "$FIRST_CHAT_Y"
    sleep 0.6
  fi
  [ $# = 0 ] || "$@"
  # The pointer would leave its mark on what lies below it.
  xdotool mousemove --window "$window" 2 2
  sleep 0.6
  shot "$name"
  check "$name" is_painted
  kill -9 "$pid"
  wait "$pid" 2>/dev/null
}

# What can be done before the picture is taken.
resize() {
  xdotool windowsize --sync "$window" "$1" "$2" || true
  sleep 0.6
}
keys() {
  press "$1"
  sleep 0.6
}
to_the_top() {
  xdotool mousemove --window "$window" 620 400
  xdotool click --repeat 40 --delay 10 4
  sleep 0.6
}
# unfold Y: what the settings keep folded at this height.
unfold() {
  click 1120 "$1"
  sleep 0.6
}

echo "Pictures"
picture empty-light-es es light
picture empty-dark-es es dark
picture empty-light-en en light
picture empty-dark-en en dark
picture settings-es es light '' unfold 421
picture code-es es light 'Contar palabras en Rust' to_the_top
picture code-dark-es es dark 'Contar palabras en Rust' to_the_top
picture table-es es light '¿Qué cuantización elijo?' to_the_top
picture maths-es es light 'La integral gaussiana' to_the_top
picture maths-dark-es es dark 'La integral gaussiana' to_the_top
picture reasoning-en en light 'How heavy is a cloud?' to_the_top
picture plan-en en light 'A week in Lisbon' to_the_top
picture plan-dark-en en dark 'A week in Lisbon' to_the_top
picture long-es es light 'Masa madre, paso a paso'
picture small-en en light 'A week in Lisbon' resize 480 360
picture small-dark-es es dark '' resize 480 360
picture narrow-es es light 'Masa madre, paso a paso' resize 760 600

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
