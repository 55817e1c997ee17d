"""What may be uploaded, how large it may be, and how the applicant is told what to mend.

Nothing here needs Django: the process that reads files (`inspection/__main__.py`) starts with this alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from common.errors import DomainError

# --- What may be uploaded -----------------------------------------------------------------------

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"


class Purpose(StrEnum):
    """What a file is meant to be; `reference` names it as the form of a type of document."""

    PHOTOGRAPH = "photograph"
    SCAN = "scan"


ACCEPTED = {Purpose.PHOTOGRAPH: (JPEG, PNG), Purpose.SCAN: (PDF, JPEG, PNG)}

# --- How large it may be ------------------------------------------------------------------------

# A phone's photograph has 3 to 6 MB, twenty pages at 200 dpi about as much. The gateway lets a little more through
# (`upload` in local/gateway.py), so that this refusal, which says what to do, comes first.
MAX_BYTES = 10 * 1024 * 1024
# A transcript has ten pages, a logbook forty.
MAX_PAGES = 60
# What phones take in one picture.
MAX_PIXELS = 25_000_000
# What is unpacked of it: an A4 page at 400 dpi, which takes 150 MB while it is turned upright. A larger JPEG is
# unpacked at half its width and height; a larger PNG cannot be.
MAX_UNPACKED_PIXELS = 16_000_000
# The shorter side of any picture: a printed passport photograph, 35 mm wide, at 220 dpi.
MIN_SIDE = 300
# The longer side of a scan: an identity card at 240 dpi, or an A4 page at 70 dpi, which is barely legible.
MIN_SCAN_SIDE = 800
# One stream of a PDF, unpacked: an A4 page at 400 dpi in colour, not compressed at all, has 46 MB.
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
# All streams of a PDF that are not pictures, unpacked one after the other.
MAX_UNPACKED_TOTAL = 4 * MAX_UNPACKED_BYTES

# What the process that reads one file may use. The largest pictures need 1 s and most of the memory.
READING_CPU_SECONDS = 5
READING_SECONDS = 10
READING_MEMORY_BYTES = 200 * 1024 * 1024

# --- How much one account may upload --------------------------------------------------------------

# An application has about a dozen documents, and an officer who enters letters all day has two hundred; of files as
# large as may be, they are 2 GB. Those that are being read at the same moment are not counted yet.
UPLOADS_AT_MOST = 200
UPLOADS_COUNTED_FOR = timedelta(days=1)

# --- What is found ------------------------------------------------------------------------------


class Severity(StrEnum):
    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True)
class Finding:
    """Something about a file, in a sentence that says how to mend it to somebody who holds a phone."""

    code: str
    sentence: str
    severity: Severity


def refuse(code: str, sentence: str) -> Finding:
    """Return a finding with which the file is not kept."""
    return Finding(code, sentence, Severity.REFUSE)


def warn(code: str, sentence: str) -> Finding:
    """Return a finding with which the file is kept, and which the applicant and the officer should see."""
    return Finding(code, sentence, Severity.WARN)


def is_refused(findings: Sequence[Finding]) -> bool:
    """Say whether any of the findings keeps the file out."""
    return any(finding.severity is Severity.REFUSE for finding in findings)


class ScanResult(StrEnum):
    """What the virus scanner said of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


# --- Refusals -----------------------------------------------------------------------------------


class DocumentRefused(DomainError):
    """The file is not kept, for the reasons in `errors`.

    They come as everywhere ({pointer, code, detail}), each with its `severity`, and those that keep
    the file out before those that would not have. `detail` is the first of them.
    """

    code = "document_refused"
    status = 422
    title = "The file cannot be accepted"
    detail = "{errors[0][detail]}"
    carries = {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["severity"],
                "properties": {
                    "severity": {
                        "type": "string",
                        "enum": [severity.value for severity in Severity],
                        "description": "Whether this alone keeps the file out (`refuse`), or it is only worth mending.",
                    }
                },
            },
        }
    }

    def __init__(self, findings: Sequence[Finding]) -> None:
        ordered = sorted(findings, key=lambda finding: finding.severity is Severity.WARN)
        super().__init__(
            errors=[
                {"pointer": "/file", "code": each.code, "detail": each.sentence, "severity": each.severity.value}
                for each in ordered
            ]
        )


class DocumentTooLarge(DomainError):
    """The file is larger than any that is read. Raised before the rest of it is received, where its length is told."""

    code = "document_too_large"
    status = 413
    title = "The file is too large"
    detail = (
        "The file is larger than {max_megabytes} MB. Scan it in grey or with 200 dpi, or take the photograph "
        "with a smaller picture size, and send that."
    )

    def __init__(self) -> None:
        super().__init__(max_megabytes=MAX_BYTES // (1024 * 1024))


class UploadsExhausted(DomainError):
    """One account has uploaded as much within a day as anybody may."""

    code = "document_uploads_exhausted"
    status = 429
    title = "Too many files were uploaded"
    detail = "{most} files a day are taken from one account. Try again in {retry_after} seconds."
    headers = {"Retry-After": "{retry_after}"}


class DocumentForgotten(DomainError):
    """It took too long from uploading the file to keeping it, so that it is being deleted."""

    code = "document_forgotten"
    status = 409
    title = "The file was not kept in time"
    detail = "Too much time has passed since it was uploaded. Send it again."


class DocumentQuarantined(DomainError):
    """A virus was found after the file had been accepted: nobody is given it any more."""

    code = "document_quarantined"
    status = 409
    title = "The file is not given out"
    detail = "A virus was found in this file after it was uploaded. Ask for it again, from another device."
