"""The tables of applications."""

from applications.models.application import ApplicationQuerySet, ApplicationTransition, ProfessionalApplication
from applications.models.documents import ApplicationDocument, DocumentRequest
from applications.models.flags import ApplicationFlag, FlagVerdict
from applications.models.reaudit import Reaudit, ReauditQuerySet, ReauditTransition
from applications.models.review import DeclaredInterest, FileNote, Question

__all__ = [
    "ApplicationDocument",
    "ApplicationFlag",
    "ApplicationQuerySet",
    "ApplicationTransition",
    "DeclaredInterest",
    "DocumentRequest",
    "FileNote",
    "FlagVerdict",
    "ProfessionalApplication",
    "Question",
    "Reaudit",
    "ReauditQuerySet",
    "ReauditTransition",
]
