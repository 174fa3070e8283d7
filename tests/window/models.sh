#!/usr/bin/env bash
# The page of models, used by a scripted user of the real window with the real model: models
# that appear, tags, checks, deletion, settings of one model, the Hub and its downloads against
# a server on this machine, and a first start without any model. Each step is proven from
# outside. Leaves pictures in CHARLA_SCREENSHOTS (target/window-tests/models).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/window/lib.sh
. tests/window/lib.sh

charla=$(realpath "${CHARLA_BIN:-target/debug/charla}")
model=$(realpath models/SmolLM2-135M-Instruct.Q4_1.gguf)
file=$(basename "$model")
shots=${CHARLA_SCREENSHOTS:-target/window-tests/models}
mkdir -p "$shots"
work=$(mktemp -d)
hub_pid=''
trap 'stop_screen; [ -z "$hub_pid" ] || kill "$hub_pid"; rm -rf "$work"' EXIT
export LANG=C.UTF-8
unset LC_ALL LC_MESSAGES WAYLAND_DISPLAY XDG_DATA_HOME XDG_CACHE_HOME HF_HOME HF_TOKEN
# Models of other programs, and the trash, are looked for here.
export XDG_RUNTIME_DIR="$work" HOME="$work/user"
mkdir -p "$HOME"

# In Spanish: the tabs, the cards of the list, and what the menu of the first card holds.
readonly RECOMMENDED_X=592 HUB_X=727 TABS_Y=26
readonly FIELD_X=500 FIELD_Y=83 LINES_X=1239
readonly CARD_X=380 FIRST_CARD_Y=153 MORE_X=1233 ACT_X=1190
readonly FAVOUR_X=1082 FAVOUR_Y=190
# One model looked at closely.
readonly TAGS_X=475 TAGS_Y=204 CHECK_X=384 CHECK_Y=553 OWN_Y=641
readonly OWN_PRESET_Y=715 FIRST_PRESET_Y=567 DELETE_X=326 DELETE_Y=793 DELETE_YES_Y=787
# Where it is told what came of a check of the whole file, to the right of the button.
readonly CHECKED='350x34+530+525'
# A repository of the Hub: its models, one below the other.
readonly DOWNLOAD_X=1197 FIRST_FILE_Y=172 FILE_HEIGHT=74
# Where one download is told of, at the foot of the page; others come above it.
readonly PAUSE_X=318 PAUSE_Y=787 LOAD_X=318

vary() { # vary LETTER FILE: the model with other weights, so that it counts as another one.
  cp "$model" "$2"
  printf '%s' "$1" |
    dd of="$2" bs=1 seek=$(($(stat -c %s "$2") - 8)) conv=notrunc status=none
}
in_file() { grep -qF "$2" "$1" 2>/dev/null; }
not_in_file() { ! in_file "$1" "$2"; }
is_file() { [ -f "$1" ]; }
is_no_file() { [ ! -e "$1" ]; }
is_same() { cmp -s "$1" "$2"; }
is_larger() { [ "$(stat -c %s "$1" 2>/dev/null || echo 0)" -gt "$2" ]; }
part() { timeout 5 import -window "$window" -crop "$1" -depth 8 rgb:- | cksum; }
part_is_not() { [ "$(part "$1")" != "$2" ]; }
# part_settles PART: waits until it shows the same twice.
part_settles() {
  local before _
  for _ in $(seq 20); do
    before=$(part "$1")
    sleep 0.7
    [ "$(part "$1")" = "$before" ] && return 0
  done
  return 1
}
# What the list shows, without the bar above it.
readonly LIST='960x600+280+110'
picture() {
  xdotool mousemove --window "$window" 2 2
  sleep 0.5
  shot "$1"
}

