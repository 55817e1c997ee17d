"""Scanning what could not be scanned when it came, and deleting what nobody kept."""

import logging
from datetime import datetime

from documents import services
from documents.scanning import ScannerUnavailable, scanner

logger = logging.getLogger("phb.documents")

BATCH = 10


def scan_waiting_files(now: datetime) -> int:
    """Scan up to `BATCH` files that wait for it, and return how many were; none while there is no scanner."""
    asked = scanner()
    if asked is None:
        return 0
    claimed = services.claim_waiting_files(now, at_most=BATCH)
    for done, file in enumerate(claimed):
        try:
            services.scan_claimed_file(file, asked, now)
        except ScannerUnavailable as error:
            logger.warning("document_not_scanned", extra={"error": str(error)})
            return done
        except OSError:
            logger.exception("document_not_readable", extra={"document": str(file.uid)})
    return len(claimed)


def delete_forgotten_files(now: datetime) -> int:
    """Delete some files that nobody has kept in time; see `services.delete_forgotten_files`."""
    return services.delete_forgotten_files(now, at_most=BATCH)
