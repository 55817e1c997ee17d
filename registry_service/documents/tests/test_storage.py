"""Both storages that settings offer: a folder, and a bucket of any service that speaks S3, played here by the test."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from documents.serving import file_response
from documents.tests.factories import kept_file
from documents.tests.pictures import pdf


def chosen(storage: str, **options: Any) -> override_settings:
    """The storage as the settings describe it, with what differs from place to place."""
    described = settings.DOCUMENTS_STORAGES[storage]
    used = {**described, "OPTIONS": {**described["OPTIONS"], **options}}
    return override_settings(STORAGES={**settings.STORAGES, "documents": used})


class TestTheFolder:
    @pytest.mark.django_db
    def test_a_file_lies_in_it_and_comes_back(self, tmp_path: Path) -> None:
        data = pdf()
        with chosen("folder", location=str(tmp_path / "documents")):
            file = kept_file(data, name="a.pdf")
            lies_at = tmp_path / "documents" / file.storage_name
            assert lies_at.read_bytes() == data
            assert lies_at.stat().st_mode & 0o777 == 0o644
            response = file_response(file)
            assert b"".join(response.streaming_content) == data
            response.close()


class FakeBucket(ThreadingHTTPServer):
    """Objects by path; every request must be signed."""

    daemon_threads = True

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Asked)


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeBucket

    def _answer(self, status: int, content: bytes = b"", size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if size is None else size))
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Mon, 23 Nov 2026 09:00:00 GMT")
        self.end_headers()
        self.wfile.write(content)

    def do_PUT(self) -> None:
        assert "Credential=the-key/" in self.headers["Authorization"]
        assert "x-amz-acl" not in self.headers
        self.server.objects[self.path] = self._body()
        self._answer(200)

    def do_HEAD(self) -> None:
        found = self.server.objects.get(self.path)
        self._answer(404 if found is None else 200, size=len(found or b""))

    def do_GET(self) -> None:
        found = self.server.objects.get(self.path.partition("?")[0])
        self._answer(404 if found is None else 200, found or b"")

    def _body(self) -> bytes:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return body
        content = b""
        while size := int(body.partition(b"\r\n")[0].partition(b";")[0], 16):
            _, _, rest = body.partition(b"\r\n")
            content, body = content + rest[:size], rest[size + 2 :]
        return content

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


@pytest.fixture
def bucket() -> Iterator[FakeBucket]:
    server = FakeBucket()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db
def test_a_file_lies_in_the_bucket_and_comes_back_through_the_service(bucket: FakeBucket) -> None:
    data = pdf()
    place = {
        "bucket_name": "documents", "endpoint_url": f"http://127.0.0.1:{bucket.server_port}", "region_name": "lagos-1",
        "access_key": "the-key", "secret_key": "the-secret",
    }  # fmt: skip
    with chosen("s3", **place):
        file = kept_file(data, name="a.pdf")
        assert bucket.objects == {f"/documents/{file.storage_name}": data}
        response = file_response(file)
        assert b"".join(response.streaming_content) == data
        response.close()
