#!/usr/bin/env bash
# What run.sh leaves out, done by a scripted user of the real window with the real model:
# presets, personas, versions, branches, the list of chats, the palette, the composer. Each
# step is proven from outside. Leaves pictures in CHARLA_SCREENSHOTS (target/window-tests/features).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/window/lib.sh
. tests/window/lib.sh

charla=$(realpath "${CHARLA_BIN:-target/debug/charla}")
model=$(realpath models/SmolLM2-135M-Instruct.Q4_1.gguf)
file=$(basename "$model")
shots=${CHARLA_SCREENSHOTS:-target/window-tests/features}
mkdir -p "$shots"
work=$(mktemp -d)
trap 'stop_screen; rm -rf "$work"' EXIT
export LANG=C.UTF-8
unset LC_ALL LC_MESSAGES WAYLAND_DISPLAY
export XDG_RUNTIME_DIR="$work"
start_screen

# The panel in a new chat: the box of the preset, what its two menus hold, and below the
# instructions, once they are unfolded. What is told in passing stands above the composer.
readonly BOX_X=1110 MORE_X=1243 MENU_X=1090 PRESET_Y=59
readonly SAVE_AS_Y=96 RENAME_Y=132 DELETE_Y=335 CREATIVE_Y=248 OWN_Y=349
readonly TAKE_BACK_X=681 TAKE_BACK_Y=671 CLOSE_TOAST_X=778
readonly FOLD_Y=385 PERSONA_Y=462 FIRST_PERSONA_Y=500 INSTRUCTIONS_Y=557
# What lies below the box, where its menus open.
readonly BELOW='270x250+1000+82'
# The panel in a chat that has messages: whose values these are, and the temperature, which
# lies lower than in a new chat.
readonly THIS_CHAT_X=1190 SCOPE_Y=59 NUMBER_X=1236 NUMBER_Y=291 RAIL_LEFT=1005 RAIL_Y=318
readonly OF_ALL_X=1070 OF_ALL_Y=131
# Below a question of one line and its reply of one line, which is a second version.
readonly QUESTION_DELETE_X=940 QUESTION_ACTIONS_Y=133 DELETE_ONE_X=1030 DELETE_ONE_Y=180
readonly BRANCH_X=484 REPLY_ACTIONS_Y=235 QUESTION_Y=93 REPLY_Y=203
# Rows of the list, and the bin in the bar of several chosen chats.
readonly ROW_X=100 ROW_HEIGHT=36 BAR_DELETE_X=167 BAR_DELETE_Y=667
# Where something is told in passing.
readonly TOAST='140x50+550+645'

code_of() { "$charla" chats list | grep -F "$1" | head -n 1 | cut -d ' ' -f 1; }
show() { "$charla" chats show "$1" --json 2>/dev/null; }
# has CODE WORDS: whether they stand in the chat as JSON; has_times counts them too.
has() { show "$1" | grep -qF "$2"; }
lacks() { ! has "$1" "$2"; }
has_times() { [ "$(show "$1" | grep -oF "$2" | wc -l)" = "$3" ]; }
leaf() { show "$1" | grep -o '"leaf":"[^"]*"'; }
leaf_is() { [ "$(leaf "$1")" = "$2" ]; }
leaf_is_not() { ! leaf_is "$1" "$2"; }
# has_replies CODE COUNT: whole ones; while one is written, it is kept as interrupted.
has_replies() { [ "$(show "$1" | grep -oE '"finish":"(end_of_reply|length)"' | wc -l)" = "$2" ]; }
# replied NAME COUNT: the same of the chat of this name.
replied() {
  local code
  code=$(code_of "$1")
  [ -n "$code" ] && has_replies "$code" "$2"
}
list_has() { [ "$("$charla" chats list --json | grep -cF "$1")" = "$2" ]; }
chats_are() { list_has '"id":' "$1"; }
in_file() { grep -qF "$2" "$1" 2>/dev/null; }
not_in_file() { ! in_file "$1" "$2"; }
is_file() { [ -f "$1" ]; }
is_no_file() { [ ! -e "$1" ]; }
is_zoomed() { in_file "$settings" "zoom_percent = $1"; }

# The picture of a part of the window, as a number.
part() { timeout 5 import -window "$window" -crop "$1" -depth 8 rgb:- | cksum; }
part_is() { [ "$(part "$1")" = "$2" ]; }
part_is_not() { ! part_is "$1" "$2"; }

