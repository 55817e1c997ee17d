"""Receiving a form: what is too long is refused before it is read, or as soon as it is."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents.rules import MAX_BYTES, DocumentRefused, refuse, warn
from documents.uploads import DocumentParser

Send = Callable[..., HttpResponse]


class TakesADocument(APIView):
    """Says how large the file was that came, and how many bytes of the body were read."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    parser_classes = [DocumentParser]

    def post(self, request: Request) -> Response:
        return Response({"size": request.data["file"].size, "name": request.data["file"].name})


class Counted(BytesIO):
    """A body that knows how far it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.fixture
def send() -> Send:
    def post(data: dict[str, Any], **headers: Any) -> HttpResponse:
        request = RequestFactory().post("/documents/", data, **headers)
        response = TakesADocument.as_view()(request)
        request.close()
        return response

    return post


def a_file(size: int, name: str = "a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size, "application/pdf")


@pytest.mark.parametrize("size", [0, 1, 3_000_000, MAX_BYTES])
def test_a_file_comes_through(send: Send, size: int) -> None:
    # Django leaves out the file of an empty field: it is then the form that is wrong.
    response = send({"file": a_file(size), "kind": "oath"})
    assert response.data == {"size": size, "name": "a.pdf"}


def test_the_largest_file_beside_other_fields(send: Send) -> None:
    assert send({"file": a_file(MAX_BYTES), "note": "x" * 20_000}).status_code == 200


def test_a_file_that_is_one_byte_too_long(send: Send) -> None:
    response = send({"file": a_file(MAX_BYTES + 1)})
    assert (response.status_code, response.data["code"]) == (413, "document_too_large")
    assert "10 MB" in response.data["detail"]
    assert "20" in response.data["detail"]


def test_the_files_of_one_form_are_counted_together(send: Send) -> None:
    response = send({"file": a_file(MAX_BYTES // 2 + 1), "more": a_file(MAX_BYTES // 2 + 1)})
    assert response.data["code"] == "document_too_large"


def test_a_declared_length_of_4_gigabytes_is_not_read() -> None:
    body = Counted(b"--b\r\n" + b"x" * 100_000)
    told = {"CONTENT_LENGTH": str(4 * 1024**3), "wsgi.input": body}
    request = RequestFactory().generic("POST", "/documents/", b"-", "multipart/form-data; boundary=b", **told)
    response = TakesADocument.as_view()(request)
    assert (response.status_code, response.data["code"]) == (413, "document_too_large")
    assert body.taken == 0


def test_a_refusal_is_a_problem_with_every_finding() -> None:
    class Refuses(TakesADocument):
        def post(self, request: Request) -> Response:
            raise DocumentRefused([warn("dim", "Rather dark {x}."), refuse("blurred", "Blurred {0}.")])

    request = RequestFactory().post("/documents/", {"file": a_file(1)})
    response = Refuses.as_view()(request)
    assert (response.status_code, response.data["code"]) == (422, "document_refused")
    assert response.data["detail"] == "Blurred {0}."
    assert response.data["errors"] == [
        {"pointer": "/file", "code": "blurred", "detail": "Blurred {0}.", "severity": "refuse"},
        {"pointer": "/file", "code": "dim", "detail": "Rather dark {x}.", "severity": "warn"},
    ]


def test_what_is_no_form_is_refused(send: Send) -> None:
    request = RequestFactory().post("/documents/", b"{}", content_type="application/json")
    assert TakesADocument.as_view()(request).status_code == 415


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", r"C:\\Users\\ada\\scan.pdf", "/scan.pdf", "a\x00.pdf"])
def test_a_name_with_a_path_in_it_is_refused_and_not_cut(name: str) -> None:
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nx\r\n--b--\r\n'
    request = RequestFactory().generic("POST", "/documents/", part.encode(), "multipart/form-data; boundary=b")
    response = TakesADocument.as_view()(request)
    assert (response.status_code, response.data["code"]) == (422, "document_refused")
    assert "plain name" in response.data["detail"]


def test_a_form_that_breaks_off_is_no_form() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
    request = RequestFactory().generic("POST", "/documents/", part, "multipart/form-data; boundary=")
    assert TakesADocument.as_view()(request).status_code == 400
