"""A picture: whole, large enough, upright, and without what the camera wrote into it.

What is kept is always made anew from the pixels, as a JPEG. With that goes where and when the picture
was taken, and whatever else stood in the file beside the picture.
"""

import warnings
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from documents.inspection.likeness import perceptual_hash
from documents.inspection.quality import quality_findings
from documents.inspection.reading import Reading
from documents.rules import (
    MAX_PIXELS,
    MAX_UNPACKED_PIXELS,
    MIN_SCAN_SIDE,
    MIN_SIDE,
    Finding,
    Purpose,
    is_refused,
    refuse,
)

KEPT_QUALITY = 90

_TOO_MANY_PIXELS = refuse(
    "too_many_pixels",
    "The picture has too many pixels. Scan with 300 dpi, or choose a smaller picture size in the camera and take it "
    "again, and send it as a JPEG.",
)
_TOO_SMALL = refuse(
    "too_small",
    f"The picture is too small: it needs {MIN_SIDE} pixels on each side. Send the picture itself, and not the small "
    "one that a chat or a web page shows.",
)
_TOO_COARSE = refuse(
    "too_small",
    f"The picture is too small to be read: its longer side needs {MIN_SCAN_SIDE} pixels. Take it closer, or scan with "
    "200 dpi or more.",
)
_DAMAGED = refuse(
    "picture_damaged",
    "The picture breaks off before its end, or is damaged. Wait until it is shown in full on your phone and send it "
    "again, or take it again.",
)


def read_image(data: bytes, purpose: Purpose) -> Reading:
    """Read a JPEG or PNG picture and make what is kept of it."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of a size that we refuse anyway, before it says which.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Reading(findings=[_TOO_MANY_PIXELS])
    except Exception:  # What a damaged file makes of Pillow's parsers is not one kind of error.
        return Reading(findings=[_DAMAGED])
    if wrong_size := _size_findings(picture.size, purpose) or _scale_findings(picture):
        return Reading(findings=wrong_size, width=picture.width, height=picture.height)
    try:
        picture.load()
        picture = _on_white(_in_srgb(picture))
        _turn_upright(picture)
    except Exception:
        return Reading(findings=[_DAMAGED])
    return _reading(picture, purpose)


def _reading(picture: Image.Image, purpose: Purpose) -> Reading:
    findings = quality_findings(picture, purpose)
    return Reading(
        findings=findings,
        width=picture.width,
        height=picture.height,
        perceptual_hash=perceptual_hash(picture),
        content=b"" if is_refused(findings) else _as_jpeg(picture),
    )


def _size_findings(size: tuple[int, int], purpose: Purpose) -> list[Finding]:
    """Judge the size that the file states, before anything is unpacked."""
    if size[0] * size[1] > MAX_PIXELS:
        return [_TOO_MANY_PIXELS]
    if min(size) < MIN_SIDE:
        return [_TOO_SMALL]
    if purpose is Purpose.SCAN and max(size) < MIN_SCAN_SIDE:
        return [_TOO_COARSE]
    return []


def _scale_findings(picture: Image.Image) -> list[Finding]:
    """Have a large picture unpacked at half its width and height, and judge what that would be."""
    if picture.width * picture.height > MAX_UNPACKED_PIXELS:
        picture.draft(None, (picture.width // 2, picture.height // 2))
    return [_TOO_MANY_PIXELS] if picture.width * picture.height > MAX_UNPACKED_PIXELS else []


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Turn colours that need a profile into those that every screen shows alike: the profile is not kept."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode == "RGB":
        with suppress(ImageCms.PyCMSError):  # What is no profile leaves the colours as they are.
            ImageCms.profileToProfile(picture, BytesIO(profile), ImageCms.createProfile("sRGB"), inPlace=True)
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in grey or colour, on white where it was transparent."""
    if picture.has_transparency_data:
        layer = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        page = Image.new("RGB", picture.size, "white")
        page.paste(layer, mask=layer.getchannel("A"))
        return page
    if picture.mode.startswith("I"):
        # Sixteen bits of grey.
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    return picture if picture.mode in ("L", "RGB") else picture.convert("L" if picture.mode == "1" else "RGB")


def _turn_upright(picture: Image.Image) -> None:
    with suppress(Exception):  # Cameras write broken metadata, which is no reason to refuse a whole picture.
        ImageOps.exif_transpose(picture, in_place=True)


def _as_jpeg(picture: Image.Image) -> bytes:
    kept = BytesIO()
    # Only what is named here is written: neither EXIF nor comment nor profile.
    picture.save(kept, "JPEG", quality=KEPT_QUALITY, exif=b"", comment=b"", icc_profile=None)
    return kept.getvalue()
