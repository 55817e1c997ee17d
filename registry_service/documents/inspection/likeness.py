"""What stays the same when a picture is scaled, lightened or saved anew.

Sixty-four bits say little: certificates made from one form look alike whoever they were given to. A
small distance is a reason to look, never a proof.
"""

from PIL import Image

_COLUMNS, _ROWS = 8, 8


def perceptual_hash(picture: Image.Image) -> int:
    """Return the difference hash as a signed 64-bit number: whether brightness falls, from cell to cell, in each row.

    Distance is the number of bits that differ (`queries.similar_files`); other pictures differ in
    about half of them.
    """
    cells = picture.convert("L").resize((_COLUMNS + 1, _ROWS), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(_ROWS):
        start = row * (_COLUMNS + 1)
        for left, right in zip(cells[start : start + _COLUMNS], cells[start + 1 : start + _COLUMNS + 1], strict=True):
            bits = bits << 1 | (left > right)
    return int.from_bytes(bits.to_bytes(8, "big"), "big", signed=True)
