"""Pictures to upload, drawn without any library."""

import random
import struct
import zlib
from collections.abc import Callable


def page(holder: str, *, light: float = 1.0) -> bytes:
    """A PNG of a page with lines of writing, another for every holder; `light` 0.1 is a room at night."""
    letters = random.Random(holder)
    inked = {(row, column) for row in range(20, 80) for column in range(12, 75) if letters.random() < 0.5}

    def at(x: int, y: int) -> float:
        row, column = y // 15, x // 12
        is_ink = y % 15 < 9 and x % 12 < 8 and (row, column) in inked
        return 30 if is_ink else 250

    return _png(1080, 1440, at, light)


def portrait(holder: str, *, light: float = 1.0) -> bytes:
    """A PNG of somebody before a white wall, another for every holder; `light` 0.1 is a room at night."""
    looks = random.Random(holder)
    middle, width, height, shoulders = looks.randint(220, 380), looks.randint(90, 170), 190, looks.randint(520, 640)

    def at(x: int, y: int) -> float:
        across, down = (x - middle) / width, (y - 330) / height
        if across * across + down * down < 1:
            is_eye = abs(down + 0.2) < 0.06 and 0.2 < abs(across) < 0.5
            return 20 if is_eye else 150 - 40 * down
        return 60 if y > shoulders + abs(x - middle) // 4 else 240

    return _png(600, 750, at, light)


def _png(width: int, height: int, at: Callable[[int, int], float], light: float) -> bytes:
    rows = (b"\0" + bytes(round(at(x, y) * light) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    )
