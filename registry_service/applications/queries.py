"""Who sees which application and which re-audit, and what is missing in one."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.queries import officers_of, regulator_of, sees_every_council
from applications.models import (
    ApplicationDocument,
    ApplicationFlag,
    ApplicationQuerySet,
    DeclaredInterest,
    FlagVerdict,
    ProfessionalApplication,
    Reaudit,
    ReauditQuerySet,
)
from applications.rules import CLOSED, HELD, TO_BE_CHECKED, ConflictOfInterest, Hindrance, Status, Verdict
from common.errors import NotFound
from identity.queries import proven_since
from licenses.queries import license_numbers_of
from practitioners.queries import full_names_of

if TYPE_CHECKING:
    from accounts.models import User

_SHOWN = ("register_part__regulator", "register_part__profession", "state", "lga", "specialty", "decision_reason")

# At whom on the register a flag points.
_PERSON = Coalesce(
    "practitioner__merged_into",
    "practitioner",
    "other__license__practitioner__merged_into",
    "other__license__practitioner",
)


def applications_of(user: "User") -> ApplicationQuerySet:
    """Return what this person has asked for."""
    return ProfessionalApplication.objects.of_applicant(user.pk).select_related(*_SHOWN, "license")


def applications_for(user: "User") -> ApplicationQuerySet:
    """Return what has been submitted to this officer's council, or to any for a national administrator.

    Nobody sees their own application there, nor one of an applicant in whom they have declared an interest.
    """
    interests = DeclaredInterest.objects.filter(officer=user, applicant=OuterRef("applicant"))
    return _submitted_to_council_of(user).exclude(Exists(interests))


def _submitted_to_council_of(user: "User") -> ApplicationQuerySet:
    regulator = regulator_of(user)
    if regulator is None and not sees_every_council(user):
        return ProfessionalApplication.objects.none()
    submitted = ProfessionalApplication.objects.of_council(regulator).exclude(applicant_id=user.pk)
    return submitted.select_related(*_SHOWN, "license", "officer", "proposed_by")


def queue_for(user: "User") -> ApplicationQuerySet:
    """Return what this officer may see as a list shows it, in the order in which it was submitted.

    That an applicant was asked something takes nobody's place in it.
    """
    flags = ApplicationFlag.objects.filter(application=OuterRef("pk"))
    counted = flags.open().order_by().values("application").annotate(number=Count("pk"))
    files = applications_for(user).annotate(
        is_flagged=Exists(flags), open_flags=Coalesce(Subquery(counted.values("number")), 0)
    )
    return files.prefetch_related("transitions").order_by("submitted_at", "id")


def waits_for(user: "User") -> Q:
    """Which files this officer can go on with: their own, and others' proposals, which they confirm or return.

    What they have asked or proposed themselves waits for somebody else.
    """
    own = Q(status=Status.UNDER_REVIEW, officer=user)
    if regulator_of(user) is None:
        return own
    return own | (Q(status=Status.DECISION_PROPOSED) & ~Q(proposed_by=user))


def officers_for(user: "User") -> "QuerySet[Any]":
    """Return the officers of this officer's council, or, for a national administrator, of all, as `officers_with_load`.

    Nobody else is told of any.
    """
    regulator = regulator_of(user)
    officers = officers_with_load(regulator)
    return officers if regulator or sees_every_council(user) else officers.none()


def officers_with_load(regulator: str | None) -> "QuerySet[Any]":
    """Return the officers of a council, or of all: each with their `council`, and the `load` of files they have."""
    held = ProfessionalApplication.objects.filter(officer=OuterRef("pk"), status__in=sorted(HELD))
    counted = held.order_by().values("officer").annotate(number=Count("pk")).values("number")
    return officers_of(regulator).annotate(
        council=F("role_assignments__regulator"), load=Coalesce(Subquery(counted), 0)
    )


def holder_of(application: ProfessionalApplication) -> "QuerySet[User]":
    """Return the officer who has a file, unless they can do nothing with it: they left, or have an interest in it."""
    officers = officers_of(application.register_part.regulator.code).filter(files=application)
    return officers.exclude(Exists(_interested_in(application)))


def _interested_in(application: ProfessionalApplication) -> QuerySet[DeclaredInterest]:
    return DeclaredInterest.objects.filter(applicant=application.applicant_id, officer=OuterRef("pk"))


def with_hindrance(
    officers: "QuerySet[Any]", application: ProfessionalApplication, *, giver: "User | None" = None
) -> "QuerySet[Any]":
    """Return those of the file's council: each with the `hindrance` to giving it to them, if any.

    The `giver` takes none for themselves that another officer has and could go on with. Whoever `has_proposed`
    its decision may have it; another officer confirms.
    """
    interested = _interested_in(application)
    hindrance = Case(
        When(Value(application.status in CLOSED), then=Value(Hindrance.CLOSED.value)),
        When(pk=application.applicant_id, then=Value(Hindrance.APPLICANT.value)),
        When(Exists(interested), then=Value(Hindrance.INTEREST.value)),
        When(pk=application.officer_id, then=Value(Hindrance.HAS_IT.value)),
        *([When(Exists(holder_of(application)), pk=giver.pk, then=Value(Hindrance.COLLEAGUES.value))] if giver else []),
        default=None,
        output_field=CharField(null=True),
    )
    proposed = Case(When(pk=application.proposed_by_id, then=Value(True)), default=Value(False))
    told = officers.annotate(hindrance=hindrance, has_proposed=proposed)
    theirs: QuerySet[Any] = told.filter(council=application.register_part.regulator.code)
    return theirs


def application_of(user: "User", uid: UUID) -> ProfessionalApplication:
    """Return one application of this person.

    Raises:
        NotFound: they have none with this id.
    """
    return _one(applications_of(user), uid)


def application_for(user: "User", uid: UUID) -> ProfessionalApplication:
    """Return one application that this officer may see.

    Raises:
        NotFound: there is none that they may see.
        ConflictOfInterest: they have declared an interest in its applicant.
    """
    application = application_at_council(user, uid)
    check_no_interest(user, application)
    return application


def application_at_council(user: "User", uid: UUID) -> ProfessionalApplication:
    """Return one application that was submitted to this officer's council, whatever interest they have declared.

    It is not to be shown to them before `check_no_interest` is asked.

    Raises:
        NotFound: there is none, or it is their own.
    """
    return _one(_submitted_to_council_of(user), uid)


def check_no_interest(user: "User", application: ProfessionalApplication) -> None:
    """Check that nothing ties this officer to an applicant.

    Raises:
        ConflictOfInterest: they have declared an interest in them.
    """
    if DeclaredInterest.objects.filter(officer=user, applicant=application.applicant_id).exists():
        raise ConflictOfInterest


def document_of(application: ProfessionalApplication, uid: UUID) -> ApplicationDocument:
    """Return one document of an application, with its file.

    Raises:
        NotFound: it has none with this id.
    """
    found = application.documents.select_related("file", "document_type").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def interest_in(user: "User", uid: UUID) -> DeclaredInterest:
    """Return the interest that this officer has declared in the applicant of one application.

    Raises:
        NotFound: there is no such application, or no such interest.
    """
    applicant = application_at_council(user, uid).applicant_id
    found = DeclaredInterest.objects.filter(officer=user, applicant=applicant).first()
    if found is None:
        raise NotFound
    return found


def reaudits_for(user: "User") -> ReauditQuerySet:
    """Return the decisions of this officer's council, or of any for a national administrator, that were drawn.

    Of those in which they took part themselves, or that are of an applicant in whom they have an interest, nobody is
    told: not that they were drawn, and not what was found.
    """
    regulator = regulator_of(user)
    if regulator is None and not sees_every_council(user):
        return Reaudit.objects.none()
    drawn = Reaudit.objects.drawn().of_council(regulator).impartial_to(user.pk)
    return drawn.select_related("officer", "reason", *(f"application__{name}" for name in _SHOWN))


def reaudit_for(user: "User", uid: UUID) -> Reaudit:
    """Return one re-audit that this person may know of.

    Raises:
        NotFound: there is none.
    """
    found = reaudits_for(user).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class SeenFlag:
    """A flag with what stands beside it: the name of whom it points at, their licenses, and the newest verdict.

    It is open while no verdict is on all that it tells.
    """

    flag: ApplicationFlag
    called: str | None
    licenses: list[str]
    verdict: FlagVerdict | None

    @property
    def is_open(self) -> bool:
        return self.verdict is None or self.verdict.flag_version < self.flag.version


def flags_of(application: ProfessionalApplication) -> list[SeenFlag]:
    """Return what was noticed about an application, in the order in which it was."""
    verdicts = Prefetch("verdicts", FlagVerdict.objects.select_related("given_by").order_by("id"))
    rows = application.flags.select_related("practitioner", "other", "document").prefetch_related(verdicts)
    flags = list(rows.order_by("id"))
    people = {flag.practitioner_id for flag in flags if flag.practitioner_id}
    names, licenses = full_names_of(people), license_numbers_of(people)
    return [
        SeenFlag(
            flag=flag,
            called=flag.other.applicants_name if flag.other else names.get(flag.practitioner_id or 0),
            licenses=licenses.get(flag.practitioner_id or 0, []),
            verdict=next(reversed(flag.verdicts.all()), None),
        )
        for flag in flags
    ]


def persons_found(application: ProfessionalApplication) -> set[int]:
    """Return the ids of those on the register whom officers found to be the applicant; merged entries count once.

    Another application is whoever it led to; one that led to no entry is nobody yet.
    """
    newest = FlagVerdict.objects.filter(flag=OuterRef("pk")).order_by("-id").values("verdict")[:1]
    same = application.flags.annotate(verdict=Subquery(newest)).filter(verdict=Verdict.SAME_PERSON)
    return set(same.annotate(person=_PERSON).exclude(person=None).values_list("person", flat=True))


def told_of_people(application: ProfessionalApplication) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return the reasons of the flags that point at somebody on the register, by the kind of flag and the person.

    Another application is whoever it led to.
    """
    told: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    rows = application.flags.annotate(person=_PERSON).exclude(person=None)
    for kind, person, reasons in rows.values_list("kind", "person", "reasons"):
        told[kind, person] += reasons
    return told


def outdated_checks() -> ApplicationQuerySet:
    """Return open applications that were looked at before something came to light: a proof, or another application."""
    pointed_at = ApplicationFlag.objects.filter(other=OuterRef("pk"), raised_at__gt=OuterRef("checked_at"))
    proven = proven_since(OuterRef("applicant"), OuterRef("checked_at"))
    return ProfessionalApplication.objects.filter(
        Exists(pointed_at) | proven, checked_at__isnull=False, status__in=TO_BE_CHECKED
    )


def _one(applications: ApplicationQuerySet, uid: UUID) -> ProfessionalApplication:
    found = applications.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
