"""Makes the documents of this folder and, by other programs, the texts that are in them. See README.md."""

import gzip
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
EPOCH = "1764547200"  # 1 December 2025

PARAGRAPHS = [
    "The river authority published its first official survey of the flood plain on Friday. Officials said that the "
    "finding was final: five of the fifteen affected districts lie below the level of the dyke, and different offices "
    "had used different figures until then.",
    "“We do not know who drew the old line,” said the head of the office. The well-known map of 1987 shows a "
    "self-contained area of 12.5 km² – about 3 % of the province – that no later document confirms. Its author "
    "remains unidentified.",
    "A second survey, carried out between 3 and 17 November, measured the waterline at 214 points. The results differ "
    "from the first by at most 0.4 m, which the office calls a sufficient agreement for so flat an area. Both surveys "
    "are available on request.",
    "Residents of the northern district have filed an objection. They refer to photographs from the flood of 2010, "
    "in which the waterline runs noticeably farther west, and ask for an independent re-examination before any "
    "construction begins.",
]
ARABIC = "نشرت الهيئة أول مسح رسمي للسهل في 12 ديسمبر 2025. وقال المسؤولون إن النتيجة نهائية."
HEBREW = "הרשות פרסמה את הסקר הרשמי הראשון ביום 12 בדצמבר 2025, כך נמסר."
CYRILLIC = "Управління опублікувало перше офіційне обстеження заплави; під’їзд до об’єкта закрито."


