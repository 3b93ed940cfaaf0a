"""Records how HarfBuzz shapes words of many scripts, and how FriBidi orders mixed lines, for the tests of `src/scene/text`.

Where ICU sees words in scripts that are written without spaces is recorded as well.

Needs Debian's libharfbuzz-bin (hb-shape), libfribidi-bin (fribidi) and nodejs (with ICU), PyPI fonttools; reads
`assets/fonts`.
The phrases were written for these tests: names of places and plain statements.

usage: make.py > shaped.json
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from fontTools.ttLib import TTFont

FONTS = pathlib.Path(__file__).parents[3] / "assets" / "fonts"

# Language, font, direction, script, phrases.
PHRASES = [
    ("ar", "arabic", "rtl", "Arab", ["منطقة الانسحاب المقترحة", "خط التماس في دونيتسك", "لا إله في المُدَرَّسَة"]),
    ("fa", "arabic", "rtl", "Arab", ["نقشهٔ پیشنهادی گذرگاه", "می‌خواهیم چه بگوییم"]),
    ("ur", "arabic", "rtl", "Arab", ["مجوزہ انخلا کا علاقہ", "رابطے کی لکیر پاکستانی ڈاک"]),
    ("he", "hebrew", "rtl", "Hebr", ["אזור הנסיגה המוצע", "קו המגע בְּדוֹנֶצְק"]),
    ("hy", "armenian", "ltr", "Armn", ["Շփման գիծը Դոնեցկում", "Առաջարկվող գոտի"]),
    ("ka", "georgian", "ltr", "Geor", ["შეხების ხაზი დონეცკში", "შემოთავაზებული ზონა"]),
    ("el", "greek-ext", "ltr", "Grek", ["ὦ ᾗ ἢ", "ὃ ἃ ᾧ"]),
    ("hi", "devanagari", "ltr", "Deva", ["प्रस्तावित वापसी क्षेत्र", "संपर्क रेखा दोनेत्स्क र्क्ति"]),
    ("bn", "bengali", "ltr", "Beng", ["প্রস্তাবিত প্রত্যাহার অঞ্চল", "যোগাযোগ রেখা দোনেৎস্ক"]),
    ("pa", "gurmukhi", "ltr", "Guru", ["ਸੰਪਰਕ ਰੇਖਾ", "ਪ੍ਰਸਤਾਵਿਤ ਖੇਤਰ"]),
    ("gu", "gujarati", "ltr", "Gujr", ["સંપર્ક રેખા", "પ્રસ્તાવિત ક્ષેત્ર"]),
    ("ta", "tamil", "ltr", "Taml", ["தொடர்பு கோடு", "முன்மொழியப்பட்ட பகுதி"]),
    ("te", "telugu", "ltr", "Telu", ["సంప్రదింపు రేఖ", "ప్రతిపాదిత ప్రాంతం"]),
    ("kn", "kannada", "ltr", "Knda", ["ಸಂಪರ್ಕ ರೇಖೆ", "ಪ್ರಸ್ತಾವಿತ ಪ್ರದೇಶ"]),
    ("ml", "malayalam", "ltr", "Mlym", ["സമ്പർക്ക രേഖ", "നിർദ്ദിഷ്ട പ്രദേശം"]),
    ("si", "sinhala", "ltr", "Sinh", ["සම්බන්ධතා රේඛාව", "යෝජිත ප්‍රදේශය"]),
    ("th", "thai", "ltr", "Thai", ["เขตถอนกำลังที่เสนอ", "แนวปะทะที่โดเนตสก์น้ำ"]),
    ("lo", "lao", "ltr", "Laoo", ["ເຂດຖອນທັບທີ່ສະເໜີ", "ເສັ້ນຕິດຕໍ່"]),
    ("km", "khmer", "ltr", "Khmr", ["តំបន់ដកទ័ពដែលបានស្នើ", "ខ្សែបន្ទាត់ទំនាក់ទំនង"]),
    ("my", "myanmar", "ltr", "Mymr", ["အဆိုပြုထားသော ဆုတ်ခွာရေးဒေသ", "ထိတွေ့မျဉ်း မြန်မာ"]),
    ("am", "ethiopic", "ltr", "Ethi", ["የታቀደው የመውጫ ቀጠና", "የግንኙነት መስመር"]),
]

# Lines that run both ways.
MIXED = [
    "مساحة 5,600 كم² في 2025",
    "The area (منطقة) of 5,600 km²",
    "דונצק (Donetsk) 2025, 15 בדצמבר",
    "خط التماس – Line of contact: 3.8–6.7 km",
    "Kyiv — كييف, Донецьк — דונצק",
    "(أ) [ب] «ج» 12:30",
    "۱۵ دسامبر ۲۰۲۵",
    "1. אזור 2. area",
    "قال: \"we would leave [it]\" أمس",
    "\u200fDonetsk: 12%",
    "שלום! 50% של-3.5",
    "a\u2067ב (c)\u2069 d",
]

# Language and text of scripts that are written without spaces.
SPACELESS = [
    ("th", "เขตถอนกำลังที่เสนอตามแนวปะทะที่โดเนตสก์และพื้นที่โดยรอบของเมือง"),
    ("km", "តំបន់ដកទ័ពដែលបានស្នើនៅតាមបន្ទាត់ទំនាក់ទំនងក្នុងប្រទេស"),
    ("my", "အဆိုပြုထားသောဆုတ်ခွာရေးဒေသတစ်ခုလုံးကိုပြသည်"),
    ("lo", "ເຂດຖອນທັບທີ່ສະເໜີຕາມແນວຕິດຕໍ່ໃນປະເທດ"),
]


def words_by_icu(language: str, text: str) -> list:
    script = (
        "const [l, t] = process.argv.slice(1); const s = new Intl.Segmenter(l, {granularity: 'word'});"
        "console.log(JSON.stringify([...s.segment(t)].map(w => w.segment)))"
    )
    args = ["node", "-e", script, language, text]
    return json.loads(subprocess.run(args, check=True, capture_output=True, text=True).stdout)


def shaped(font: pathlib.Path, word: str, direction: str, script: str, language: str) -> list:
    args = ["hb-shape", "--font-file", font, "--text", word, "--direction", direction, "--script", script]
    args += ["--language", language, "--output-format=json", "--no-glyph-names", "--utf8-clusters"]
    glyphs = json.loads(subprocess.run(args, check=True, capture_output=True, text=True).stdout)
    return [[g["g"], g["cl"], g["dx"], g["dy"], g["ax"]] for g in glyphs]


def main() -> None:
    result = {
        "made_by": [
            subprocess.run([name, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
            for name in ("hb-shape", "fribidi")
        ],
        "phrases": [],
        "mixed": [],
        "spaceless": [[text, words_by_icu(language, text)] for language, text in SPACELESS],
    }
    with tempfile.TemporaryDirectory() as folder:
        for language, name, direction, script, phrases in PHRASES:
            font = pathlib.Path(folder) / f"{name}.ttf"
            if not font.exists():
                whole = TTFont(FONTS / f"NotoSans-{name}-400.woff", recalcTimestamp=False)
                whole.flavor = None
                whole.save(font)
            for phrase in phrases:
                words = [[word, shaped(font, word, direction, script, language)] for word in phrase.split(" ")]
                entry = {"language": language, "font": f"noto-sans-{name}-400", "phrase": phrase, "words": words}
                result["phrases"].append(entry)
    for line in MIXED:
        args = ["fribidi", "--nopad", "--nobreak", "--vtol", "--novisual"]
        order = subprocess.run(args, input=line + "\n", check=True, capture_output=True, text=True).stdout
        result["mixed"].append({"line": line, "order": [int(number) for number in order.split()]})
    json.dump(result, sys.stdout, ensure_ascii=False, indent=None, separators=(",", ":"))


if __name__ == "__main__":
    main()