menu_click() { xdotool mousemove --window "$window" "$1" "$2" click 3 && sleep 0.5; }
# held KEY X Y: a click while this key is down.
held() {
  xdotool keydown "$1"
  click "$2" "$3"
  xdotool keyup "$1"
  sleep 0.2
}
# times COUNT KEY
times() {
  local _
  for _ in $(seq "$1"); do press "$2"; done
}
# drag X Y TO_X TO_Y, by way of the middle, as a hand would.
drag() {
  xdotool mousemove --window "$window" "$1" "$2" mousedown 1
  sleep 0.1
  xdotool mousemove --window "$window" "$((($1 + $3) / 2))" "$((($2 + $4) / 2))"
  sleep 0.1
  xdotool mousemove --window "$window" "$3" "$4"
  sleep 0.1
  xdotool mouseup 1
  sleep 0.3
}
palette() {
  press ctrl+k
  sleep 0.3
  type_text "$1"
  sleep 0.4
  press Return
  sleep 0.5
}
replace_by() {
  press ctrl+a
  type_text "$1"
  press Return
}
forget_clipboard() { printf '' | xclip -selection clipboard; }
# What is in the box that has the keyboard, on the clipboard.
take_all() {
  forget_clipboard
  press ctrl+a
  press ctrl+c
  sleep 0.3
}
clipboard_is() { [ "$(timeout 2 xclip -selection clipboard -o 2>/dev/null)" = "$1" ]; }
primary_is() { [ "$(timeout 2 xclip -selection primary -o 2>/dev/null)" = "$1" ]; }
has_draft() { has "$1" "\"draft\":\"$2\""; }
# picture NAME: with the pointer away, which would leave its mark.
picture() {
  xdotool mousemove --window "$window" 2 2
  sleep 0.5
  shot "$1"
}

start_home first en
# Without titles by the model, a chat is called what was asked in it, and nothing else waits
# for the engine.
printf 'titles = false\n[sampling]\ntemperature = 0.0\nmax_tokens = 24\n' >>"$settings"
presets="$CHARLA_HOME/config/presets"
personas="$CHARLA_HOME/config/personas"
# shellcheck disable=SC2119
open_window
check "the engine is up" within 10 engine_is_up
sleep 1

echo "Presets"
click "$MORE_X" "$PRESET_Y"
click "$MENU_X" "$SAVE_AS_Y"
type_text "My values"
press Return
check "a preset is saved under its name" within 3 in_file "$presets/my-values.toml" 'name = "My values"'
check "with the values as they are" in_file "$presets/my-values.toml" 'max_tokens = 24'
check "and is in force" within 3 in_file "$settings" 'own = "My values"'
click "$BOX_X" "$PRESET_Y"
shot 01-presets
click "$MENU_X" "$CREATIVE_Y"
check "another one is chosen" within 3 in_file "$settings" 'built_in = "creative"'
check "and its temperature" in_file "$settings" 'temperature = 1.2'
click "$BOX_X" "$PRESET_Y"
click "$MENU_X" "$OWN_Y"
check "the own one is chosen again" within 3 in_file "$settings" 'own = "My values"'
check "and its temperature" in_file "$settings" 'temperature = 0.0'
click "$MORE_X" "$PRESET_Y"
click "$MENU_X" "$RENAME_Y"
replace_by "Mine"
check "it is renamed" within 3 is_file "$presets/mine.toml"
check "and has no other file" within 3 is_no_file "$presets/my-values.toml"
click "$MORE_X" "$PRESET_Y"
click "$MENU_X" "$DELETE_Y"
check "it is deleted" within 3 is_no_file "$presets/mine.toml"
picture 02-preset-deleted
click "$TAKE_BACK_X" "$TAKE_BACK_Y"
check "and taken back" within 3 is_file "$presets/mine.toml"
sleep 0.5
before=$(part "$BELOW")
click "$MORE_X" "$PRESET_Y"
check "the menu opens" part_is_not "$BELOW" "$before"
press Down
press Return
type_text "By keys"
press Return
check "a preset is saved by keys alone" within 3 is_file "$presets/by-keys.toml"
check "and the menu is gone then" within 3 part_is "$BELOW" "$before"
shot 03-preset-by-keys
press Escape

