"""The process in which one file is read: `python -m documents.inspection TYPE PURPOSE`, the file on standard input.

It starts by taking from itself what a file could abuse. PDFs and pictures have a parser each, and only
the one that is needed is loaded.
"""

import resource
import sys

from documents.inspection.reading import Reading
from documents.rules import PDF, READING_CPU_SECONDS, READING_MEMORY_BYTES, Purpose


def main(content_type: str, purpose: Purpose) -> None:
    """Write what was found to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (READING_CPU_SECONDS, READING_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (READING_MEMORY_BYTES, READING_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No file is written here, however it is asked for.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.buffer.write(_read(sys.stdin.buffer.read(), content_type, purpose).to_bytes())


def _read(data: bytes, content_type: str, purpose: Purpose) -> Reading:
    if content_type == PDF:
        from documents.inspection.pdf import read_pdf

        return read_pdf(data)
    from documents.inspection.images import read_image

    return read_image(data, purpose)


if __name__ == "__main__":
    main(sys.argv[1], Purpose(sys.argv[2]))
