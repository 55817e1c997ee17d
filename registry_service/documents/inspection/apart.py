"""Reading a file in a process of its own.

Whatever the file does to its parser, this process waits READING_SECONDS at most, uses no memory for
it, and shows it neither secrets nor the database.
"""

import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from common.errors import ServiceUnavailable
from documents.inspection.reading import Reading
from documents.rules import READING_SECONDS, Purpose, refuse

logger = logging.getLogger("phb.documents")

_FOLDER = Path(__file__).resolve().parents[2]
# In each process of the service: a rush of uploads waits here, and not the answers to everybody else.
_at_once = BoundedSemaphore(2)


def read_apart(data: bytes, content_type: str, purpose: Purpose) -> Reading:
    """Read the content of a file; one that ends its reader, or keeps it too long, is refused.

    Raises:
        ServiceUnavailable: others are being read, and none was finished in time.
    """
    if not _at_once.acquire(timeout=READING_SECONDS):
        raise ServiceUnavailable
    try:
        done = subprocess.run(  # noqa: S603 -- our own module
            [sys.executable, "-m", "documents.inspection", content_type, purpose],
            input=data,
            capture_output=True,
            timeout=READING_SECONDS,
            cwd=_FOLDER,
            env={"PYTHONPATH": str(_FOLDER)},
            check=True,
        )
        return Reading.from_bytes(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        # It may have been the file's doing, or a mistake of ours: the last thing that the reader said tells.
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
        logger.warning("document_unreadable", extra={"error": str(error)[-200:], "said": said[-200:]})
        return Reading(findings=[_UNREADABLE])
    finally:
        _at_once.release()


_UNREADABLE = refuse(
    "unreadable",
    "This file cannot be read: it is damaged, or built so that opening it never ends. Scan or photograph the paper "
    "again, and send that.",
)
