"""Pictures as applicants send them, drawn: somebody before a wall, and pages with writing."""

import random
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont


@cache
def portrait(width: int = 480, height: int = 600, *, skin: tuple[int, int, int] = (110, 70, 50)) -> Image.Image:
    """A face before a white wall; sizes in pixels."""
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
    """A page with writing and a seal, which every holder has other words on; sizes in pixels."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((width * 0.25, height * 0.08), "CERTIFICATE", fill=(30, 30, 60), font=ImageFont.load_default(width / 15))
    words = random.Random(holder)  # noqa: S311 -- a drawing
    for line in range(12):
        text = " ".join(words.choices((*holder.split(), "hereby", "certified", "degree", "with honours", "Lagos"), k=7))
        draw.text((width * 0.08, height * (0.25 + line * 0.04)), text, fill="black", font=ImageFont.load_default(30))
    x, y = words.uniform(0.2, 0.7) * width, words.uniform(0.75, 0.85) * height
    draw.ellipse((x, y, x + width * 0.2, y + width * 0.2), fill=(150, 30, 30))
    return picture


def jpeg(picture: Image.Image, **options: Any) -> bytes:
    """Return the picture as a JPEG; `options` are Pillow's."""
    out = BytesIO()
    picture.save(out, "JPEG", **{"quality": 90, **options})
    return out.getvalue()
