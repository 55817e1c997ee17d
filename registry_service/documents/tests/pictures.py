"""Pictures and PDFs as people send them, drawn."""

import random
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageDraw, ImageFilter, ImageFont

ORIENTATION = 0x0112


@cache
def portrait(width: int = 480, height: int = 600, *, skin: tuple[int, int, int] = (110, 70, 50)) -> Image.Image:
    """A face before a white wall."""
    picture = Image.new("RGB", (width, height), (235, 235, 230))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.1, height * 0.72, width * 0.9, height * 1.4), fill=(40, 60, 110))
    draw.ellipse((width * 0.26, height * 0.12, width * 0.74, height * 0.5), fill=(20, 16, 14))
    draw.ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.78), fill=skin)
    for eye in (0.4, 0.6):
        draw.ellipse((width * (eye - 0.05), height * 0.42, width * (eye + 0.05), height * 0.46), fill="white")
        draw.ellipse((width * (eye - 0.02), height * 0.42, width * (eye + 0.02), height * 0.46), fill="black")
    draw.arc((width * 0.4, height * 0.52, width * 0.6, height * 0.66), 20, 160, fill=(60, 20, 20), width=4)
    return picture


@cache
def certificate(holder: str = "Adaeze Okafor", *, width: int = 1240, height: int = 1754) -> Image.Image:
    """A page with writing and a seal; every holder has another text."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((width * 0.25, height * 0.08), "CERTIFICATE", fill=(30, 30, 60), font=ImageFont.load_default(width / 15))
    words = random.Random(holder)
    for line in range(12):
        text = " ".join(words.choices((*holder.split(), "hereby", "certified", "degree", "with honours", "Lagos"), k=7))
        draw.text((width * 0.08, height * (0.25 + line * 0.04)), text, fill="black", font=ImageFont.load_default(30))
    x, y = words.uniform(0.2, 0.7) * width, words.uniform(0.75, 0.85) * height
    draw.ellipse((x, y, x + width * 0.2, y + width * 0.2), fill=(150, 30, 30))
    return picture


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius * max(picture.size) / 1000))


def at_light(picture: Image.Image, factor: float) -> Image.Image:
    """The picture with its brightness multiplied: 0.15 is a room at night."""
    return picture.point(lambda value: min(255, round(value * factor)))


def with_grain(picture: Image.Image, sigma: float) -> Image.Image:
    """The picture as a small sensor takes it with little light."""
    grain = Image.effect_noise(picture.size, sigma).convert(picture.mode)
    return Image.blend(picture, grain, 0.15)


def jpeg(picture: Image.Image, **options: Any) -> bytes:
    return _saved(picture, "JPEG", **{"quality": 90, **options})


def png(picture: Image.Image, **options: Any) -> bytes:
    return _saved(picture, "PNG", **options)


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


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
