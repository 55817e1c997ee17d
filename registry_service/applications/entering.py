"""What an approval enters in the register, kind by kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from applications.completeness import current_documents
from applications.eligibility import licenses_needed
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.queries import persons_found
from applications.rules import UPGRADED, PersonDiffers, PractisingTermMissing
from changes.services import RegisterChange
from common.locks import lock_until_commit
from licenses.queries import LicenseFacts, licenses_of
from licenses.services import (
    impose_condition,
    issue_certificate,
    recognise_specialty,
    register_license,
    remove_license,
    rename_holder,
)
from practitioners.queries import practitioner_of_account, recorded_death
from practitioners.services import add_practitioner, give_account, put_photograph
from reference.queries import first_certificate_days, review_rule
from reference.rules import ApplicationKind, DocumentForm

# The document that shows a new name, as reference data calls it.
NAME_PROOF = "name-change-proof"


@dataclass(frozen=True)
class Entered:
    """The license that an application is about, and whether the approval has only just entered it."""

    license_id: int
    is_new: bool = False


def enter(change: RegisterChange, application: ProfessionalApplication) -> Entered:
    """Enter in the register what was asked for; returns the license that it is about.

    Raises:
        LicenseRequired, LicenseSuspended: the license that it builds on is gone, or suspended, meanwhile.
        AlreadyHeld: the applicant got this license meanwhile.
        AlreadyRegistered: somebody holds this number of the council, or the person stands in this part already.
        PersonDiffers, AccountTaken: the register holds the applicant otherwise than the verdicts of the flags say.
        HolderDeceased: the register holds the person's death.
        PractisingTermMissing: a certificate is to be issued, and nobody has entered for how long.
    """
    # Two applications of somebody whom the register does not hold yet make one entry.
    lock_until_commit(f"entry of {application.applicant_id}")
    entered = _ENTER[application.kind](change, application)
    _show_photograph(change, application)
    return entered


def _first_registration(change: RegisterChange, application: ProfessionalApplication) -> Entered:
    _builds_on(change, application)  # refuses what is held already
    practitioner_id = _person_meant(change, application) or _new_practitioner(change, application)
    return _register(change, application, practitioner_id)


def _person_meant(change: RegisterChange, application: ProfessionalApplication) -> int | None:
    """Return who on the register the applicant is: by the account, or by what officers said of the flags.

    Whoever is found so has the account from then on.
    """
    own = practitioner_of_account(application.applicant_id)
    said = persons_found(application) - {own}
    if not said:
        return own
    if own is not None:
        raise PersonDiffers(problem="The applicant's account belongs to another entry than the one that was found.")
    if len(said) > 1:
        raise PersonDiffers(problem="The applicant was found to be several people.")
    (practitioner_id,) = said
    give_account(change, practitioner_id=practitioner_id, account_id=application.applicant_id)
    return practitioner_id


def _upgrade(change: RegisterChange, application: ProfessionalApplication) -> Entered:
    """Register in the full part, and end the provisional entry on the same day."""
    provisional = _builds_on(change, application)
    full = _register(change, application, _practitioner(application))
    _carry_conditions(change, provisional, full.license_id)
    for license in provisional:
        remove_license(change, license_id=license.id, reason=UPGRADED, note="", from_day=change.today)
    return full


def _additional_qualification(change: RegisterChange, application: ProfessionalApplication) -> Entered:
    """Recognise the specialty on the license in this part of the register, which is entered if it is not held."""
    built_on = _builds_on(change, application)
    held = [facts.id for facts in built_on if facts.register_part == application.register_part.code]
    if held:
        entered = Entered(held[0])
    else:
        entered = _register(change, application, _practitioner(application))
        _carry_conditions(change, built_on, entered.license_id)
    recognise_specialty(
        change,
        license_id=entered.license_id,
        specialty_id=cast("int", application.specialty_id),
        from_day=change.today,
    )
    return entered


def _name_change(change: RegisterChange, application: ProfessionalApplication) -> Entered:
    licenses = _builds_on(change, application)
    rename_holder(
        change,
        practitioner_id=_practitioner(application),
        surname=application.surname,
        given_names=application.given_names,
        title=application.title,
        reason=application.name_change_reason,
        on=change.today,
        proof_id=_newest_file(application, lambda document: document.document_type.code == NAME_PROOF),
    )
    return Entered(licenses[0].id)


def _entry_claim(change: RegisterChange, application: ProfessionalApplication) -> Entered:
    """Give the account the entry that officers found to be the applicant's, with whatever it holds already."""
    _builds_on(change, application)  # refuses what is held already
    practitioner_id = _person_meant(change, application)
    if practitioner_id is None:
        raise PersonDiffers(problem="Nobody on the register was found to be the applicant.")
    if recorded_death(practitioner_id) is not None:
        raise PersonDiffers(problem="The register holds the death of whoever was found to be the applicant.")
    part = application.register_part.code
    held = [facts.id for facts in licenses_of(practitioner_id) if facts.register_part == part]
    if not held:
        raise PersonDiffers(problem="Whoever was found to be the applicant is not in this part of the register.")
    return Entered(held[0])


