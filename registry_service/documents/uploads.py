"""Receiving a form with a file in it, and no more of it than may be uploaded."""

from itertools import chain
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from rest_framework.parsers import DataAndFiles, MultiPartParser

from documents.rules import MAX_BYTES, DocumentTooLarge

# The other fields of the form, and the lines between them.
_REST_OF_THE_FORM = 64 * 1024


class BoundedUpload(FileUploadHandler):
    """Refuses a form that says it is too long before it is read, and stops reading one that turns out to be."""

    _received = 0

    @property
    def is_exceeded(self) -> bool:
        """Whether more came than may be uploaded."""
        return self._received > MAX_BYTES

    def handle_raw_input(self, input_data: IO[bytes], META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803
        """Look at the length that the request declares.

        Raises:
            DocumentTooLarge: it is too long for any document.
        """
        if content_length > MAX_BYTES + _REST_OF_THE_FORM:
            raise DocumentTooLarge

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and hand the bytes on to the handlers that keep them for the length of the request."""
        self._received += len(raw_data)
        if self.is_exceeded:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class DocumentParser(MultiPartParser):
    """For views that take a document: `multipart/form-data`, bounded."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> "DataAndFiles[Any, Any]":
        """Read the form.

        Raises:
            DocumentTooLarge: its files are larger than any that is read.
        """
        request = parser_context["request"]._request
        bound = BoundedUpload(request)
        request.upload_handlers.insert(0, bound)
        form = super().parse(stream, media_type, parser_context)
        if bound.is_exceeded:
            for file in chain.from_iterable(form.files.getlist(name) for name in form.files):
                file.close()
            raise DocumentTooLarge
        return form
