"""Writes the photos of this folder: drawn pictures with Exif data, everything in them invented.

    python3 make.py

It wants piexif (1.1.3) and the command line of GDAL (3.6.2), which writes the JPEGs.

east.jpg: taken near Kramatorsk, looking east, with all that a camera writes besides (serial number, owner, thumbnail), and
stored on its side. south.jpg: of the southern and western hemispheres, from magnetic north, without a zone.
nowhere.jpg: without a position. zero.jpg: a position that is nothing of nothing.
"""

import subprocess
from pathlib import Path

import piexif

HERE = Path(__file__).parent


def jpeg(name, across, down, color):
    plain = bytearray(b"P6\n%d %d\n255\n" % (across, down))
    for y in range(down):
        for x in range(across):
            # Sky above ground, and a tower at the left.
            ground = y * 5 > down * 3
            tower = across // 8 < x < across // 4 and y * 4 > down
            plain += bytes((60, 50, 45) if tower else (90, 120, 60) if ground else color)
    ppm = Path("/tmp/photo.ppm")
    ppm.write_bytes(plain)
    command = ["gdal_translate", "-q", "-of", "JPEG", "-co", "QUALITY=80", str(ppm), str(HERE / name)]
    subprocess.run(command, check=True)


def degrees(value):
    whole, minutes = int(value), (value - int(value)) * 60
    return ((whole, 1), (int(minutes), 1), (round((minutes - int(minutes)) * 60 * 100), 100))


def write(name, zeroth, exif, gps, thumbnail=None):
    data = {"0th": zeroth, "Exif": exif, "GPS": gps, "1st": {}, "thumbnail": None}
    if thumbnail:
        data["thumbnail"] = thumbnail
        data["1st"] = {piexif.ImageIFD.Compression: 6}
    piexif.insert(piexif.dump(data), str(HERE / name))


jpeg("thumbnail.jpg", 16, 12, (250, 0, 250))
thumbnail = (HERE / "thumbnail.jpg").read_bytes()
(HERE / "thumbnail.jpg").unlink()
jpeg("east.jpg", 240, 320, (120, 170, 230))
write(
    "east.jpg",
    {piexif.ImageIFD.Make: b"SECRETMAKE", piexif.ImageIFD.Model: b"SECRETMODEL", piexif.ImageIFD.Orientation: 8},
    {
        piexif.ExifIFD.DateTimeOriginal: b"2025:06:01 14:03:22",
        piexif.ExifIFD.OffsetTimeOriginal: b"+03:00",
        piexif.ExifIFD.BodySerialNumber: b"SECRETSERIAL4711",
        piexif.ExifIFD.CameraOwnerName: b"SECRETOWNER",
    },
    {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: degrees(48.7389),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: degrees(37.5844),
        piexif.GPSIFD.GPSImgDirectionRef: b"T",
        piexif.GPSIFD.GPSImgDirection: (9000, 100),
        piexif.GPSIFD.GPSAltitudeRef: 0,
        piexif.GPSIFD.GPSAltitude: (1435, 10),
        piexif.GPSIFD.GPSHPositioningError: (48, 10),
    },
    thumbnail,
)
jpeg("south.jpg", 320, 240, (200, 200, 210))
write(
    "south.jpg",
    {},
    {piexif.ExifIFD.DateTimeOriginal: b"2024:12:24 09:00:00"},
    {
        piexif.GPSIFD.GPSLatitudeRef: b"S",
        piexif.GPSIFD.GPSLatitude: degrees(33.45),
        piexif.GPSIFD.GPSLongitudeRef: b"W",
        piexif.GPSIFD.GPSLongitude: degrees(70.66),
        piexif.GPSIFD.GPSImgDirectionRef: b"M",
        piexif.GPSIFD.GPSImgDirection: (2715, 10),
    },
)
jpeg("nowhere.jpg", 64, 48, (200, 180, 160))
write("nowhere.jpg", {}, {piexif.ExifIFD.DateTimeOriginal: b"2025:06:01 14:03:22"}, {})
jpeg("zero.jpg", 64, 48, (200, 180, 160))
write(
    "zero.jpg",
    {},
    {},
    {piexif.GPSIFD.GPSLatitude: ((0, 0), (0, 0), (0, 0)), piexif.GPSIFD.GPSLongitude: ((0, 0), (0, 0), (0, 0))},
)
for leftover in HERE.glob("*.aux.xml"):
    leftover.unlink()
