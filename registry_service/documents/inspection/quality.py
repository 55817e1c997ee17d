"""Whether a picture shows anything: its light, its sharpness, its shape.

The bounds are low on purpose: what is refused here shows nothing to anyone, and what is doubtful is
kept with a warning. They were tried on portraits, scanned pages and drawn certificates, sharp and
blurred, dark and light, with and without noise.
"""

from itertools import accumulate, product

from PIL import Image, ImageFilter, ImageStat

from documents.rules import Finding, Purpose, refuse, warn

# Everything is measured on a grey picture of this size, so that a bound means the same for every camera.
MEASURED_SIDE = 1000

# Brightness goes from 0 to 255. The brightest twentieth counts, and not the average: a dark face before a light wall
# is a good photograph.
DARK_BELOW, DIM_BELOW = 60, 100
# A face has shadows: when all but a twentieth is lighter than this, it is not to be seen.
FACELESS_ABOVE = 225
# Ink is darker than this, even when it is pale.
INK_BELOW = 170
# Variance of the Laplacian, a measure of edges, in the sharpest of sixteen fields: most of a certificate is white.
# Sharp pictures reach 400 and more. A blur of 2 pixels leaves about 20 on a page and 100 on a face; one of 3 pixels, in
# which no print can be read, leaves 6 on a page, and one of 5 leaves 10 on a face.
BLURRED_BELOW, SOFT_BELOW = 12, 100
_FIELDS = 4
# Width to height. 35 mm by 45 mm is 0.78, two inches square is 1.
_SLIMMEST, _WIDEST = 0.6, 1.05

_EDGES = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def quality_findings(picture: Image.Image, purpose: Purpose) -> list[Finding]:
    """Say what is wrong with how the picture was taken; at most one thing about light and sharpness."""
    grey = picture.convert("L")
    grey.thumbnail((MEASURED_SIDE, MEASURED_SIDE))
    return (_light(grey, purpose) or _sharpness(grey)) + _shape(picture, purpose)


def _light(grey: Image.Image, purpose: Purpose) -> list[Finding]:
    brightest = _brightness_at(grey, 0.95)
    if brightest < DARK_BELOW:
        return [refuse("too_dark", "The picture is too dark to show anything. Take it again by daylight.")]
    if purpose is Purpose.PHOTOGRAPH and _brightness_at(grey, 0.05) > FACELESS_ABOVE:
        sentence = "The picture is too bright to show a face. Take it again without flash, and not against the sun."
        return [refuse("too_bright", sentence)]
    if purpose is Purpose.SCAN and _brightness_at(grey, 0) > INK_BELOW:
        return [refuse("nothing_to_read", "There is nothing to read on this page. Scan the written side.")]
    if brightest < DIM_BELOW:
        return [warn("dim", "The picture is rather dark. One that is taken by daylight will be accepted sooner.")]
    return []


def _sharpness(grey: Image.Image) -> list[Finding]:
    edges = _edges(grey)
    if edges < BLURRED_BELOW:
        sentence = "The picture is blurred. Hold the phone still, tap on the middle to focus, and take it again."
        return [refuse("blurred", sentence)]
    if edges < SOFT_BELOW:
        sentence = "The picture is not quite sharp. Look whether every word can be read; otherwise take it again."
        return [warn("not_sharp", sentence)]
    return []


def _shape(picture: Image.Image, purpose: Purpose) -> list[Finding]:
    if purpose is Purpose.PHOTOGRAPH and not _SLIMMEST <= picture.width / picture.height <= _WIDEST:
        sentence = "A passport photograph is upright or square. Cut it so that the face fills most of it."
        return [warn("photograph_shape", sentence)]
    return []


def _brightness_at(grey: Image.Image, share: float) -> int:
    """Return the brightness at or below which more than this share of the pixels lies; 0 gives the darkest of them."""
    upto = accumulate(grey.histogram())
    return next(brightness for brightness, pixels in enumerate(upto) if pixels > share * grey.width * grey.height)


def _edges(grey: Image.Image) -> float:
    edges = grey.filter(_EDGES)
    # The filter leaves the outermost pixels as they were.
    width, height = max(1, (edges.width - 2) // _FIELDS), max(1, (edges.height - 2) // _FIELDS)
    fields = (
        edges.crop((1 + column * width, 1 + row * height, 1 + (column + 1) * width, 1 + (row + 1) * height))
        for column, row in product(range(_FIELDS), repeat=2)
    )
    return max(ImageStat.Stat(field).var[0] for field in fields)
