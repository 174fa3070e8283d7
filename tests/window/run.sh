#!/usr/bin/env bash
# A scripted user of the real window with the real model, by mouse and keyboard from
# outside. Leaves a picture of each step in CHARLA_SCREENSHOTS (target/window-tests).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/window/lib.sh
. tests/window/lib.sh

charla=$(realpath "${CHARLA_BIN:-target/debug/charla}")
model=$(realpath models/SmolLM2-135M-Instruct.Q4_1.gguf)
file=$(basename "$model")
shots=${CHARLA_SCREENSHOTS:-target/window-tests}
mkdir -p "$shots"
work=$(mktemp -d)
trap 'stop_screen; rm -rf "$work"' EXIT
export LANG=C.UTF-8
unset LC_ALL LC_MESSAGES WAYLAND_DISPLAY
export XDG_RUNTIME_DIR="$work"
start_screen

echo "A question and its answer"
start_home first en
open_window
check "the window is painted" is_painted
check "the engine is a child of the window" within 10 engine_is_up
sleep 2
shot 01-open
xdotool mousemove --window "$window" "$SLIDER_DEFAULT" "$TEMPERATURE_Y" mousedown 1
for x in 1080 1050 1020 1000 "$((SLIDER_LEFT - 10))"; do
  xdotool mousemove --window "$window" "$x" "$TEMPERATURE_Y" && sleep 0.05
done
xdotool mouseup 1
check "the temperature is 0 in the settings file" within 3 is_saved '^temperature = 0.0$'
shot 02-temperature
check "the reply says Paris" answer "Name the capital of France." Paris
shot 03-reply

echo "Stopping"
first_engine=$(engine)
for way in key button; do
  press ctrl+n
  say "Write a very long story about a whale and a ship."
  check "a long reply begins (to be stopped by $way)" talk_changes
  sleep 1
  check "and goes on" talk_changes
  shot "04-streaming-$way"
  if [ $way = key ]; then press Escape; else click "$SEND_X" "$SEND_Y"; fi
  check "it stops by $way" within 2 talk_is_still
  shot "05-stopped-$way"
done
check "the engine was not restarted for it" engine_is_same "$first_engine"

echo "Language and colours"
click "$PREFERENCES_X" "$PREFERENCES_Y"
shot 06-preferences
click "$SPANISH_X" "$LANGUAGE_Y"
check "Spanish is saved" within 3 is_saved '^language = "es"$'
shot 07-spanish
click "$DARK_X" "$THEME_Y"
check "dark is saved" within 3 is_saved '^theme = "dark"$'
press Escape
sleep 0.5
shot 08-dark

echo "The engine is killed in the middle of a reply"
press ctrl+n
say "Write a very long story about a lighthouse."
check "the reply begins" talk_changes
sleep 1
victim=$(engine)
check "and goes on" talk_changes
kill -9 "$victim"
check "a new engine comes up" within 15 engine_is_new "$victim"
check "the window lives" is_alive "$pid"
check "an error is shown" within 5 shows_colour '#f87171'
shot 10-engine-killed
check "the next message is answered" answer "Name the capital of France." Paris
shot 11-answered-again

echo "The same with the model file deleted meanwhile"
press ctrl+n
say "Write a very long story about a desert."
check "the reply begins" talk_changes
sleep 1
mv "$CHARLA_HOME/data/models/$file" "$work/$file"
kill -9 "$(engine)"
sleep 1
check "no engine is started for a file that is not there" no_engine_comes
check "the window lives" is_alive "$pid"
shot 12-model-deleted
press ctrl+n
say "Hello?"
check "the error is shown" within 5 shows_colour '#f87171'
check "the window answers the keyboard" answers_the_keyboard
shot 13-asked-without-model
mv "$work/$file" "$CHARLA_HOME/data/models/$file"
check "with the file back, a message is answered" answer "Name the capital of France." Paris
shot 14-model-back

