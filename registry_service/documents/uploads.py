"""Receiving a form with a file in it, and no more of it than may be uploaded."""

from itertools import chain
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import multipartparser
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from documents.inspection.names import unusable_name
from documents.rules import MAX_BYTES, DocumentRefused, DocumentTooLarge

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


class PlainNames(multipartparser.MultiPartParser):
    """Reads a form whose files have plain names. Django's own cuts a name that is a path, and nobody hears of it."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name as it came.

        Raises:
            DocumentRefused: it is a path, or holds what cannot be seen.
        """
        if findings := unusable_name(file_name):
            raise DocumentRefused(findings)
        return super().sanitize_file_name(file_name)


class DocumentParser(MultiPartParser):
    """For views that take a document: `multipart/form-data`, bounded, with plain names."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> "DataAndFiles[Any, Any]":
        """Read the form.

        Raises:
            DocumentTooLarge: its files are larger than any that is read.
            DocumentRefused: a file of it has a name that is a path.
            ParseError: it is no form.
        """
        request = parser_context["request"]._request
        bound = BoundedUpload(request)
        request.upload_handlers.insert(0, bound)
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            parser = PlainNames(meta, stream, request.upload_handlers, parser_context.get("encoding"))
            form = DataAndFiles(*parser.parse())
        except multipartparser.MultiPartParserError as error:
            raise ParseError(str(error)) from error
        if bound.is_exceeded:
            for file in chain.from_iterable(form.files.getlist(name) for name in form.files):
                file.close()
            raise DocumentTooLarge
        return form
