"""Takes a sample of Unicode's conformance tests of the bidirectional algorithm, for `tests/it/bidi.rs`.

Of BidiCharacterTest.txt every 97th test and all with isolates; of BidiTest.txt every 499th test, each with the levels and the
order that stand above it there. Both files are in Debian's unicode-data (15.0.0); `CLAIMLINE_BIDI_TESTS` names their folder
to the test, which then runs the whole of them.

usage: make.py /usr/share/unicode
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
HEADER = """# {title}: a sample, by make.py beside this file.
# © 2022 Unicode®, Inc., Unicode Data Files and Software under the Unicode License: assets/LICENSE-Unicode-3.0.txt
# {form}
"""


def tests_of(path):
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def characters(folder):
    lines = tests_of(folder / "BidiCharacterTest.txt")
    isolates = ("2066", "2067", "2068", "2069")
    taken = [
        line
        for index, line in enumerate(lines)
        if index % 97 == 0 or any(code in line.split(";")[0].split() for code in isolates)
    ]
    form = "As in BidiCharacterTest.txt: code points; direction asked for; level of the paragraph; levels; order from left"
    header = HEADER.format(title="BidiCharacterTest-15.0.0", form=form)
    (HERE / "characters.txt").write_text(header + "\n".join(taken) + "\n", "utf-8")


def classes(folder):
    levels = order = ""
    taken = []
    for index, line in enumerate(tests_of(folder / "BidiTest.txt")):
        if line.startswith("@Levels:"):
            levels = line.split(":")[1].strip()
        elif line.startswith("@Reorder:"):
            order = line.split(":")[1].strip()
        elif not line.startswith("@") and index % 499 == 0:
            taken.append(f"{line};{levels};{order}")
    header = HEADER.format(title="BidiTest-15.0.0", form="Classes; directions asked for (bits); levels; order from left")
    (HERE / "classes.txt").write_text(header + "\n".join(taken) + "\n", "utf-8")


if __name__ == "__main__":
    FOLDER = pathlib.Path(sys.argv[1])
    characters(FOLDER)
    classes(FOLDER)
