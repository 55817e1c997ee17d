"""Pictures and PDFs as people send them, good and bad: what `sampling.scans` draws, and what becomes of it."""

from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageFilter

from sampling.scans import jpeg

ORIENTATION = 0x0112


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius * max(picture.size) / 1000))


def at_light(picture: Image.Image, factor: float) -> Image.Image:
    """The picture with its brightness multiplied: 0.15 is a room at night."""
    return picture.point(lambda value: min(255, round(value * factor)))


def with_grain(picture: Image.Image, sigma: float) -> Image.Image:
    """The picture as a small sensor takes it with little light."""
    grain = Image.effect_noise(picture.size, sigma).convert(picture.mode)
    return Image.blend(picture, grain, 0.15)


def png(picture: Image.Image, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()


def turned(picture: Image.Image, orientation: int) -> bytes:
    """A JPEG that says how the camera was held, and where and when."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x0110] = "A camera of Adaeze"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(picture, exif=exif, comment=b"taken at home")


def pdf(pages: int = 1, *, picture: Image.Image | None = None, **options: Any) -> bytes:
    """A PDF with writing on each page, or a picture on each."""
    document = blank_pdf(pages)
    for number, page in enumerate(document.pages):
        if picture is None:
            page.Contents = Stream(document, b"BT /F1 24 Tf 72 700 Td (Page %d) Tj ET" % number)
        else:
            put_picture(document, page, picture)
    return written(document, **options)


def blank_pdf(pages: int = 1) -> pikepdf.Pdf:
    document = pikepdf.Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    return document


def put_picture(document: pikepdf.Pdf, page: pikepdf.Page, picture: Image.Image) -> None:
    drawn = Stream(document, jpeg(picture), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
    drawn.Width, drawn.Height = picture.size
    drawn.ColorSpace, drawn.BitsPerComponent = Name.DeviceRGB, 8
    page.Resources = Dictionary(XObject=Dictionary(Im0=document.make_indirect(drawn)))
    page.Contents = Stream(document, b"595 0 0 842 0 0 cm /Im0 Do")


def put_packed(document: pikepdf.Pdf, packed: bytes, *filters: Name) -> None:
    """Give the first page contents that are packed already."""
    stream = Stream(document, b"")
    stream.write(packed, filter=Array(list(filters)) if len(filters) > 1 else filters[0])
    document.pages[0].Contents = document.make_indirect(stream)


def written(document: pikepdf.Pdf, **options: Any) -> bytes:
    out = BytesIO()
    document.save(out, **{"compress_streams": False, **options})
    return out.getvalue()
