"""What a file is, by its bytes: the three types that are read, the others that people send, and two files in one."""

import re
import zipfile
from io import BytesIO

from documents.rules import ACCEPTED, JPEG, PDF, PNG, Finding, Purpose, refuse, warn

_BEGINNINGS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}
_SAID = {JPEG: "a JPEG picture", PNG: "a PNG picture", PDF: "a PDF"}
_DECLARED = {
    "image/jpeg": JPEG, "image/jpg": JPEG, "image/pjpeg": JPEG, "image/png": PNG, "application/pdf": PDF,
    "jpg": JPEG, "jpeg": JPEG, "jpe": JPEG, "jfif": JPEG, "png": PNG, "pdf": PDF,
}  # fmt: skip

# What else people send, by its first bytes. The first that fits.
_HEIC = refuse(
    "type_heic",
    "This picture is in the HEIC format of newer phones, which cannot be read everywhere. Send it as a JPEG: on an "
    "iPhone choose Settings, Camera, Formats, Most Compatible, and take it again; or send the picture to yourself by "
    "e-mail and upload what arrives.",
)
_OTHER_PICTURE = refuse(
    "type_other_picture", "Pictures of this kind are not read here. Open it, save it as a JPEG, and send that."
)
_OFFICE = refuse("type_office", "This is a Word or Office file. Open it, save or print it as a PDF, and send that.")
_SEVERAL_FILES = refuse(
    "type_archive", "This is an archive of files. Take the document out of it, and send each file by itself."
)
_WEB_PAGE = refuse("type_web_page", "This is a web page. Print it as a PDF, and send that.")
_SVG = refuse(
    "type_svg",
    "This is an SVG drawing, which can carry programs. Take a photograph of the paper, or scan it, and send a JPEG or "
    "a PDF.",
)
_TWO_IN_ONE = refuse(
    "two_files_in_one",
    "Another file is hidden in this one. Take a new photograph, or open it and print it as a new PDF, and send that.",
)
_EMPTY = refuse("file_empty", "The file is empty. Choose it again, and send it.")
_NO_PHOTOGRAPH = refuse(
    "photograph_as_pdf", "A photograph is needed here, not a PDF. Send it as a JPEG or PNG picture."
)
_UNKNOWN = refuse("type_unknown", "This is neither a picture nor a PDF. Send a JPEG or PNG picture, or a PDF.")
_OTHERS = [
    (re.compile(rb"....ftyp(hei|hev|mif1|msf1)", re.DOTALL), _HEIC),
    (re.compile(rb"GIF8|RIFF....WEBP|II\*\0|MM\0\*|BM|....ftypavif", re.DOTALL), _OTHER_PICTURE),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|{\\rtf|PK\x03\x04.*(word/|\[Content_Types\])", re.DOTALL), _OFFICE),
    (re.compile(rb"PK\x03\x04|PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b"), _SEVERAL_FILES),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(!DOCTYPE html|html|head|body|script)\b", re.IGNORECASE), _WEB_PAGE),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(.*<)?svg\b", re.DOTALL | re.IGNORECASE), _SVG),
    (re.compile(rb".{1,1019}%PDF-", re.DOTALL), _TWO_IN_ONE),
]

# Readers look for the directory of a ZIP at the end, and for everything else wherever it stands. What cameras put
# behind a picture (a second picture, a short film) is nothing of this, and is not kept.
_ARCHIVE = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
_IN_A_PICTURE = re.compile(rb"%PDF-\d|(?i:<script|<html|<\?php)|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")


def content_type_of(data: bytes) -> str:
    """Return the media type that the first bytes give, or "" when it is none that is read."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), "")


def unacceptable(data: bytes, content_type: str, purpose: Purpose) -> list[Finding]:
    """Say why the file is not even opened: nothing in it, of a type that is not read, or two files in one."""
    if not data:
        return [_EMPTY]
    if not content_type:
        return [_other_type(data)]
    if content_type not in ACCEPTED[purpose]:
        return [_NO_PHOTOGRAPH]
    if _is_also_something_else(data, content_type):
        return [_TWO_IN_ONE]
    return []


def contradictions(content_type: str, *, declared_type: str, filename: str) -> list[Finding]:
    """Warn when name or media type say another type than the content; the file is kept as what it is."""
    extension = filename.rpartition(".")[2].lower()
    said = {_DECLARED.get(word) for word in (declared_type.partition(";")[0].strip().lower(), extension)}
    if said - {None, content_type}:
        return [warn("type_differs", f"This is {_SAID[content_type]}, whatever its name says, and was taken as that.")]
    return []


def _other_type(data: bytes) -> Finding:
    beginning = data[:4096]
    return next((finding for pattern, finding in _OTHERS if pattern.match(beginning)), _UNKNOWN)


def _is_also_something_else(data: bytes, content_type: str) -> bool:
    foreign = _ARCHIVE if content_type == PDF else _IN_A_PICTURE
    return zipfile.is_zipfile(BytesIO(data)) or foreign.search(data) is not None
