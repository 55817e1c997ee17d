"""Documents: how large an upload may be, and a download that the registry leaves to the gateway."""

from uuid import uuid4

import pytest

from gateway.tests.conftest import gateway_to
from local.gateway import COMPOSE, Limits, uploads_conf

ID = "0190a1b2-c3d4-7000-8000-000000000000"
UPLOAD = f"/api/registry/applications/{ID}/documents/"
# From the applicant, from an officer for somebody, and from somebody without an account.
UPLOADS = [
    UPLOAD,
    f"/api/registry/admin/applications/{ID}/documents/",
    f"/api/registry/document-requests/{ID}/documents/",
]
CONTENT = b"%PDF-1.7\n" + b"x" * 5000
# What the registry says of a document, and the gateway passes on.
SAID = {
    "Content-Type": "application/json",  # which the fake says of everything: it is passed on, and not guessed
    "Content-Disposition": 'attachment; filename="degree.pdf"',
    "Cache-Control": "private, no-store",
    "Access-Control-Allow-Origin": "https://app.example",
    "Access-Control-Expose-Headers": "Retry-After",
}


@pytest.fixture(scope="module")
def gateway(fakes):
    limits = Limits(**{**vars(Limits.high()), "body": "10k", "upload": "30k"})
    with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask:
        yield ask


@pytest.fixture
def ask(gateway, fakes):
    for fake in fakes.values():
        fake.reset()
    return gateway


@pytest.fixture
def document(ask):
    """The path, below the folder of documents, of a file that lies there."""
    name = f"{uuid4().hex}.pdf"
    ask.documents.mkdir(parents=True, exist_ok=True, mode=0o755)
    (ask.documents / name).write_bytes(CONTENT)
    return name


class TestUploads:
    @pytest.mark.parametrize("host", ["", "registry.phb.ng"])
    @pytest.mark.parametrize("path", UPLOADS)
    def test_a_document_may_be_larger_than_anything_else(self, ask, host, path):
        said = ask("POST", path, host=host, data=b"x" * 25_000).json()
        assert (said["service"], said["path"], said["body_bytes"]) == ("registry", path, 25_000)

    @pytest.mark.parametrize(
        "path",
        [
            "/api/registry/applications/",
            "/api/registry/applications/1/",
            "/api/registry/applications/1/documents/2/",
            "/api/registry/applications/1/2/documents/",
            "/api/registry/x/applications/1/documents/",
            "/api/applications/1/documents/",
            "/api/registry/document-requests/1/",
        ],
    )
    def test_nothing_else_may(self, ask, registry, path):
        answer = ask("POST", path, data=b"x" * 25_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "gateway_payload_too_large")
        assert not registry.asked

    def test_a_document_has_a_limit_too(self, ask, registry):
        answer = ask("POST", UPLOAD, data=b"x" * 31_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "gateway_payload_too_large")
        assert not registry.asked

    def test_containers_run_with_the_default_limit(self):
        assert (COMPOSE / "uploads.conf").read_text() == uploads_conf(Limits())


class TestDownloads:
    def test_the_gateway_sends_the_file_with_what_the_registry_says_of_it(self, ask, registry, document):
        headers = {name: value for name, value in SAID.items() if name != "Content-Type"}
        registry.headers = {**headers, "X-Accel-Redirect": f"/.documents/{document}"}
        answer = ask("GET", "/api/registry/applications/1/documents/2/file/")
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert {name: answer.headers[name] for name in SAID} == SAID
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Accel-Redirect" not in answer.headers

    def test_on_the_registrys_own_name_too(self, ask, registry, document):
        registry.headers = {"X-Accel-Redirect": f"/.documents/{document}"}
        assert ask("GET", "/api/registry/x/", host="registry.phb.ng").content == CONTENT

    def test_the_hospital_service_reaches_none(self, ask, hospital, document):
        hospital.headers = {"X-Accel-Redirect": f"/.documents/{document}"}
        answer = ask("GET", "/api/hospitals/")
        assert (answer.status_code, answer.json()["code"]) == (404, "gateway_not_found")

    @pytest.mark.parametrize("host", ["", "registry.phb.ng"])
    def test_nobody_reaches_one_by_its_address(self, ask, document, host):
        for path in (f"/.documents/{document}", f"/x/../.documents/{document}", f"/%2edocuments/{document}"):
            assert ask("GET", path, host=host).status_code == 404

    @pytest.mark.parametrize("path", ["nothing.pdf", "../limits_token", "", "%2e%2e/limits_token"])
    def test_what_is_not_there_is_not_found(self, ask, registry, document, path):
        registry.headers = {"X-Accel-Redirect": f"/.documents/{path}"}
        assert ask("GET", "/api/registry/x/").status_code in (403, 404, 500)
