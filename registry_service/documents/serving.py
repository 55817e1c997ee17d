"""Giving a file to somebody who may have it; who may is the caller's to decide."""

from django.conf import settings
from django.core.files.storage import storages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from documents.models import StoredFile
from documents.rules import DocumentQuarantined

# Where gateway/nginx.conf finds the folder of documents; reached from inside only.
GATEWAY_PATH = "/.documents/"

_HEADERS = {
    # Opened by itself, it can neither run nor load anything.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def file_response(file: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """Return the file as a download, or `inline` for a browser to show.

    Where the gateway can read the folder, it sends the file (DOCUMENTS_THROUGH_GATEWAY); otherwise,
    and from a bucket, this service does.

    Raises:
        DocumentQuarantined: a virus was found in it.
    """
    if file.is_quarantined:
        raise DocumentQuarantined
    disposition = content_disposition_header(as_attachment=not inline, filename=file.download_name)
    assert disposition is not None, "there is always a name"
    response: HttpResponseBase
    if settings.DOCUMENTS_THROUGH_GATEWAY:
        response = HttpResponse(headers={"X-Accel-Redirect": GATEWAY_PATH + file.storage_name})
    else:
        response = FileResponse(storages["documents"].open(file.storage_name))
    for name, value in (_HEADERS | {"Content-Type": file.content_type, "Content-Disposition": disposition}).items():
        response.headers[name] = value
    return response
