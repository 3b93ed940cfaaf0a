"""Makes a font of one Chinese letter, 鵝, a goose, drawn for these tests as a few straight lines; PyPI fonttools.

usage: make.py > goose.ttf
"""

import io
import sys

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def polygon(*places):
    pen = TTGlyphPen(None)
    for index, place in enumerate(places):
        (pen.lineTo if index else pen.moveTo)(place)
    pen.closePath()
    return pen.glyph()


BOX = polygon((50, 0), (50, 700), (450, 700), (450, 0))
GOOSE = polygon((100, 100), (250, 400), (150, 800), (300, 850), (400, 450), (850, 350), (700, 0), (250, 0))

builder = FontBuilder(1000, isTTF=True)
builder.setupGlyphOrder([".notdef", "space", "goose"])
builder.setupCharacterMap({0x20: "space", 0x9D5D: "goose"})
builder.setupGlyf({".notdef": BOX, "space": TTGlyphPen(None).glyph(), "goose": GOOSE})
builder.setupHorizontalMetrics({".notdef": (500, 50), "space": (300, 0), "goose": (1000, 100)})
builder.setupHorizontalHeader(ascent=880, descent=-120)
builder.setupNameTable({"familyName": "Claimline Test Goose", "styleName": "Regular"})
builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
builder.setupPost()
# The same bytes each time.
builder.font["head"].created = builder.font["head"].modified = 0
builder.font.recalcTimestamp = False
out = io.BytesIO()
builder.save(out)
sys.stdout.buffer.write(out.getvalue())
