# shellcheck shell=bash
# What the scenarios share: a screen, a window on it, a hand on mouse and keyboard, and
# checks that look from outside.

passed=0
failed=0
display_pid=''
manager_pid=''
window=''
pid=''

# Places in a window of 1280 x 820. The panels are 264 and 300 wide (src/app/theme.rs,
# `size`); the rest follows from the pictures in tests/snapshots.
readonly WIDTH=1280 HEIGHT=820
readonly TEMPERATURE_Y=206 SLIDER_LEFT=997 SLIDER_DEFAULT=1105
readonly COMPOSER_X=500 COMPOSER_Y=736 SEND_X=908 SEND_Y=779
# The row of the preferences, and what stands in their menu above it.
readonly PREFERENCES_X=100 PREFERENCES_Y=797 SPANISH_X=177 LANGUAGE_Y=522
readonly DARK_X=277 THEME_Y=459
# The button below a reply of one line to a question of one line.
readonly COPY_X=292 COPY_Y=232
# The first chat of the list, below its day.
readonly FIRST_CHAT_X=100 FIRST_CHAT_Y=153
# The words of the button for a new chat.
readonly NEW_CHAT='130x24+40+20'
# The middle of the conversation, where replies appear.
readonly TALK='684x560+280+60'

# A screen of our own, never one on which somebody works.
start_screen() {
  local number
  mkfifo "$work/display"
  Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$work/display" >/dev/null 2>&1 &
  display_pid=$!
  read -r -t 20 number <"$work/display" || number=''
  [ -n "$number" ] || { echo "Xvfb did not start."; exit 1; }
  export DISPLAY=":$number"
  openbox >/dev/null 2>&1 &
  manager_pid=$!
  sleep 0.5
}

