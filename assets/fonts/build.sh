#!/usr/bin/env bash
# Makes every font file in this folder again from the npm packages named in README.md.
# Needs npm and Python 3 with `pip install fonttools==4.68.0 brotli==1.2.1`.
# PYTHON=/path/to/python picks the interpreter that has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export SOURCE_DATE_EPOCH=0

unpack() { # npm package, version, folder
    npm pack --silent "$1@$2" >pack.txt
    mkdir "$3"
    tar xzf "$(tail -n 1 pack.txt)" -C "$3" --strip-components=1
}
unpack inter-ui 4.1.1 inter
unpack jetbrains-mono 1.0.6 jetbrains
unpack lucide-static 1.62.0 lucide

# Latin, IPA, combining marks, Greek, Cyrillic, punctuation, super- and subscripts,
# currency, letterlike, number forms, arrows, mathematics, technical, enclosed digits,
# boxes and blocks, shapes, symbols, ticks, ligature code points, replacement character.
text=U+0020-007E,U+00A0-036F,U+0370-052F,U+1E00-1FFF,U+2000-209F,U+20A0-20CF
text+=,U+2100-23FF,U+2460-27FF,U+2900-297F,U+2B00-2BFF,U+FB00-FB06,U+FFFD

# No `calt`: it draws "->" as an arrow and ligates code, and Charla shows what the model wrote.
# The .notdef outline stays: egui draws it for a character that no font has.
subset() { # woff2, output, features
    "$python" -m fontTools.ttLib.woff2 decompress -o full.ttf "$1"
    "$python" -m fontTools.subset full.ttf --output-file="$here/$2" \
        --unicodes="$text" --layout-features="$3" \
        --no-hinting --drop-tables+=gasp --notdef-outline \
        --name-IDs=0,1,2,3,4,5,6,13,14,16,17
}
for style in Regular Medium SemiBold Italic; do
    subset "inter/web/Inter-$style.woff2" "Inter-$style.ttf" kern,mark,mkmk,ccmp,locl,tnum
done
subset jetbrains/fonts/webfonts/JetBrainsMono-Regular.woff2 JetBrainsMono-Regular.ttf \
    mark,mkmk,ccmp,locl

icons=(archive arrow-down arrow-up bot box check chevron-down chevron-left chevron-right chevron-up
circle-alert circle-check circle-stop command copy corner-down-left cpu download ellipsis
eraser external-link eye file file-text folder folder-open gauge git-branch hard-drive
history info keyboard languages life-buoy list loader message-square message-square-plus
monitor moon panel-left panel-right paperclip pause pencil pin play plus refresh-cw
rotate-ccw search send-horizontal settings sliders-horizontal square square-pen star sun
trash-2 triangle-alert undo-2 upload user x zap)
points=$("$python" -c 'import json, sys
points = json.load(open("lucide/font/codepoints.json"))
print(",".join(f"U+{points[name]:04X}" for name in sys.argv[1:]))' "${icons[@]}")
"$python" -m fontTools.subset lucide/font/lucide.ttf --output-file=icons.ttf \
    --unicodes="$points" --drop-tables+=GSUB --no-hinting --notdef-outline
# svg2ttf leaves bounding boxes and side bearings at 0 and odd OS/2 metrics: set them from the
# outlines, with the line box equal to the icon's own square so that egui centres it.
"$python" - icons.ttf "$here/lucide.ttf" <<'EOF'
import sys
from fontTools.ttLib import TTFont
font = TTFont(sys.argv[1], recalcTimestamp=False)
glyphs, metrics = font["glyf"], font["hmtx"].metrics
for name in font.getGlyphOrder():
    glyph = glyphs[name]
    glyph.recalcBounds(glyphs)
    metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))
hhea, os2, names = font["hhea"], font["OS/2"], font["name"]
hhea.ascent, hhea.descent, hhea.lineGap = 1000, 0, 0
os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = 1000, 0, 0
os2.usWinAscent, os2.usWinDescent = 1000, 0
for id, text in [(0, "Lucide Icons and Contributors"), (5, "lucide-static 1.62.0"), (13, "ISC")]:
    names.setName(text, id, 3, 1, 0x409)
font.save(sys.argv[2])
EOF
ls -l "$here"/*.ttf
