"""What an application needs, and what of it is missing: answers, documents, the fee."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from applications.models import ApplicationDocument, ProfessionalApplication
from applications.rules import ANSWERS, REQUIRED_FIELDS, Missing, missing_fields
from common.errors import InvalidInput
from common.money import money
from fees.queries import Charge, charge_for, fee_due
from licenses.queries import holders_of_number
from reference.queries import document_requirements
from reference.rules import ApplicationKind, Necessity, Supplier

if TYPE_CHECKING:
    from reference.models import DocumentRequirement, Fee


def missing_in(application: ProfessionalApplication, today: date) -> list[Missing]:
    """Return what must be given before the application can be submitted."""
    missing = [*missing_answers(application, today), *_missing_documents(application, today)]
    return [*missing, *_unpaid(application, today)]


def missing_answers(application: ProfessionalApplication, today: date) -> list[Missing]:
    """Return which answers are empty, or cannot be true."""
    given = {name: getattr(application, name) for name in REQUIRED_FIELDS[application.kind]}
    given |= {name: getattr(application, name) for name in ("birth_date", "qualified_on", "internship_ended_on")}
    answers = missing_fields(application.kind, given, today)
    return [*answers, *_misplaced(application), *_unfit_specialty(application, today), *_held_by_nobody(application)]


def documents_needed(application: ProfessionalApplication, today: date) -> list["DocumentRequirement"]:
    """Return the documents that belong to this application, those that others must send among them.

    What was submitted goes by the rules of that day, whatever has become of them since.
    """
    day = application.rules_day(today)
    rules = document_requirements(application.kind, application.register_part, day)
    return [rule for rule in rules if rule.necessity != Necessity.FOREIGN_TRAINED or application.trained_abroad]


@dataclass(frozen=True)
class NeededDocument:
    """A document that belongs to an application: whether it is there, and since when somebody else is asked for it."""

    rule: "DocumentRequirement"
    given: bool
    requested_at: datetime | None


def documents_awaited(application: ProfessionalApplication, today: date) -> list[NeededDocument]:
    """Return the documents that belong to this application, with what has become of each."""
    given = set(application.documents.values_list("document_type", flat=True))
    asked = application.document_requests.filter(closed_at=None).values_list("document_type", "requested_at")
    requested = dict(asked)
    return [
        NeededDocument(rule, rule.document_type_id in given, requested.get(rule.document_type_id))
        for rule in documents_needed(application, today)
    ]


def document_to_upload(application: ProfessionalApplication, code: str, today: date) -> "DocumentRequirement":
    """Return what is asked of the applicant about a type of document, by its code.

    Raises:
        InvalidInput: the application needs no such document, or it must come from somebody else.
    """
    found = _needed(application, code, today)
    if found.supplied_by != Supplier.APPLICANT:
        raise _refused(
            "from_others", f"This must come from {found.get_supplied_by_display().lower()}, not through you."
        )
    return found


def document_from_others(application: ProfessionalApplication, code: str, today: date) -> "DocumentRequirement":
    """Return what is asked of somebody else about a type of document, by its code.

    Raises:
        InvalidInput: the application needs no such document, or it is the applicant's to give.
    """
    found = _needed(application, code, today)
    if found.supplied_by == Supplier.APPLICANT:
        raise _refused("from_applicant", "This is the applicant's to give; ask them about it.")
    return found


def outstanding_documents(application: ProfessionalApplication, today: date) -> list[Missing]:
    """Return what must still come before the application can be approved.

    That is what others send, and what the applicant owes since an answer was corrected.
    """
    return [
        Missing(
            f"/documents/{rule.document_type.code}", "outstanding", f"This must still come: {rule.document_type.name}."
        )
        for rule in _not_given(application, today)
    ]


def askable(application: ProfessionalApplication, today: date) -> set[str]:
    """Return what an officer can ask the applicant about: JSON pointers to answers, and to documents of theirs."""
    documents = {
        f"/documents/{rule.document_type.code}"
        for rule in documents_needed(application, today)
        if rule.supplied_by == Supplier.APPLICANT
    }
    return documents | {f"/{answer}" for answer in ANSWERS}


def current_documents(application: ProfessionalApplication) -> list[ApplicationDocument]:
    """Return the newest version of each document."""
    versions = application.documents.select_related("document_type", "file").order_by("document_type__code", "version")
    return list({document.document_type_id: document for document in versions}.values())


def charge_of(application: ProfessionalApplication, today: date) -> Charge | None:
    """Return what the application costs, and whether that was paid; None: nothing."""
    day = application.rules_day(today)
    return charge_for(application.uid, application.kind, application.register_part, day)


def fee_of(application: ProfessionalApplication, today: date) -> "Fee | None":
    """Return what is still to be paid for the application, or None."""
    return fee_due(application.uid, application.kind, application.register_part, today)


def _misplaced(application: ProfessionalApplication) -> list[Missing]:
    lga, state = application.lga, application.state
    if lga is None or state is None or lga.state_id == state.pk:
        return []
    return [Missing("/lga", "not_in_state", f"{lga.name} does not lie in {state.name}. Correct one of the two.")]


def _unfit_specialty(application: ProfessionalApplication, today: date) -> list[Missing]:
    specialty, profession = application.specialty, application.register_part.profession
    if specialty is None:
        return []
    if specialty.profession_id != profession.pk:
        problem = f"{specialty.name} is no field of this profession: {profession.name}. Choose another one."
        return [Missing("/specialty", "of_another_profession", problem)]
    if not specialty.holds_on(application.rules_day(today)):
        problem = f"{specialty.name} is not chosen any more, or not yet. Choose another one."
        return [Missing("/specialty", "not_in_force", problem)]
    return []


def _held_by_nobody(application: ProfessionalApplication) -> list[Missing]:
    """Return that the number of a claim is nobody's, so that a slip of the pen is mended before it is submitted."""
    number, part = application.regulator_number, application.register_part
    if application.kind != ApplicationKind.ENTRY_CLAIM or not number or holders_of_number(number, part.code):
        return []
    problem = f"Nobody holds this number in this part of the register: {part.name}. Compare it with your certificate."
    return [Missing("/regulator_number", "not_held", problem)]


def _missing_documents(application: ProfessionalApplication, today: date) -> list[Missing]:
    return [
        Missing(f"/documents/{rule.document_type.code}", "required", f"Upload this: {rule.document_type.name}.")
        for rule in _not_given(application, today)
        if rule.supplied_by == Supplier.APPLICANT
    ]


def _not_given(application: ProfessionalApplication, today: date) -> list["DocumentRequirement"]:
    """Return the documents that must be there and are not."""
    given = set(application.documents.values_list("document_type", flat=True))
    return [
        rule
        for rule in documents_needed(application, today)
        if rule.necessity != Necessity.OPTIONAL and rule.document_type_id not in given
    ]


def _needed(application: ProfessionalApplication, code: str, today: date) -> "DocumentRequirement":
    found = next((rule for rule in documents_needed(application, today) if rule.document_type.code == code), None)
    if found is None:
        raise _refused("unknown", "This application needs no such document.")
    return found


def _unpaid(application: ProfessionalApplication, today: date) -> list[Missing]:
    fee = fee_of(application, today)
    if fee is None:
        return []
    return [Missing("/payment", "unpaid", f"Pay {money(fee.amount_kobo, fee.currency)} before you submit.")]


def _refused(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(errors=[{"pointer": "/document_type", "code": code, "detail": sentence}])
