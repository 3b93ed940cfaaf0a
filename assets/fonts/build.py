"""Turns the font packages into the TrueType files beside this script.

The packages, unpacked into one folder each (the folder is the first argument):
  npm @ibm/plex-sans 1.1.0, @ibm/plex-serif 2.0.0, @ibm/plex-mono 2.5.0   (SIL OFL 1.1)
  npm @phosphor-icons/web 2.1.2                                            (MIT)
  npm @fontsource/noto-sans and @fontsource/noto-sans-SCRIPT 5.3.0         (SIL OFL 1.1), for the scripts below
Needs fontTools (PyPI fonttools 4). Text faces are converted from WOFF and keep every glyph; of the
icon face only the glyphs named in `src/app/icons.rs` are kept. Noto's fonts are copied as they are, but for Bengali: its
lookups of contexts in the plain form (GSUB type 5, format 3) are written in the chaining form (type 6, format 3) with
nothing before and after, which means the same, for the shaper harfrust 0.12 does not see below-base forms in the former.

usage: build.py PACKAGES_DIR OUT_DIR
"""

import pathlib
import re
import sys

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

TEXT_FACES = [
    "IBMPlexSans-Regular",
    "IBMPlexSans-SemiBold",
    "IBMPlexSerif-Regular",
    "IBMPlexSerif-Italic",
    "IBMPlexMono-Regular",
]

# Package, subset, name of the file.
NOTO = [("noto-sans", subset, subset) for subset in ("greek", "greek-ext")] + [
    (f"noto-sans-{script}", script, script)
    for script in (
        "arabic hebrew armenian georgian devanagari bengali tamil thai khmer myanmar ethiopic sinhala lao gujarati "
        "gurmukhi telugu kannada malayalam"
    ).split()
]


def find(folder: pathlib.Path, name: str) -> pathlib.Path:
    found = sorted(path for path in folder.rglob(name))
    if not found:
        sys.exit(f"{name} is not below {folder}: unpack the packages named in this script there")
    return found[0]


def with_chaining_contexts(font: TTFont) -> None:
    for lookup in font["GSUB"].table.LookupList.Lookup:
        plain = [getattr(table, "ExtSubTable", table) for table in lookup.SubTable]
        if not all(type(table).__name__ == "ContextSubst" and table.Format == 3 for table in plain):
            continue
        lookup.LookupType = 6
        lookup.SubTable = []
        for table in plain:
            chained = otTables.ChainContextSubst()
            chained.Format = 3
            chained.BacktrackCoverage, chained.InputCoverage, chained.LookAheadCoverage = [], table.Coverage, []
            chained.BacktrackGlyphCount = chained.LookAheadGlyphCount = 0
            chained.InputGlyphCount = len(table.Coverage)
            chained.SubstLookupRecord, chained.SubstCount = table.SubstLookupRecord, len(table.SubstLookupRecord)
            lookup.SubTable.append(chained)


def main() -> None:
    packages, out = map(pathlib.Path, sys.argv[1:3])
    for face in TEXT_FACES:
        font = TTFont(find(packages, f"{face}.woff"), recalcTimestamp=False)
        font.flavor = None
        font.save(out / f"{face}.ttf")
    for package, part, name in NOTO:
        for weight in (400, 600):
            source = find(packages, f"{package}-{part}-{weight}-normal.woff")
            target = out / f"NotoSans-{name}-{weight}.woff"
            target.write_bytes(source.read_bytes())
            if name == "bengali":
                font = TTFont(target, recalcTimestamp=False)
                with_chaining_contexts(font)
                font.save(target)
    icons = pathlib.Path(__file__).parents[2] / "src/app/icons.rs"
    code_points = {int(digits, 16) for digits in re.findall(r"\\u\{([0-9a-fA-F]+)\}", icons.read_text())}
    options = subset.Options(notdef_outline=True, recalc_timestamp=False, layout_features=[])
    font = TTFont(find(packages, "Phosphor.ttf"), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    font.save(out / "Phosphor.ttf")


if __name__ == "__main__":
    main()