echo "Personas"
click "$BOX_X" "$FOLD_Y"
sleep 0.5
click "$BOX_X" "$INSTRUCTIONS_Y"
type_text "Answer in capital letters."
check "the instructions are saved" within 3 in_file "$settings" 'system = "Answer in capital letters."'
click "$MORE_X" "$PERSONA_Y"
click "$MENU_X" "$FIRST_PERSONA_Y"
type_text "Loud"
press Return
check "a persona is saved under its name" within 3 in_file "$personas/loud.toml" "capital letters."
picture 04-persona
say "Hello there."
check "a reply comes" within 20 replied "Hello there" 1
hello=$(code_of "Hello there")
check "the chat has the instructions" has "$hello" '"system":"Answer in capital letters."'
press ctrl+n
click "$BOX_X" "$PERSONA_Y"
click "$MENU_X" "$FIRST_PERSONA_Y"
check "no persona is chosen" within 3 not_in_file "$settings" 'capital letters'
check "the chat keeps its instructions" has "$hello" '"system":"Answer in capital letters."'

echo "Messages"
press ctrl+n
say "Name the capital of France."
check "the question is answered" within 20 replied "capital of France" 1
chat=$(code_of "capital of France")
press ctrl+shift+Up
sleep 1
picture 05-editing
press ctrl+a
type_text "What is the capital of Germany?"
press ctrl+Return
check "the changed question is answered" within 20 has_replies "$chat" 2
check "the question has two versions" has_times "$chat" '"parent":null' 2
press ctrl+r
check "the reply is written again" within 20 has_replies "$chat" 3
sleep 0.5
last=$(leaf "$chat")
press alt+Left
check "Alt and left show the version before" within 3 leaf_is_not "$chat" "$last"
press alt+Right
check "Alt and right the next one" within 3 leaf_is "$chat" "$last"
picture 06-versions
# What is still told of the instructions goes first.
click "$CLOSE_TOAST_X" "$TAKE_BACK_Y"
sleep 0.8
before=$(part "$TOAST")
forget_clipboard
press ctrl+shift+c
check "the reply is copied" within 3 clipboard_has Berlin
check "which is told" within 3 part_is_not "$TOAST" "$before"
check "in passing" within 8 part_is "$TOAST" "$before"
click "$BRANCH_X" "$REPLY_ACTIONS_Y"
check "a branch is a chat of its own" within 3 list_has 'ranch' 1
branch=$(code_of ranch)
check "with what led there, without other versions" has_times "$branch" '"role":' 2
check "and the chat keeps its own" has_times "$chat" '"role":' 5
click "$QUESTION_DELETE_X" "$QUESTION_ACTIONS_Y"
shot 07-deleting
click "$DELETE_ONE_X" "$DELETE_ONE_Y"
check "the question is deleted" within 3 has_times "$branch" '"role":"user"' 0
picture 08-deleted
press ctrl+z
check "and taken back" within 3 has_times "$branch" '"role":"user"' 1
sleep 0.5

echo "A selection across messages"
forget_clipboard
drag 860 "$QUESTION_Y" 420 "$REPLY_Y"
shot 09-selection
press ctrl+c
check "it holds the end of the question" within 3 clipboard_has 'Germany?$'
check "and the beginning of the reply" clipboard_has '^The capital'
check "and not all of either" test "$(xclip -selection clipboard -o | tr -d '\n' | wc -m)" -lt 60
press Escape

echo "A temperature for this chat only"
click "$THIS_CHAT_X" "$SCOPE_Y"
drag "$RAIL_LEFT" "$RAIL_Y" 1130 "$RAIL_Y"
check "the chat has a temperature" within 3 has "$branch" '"sampling":{"temperature":'
check "which is not that of all chats" in_file "$settings" 'temperature = 0.0'
picture 10-own-temperature
click "$OF_ALL_X" "$OF_ALL_Y"
check "it has none of its own again" within 3 lacks "$branch" '"sampling":{"temperature":1'
check "nor any other value" within 3 has "$branch" '"sampling":null,"draft"'
click "$NUMBER_X" "$NUMBER_Y"
replace_by "1.3"
check "a temperature can be typed" within 3 has "$branch" '"sampling":{"temperature":1.3}'
picture 11-typed-temperature
click "$OF_ALL_X" "$OF_ALL_Y"
check "and taken back" within 3 has "$branch" '"sampling":null,"draft"'

echo "The composer"
press ctrl+l
press Up
check "the arrow brings back what was sent" within 3 has "$branch" '"draft":"What is the capital'
press Down
check "and the other one leads out again" within 3 has "$branch" '"draft":""'
type_text "/expl"
sleep 0.4
shot 12-slash
press Return
type_text "rain"
check "a slash brings a prompt" within 3 has "$branch" '"draft":"Explain this in simple words'
check "and what is typed comes after it" within 3 has "$branch" '\n\nrain"'
palette "# hello"
press ctrl+l
take_all
check "the draft is not in another chat" clipboard_is ''
palette "# ranch"
press ctrl+l
take_all
check "and is in its own" clipboard_has 'rain$'
shot 13-draft
press BackSpace

