"""The documents of an application: uploaded by its applicant, given to them and to the officers of its council."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsPerson, SeesFiles, acting, person
from applications import services
from applications.api.inputs import DocumentInput
from applications.api.outputs import DocumentOutput
from applications.api.views import read
from applications.queries import application_for, application_of, document_of
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_read
from common.declared import refuses
from common.idempotency import idempotent
from documents.serving import file_response
from documents.uploads import DocumentParser

_FILE = {
    (200, kind): OpenApiResponse(OpenApiTypes.BINARY, description="The file.")
    for kind in ("application/pdf", "image/jpeg", "image/png")
}


class Documents(APIView):
    permission_classes = [IsPerson]
    parser_classes = [DocumentParser]

    def show(self, request: Request, document: UUID) -> Response:
        found = document_of(application_of(person(request), self.kwargs["uid"]), document)
        return Response(DocumentOutput(found).data, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="upload_document",
        tags=["applications"],
        summary="Upload a document of a draft, or one that an officer has asked about",
        description="A form with two fields, up to 10 MB; `documents_needed` of the application says which documents, "
        "and in which `form`. It is checked at once; a refusal says under `errors` what to mend, and nothing else is "
        "lost. Another upload of the same type is the next version, and the one that counts.",
        request={"multipart/form-data": DocumentInput},
        responses={201: DocumentOutput},
    )
    @refuses(services.attach_document)
    # Not in one transaction: the file is read and scanned in the middle of it.
    @idempotent(show, atomic=False)
    def post(self, request: Request, uid: UUID) -> UUID:
        given = read(DocumentInput, request)
        document = services.attach_document(
            applicant=person(request),
            uid=uid,
            document_type=given["document_type"],
            upload=given["file"],
            now=timezone.now(),
        )
        return document.uid


class Document(APIView):
    permission_classes = [IsPerson]

    @extend_schema(
        operation_id="read_document",
        tags=["applications"],
        summary="A document of my application",
        description="As it was uploaded, in any of its versions.",
        responses=_FILE,
    )
    @refuses(application_of, file_response)
    def get(self, request: Request, uid: UUID, document: UUID) -> HttpResponseBase:
        return file_response(document_of(application_of(person(request), uid), document).file, inline=True)


class FileDocument(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="read_document_of_file",
        tags=["review"],
        summary="A document of a file; who looked is recorded",
        responses=_FILE,
    )
    @refuses(application_for, file_response)
    def get(self, request: Request, uid: UUID, document: UUID) -> HttpResponseBase:
        officer = person(request)
        application = application_for(officer, uid)
        found = document_of(application, document)
        record_read(
            Actor.of(acting(request)),
            Subject(SubjectKind.DOCUMENT, str(found.uid), application.register_part.regulator.code),
            shown=["content"],
            purpose="read_document_of_file",
            now=timezone.now(),
        )
        return file_response(found.file, inline=True)
