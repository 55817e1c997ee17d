"""The documents of an application, from its applicant and from others, and how the others are asked."""

from django.db import models
from django.db.models import Q

from applications.models.application import ProfessionalApplication
from common.grants import APPEND_ONLY
from common.ids import new_id


class ApplicationDocument(models.Model):
    """One version of one document of an application; the newest of its type is the one that counts."""

    runtime_grants = APPEND_ONLY

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.ForeignKey(
        ProfessionalApplication, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    document_type = models.ForeignKey("reference.DocumentType", on_delete=models.PROTECT, db_index=False)
    version = models.PositiveSmallIntegerField()
    # One upload is one version of one document.
    file = models.OneToOneField("documents.StoredFile", on_delete=models.PROTECT, related_name="document")
    uploaded_at = models.DateTimeField()
    received_from = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Who sent it, when it was not the applicant."
    )
    entered_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The officer who entered what came on paper.",
    )

    class Meta:
        db_table = "application_documents"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "document_type", "version"],
                name="application_document_version_once",
                violation_error_message="Another version was uploaded at the same moment.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_type_id} version {self.version}"


class DocumentRequest(models.Model):
    """A letter to somebody from whom a document must come: a school, an employer, a regulator abroad.

    Whoever has the link in it may give that one document, once, without an account.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (closed_at, document_id)")

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.ForeignKey(
        ProfessionalApplication, on_delete=models.PROTECT, related_name="document_requests", db_index=False
    )
    document_type = models.ForeignKey("reference.DocumentType", on_delete=models.PROTECT, db_index=False)
    addressee = models.CharField(max_length=200, help_text="Such as: The Registrar, University of Ibadan.")
    email = models.EmailField(max_length=254)
    token_sha256 = models.CharField(max_length=64, help_text="Digest of the secret in the link.")
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="Answered, or replaced by another request.")
    document = models.OneToOneField(
        ApplicationDocument, on_delete=models.PROTECT, null=True, related_name="request", help_text="The answer."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "document_type"],
                condition=Q(closed_at=None),
                name="document_request_once_open",
                violation_error_message="This document has been asked for already.",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(closed_at__isnull=False),
                name="document_request_answered_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
