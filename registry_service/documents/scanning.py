"""Asking a virus scanner. Which one is a setting: clamd, a fake for tests, or none."""

import socket
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from documents.rules import ScanResult

# For each step of the conversation with clamd; a person is waiting.
SECONDS = 5.0
_CHUNK_BYTES = 256 * 1024


class ScannerUnavailable(Exception):
    """The scanner gave no answer; the file is looked at later."""


class Scanner(Protocol):
    """Says whether a file holds a virus."""

    def scan(self, content: bytes) -> ScanResult:
        """Return CLEAN or INFECTED.

        Raises:
            ScannerUnavailable: it gave no answer.
        """


class Clamd:
    """ClamAV's daemon at `tcp://host:port` or `unix:///path`, by its INSTREAM command (clamd(8))."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self._address = urlsplit(address)
        self._seconds = seconds

    def scan(self, content: bytes) -> ScanResult:
        """Return what clamd found; anything that it says beside that counts as no answer."""
        try:
            with self._connection() as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _CHUNK_BYTES):
                    chunk = content[start : start + _CHUNK_BYTES]
                    connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
                connection.sendall(bytes(4))
                said = connection.makefile("rb").read(1000)
        except OSError as error:
            raise ScannerUnavailable(repr(error)) from error
        return _understood(said)

    def _connection(self) -> socket.socket:
        if self._address.scheme == "tcp":
            return socket.create_connection((self._address.hostname, self._address.port), timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._address.path)
        except OSError:
            connection.close()
            raise
        return connection


class FakeScanner:
    """Finds the EICAR test string, by which scanners are tried everywhere, and nothing else."""

    # In two parts, or a scanner on the reader's machine would find it here.
    TEST_STRING = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

    def scan(self, content: bytes) -> ScanResult:
        """Look for the test string."""
        return ScanResult.INFECTED if self.TEST_STRING in content else ScanResult.CLEAN


def scanner() -> Scanner | None:
    """Return the scanner that DOCUMENTS_SCANNER names; None where nothing is scanned."""
    if settings.DOCUMENTS_SCANNER == "clamd":
        return Clamd(settings.CLAMD_ADDRESS)
    return FakeScanner() if settings.DOCUMENTS_SCANNER == "fake" else None


def _understood(said: bytes) -> ScanResult:
    answer = said.rstrip(b"\0\n")
    if answer.endswith(b" FOUND"):
        return ScanResult.INFECTED
    if answer == b"stream: OK":
        return ScanResult.CLEAN
    raise ScannerUnavailable(f"clamd said {answer!r}")
