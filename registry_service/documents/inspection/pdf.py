"""A PDF: password, programs, attachments, pages, and how far it unpacks. It is kept as it came."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf

from documents.inspection.likeness import perceptual_hash
from documents.inspection.reading import Reading
from documents.rules import (
    MAX_PAGES,
    MAX_PIXELS,
    MAX_UNPACKED_BYTES,
    MAX_UNPACKED_TOTAL,
    Finding,
    is_refused,
    refuse,
    warn,
)

# Readers look for the end this close to the end of the file.
_END, _END_WITHIN = b"%%EOF", 1024
# A program, an action that starts something or sends something away, and a form that is a program of its own.
_PROGRAM_KEYS = {"/JS", "/JavaScript", "/XFA"}
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/RichMediaExecute"}
_ATTACHMENT_KEYS = {"/EmbeddedFiles", "/EF", "/RichMediaContent"}
# A document has one filter on a stream, or two; a bomb puts many upon each other.
_MOST_FILTERS = 4
_DEEPEST = 50

_ANEW = "Open it, print it as a new PDF, and send that."
_DAMAGED = refuse("pdf_damaged", "This PDF is damaged and cannot be opened. Scan the paper again, and send that.")
_BROKEN_OFF = refuse(
    "pdf_broken_off",
    "This PDF breaks off before its end, or something was put behind it. Download or scan it again, look whether it "
    "opens, and send it.",
)
_PASSWORD = refuse("pdf_needs_password", "This PDF asks for a password. Save it without one, and send that.")
_PROGRAM = refuse("pdf_has_program", f"This PDF holds a program or a form that does something by itself. {_ANEW}")
_ATTACHMENT = refuse("pdf_has_attachment", f"Other files are attached inside this PDF. {_ANEW}")
_UNPACKS = refuse("pdf_unpacks_too_large", f"This PDF unpacks to far more than a document holds. {_ANEW}")
_TOO_MANY_PAGES = refuse(
    "pdf_too_many_pages", f"This PDF has more than {MAX_PAGES} pages. Send only the pages that are asked for."
)
_REPAIRED = warn("pdf_repaired", "This PDF is slightly damaged. It could be opened; look whether every page is there.")


def read_pdf(data: bytes) -> Reading:
    """Read a PDF. For a process of its own: qpdf's limits are set for all of it."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=100,
        flate_max_memory=MAX_UNPACKED_BYTES,
        run_length_max_memory=MAX_UNPACKED_BYTES,
        png_max_memory=MAX_UNPACKED_BYTES,
        tiff_max_memory=MAX_UNPACKED_BYTES,
    )
    if _END not in data[-_END_WITHIN:]:
        return Reading(findings=[_BROKEN_OFF])
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return _reading(pdf)
    except pikepdf.PasswordError:
        return Reading(findings=[_PASSWORD])
    except MemoryError:
        return Reading(findings=[_UNPACKS])
    except Exception:  # A root that is no dictionary, a tree without an end: damage has many shapes.
        return Reading(findings=[_DAMAGED])


def _reading(pdf: pikepdf.Pdf) -> Reading:
    # The stated number is looked at first: to count them, every page has to be found.
    stated = pdf.Root.Pages.get("/Count", 0)
    if stated > MAX_PAGES or (pages := len(pdf.pages)) > MAX_PAGES:
        return Reading(findings=[_TOO_MANY_PAGES])
    findings = _content_findings(pdf)
    likeness = None if is_refused(findings) else _likeness(pdf)
    return Reading(findings=findings, pages=pages, perceptual_hash=likeness)


def _content_findings(pdf: pikepdf.Pdf) -> list[Finding]:
    found = _active(pdf) + _unpacking(pdf)
    return found or ([_REPAIRED] if pdf.get_warnings() else [])


def _active(pdf: pikepdf.Pdf) -> list[Finding]:
    """Find what does something when the document is opened or touched, wherever it stands."""
    found = []
    for dictionary in (each for top in pdf.objects for each in _dictionaries(top, _DEEPEST)):
        keys = dictionary.keys()
        if _PROGRAM not in found and (_PROGRAM_KEYS & keys or dictionary.get("/S") in _ACTIONS):
            found.append(_PROGRAM)
        if _ATTACHMENT not in found and (_ATTACHMENT_KEYS & keys or dictionary.get("/Type") == "/EmbeddedFile"):
            found.append(_ATTACHMENT)
    return found


def _dictionaries(value: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    """Yield every dictionary inside a top-level object; what it only refers to is one itself."""
    if depth == 0:
        raise RecursionError
    if isinstance(value, pikepdf.Stream):
        value = value.stream_dict
    children: list[pikepdf.Object] = []
    if isinstance(value, pikepdf.Dictionary):
        yield value
        children = list(value.values())
    elif isinstance(value, pikepdf.Array):
        children = list(value)
    for child in children:
        if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect:
            yield from _dictionaries(child, depth - 1)


def _unpacking(pdf: pikepdf.Pdf) -> list[Finding]:
    """Unpack every stream that is no compressed picture, one after the other, and look how large it is."""
    total = 0
    for stream in pdf.objects:
        if not isinstance(stream, pikepdf.Stream):
            continue
        if isinstance(filters := stream.get("/Filter"), pikepdf.Array) and len(filters) > _MOST_FILTERS:
            return [_UNPACKS]
        try:
            total += len(memoryview(stream.get_stream_buffer()))
        except pikepdf.DataDecodingError as error:
            return [_UNPACKS if "memory limit" in str(error) else _DAMAGED]
        except pikepdf.PdfError:
            continue  # A picture, which qpdf leaves packed.
        if total > MAX_UNPACKED_TOTAL:
            return [_UNPACKS]
    return []


def _likeness(pdf: pikepdf.Pdf) -> int | None:
    """Return the perceptual hash of the largest picture on the first page, if there is one that can be decoded."""
    found = pdf.pages[0].get_images().values()
    pictures = [pikepdf.PdfImage(each) for each in found if isinstance(each, pikepdf.Stream)]
    largest = max(pictures, key=lambda each: each.width * each.height, default=None)
    if largest is None or largest.width * largest.height > MAX_PIXELS:
        return None
    try:
        return perceptual_hash(largest.as_pil_image())
    except Exception:  # It only serves comparison: a picture that cannot be compared is no reason to refuse.
        return None