echo "Attachments"
press ctrl+n
seq -f 'Line %g.' 40 | xclip -selection clipboard
press ctrl+l
press ctrl+v
sleep 0.5
type_text "What is this?"
sleep 0.3
picture 14-attachment
press ctrl+l
take_all
check "a long paste is not in the text" clipboard_is "What is this?"
press End
press Return
check "the chat is called after what was typed" within 3 is_listed "What is this"
paste=$("$charla" chats list | head -n 1 | cut -d ' ' -f 1)
check "the message has the first line" within 3 has "$paste" 'Line 1.\n'
check "the last line" has "$paste" 'Line 40.'
check "and what was typed" has "$paste" 'What is this?"'
check "it is answered" within 40 has_replies "$paste" 1
picture 15-attachment-sent

echo "The clipboard's other keys, and the middle button"
press ctrl+l
type_text "one two"
press ctrl+a
press shift+Delete
check "Shift+Delete cuts" within 3 clipboard_is "one two"
press shift+Insert
press shift+Insert
check "Shift+Insert pastes" within 3 has_draft "$paste" "one twoone two"
press ctrl+a
forget_clipboard
press ctrl+Insert
check "Ctrl+Insert copies" within 3 clipboard_is "one twoone two"
check "what is selected goes with the middle button" within 3 primary_is "one twoone two"
press BackSpace
press ctrl+f
sleep 0.3
type_text "LINE 33"
sleep 0.6
picture 15-found
press Escape
sleep 0.3
check "what was found is selected" within 3 primary_is "Line 33"
xdotool mousemove --window "$window" "$COMPOSER_X" "$COMPOSER_Y" click 2
check "and the middle button puts it into the box" within 3 has_draft "$paste" "Line 33"
press ctrl+a
press BackSpace

echo "The list of chats"
press F2
sleep 0.4
replace_by "Renamed chat"
check "a chat is renamed" within 3 is_listed "Renamed chat"
sleep 0.5
menu_click "$ROW_X" "$((FIRST_CHAT_Y + ROW_HEIGHT))"
shot 16-menu
times 2 Down
press Return
check "one is pinned" within 3 list_has '"pinned": true' 1
sleep 0.5
# Below the pinned one comes the day, and then the others.
menu_click "$ROW_X" "$((FIRST_CHAT_Y + 70 + ROW_HEIGHT))"
times 3 Down
press Return
sleep 0.3
times 3 Down
press Return
type_text "Geography"
press Return
check "one is in a new folder" within 3 list_has '"folder": "Geography"' 1
picture 17-folder
# The folder has a heading too.
first=$((FIRST_CHAT_Y + 140))
check "there are four chats" chats_are 4
held ctrl "$ROW_X" "$first"
held ctrl "$ROW_X" "$((first + ROW_HEIGHT))"
picture 18-chosen
click "$BAR_DELETE_X" "$BAR_DELETE_Y"
check "two chosen ones are deleted" within 3 chats_are 2
press ctrl+z
check "and taken back" within 3 chats_are 4
sleep 0.5
click "$ROW_X" "$first"
held shift "$ROW_X" "$((first + ROW_HEIGHT))"
click "$BAR_DELETE_X" "$BAR_DELETE_Y"
check "a range is deleted" within 3 chats_are 2
picture 19-range-deleted
press ctrl+z
check "and taken back" within 3 chats_are 4

echo "The palette"
palette "> dark"
check "a command is done by its name" within 3 in_file "$settings" 'theme = "dark"'
picture 20-dark
palette "> dark"
check "and undone" within 3 in_file "$settings" 'theme = "light"'
palette "# hello"
forget_clipboard
press F2
sleep 0.4
take_all
check "a chat is opened by its name" clipboard_is "Hello there."
press Escape
sleep 0.3

echo "Size"
press ctrl+plus
check "Ctrl and plus make everything larger" within 3 is_zoomed 110
times 8 ctrl+KP_Add
check "up to twice as large" within 3 is_zoomed 200
press ctrl+l
type_text "written large"
check "the composer can be used" within 3 has "$hello" '"draft":"written large"'
picture 21-large
press ctrl+0
check "Ctrl and 0 make it as it was" within 3 not_in_file "$settings" zoom_percent
picture 22-as-it-was

check "the window lives" is_alive "$pid"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
