"""What an application is, and who may move it. No database, no clock.

`machine` is what may happen from where, `answers` what an applicant must say, `refusals` why an act is refused.
"""

from applications.rules.answers import ANSWERS, BUILDS_ON, REQUIRED_FIELDS, Missing, missing_fields
from applications.rules.machine import (
    ASSIGNED_AFTER,
    CLOSED,
    COUNCILS_TURN,
    HELD,
    REQUEST_LIVES,
    TOLD_TO_APPLICANT,
    TRANSITIONS,
    Decision,
    Status,
    Transition,
    councils_time,
    next_status,
)
from applications.rules.refusals import (
    AlreadyHeld,
    ApplicationChanged,
    ApplicationIncomplete,
    ApplicationTransitionNotAllowed,
    ConflictOfInterest,
    DecisionDiffers,
    DocumentRequestClosed,
    DocumentsOutstanding,
    LicenseRequired,
    NobodyToAssign,
    NotYourFile,
    OpenApplicationExists,
    SecondOfficerNeeded,
)

__all__ = [
    "ANSWERS",
    "ASSIGNED_AFTER",
    "BUILDS_ON",
    "CLOSED",
    "COUNCILS_TURN",
    "HELD",
    "REQUEST_LIVES",
    "REQUIRED_FIELDS",
    "TOLD_TO_APPLICANT",
    "TRANSITIONS",
    "AlreadyHeld",
    "ApplicationChanged",
    "ApplicationIncomplete",
    "ApplicationTransitionNotAllowed",
    "ConflictOfInterest",
    "Decision",
    "DecisionDiffers",
    "DocumentRequestClosed",
    "DocumentsOutstanding",
    "LicenseRequired",
    "Missing",
    "NobodyToAssign",
    "NotYourFile",
    "OpenApplicationExists",
    "SecondOfficerNeeded",
    "Status",
    "Transition",
    "councils_time",
    "missing_fields",
    "next_status",
]