def run(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def word_like(path):
    """A DOCX with headings, a table, a footnote, and tracked changes, by python-docx and by hand where it has no words."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    document.core_properties.title = "Survey of the flood plain"
    document.core_properties.author = "A. Writer"
    import datetime
    document.core_properties.created = datetime.datetime(2025, 12, 1, 9, 30)
    document.core_properties.modified = datetime.datetime(2025, 12, 1, 9, 30)
    document.add_heading("Survey of the flood plain", 0)
    for text in PARAGRAPHS[:2]:
        document.add_paragraph(text)
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, [["District", "Points", "Level"], ["North", "97", "2.1 m"]]):
        for cell, text in zip(row.cells, texts):
            cell.text = text
    changed = document.add_paragraph("The office measured ")
    changed._p.append(parse_xml(
        f'<w:del {nsdecls("w")} w:id="1" w:author="A" w:date="2025-12-01T00:00:00Z"><w:r><w:delText>two hundred </w:delText></w:r></w:del>'))
    changed._p.append(parse_xml(
        f'<w:ins {nsdecls("w")} w:id="2" w:author="A" w:date="2025-12-01T00:00:00Z"><w:r><w:t xml:space="preserve">214 </w:t></w:r></w:ins>'))
    changed.add_run("points").bold = True
    changed.add_run(" along\tthe waterline")
    changed.add_run().add_break()
    changed.add_run("in November.")
    for text in [ARABIC, HEBREW, CYRILLIC]:
        document.add_paragraph(text)
    document.save(path)


def html(body, style=""):
    return f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Survey</title><style>{style}</style></head><body>{body}</body></html>"


def columns_page():
    text = "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)
    style = (
        "@page{size:A4;margin:20mm} body{font:10pt 'DejaVu Serif'} div{columns:2;column-gap:9mm;text-align:justify;hyphens:auto}"
        "h1{font-size:18pt;margin:0 0 6mm}"
    )
    return html(f"<h1>Survey of the flood plain</h1><div>{text}</div>", style)


def right_to_left_page():
    return html(
        f"<p dir=rtl lang=ar>{ARABIC}</p><p dir=rtl lang=he>{HEBREW}</p><p>{CYRILLIC}</p><p>{PARAGRAPHS[0]}</p>",
        "@page{size:A5;margin:15mm} body{font:12pt 'DejaVu Sans'}",
    )


def chromium(page, path, folder):
    source = Path(folder) / "page.html"
    source.write_text(page)
    run("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/chromium",
        "--no-pdf-header-footer", f"--print-to-pdf={path}", source.as_uri())


LATEX = r"""
\documentclass[10pt,twocolumn,a4paper]{article}
\usepackage[utf8]{inputenc}
\pdfinfo{/Title (Survey of the flood plain) /Author (A. Writer)}
\title{Survey of the flood plain}\author{A. Writer}\date{1 December 2025}
\begin{document}
\maketitle
\section{Findings}
TEXT
\section{Method}
The offices describe an efficient workflow\footnote{The workflow was first described in an affidavit of 2019.} for
shelf-mounted gauges. TEXT

\section{Outlook}
TEXT
\begin{equation} h = h_0 + \frac{v^2}{2g} \end{equation}
TEXT
\end{document}
"""


def latex(path, folder):
    text = "\n\n".join(PARAGRAPHS).replace("%", r"\%").replace("²", r"\textsuperscript{2}")
    text = text.replace("“", "``").replace("”", "''").replace("–", "--")
    (Path(folder) / "paper.tex").write_text(LATEX.replace("TEXT", text))
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    for _ in range(2):
        run("pdflatex", "-interaction=batchmode", "paper.tex", cwd=folder, env=environment)
    shutil.copy(Path(folder) / "paper.pdf", path)


def drawn(path):
    """The fourteen fonts that no file need embed, with no table of their letters, by ReportLab; and text that nobody sees
    over a picture, as programs that recognise letters write it."""
    from reportlab.lib.pagesizes import A5
    from reportlab.pdfgen import canvas

    page = canvas.Canvas(str(path), pagesize=A5, invariant=1)
    page.setTitle("Standard fonts")
    for number, font in enumerate(["Helvetica", "Times-Roman", "Courier-Bold"]):
        page.setFont(font, 11)
        for line, text in enumerate(["Officials said that the", f"first survey, in {font},", "cost 500 € – “final” ﬁgure."]):
            page.drawString(40, 520 - number * 70 - line * 14, text.replace("ﬁ", "fi"))
    page.showPage()
    text = page.beginText(40, 500)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 12)
    text.textLine("These words were recognised in a picture.")
    page.drawText(text)
    page.showPage()
    page.save()


def picture_of_page():
    from PIL import Image, ImageDraw
    image = Image.new("1", (600, 800), 1)
    draw = ImageDraw.Draw(image)
    for line in range(12):
        draw.text((60, 60 + 30 * line), "Letters in a picture are no text.", fill=0)
    return image


def archives():
    """A WARC and a WACZ by warcio, which packs, chunks and revisits."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter
    import brotli

    page = html("<p>%s</p><p>%s</p>" % (PARAGRAPHS[0], CYRILLIC)).replace(
        "<title>", '<meta name=author content="A. Writer"><title>').encode()
    other = html(f"<p>{PARAGRAPHS[2]}</p>").encode()
    zipped = gzip.compress(other, mtime=0)
    squeezed = brotli.compress(html(f"<p>{PARAGRAPHS[3]}</p>").encode())
    cut = [page[:100], page[100:]]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in cut) + b"0\r\n\r\n"
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)

    def record(kind, address, status, headers, body, date, **more):
        heads = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        made = writer.create_warc_record(address, kind, payload=io.BytesIO(body), http_headers=heads,
                                         warc_headers_dict={"WARC-Date": date, "WARC-Record-ID": f"<urn:uuid:{len(out.getvalue()):032x}>"}, **more)
        writer.write_record(made)

    record("response", "https://example.org/moved", "301 Moved", [("Location", "/survey")], b"", "2025-12-01T08:00:00Z")
    record("response", "https://example.org/logo.png", "200 OK", [("Content-Type", "image/png")], b"\x89PNG\r\n\x1a\n\0", "2025-12-01T08:00:01Z")
    record("response", "https://example.org/survey", "200 OK",
           [("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked")], chunked, "2025-12-01T08:00:02Z")
    record("response", "https://example.org/second", "200 OK",
           [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], zipped, "2025-12-02T08:00:00Z")
    plain = out.getvalue()
    record("response", "https://example.org/third", "200 OK",
           [("Content-Type", "text/html"), ("Content-Encoding", "br")], squeezed, "2025-12-03T08:00:00Z")
    revisit = writer.create_revisit_record("https://example.org/survey", "sha1:AAAA", "https://example.org/survey",
                                           "2025-12-01T08:00:02Z", StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
                                           warc_headers_dict={"WARC-Date": "2025-12-04T08:00:00Z", "WARC-Record-ID": "<urn:uuid:revisit>"})
    writer.write_record(revisit)
    (HERE / "pages.warc.gz").write_bytes(out.getvalue())
    (HERE / "pages.warc").write_bytes(gzip.decompress(out.getvalue()))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages.warc.gz"
        source.write_bytes(plain)  # warcio asks its brotli for what the newest no longer has
        run(sys.executable, "-m", "wacz.main", "create", "-o", str(HERE / "pages.wacz"), str(source), "--detect-pages",
            "--title", "A collection", "--date", "2025-12-05T00:00:00Z")