mkdir "$work/hub"
vary a "$work/hub/Little-Q4_0.gguf"
vary c "$work/hub/Little-slow-F16.gguf"
vary d "$work/hub/Little-wrong-Q8_0.gguf"
python3 tests/window/hub.py "$work/hub" "$work/port" &
hub_pid=$!
check "the Hub of this machine is up" within 20 is_file "$work/port"
HF_ENDPOINT="http://127.0.0.1:$(cat "$work/port")"
export HF_ENDPOINT NO_PROXY=127.0.0.1
start_screen

start_home first es
mkdir "$work/added"
printf '[library]\nadded = ["%s"]\n' "$work/added" >>"$settings"
marks="$CHARLA_HOME/config/models.toml"
own="$CHARLA_HOME/data/models"
downloads="$own/maker/Little-GGUF"
# shellcheck disable=SC2119
open_window
check "the engine is up" within 10 engine_is_up
sleep 1

echo "Models that come and go"
press ctrl+m
part_settles "$LIST"
before=$(part "$LIST")
vary b "$own/Another.gguf"
check "a model that is copied into the folder appears by itself" within 15 part_is_not "$LIST" "$before"
sleep 0.5
before=$(part "$LIST")
vary e "$work/added/Zebra.gguf"
check "and one in a folder of the user's" within 15 part_is_not "$LIST" "$before"
sleep 0.5
picture 01-list
before=$(part "$LIST")
rm "$work/added/Zebra.gguf"
check "one that is taken away is gone" within 15 part_is_not "$LIST" "$before"
sleep 0.5

echo "The list"
before=$(part "$LIST")
click "$FIELD_X" "$FIELD_Y"
type_text "another"
check "typing leaves what matches" within 3 part_is_not "$LIST" "$before"
picture 02-found
press ctrl+a
press BackSpace
click "$LINES_X" "$FIELD_Y"
check "models are shown a line each" within 3 in_file "$settings" 'models_in_lines = true'
picture 03-lines
click "$LINES_X" "$FIELD_Y"
check "and as cards again" within 3 not_in_file "$settings" 'models_in_lines'
click "$MORE_X" "$FIRST_CARD_Y"
shot 04-menu
click "$FAVOUR_X" "$FAVOUR_Y"
check "one becomes a favourite" within 3 in_file "$marks" 'favourite = true'

echo "One model"
click "$CARD_X" "$((FIRST_CARD_Y - 10))"
sleep 0.8
click "$TAGS_X" "$TAGS_Y"
type_text "ligero, prueba"
press Tab
check "its tags are kept" within 3 in_file "$marks" '"ligero"'
lacks_colour() { ! shows_colour "$1" "$2"; }
check "nothing is told of the file before" lacks_colour '#0f766e' "$CHECKED"
click "$CHECK_X" "$CHECK_Y"
# What is told then is in the accent's colour, above the button, which moves down.
check "the whole file is checked" within 20 shows_colour '#0f766e' "$CHECKED"
part_settles "$LIST"
check "and that is told" shows_colour '#0f766e' "$CHECKED"
picture 05-details
press Escape
click "$CARD_X" "$((FIRST_CARD_Y - 10))"
sleep 0.8
click "$CARD_X" "$OWN_Y"
sleep 0.6
picture 06-own-settings
click "$CARD_X" "$OWN_PRESET_Y"
sleep 0.4
shot 07-preset
click "$CARD_X" "$FIRST_PRESET_Y"
check "it gets a preset of its own" within 3 in_file "$settings" '"Another.gguf"'
click "$CARD_X" "$OWN_Y"
sleep 0.6
# The button is the last thing on the page, which is longer than the window by now.
xdotool click --repeat 20 --delay 20 5
sleep 0.8
shot 08-end
click "$DELETE_X" "$DELETE_Y"
sleep 0.4
picture 08-delete
check "nothing is deleted without a yes" is_file "$own/Another.gguf"
click "$DELETE_X" "$DELETE_YES_Y"
check "then it goes" within 5 is_no_file "$own/Another.gguf"
check "into the trash" within 3 is_file "$HOME/.local/share/Trash/files/Another.gguf"
check "the model that is in use lives on" engine_is_up

