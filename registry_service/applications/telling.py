"""Who hears of what happens to an application: rows of e-mail and SMS, written in the transaction in which it happens.

Applicants are told by name and in words. Officers are told which file it is and no more: what it says of a person is
for those who open it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.queries import national_administrators
from applications.models import ProfessionalApplication, Reaudit
from applications.rules import Transition
from notifications.services import queue_email, queue_sms
from practitioners.queries import facts_of_people, practitioner_of_account

if TYPE_CHECKING:
    from accounts.models import User
    from practitioners.queries import PersonFacts
    from reference.models import Reason

# Each has its text in templates/applications/mail/, and the second ones in sms/ too: those wait for the applicant, or
# are the end.
_TOLD_BY_SMS = frozenset({Transition.REQUEST_INFORMATION, Transition.LAPSE, Transition.APPROVE, Transition.REJECT})
_TOLD_BY_EMAIL = _TOLD_BY_SMS | {Transition.SUBMIT, Transition.WITHDRAW, Transition.RESPOND}
# What the officer who has the file hears of, and in which text.
_OFFICER_IS_TOLD = {
    Transition.ASSIGN: "file_given",
    Transition.REASSIGN: "file_given",
    Transition.RESPOND: "file_answered",
    Transition.RETURN: "file_returned",
    Transition.WITHDRAW: "file_withdrawn",
}


def tell_of_step(
    application: ProfessionalApplication,
    transition: Transition,
    *,
    actor: str,
    reason: "Reason | None",
    note: str,
    now: datetime,
) -> None:
    """Tell the applicant, and the officer who has the file, of a step, unless it was theirs."""
    context = _context(application, reason=reason.name if reason else "", note=note)
    if transition in _TOLD_BY_EMAIL:
        _write_to_applicant(application, transition.value, context, now, by_sms=transition in _TOLD_BY_SMS)
    officer, text = application.officer, _OFFICER_IS_TOLD.get(transition)
    if text and officer is not None and officer.actor != actor:
        queue_email(
            recipient=officer.email,
            template=f"applications/{text}",
            context=_context(application, name=officer.full_name),
            now=now,
        )


def remind(application: ProfessionalApplication, now: datetime) -> None:
    """Remind the applicant of questions that wait for an answer."""
    _write_to_applicant(application, "reminder", _context(application), now, by_sms=True)


def tell_former_officer(application: ProfessionalApplication, former: "User", now: datetime) -> None:
    """Tell an officer that a colleague has given a file of theirs to somebody else."""
    queue_email(
        recipient=former.email,
        template="applications/file_given_away",
        context=_context(application, name=former.full_name),
        now=now,
    )


def tell_of_claim(application: ProfessionalApplication, person: "PersonFacts", now: datetime) -> None:
    """Tell somebody on the register, where the register knows how, that their entry is asked for.

    What the applicant gave as their own is no way to reach anybody else.
    """
    if person.email not in ("", application.applicant.email):
        queue_email(
            recipient=person.email, template="applications/entry_claimed", context=_context(application), now=now
        )
    if person.telephone not in ("", application.telephone):
        queue_sms(
            recipient=person.telephone, template="applications/entry_claimed", context=_context(application), now=now
        )


def tell_of_doubt(reaudit: Reaudit, now: datetime) -> None:
    """Tell the national administrators who took no part in a decision that somebody doubts it."""
    for administrator in national_administrators():
        if Reaudit.objects.impartial_to(administrator.pk).filter(pk=reaudit.pk).exists():
            queue_email(
                recipient=administrator.email,
                template="applications/doubt",
                context={"name": administrator.full_name, "reaudit": reaudit},
                now=now,
            )


def _write_to_applicant(
    application: ProfessionalApplication, text: str, context: dict[str, Any], now: datetime, *, by_sms: bool
) -> None:
    template = f"applications/{text}"
    queue_email(recipient=application.applicant.email, template=template, context=context, now=now)
    if by_sms:
        queue_sms(recipient=_telephone_of(application), template=template, context=context, now=now)


def _telephone_of(application: ProfessionalApplication) -> str:
    """Return the number that the applicant gave; where none is asked, that which the register has of them, if any."""
    if application.telephone:
        return application.telephone
    practitioner_id = practitioner_of_account(application.applicant_id)
    people = facts_of_people([practitioner_id]) if practitioner_id else {}
    return next((person.telephone for person in people.values()), "")


def _context(application: ProfessionalApplication, **more: str) -> dict[str, Any]:
    return {"name": application.applicant.full_name, "application": application} | more
