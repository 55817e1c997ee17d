"""What a browser is told about a file, and who sends it."""

from typing import Any

import pytest
from django.http import FileResponse

from documents.models import StoredFile
from documents.rules import DocumentQuarantined
from documents.serving import file_response
from documents.tests.factories import kept_file
from documents.tests.pictures import pdf, png
from sampling.scans import portrait

pytestmark = pytest.mark.django_db


def test_this_service_sends_the_file_as_it_is_kept() -> None:
    data = pdf()
    response = file_response(kept_file(data, name="a.pdf"))
    assert isinstance(response, FileResponse)
    assert b"".join(response.streaming_content) == data
    assert response["Content-Length"] == str(len(data))
    response.close()


def test_or_the_gateway_does(settings: Any) -> None:
    settings.DOCUMENTS_THROUGH_GATEWAY = True
    file = kept_file(pdf(), name="a.pdf")
    response = file_response(file)
    assert response["X-Accel-Redirect"] == f"/.documents/{file.storage_name}"
    assert (response.content, response["Content-Type"]) == (b"", "application/pdf")
    assert "Content-Length" not in response


@pytest.mark.parametrize("through_gateway", [True, False])
@pytest.mark.parametrize(("inline", "disposition"), [(False, "attachment"), (True, "inline")])
def test_what_the_browser_is_told(settings: Any, through_gateway: bool, inline: bool, disposition: str) -> None:
    settings.DOCUMENTS_THROUGH_GATEWAY = through_gateway
    response = file_response(kept_file(pdf(), name="a.pdf"), inline=inline)
    said = {name: response[name] for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")}
    assert said == {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'{disposition}; filename="a.pdf"'
    response.close()


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("Ọlá.png", "attachment; filename*=utf-8''%E1%BB%8Cl%C3%A1.jpg"),
        ('a"b.png', 'attachment; filename="a\\"b.jpg"'),
        ("a;b=c.png", 'attachment; filename="a;b=c.jpg"'),
        ("picture", 'attachment; filename="picture.jpg"'),
        ("page.html", 'attachment; filename="page.jpg"'),
        (".png", None),
    ],
)
def test_the_name_travels_in_one_piece_with_the_ending_of_what_it_is(name: str, disposition: str | None) -> None:
    response = file_response(kept_file(png(portrait()), purpose="photograph", name=name))
    said = response["Content-Disposition"]
    assert disposition in (None, said)
    assert ".jpg" in said
    assert "\n" not in said
    response.close()


@pytest.mark.parametrize("through_gateway", [True, False])
def test_a_quarantined_file_is_not_served(settings: Any, through_gateway: bool) -> None:
    settings.DOCUMENTS_THROUGH_GATEWAY = through_gateway
    file = kept_file(pdf(), name="a.pdf")
    StoredFile.objects.update(scan_result="infected")
    file.refresh_from_db()
    for inline in (True, False):
        with pytest.raises(DocumentQuarantined):
            file_response(file, inline=inline)