MHTML = """From: <Saved by a browser>\r
Snapshot-Content-Location: https://example.org/survey\r
Subject: =?utf-8?Q?Survey_=E2=80=93_flood_plain?=\r
Date: Mon, 1 Dec 2025 10:00:00 -0000\r
MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html";\r
\tboundary="----Part--7x"\r
\r
\r
"""


def mhtml():
    import quopri
    # With a long word, so that a line must break within it.
    page = html(f"<p>{PARAGRAPHS[1]}</p><p>{CYRILLIC}</p><img src=cid:picture>").encode("utf-8")
    encoded = quopri.encodestring(page).replace(b"\n", b"\r\n")
    part = b"------Part--7x\r\nContent-Type: text/html\r\nContent-ID: <frame>\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://example.org/survey\r\n\r\n" + encoded
    picture = b"\r\n------Part--7x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: cid:picture\r\n\r\niVBORw0KGgo=\r\n------Part--7x--\r\n"
    (HERE / "page.mhtml").write_bytes(MHTML.encode() + part + picture)
    import base64
    body = html(f"<p>{CYRILLIC}</p>").replace("utf-8", "windows-1251").encode("windows-1251", "xmlcharrefreplace")
    part = b"------Part--7x\r\nContent-Type: text/html; charset=\"windows-1251\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body).replace(b"\n", b"\r\n")
    (HERE / "base64.mht").write_bytes(MHTML.encode() + part + b"\r\n------Part--7x--\r\n")


def main():
    for old in HERE.iterdir():
        if old.suffix not in (".py", ".md"):
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        word_like(HERE / "word.docx")
        office = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to"]
        run(*office, "odt", "--outdir", folder, str(HERE / "word.docx"))
        run(*office, "rtf", "--outdir", folder, str(HERE / "word.docx"))
        run(*office, "pdf", "--outdir", folder, str(HERE / "word.docx"))
        shutil.copy(f"{folder}/word.odt", HERE / "office.odt")
        shutil.copy(f"{folder}/word.rtf", HERE / "office.rtf")
        shutil.copy(f"{folder}/word.pdf", HERE / "office.pdf")
        chromium(columns_page(), HERE / "columns.pdf", folder)
        chromium(right_to_left_page(), HERE / "right-to-left.pdf", folder)
        latex(HERE / "paper.pdf", folder)
    drawn(HERE / "standard-fonts.pdf")
    import img2pdf
    png = io.BytesIO()
    picture_of_page().save(png, "PNG")
    (HERE / "scanned.pdf").write_bytes(img2pdf.convert(png.getvalue(), nodate=True))
    columns = str(HERE / "columns.pdf")
    run("qpdf", "--deterministic-id", "--rotate=+90:1", columns, str(HERE / "rotated.pdf"))
    run("qpdf", "--static-id", "--static-aes-iv", "--encrypt", "", "owner", "256", "--", columns, str(HERE / "encrypted.pdf"))
    run("qpdf", "--static-id", "--static-aes-iv", "--encrypt", "secret", "owner", "256", "--", str(HERE / "standard-fonts.pdf"), str(HERE / "locked.pdf"))
    run("qpdf", "--deterministic-id", "--object-streams=generate", str(HERE / "office.pdf"), str(HERE / "object-streams.pdf"))
    # Every offset of the table of objects is off by some bytes, as in a file that went through a text editor.
    run("qpdf", "--deterministic-id", "--object-streams=disable", columns, str(HERE / "damaged.pdf"))
    damaged = (HERE / "damaged.pdf").read_bytes()
    (HERE / "damaged.pdf").write_bytes(damaged.replace(b"\n", b"\n% moved by a line\n", 1))
    archives()
    mhtml()
    for pdf in sorted(HERE.glob("*.pdf")):
        if pdf.stem not in ("scanned", "locked", "encrypted", "object-streams", "damaged"):
            # The order of its columns gets lost unless it takes the words as they stand in the file.
            order = ["-raw"] if pdf.stem == "paper" else []
            run("pdftotext", *order, "-enc", "UTF-8", str(pdf), str(pdf.with_suffix(".pdf.txt")))
    import mammoth
    with open(HERE / "word.docx", "rb") as file:
        (HERE / "word.docx.txt").write_text(mammoth.extract_raw_text(file).value)
    (HERE / "office.odt.txt").write_bytes(subprocess.run(["odt2txt", "--width=-1", str(HERE / "office.odt")], check=True, capture_output=True, env={**os.environ, "LANG": "C.UTF-8"}).stdout)


main()
