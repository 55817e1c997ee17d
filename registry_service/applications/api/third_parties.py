"""Documents from others: what officers ask of them, and the page behind the link, which needs no account."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsOfficer, person
from applications import services
from applications.api.inputs import EnterDocumentInput, LinkInput, RequestedDocumentInput
from applications.api.outputs import DocumentOutput, RequestedDocumentOutput
from applications.api.views import read
from applications.queries import application_for, document_of
from common.declared import refuses
from common.idempotency import idempotent
from documents.uploads import DocumentParser

_NOT_KEPT = {"Cache-Control": "no-store"}


class FileDocuments(APIView):
    permission_classes = [IsOfficer]
    parser_classes = [DocumentParser]

    def show(self, request: Request, document: UUID) -> Response:
        found = document_of(application_for(person(request), self.kwargs["uid"]), document)
        return Response(DocumentOutput(found).data, status=201, headers=_NOT_KEPT)

    @extend_schema(
        operation_id="enter_document_of_file",
        tags=["review"],
        summary="Enter a document that somebody sent on paper",
        description="Of those that must not come through the applicant. It is checked like any upload.",
        request={"multipart/form-data": EnterDocumentInput},
        responses={201: DocumentOutput},
    )
    @refuses(services.enter_document)
    # Not in one transaction: the file is read and scanned in the middle of it.
    @idempotent(show, atomic=False)
    def post(self, request: Request, uid: UUID) -> UUID:
        given = read(EnterDocumentInput, request)
        upload = given.pop("file")
        document = services.enter_document(officer=person(request), uid=uid, **given, upload=upload, now=timezone.now())
        return document.uid


class _ByLink(APIView):
    """For whoever has the link of a request; a token that comes with it is not looked at."""

    authentication_classes = []
    permission_classes = [AllowAny]


class RequestedDocument(_ByLink):
    @extend_schema(
        operation_id="read_document_request",
        tags=["documents from others"],
        summary="What is asked of whoever has this link",
        description="With the secret in the link: which document, about whom, for which council, and until when.",
        request=LinkInput,
        responses={200: RequestedDocumentOutput},
    )
    @refuses(services.open_request)
    def post(self, request: Request, uid: UUID) -> Response:
        found = services.open_request(uid=uid, **read(LinkInput, request), now=timezone.now())
        return Response(RequestedDocumentOutput(found).data, headers=_NOT_KEPT)


class RequestedDocumentUpload(_ByLink):
    parser_classes = [DocumentParser]

    @extend_schema(
        operation_id="answer_document_request",
        tags=["documents from others"],
        summary="Give the document that is asked for, once",
        description="It is checked at once; a refusal says under `errors` what to mend, and the link stays good.",
        request={"multipart/form-data": RequestedDocumentInput},
        responses={201: DocumentOutput},
    )
    @refuses(services.answer_request)
    def post(self, request: Request, uid: UUID) -> Response:
        given = read(RequestedDocumentInput, request)
        document = services.answer_request(uid=uid, token=given["token"], upload=given["file"], now=timezone.now())
        return Response(DocumentOutput(document).data, status=201, headers=_NOT_KEPT)
