"""The tables of applications."""

from applications.models.application import ApplicationQuerySet, ApplicationTransition, ProfessionalApplication
from applications.models.documents import ApplicationDocument, DocumentRequest
from applications.models.review import DeclaredInterest, FileNote, Question

__all__ = [
    "ApplicationDocument",
    "ApplicationQuerySet",
    "ApplicationTransition",
    "DeclaredInterest",
    "DocumentRequest",
    "FileNote",
    "ProfessionalApplication",
    "Question",
]