echo "Small windows"
for size in "700 500" "480 360"; do
  read -r width height <<<"$size"
  xdotool windowsize --sync "$window" "$width" "$height" || true
  sleep 1
  shot "15-small-$width"
  check "it is $width x $height" test "$(timeout 5 import -window "$window" -format '%wx%h' info:)" = "${width}x$height"
  # Once there is something to send, the button at the foot takes the accent's colour.
  click "$((width / 2))" "$((height - 83))"
  type_text x
  sleep 0.4
  check "the composer is on screen" shows_colour '#2dd4bf' "${width}x60+0+$((height - 60))"
  press BackSpace
done

echo "Closing"
last_engine=$(engine)
xdotool windowfocus --sync "$window" key alt+F4
check "the window closes" within 5 gone "$pid"
wait "$pid"
check "with status 0" test $? = 0
check "no engine is left a second later" within 1 gone "$last_engine"
start_home second es
open_window
check "an engine is up" within 10 engine_is_up
sleep 2
last_engine=$(engine)
say "Write a very long story about a river."
check "a reply begins" talk_changes
sleep 2
type_text "not sent"
sleep 1
kill -9 "$pid"
check "no engine is left a second after the window was killed" within 1 gone "$last_engine"

echo "Chats outlive the window"
check "the chat is listed" is_listed "a river"
check "its reply is there, marked as interrupted" is_interrupted
open_window
check "an engine is up again" within 10 engine_is_up
sleep 1
click "$FIRST_CHAT_X" "$FIRST_CHAT_Y"
sleep 1
shot 17-interrupted
# A long one has its mark right above the composer.
check "the interrupted reply is shown" within 5 shows_colour '#b45309' '684x640+280+60'
press ctrl+shift+f
type_text "river story"
sleep 1
shot 18-search
check "the search marks what it found" within 5 shows_colour '#d9efec' '240x120+12+100'
press Escape
press ctrl+k
type_text "atajos"
sleep 0.4
shot 18-palette
press Return
sleep 0.6
shot 18-shortcuts
check "the palette leads to the shortcuts" is_dimmed
press Escape
sleep 0.4
check "and Escape back" shows_colour '#1f1d1a' "$NEW_CHAT"
click "$FIRST_CHAT_X" "$FIRST_CHAT_Y"
click 500 735
press ctrl+a
press ctrl+c
sleep 0.3
check "what was not sent is still there" clipboard_has "not sent"
shot 19-draft
xdotool windowfocus --sync "$window" key alt+F4
check "the window closes" within 5 gone "$pid"

echo "The window reopens as it was left"
start_home third en
open_window
xdotool windowsize --sync "$window" 1010 690
xdotool windowmove "$window" 130 90
press ctrl+comma
# It is written soon after, and then nothing more need happen.
check "its place is noted" within 10 grep -q '690' "$CHARLA_HOME/data/window.json"
check "and what is folded" within 10 grep -q '"hides_settings": true' "$CHARLA_HOME/data/window.json"
sleep 1
was=$(geometry)
shot 20-left
kill -9 "$pid"
wait "$pid" 2>/dev/null
start_window
check "after it was killed, it is where it was" within 5 geometry_is "$was"
sleep 1
shot 21-reopened
check "and the panel is folded" lacks_colour '#0f766e' '300x400+710+60'
kill -9 "$pid"
wait "$pid" 2>/dev/null
echo '{"place":{"corner":[9000,5000],"size":[1010,690]}}' >"$CHARLA_HOME/data/window.json"
start_window
check "where no screen is any more, it comes back" within 5 is_on_screen
shot 22-back-on-the-screen
kill -9 "$pid"
wait "$pid" 2>/dev/null

echo "A file that is no model"
echo "This is not a model." >"$work/broken.gguf"
open_window "$work/broken.gguf"
check "the error is shown" within 5 shows_colour '#dc2626'
shot 16-broken-file
check "the window lives" is_alive "$pid"
check "no engine was started for it" no_engine_comes

echo "$passed passed, $failed failed"
CHARLA_SCREENSHOTS="$shots/pictures" bash tests/window/pictures.sh \
  empty-light-es empty-dark-en settings-es code-es plan-dark-en small-en || failed=$((failed + 1))
[ "$failed" = 0 ]
