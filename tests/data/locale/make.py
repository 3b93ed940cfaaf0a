#!/usr/bin/env python3
"""Writes icu.json: how ICU writes days, numbers and units in the languages of figures, and Babel's plural forms.

    pip install PyICU babel          # and Debian's libicu
    python3 make.py

Origin: PyICU on the ICU of Debian, and Babel, both of PyPI; their data are of other releases of CLDR than ours.
"""

import datetime
import json
import os

import babel
import icu

LANGUAGES = ["uk", "ru", "de", "fr", "es", "pl", "ar", "he", "hy", "ka", "az", "zh"]
DAYS = ["2025-12-15", "2024-02-29", "2025-05-09", "1999-08-01"]
MONTHS = ["2025-12", "2025-05", "2025-03"]
NUMBERS = [0.5, 5, 12.5, 999, 5600, 5642, 12345, 1234567, -3.5]
UNITS = {
    "km": icu.MeasureUnit.createKilometer, "km2": icu.MeasureUnit.createSquareKilometer,
    "mi": icu.MeasureUnit.createMile, "ha": icu.MeasureUnit.createHectare, "m": icu.MeasureUnit.createMeter,
}


def date(locale, skeleton, iso):
    pattern = icu.DateTimePatternGenerator.createInstance(locale).getBestPattern(skeleton)
    form = icu.SimpleDateFormat(pattern, locale)
    form.setTimeZone(icu.TimeZone.getGMT())
    noon = datetime.datetime.fromisoformat(iso).replace(hour=12, tzinfo=datetime.timezone.utc)
    return form.format(noon.timestamp())


rows = {}
for language in LANGUAGES:
    locale = icu.Locale(language + "-u-nu-latn")
    number = icu.NumberFormatter.withLocale(locale)
    rows[language] = {
        "days": {day: date(locale, "yMMMd", day) for day in DAYS},
        "months": {month: date(locale, "yMMM", month + "-01") for month in MONTHS},
        "numbers": {str(value): number.formatDouble(value) for value in NUMBERS},
        "units": {
            unit: {str(value): number.unit(of()).unitWidth(icu.UNumberUnitWidth.SHORT).formatInt(value) for value in [5, 21, 5600]}
            for unit, of in UNITS.items()
        },
        "percent": icu.NumberFormat.createPercentInstance(locale).format(0.8),
        "plurals": [babel.Locale.parse(language).plural_form(count) for count in range(130)],
        "is_rtl": babel.Locale.parse(language).text_direction == "rtl",
    }
made_by = f"PyICU {icu.VERSION} on ICU {icu.ICU_VERSION}, Babel {babel.__version__}"
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "icu.json"), "w", encoding="utf-8") as file:
    json.dump({"made_by": made_by, "languages": rows}, file, ensure_ascii=False, indent=1)
    file.write("\n")