stop_screen() {
  [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
  [ -z "$manager_pid" ] || kill "$manager_pid" 2>/dev/null || true
  [ -z "$display_pid" ] || kill "$display_pid" 2>/dev/null || true
}

# start_home NAME LANGUAGE: a home of its own with a copy of the model that may be deleted.
start_home() {
  export CHARLA_HOME="$work/$1"
  mkdir -p "$CHARLA_HOME/config" "$CHARLA_HOME/data/models"
  cp "$model" "$CHARLA_HOME/data/models/$file"
  settings="$CHARLA_HOME/config/settings.toml"
  printf 'version = 1\nlanguage = "%s"\ntheme = "light"\nmodel = "%s"\n' \
    "$2" "$CHARLA_HOME/data/models/$file" >"$settings"
}

# start_window [ARGS…]: sets pid and window, and leaves the window where it comes up.
start_window() {
  local began
  began=$(date +%s%N)
  "$charla" "$@" >>"$work/charla.log" 2>&1 &
  pid=$!
  window=''
  for _ in $(seq 300); do
    # Without --all, one condition is enough: that of a window that was killed, and is still on
    # the screen.
    window=$(xdotool search --all --onlyvisible --pid "$pid" --name '^Charla$' 2>/dev/null | tail -n 1 || true)
    [ -n "$window" ] && is_painted && break
    sleep 0.02
  done
  echo "        painted $((($(date +%s%N) - began) / 1000000)) ms after the start, looking included"
}

# open_window [ARGS…]: does the same, and gives the window its place and size.
open_window() {
  start_window "$@"
  xdotool windowsize --sync "$window" "$WIDTH" "$HEIGHT" 2>/dev/null || true
  xdotool windowmove "$window" 40 30
  xdotool windowfocus "$window"
  sleep 0.8
}

is_painted() { [ "$(colours)" -gt 20 ]; }
# ImageMagick waits for ever, now and then, for a window that is just being mapped.
colours() { timeout 5 import -window "$window" -depth 8 -format '%k' info: 2>/dev/null || echo 0; }

engine() { pgrep -P "$pid" -f 'charla engine' || true; }
is_alive() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status"; }
engine_is_up() { [ -n "$(engine)" ]; }
engine_is_same() { [ -n "$1" ] && [ "$(engine)" = "$1" ]; }
engine_is_new() { engine_is_up && ! engine_is_same "$1"; }
# A loop that starts engines and loses them would be seen within the two seconds.
no_engine_comes() {
  local _
  for _ in $(seq 20); do
    engine_is_up && return 1
    sleep 0.1
  done
}
is_saved() { grep -q "$1" "$settings"; }

click() { xdotool mousemove --window "$window" "$1" "$2" click 1 && sleep 0.4; }
type_text() { xdotool type --window "$window" --delay 12 "$1"; }
press() { xdotool key --window "$window" "$1" && sleep 0.2; }
say() {
  click "$COMPOSER_X" "$COMPOSER_Y"
  type_text "$1"
  press Return
}

shot() { timeout 5 import -window "$window" "$shots/$1.png"; }

# What the conversation looks like now, as a number.
talk() { timeout 5 import -window "$window" -crop "$TALK" -depth 8 rgb:- | cksum; }
talk_changes() {
  local before
  before=$(talk)
  for _ in $(seq 60); do
    sleep 0.1
    [ "$(talk)" = "$before" ] || return 0
  done
  return 1
}
# Whether the conversation has stopped changing, within the seconds given.
talk_settles() {
  local before end=$((SECONDS + $1))
  while [ $SECONDS -le "$end" ]; do
    before=$(talk)
    sleep 0.6
    [ "$(talk)" = "$before" ] && return 0
  done
  return 1
}

# The picture of the conversation now and a while later.
talk_is_still() {
  local before
  before=$(talk)
  sleep 1
  [ "$(talk)" = "$before" ]
}

# shows_colour COLOUR [PART]: whether there is something of this colour, the icon of an
# error, say.
shows_colour() {
  local count part=${2:-${WIDTH}x${HEIGHT}+0+0}
  count=$(timeout 5 import -window "$window" -crop "$part" png:- |
    convert - -alpha off -fuzz 10% -transparent "$1" -alpha extract -negate \
      -format '%[fx:round(mean*w*h)]' info:)
  [ "${count:-0}" -gt 5 ]
}

lacks_colour() { ! shows_colour "$@"; }

# A dialog lies over the window: what is below is pale. Light colours only.
is_dimmed() { ! shows_colour '#1f1d1a' "$NEW_CHAT"; }

# The chats fold away and come back, so somebody is at home.
answers_the_keyboard() {
  local before after
  before=$(timeout 5 import -window "$window" -depth 8 rgb:- | cksum)
  press ctrl+b
  sleep 0.6
  after=$(timeout 5 import -window "$window" -depth 8 rgb:- | cksum)
  press ctrl+b
  sleep 0.6
  [ "$before" != "$after" ]
}

# answer QUESTION WORD: asks in a new chat and looks for the word in the copied reply.
# Questions and replies must fit on a line, for the button to be where it is expected.
answer() {
  press ctrl+n
  printf '' | xclip -selection clipboard
  say "$1"
  within 30 copied "$2"
}
copied() {
  click "$COPY_X" "$COPY_Y"
  timeout 2 xclip -selection clipboard -o 2>/dev/null | grep -q "$1"
}

# is_listed WORDS: whether a chat on disk goes by a name with these words.
is_listed() { "$charla" chats list | grep -q "$1"; }
is_interrupted() {
  local code
  code=$("$charla" chats list | head -1 | cut -d ' ' -f 1)
  "$charla" chats show "$code" --json | grep -q '"finish":"interrupted"'
}
clipboard_has() { timeout 2 xclip -selection clipboard -o 2>/dev/null | grep -q "$1"; }

# within SECONDS COMMAND…: whether the command succeeds in time.
within() {
  local end=$(($(date +%s%N) / 1000000 + $1 * 1000))
  shift
  while [ $(($(date +%s%N) / 1000000)) -le "$end" ]; do
    "$@" && return 0
    sleep 0.1
  done
  return 1
}

# Where the window is and how large, and whether a part of it is on the screen.
geometry() { xdotool getwindowgeometry --shell "$window" | grep -E '^(X|Y|WIDTH|HEIGHT)='; }
geometry_is() { [ "$(geometry)" = "$1" ]; }
is_on_screen() {
  local X Y
  eval "$(geometry | grep -E '^[XY]=')"
  [ "$X" -ge 0 ] && [ "$X" -lt 1400 ] && [ "$Y" -ge 0 ] && [ "$Y" -lt 900 ]
}

gone() { [ -n "$1" ] && ! is_alive "$1"; }

# check NAME COMMAND…
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "  ok    $name"
  else
    failed=$((failed + 1))
    echo "  FAIL  $name"
    shot "failed-$failed" 2>/dev/null || true
  fi
}