def _show_photograph(change: RegisterChange, application: ProfessionalApplication) -> None:
    """Show the person by the photograph that came with the application, if one did."""
    file_id = _newest_file(application, lambda document: document.document_type.form == DocumentForm.PHOTOGRAPH)
    if file_id is not None:
        put_photograph(change, practitioner_id=_practitioner(application), file_id=file_id)


def _newest_file(application: ProfessionalApplication, fits: Callable[[ApplicationDocument], bool]) -> int | None:
    return next((document.file_id for document in current_documents(application) if fits(document)), None)


def _builds_on(change: RegisterChange, application: ProfessionalApplication) -> list[LicenseFacts]:
    part = application.register_part
    return licenses_needed(application.applicant, application.kind, part, change.today)


def _practitioner(application: ProfessionalApplication) -> int:
    found = practitioner_of_account(application.applicant_id)
    assert found is not None, "whoever holds a license is a practitioner"
    return found


def _new_practitioner(change: RegisterChange, application: ProfessionalApplication) -> int:
    person = add_practitioner(
        change,
        surname=application.surname,
        given_names=application.given_names,
        title=application.title,
        birth_date=application.birth_date,
        gender=application.gender,
        state_id=application.state_id,
        lga_id=application.lga_id,
        telephone=application.telephone,
        account_id=application.applicant_id,
    )
    return person.pk


def _register(change: RegisterChange, application: ProfessionalApplication, practitioner_id: int) -> Entered:
    """Enter a license and, where the council's rule says so, its first practising certificate."""
    part, today = application.register_part, change.today
    license = register_license(
        change,
        practitioner_id=practitioner_id,
        register_part=part.code,
        registered_on=today,
        regulator_number=application.regulator_number,
    )
    if review_rule(application.kind, part, application.rules_day(today)).issues_certificate:
        days = first_certificate_days(part, today)
        if days is None:
            raise PractisingTermMissing(regulator=part.regulator.code)
        issue_certificate(change, license_id=license.pk, valid_from=days[0], valid_until=days[1])
    return Entered(license.pk, is_new=True)


def _carry_conditions(change: RegisterChange, held: list[LicenseFacts], license_id: int) -> None:
    """Limit a new license as those that it builds on are limited, now or later on."""
    periods = [period for license in held for period in license.standing.conditions]
    for period in dict.fromkeys(periods):
        if period.end is None or period.end > change.today:
            impose_condition(
                change,
                license_id=license_id,
                condition=period.code,
                text=period.text,
                valid_from=max(period.start, change.today),
                valid_until=period.end,
            )


_ENTER: dict[str, Callable[[RegisterChange, ProfessionalApplication], Entered]] = {
    ApplicationKind.FIRST_REGISTRATION: _first_registration,
    ApplicationKind.UPGRADE: _upgrade,
    ApplicationKind.ADDITIONAL_QUALIFICATION: _additional_qualification,
    ApplicationKind.NAME_CHANGE: _name_change,
    ApplicationKind.ENTRY_CLAIM: _entry_claim,
}
