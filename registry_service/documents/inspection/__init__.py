"""What a file really is, whether it can be read, and what of it is kept. No database and no HTTP.

names       what the file is called
content     what it is, by its bytes, and whether it is something else as well
apart       reading it in a process of its own, with bounds on time and memory (`__main__`)
pdf         a PDF: password, programs, attachments, pages, how far it unpacks
images      a picture: whole, large enough, upright, without what the camera wrote into it
quality     its light, sharpness and shape
likeness    what stays the same when a picture is scaled or saved anew
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from documents.inspection.apart import read_apart
from documents.inspection.content import content_type_of, contradictions, unacceptable
from documents.inspection.names import display_name, unusable_name
from documents.inspection.reading import Reading
from documents.rules import JPEG, MAX_BYTES, PDF, DocumentTooLarge, Finding, Purpose, is_refused, refuse

_EXTENSIONS = {JPEG: "jpg", PDF: "pdf"}
_CHUNK_BYTES = 64 * 1024


class Readable(Protocol):
    """Anything with bytes to read: an upload, an open file."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Inspection:
    """What was found, and what is to be kept.

    `content` is that, and empty when the file is refused; `content_type` and `extension` say what it
    is: a picture is always kept as a JPEG without metadata, a PDF as it came. `sha256` is the digest
    of what came, in hex; `perceptual_hash` 64 bits as a signed number.
    """

    name: str
    sha256: str
    findings: tuple[Finding, ...]
    content: bytes = b""
    content_type: str = ""
    extension: str = ""
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    perceptual_hash: int | None = None

    @property
    def byte_size(self) -> int:
        """How many bytes are to be kept."""
        return len(self.content)

    @property
    def stored_sha256(self) -> str:
        """The digest of what is to be kept, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_refused(self) -> bool:
        """Whether the file is not to be kept."""
        return is_refused(self.findings)


def inspect(
    file: Readable, *, filename: str, declared_type: str, declared_size: int | None, purpose: Purpose
) -> Inspection:
    """Read an upload and say what it is; the file's own parsers run in a process of its own.

    `filename`, `declared_type` (a media type, or "") and `declared_size` (bytes, or None) are what
    the caller said; none of them is believed.

    Raises:
        DocumentTooLarge: it is, or is said to be, larger than MAX_BYTES; no more than that is read.
        ServiceUnavailable: too many files are being read at this moment.
    """
    data = _read(file, declared_size)
    content_type = content_type_of(data)
    doubts = unusable_name(filename) + _size_differs(data, declared_size)
    if wrong := unacceptable(data, content_type, purpose):
        reading = Reading(findings=wrong)
    else:
        doubts += contradictions(content_type, declared_type=declared_type, filename=filename)
        reading = read_apart(data, content_type, purpose)
    findings = (*doubts, *reading.findings)
    kept_type = JPEG if reading.content else content_type
    return Inspection(
        name=display_name(filename),
        sha256=hashlib.sha256(data).hexdigest(),
        findings=findings,
        content=b"" if is_refused(findings) else reading.content or data,
        content_type=kept_type,
        extension=_EXTENSIONS.get(kept_type, ""),
        pages=reading.pages,
        width=reading.width,
        height=reading.height,
        perceptual_hash=reading.perceptual_hash,
    )


def _read(file: Readable, declared_size: int | None) -> bytes:
    """Read no further than one byte beyond what was declared, or may be."""
    if declared_size is not None and declared_size > MAX_BYTES:
        raise DocumentTooLarge
    enough = (MAX_BYTES if declared_size is None else declared_size) + 1
    data = bytearray()
    while len(data) < enough and (chunk := file.read(min(_CHUNK_BYTES, enough - len(data)))):
        data += chunk
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge
    return bytes(data)


def _size_differs(data: bytes, declared_size: int | None) -> list[Finding]:
    if declared_size is None or len(data) == declared_size:
        return []
    return [refuse("size_differs", "The file did not arrive as it was sent. Send it again, with a better connection.")]
