"""Turns the font packages into the TrueType files beside this script.

The packages, unpacked into one folder each (the folder is the first argument):
  npm @ibm/plex-sans 1.1.0, @ibm/plex-serif 2.0.0, @ibm/plex-mono 2.5.0   (SIL OFL 1.1)
  npm @phosphor-icons/web 2.1.2                                            (MIT)
Needs fontTools (PyPI fonttools 4). Text faces are converted from WOFF and keep every glyph; of the
icon face only the glyphs named in `src/app/icons.rs` are kept.

usage: build.py PACKAGES_DIR OUT_DIR
"""

import pathlib
import re
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

TEXT_FACES = [
    "IBMPlexSans-Regular",
    "IBMPlexSans-SemiBold",
    "IBMPlexSerif-Regular",
    "IBMPlexSerif-Italic",
    "IBMPlexMono-Regular",
]


def find(folder: pathlib.Path, name: str) -> pathlib.Path:
    found = sorted(path for path in folder.rglob(name))
    if not found:
        sys.exit(f"{name} is not below {folder}: unpack the packages named in this script there")
    return found[0]


def main() -> None:
    packages, out = map(pathlib.Path, sys.argv[1:3])
    for face in TEXT_FACES:
        font = TTFont(find(packages, f"{face}.woff"), recalcTimestamp=False)
        font.flavor = None
        font.save(out / f"{face}.ttf")
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