echo "The Hub"
check "nothing is asked of it before it is looked at" not_in_file "$work/port.asked" popular
click "$HUB_X" "$TABS_Y"
check "what is popular is there before a word is typed" within 5 in_file "$work/port.asked" popular
part_settles "$LIST"
picture 09-popular
click "$FIELD_X" "$FIELD_Y"
before=$(part "$LIST")
type_text "little"
press Return
check "a search finds the repository" within 5 part_is_not "$LIST" "$before"
picture 09-hub
before=$(part "$LIST")
click "$CARD_X" 140
check "its files are listed" within 5 part_is_not "$LIST" "$before"
sleep 0.5
picture 10-repository
click "$DOWNLOAD_X" "$FIRST_FILE_Y"
check "one is downloaded" within 20 is_same "$downloads/Little-Q4_0.gguf" "$work/hub/Little-Q4_0.gguf"
sleep 1
picture 11-downloaded
click "$LOAD_X" "$PAUSE_Y"
check "and used with one click" within 20 in_file "$settings" 'Little-Q4_0.gguf'
check "by an engine that is up" within 10 engine_is_up
sleep 1
picture 12-in-use

echo "Downloads that go wrong"
press ctrl+m
sleep 0.8
click "$DOWNLOAD_X" "$((FIRST_FILE_Y + 2 * FILE_HEIGHT))"
check "one with another hash is fetched" within 10 in_file "$work/port.asked" Little-wrong
sleep 3
check "what arrives otherwise than announced is not taken" is_no_file "$downloads/Little-wrong-Q8_0.gguf"
check "nor kept" is_no_file "$downloads/.download.Little-wrong-Q8_0.gguf.part"
picture 13-wrong
click "$DOWNLOAD_X" "$((FIRST_FILE_Y + FILE_HEIGHT))"
slow="$downloads/.download.Little-slow-F16.gguf.part"
check "a slow one begins" within 10 is_larger "$slow" 8000000
shot 14-slow
kill -9 "$pid"
wait "$pid" 2>/dev/null
check "it is left unfinished by a killed window" is_larger "$slow" 8000000
check "and is no model" is_no_file "$downloads/Little-slow-F16.gguf"
# shellcheck disable=SC2119
open_window
sleep 1
picture 15-left-behind
press ctrl+m
sleep 1.5
picture 16-paused
click "$PAUSE_X" "$PAUSE_Y"
check "it goes on after a click" within 60 is_same "$downloads/Little-slow-F16.gguf" "$work/hub/Little-slow-F16.gguf"
sleep 1
picture 17-whole
click "$RECOMMENDED_X" "$TABS_Y"
sleep 0.5
picture 18-recommended
check "the window lives" is_alive "$pid"
kill -9 "$pid"
wait "$pid" 2>/dev/null

echo "A first start without a model"
start_home second en
rm -r "$CHARLA_HOME/data/models"
printf 'version = 1\nlanguage = "en"\ntheme = "dark"\n' >"$settings"
# shellcheck disable=SC2119
open_window
sleep 2
picture 19-welcome
press ctrl+m
sleep 0.8
picture 20-none
click "$HUB_X" "$TABS_Y"
sleep 0.8
# The keyboard is in the field.
type_text "little"
press Return
sleep 1.5
click "$CARD_X" 140
sleep 1.5
picture 21-repository-dark
click "$DOWNLOAD_X" "$FIRST_FILE_Y"
arrived="$CHARLA_HOME/data/models/maker/Little-GGUF/Little-Q4_0.gguf"
check "the first model arrives" within 20 is_same "$arrived" "$work/hub/Little-Q4_0.gguf"
check "and is used at once" within 20 in_file "$settings" 'Little-Q4_0.gguf'
press Escape
press Escape
sleep 0.5
say "Hello there."
check "it answers" within 40 is_listed "Hello there"
check "with words" talk_changes
picture 22-first-chat

check "the window lives" is_alive "$pid"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
