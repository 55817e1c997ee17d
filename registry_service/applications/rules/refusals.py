"""Every reason for which an act on an application is refused."""

from typing import Any

from common.errors import DomainError

WHAT_HAPPENED_SINCE: dict[str, Any] = {
    "version": {"type": "integer", "description": "The version at which it is now."},
    "steps": {
        "type": "array",
        "description": "What happened since the version that the caller has seen, the oldest first.",
        "items": {
            "type": "object",
            "required": ["transition", "to_status", "at", "by"],
            "properties": {
                "transition": {"type": "string"},
                "to_status": {"type": "string"},
                "at": {"type": "string", "format": "date-time"},
                "by": {
                    "type": ["object", "null"],
                    "description": "Whose step it was; the applicant and the system have no id. Null: it is not told.",
                    "required": ["id", "name"],
                    "properties": {"id": {"type": ["string", "null"]}, "name": {"type": "string"}},
                },
            },
        },
    },
}


class ApplicationTransitionNotAllowed(DomainError):
    """The application is not in a status from which this can happen."""

    code = "application_transition_not_allowed"
    title = "This cannot happen to the application now"
    detail = "Cannot {transition} an application that is {application_status}. The last step: {last_step}."
    carries = {
        "transition": {"type": "string", "description": "What was asked for, in words."},
        "application_status": {"type": "string", "description": "Where it stands, in words."},
        "last_step": {"type": "string", "description": "What happened last, in words."},
    }


class ApplicationChanged(DomainError):
    """Somebody else has changed the application since the caller read it; `steps` says what happened since."""

    code = "application_changed"
    status = 412
    title = "The application has changed meanwhile"
    detail = "It is at version {version} now. The last step: {last_step}. Read it again, then decide."
    carries = WHAT_HAPPENED_SINCE


class ApplicationIncomplete(DomainError):
    """Something that the council needs is missing; `errors` says what, field by field."""

    code = "application_incomplete"
    status = 422
    title = "The application is not complete"
    detail = "Give what errors names, then submit again. Nothing that you have given is lost."


class NotYourFile(DomainError):
    """Another officer has taken the file on."""

    code = "application_not_yours"
    title = "Another officer has this file"
    detail = "It was taken on by {assigned_to[name]}. Only that officer can do this, or give it back."


class NotYoursToTake(DomainError):
    """An officer would give a colleague's file to themselves."""

    code = "application_not_yours_to_take"
    title = "Nobody takes a colleague's file"
    detail = "It was taken on by {assigned_to}. That officer can give it to you; you can give it to another colleague."


class SecondOfficerNeeded(DomainError):
    """The same officer cannot propose a decision and confirm it."""

    code = "application_second_officer_needed"
    status = 403
    title = "Another officer must decide this"
    detail = "You proposed this decision; it takes a second officer to confirm it."


class DecisionDiffers(DomainError):
    """The second officer wants something else than what was proposed."""

    code = "application_decision_differs"
    title = "The first officer proposed another decision"
    detail = "The proposal is to {proposed}. Confirm that, or return the file."


class ConflictOfInterest(DomainError):
    """The officer has declared an interest in this file."""

    code = "application_conflict_of_interest"
    status = 403
    title = "You have declared a conflict of interest"
    detail = "Another officer must take this file on."


class NobodyToAssign(DomainError):
    """No officer of the council is free of a conflict of interest."""

    code = "application_nobody_to_assign"
    title = "No officer can take this file on"
    detail = "Every officer of {regulator} is the applicant or has declared a conflict of interest."


class OpenApplicationExists(DomainError):
    """The same thing is being asked for already."""

    code = "application_already_open"
    title = "You have asked for this already"
    detail = "Your application {application} for the same is still open; go on with that one."
    carries = {"application": {"type": "string", "format": "uuid", "description": "The one that is open."}}


class AlreadyHeld(DomainError):
    """The applicant stands in this part of the register already."""

    code = "application_license_already_held"
    title = "You are in this part of the register already"
    detail = "You hold {license_number}."
    carries = {"license_number": {"type": "string", "description": "The license that is held."}}


class LicenseRequired(DomainError):
    """What is asked for builds on a license that the applicant does not hold."""

    code = "application_needs_license"
    title = "This needs a license that you do not hold"
    detail = "{needed}"


class LicenseSuspended(DomainError):
    """What is asked for builds on a license that is suspended, or is about to be."""

    code = "application_license_suspended"
    title = "The license that this builds on is suspended"
    detail = "Nothing is entered beside {license_number} before its suspension is over or lifted."
    carries = {"license_number": {"type": "string", "description": "The license that is suspended."}}


class PractisingTermMissing(DomainError):
    """The council's rule issues a practising certificate, and no rule says for how long."""

    code = "practising_term_missing"
    title = "The council has no practising term"
    detail = "A national administrator must enter for how long {regulator} issues certificates; nothing is lost."


class DocumentsOutstanding(DomainError):
    """What an approval needs has not come yet, from others or from the applicant; `errors` says what."""

    code = "application_documents_outstanding"
    title = "Documents are still to come"
    detail = "Ask for what errors names, or enter it, before the application is approved."


class DocumentRequestClosed(DomainError):
    """Nobody can answer this request for a document any more."""

    code = "document_request_closed"
    title = "This request has been answered, or is over"
    detail = "It was answered or replaced by another one, it is too old, or the application has been closed."


class DocumentVersionsExhausted(DomainError):
    """As many versions of a document have been given as are kept."""

    code = "application_document_versions_exhausted"
    title = "This document has been given often enough"
    detail = "{most} versions of it are kept, and no more. The newest one counts; ask the council about it."


class NotCheckedYet(DomainError):
    """The worker has not looked yet for what an officer must look at."""

    code = "application_not_checked_yet"
    title = "The application is still being checked"
    detail = "Whether the register, or another application, holds the same person is still being looked up."
    headers = {"Retry-After": "5"}


class FlagsOpen(DomainError):
    """Something was noticed of which no officer has said anything; `errors` says what."""

    code = "application_flags_open"
    title = "Something must be looked at first"
    detail = "Say of each flag that errors names what you have found, then approve."


class FoundSinceChecked(DomainError):
    """The register holds something of which no flag tells yet; `errors` says of what kind each is."""

    code = "application_found_since_checked"
    title = "Something new is in the register since the application was looked at"
    detail = "It is being looked at again. Read the file then: new flags say what was found, and the file is returned."


class PersonDiffers(DomainError):
    """The applicant was found to be somebody on the register, and the register has them otherwise."""

    code = "application_person_differs"
    title = "The register holds this person otherwise"
    detail = "{problem} Merge the entries first, or say of the flags who it is."
