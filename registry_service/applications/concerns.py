"""What about an application an officer should look at: people who are likely the same, files of others, identity."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from applications.completeness import current_documents
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.queries import persons_found, told_of_people
from applications.rules import UPGRADED, FlagKind, Status, tells_more
from documents.queries import same_files, similar_files
from duplicates.likeness import Fact, Likeness, Reason, Record, likeness
from duplicates.queries import compared, records_of, who_may_be
from identity.queries import accounts_with_identity, identities_of, identity_of, is_several_people
from licenses.queries import LicenseFacts, council_number_as_compared, holders_of_number, licenses_of
from practitioners.names import Name, compare
from practitioners.queries import (
    birth_dates_meant,
    practitioner_of_account,
    practitioners_of_accounts,
)
from reference.rules import ApplicationKind, DocumentForm

# In how many of 64 bits a picture may differ: a scan of the same paper, and a photograph that was only saved anew.
_MOST_BITS = {DocumentForm.SCAN: 3, DocumentForm.PHOTOGRAPH: 2}
# Of so many other people's applications an officer hears, for each document.
_MOST_OTHERS = 5
# So many pictures that look alike are asked for, since drafts and replaced versions among them do not count.
_MOST_ALIKE = 1000


@dataclass(frozen=True)
class Concern:
    """Something to look at: whom or what it points at, how likely it is, and why."""

    kind: FlagKind
    practitioner_id: int | None = None
    other_id: int | None = None
    document_id: int | None = None
    score: float | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Shared:
    """A document of this application, and one of another person's that is the same file or looks like it."""

    document: ApplicationDocument
    other: ApplicationDocument
    how: str


def concerns_about(application: ProfessionalApplication, today: date) -> list[Concern]:
    """Return what an officer should look at; nothing, when all seems in order."""
    shared = list(_shared_files(application))
    concerns = [*_about_files(shared), *_about_identity(application), *_on_register(application, shared, today)]
    if application.surname:
        concerns += _applications(application, record_of(application), shared)
    return concerns


def found_since(application: ProfessionalApplication, today: date, new_license: int | None = None) -> list[Concern]:
    """Return what the register says of which no flag tells yet, by the quicker questions.

    Files are not compared: whoever is found so is found by `concerns_about`, too. Why somebody is likely the same
    person is not asked again: how alike two are, an officer has seen. Nor does it count what limits a license that
    the approval has only just entered, as the one is limited on which it builds.
    """
    told = told_of_people(application)
    found = _on_register(application, [], today, new_license)
    return [concern for concern in found if _is_news(concern, told)]


def _is_news(concern: Concern, told: Mapping[tuple[str, int], list[dict[str, Any]]]) -> bool:
    before = told.get((concern.kind, concern.practitioner_id or 0))
    if before is None or concern.kind == FlagKind.DUPLICATE:
        return before is None
    return tells_more(concern.reasons, before)


def about_standing(application: ProfessionalApplication, today: date, apart_from: int | None = None) -> list[Concern]:
    """Return what was imposed on the licenses of the applicant, or of whom officers found to be the applicant.

    One license may be left out, by its id.

    That is every suspension, removal and condition, past, current or to come; not the removal of a provisional entry
    whose holder was registered in full.
    """
    own = practitioner_of_account(application.applicant_id)
    people = persons_found(application) | ({own} if own else set())
    licenses = {person: [facts for facts in licenses_of(person) if facts.id != apart_from] for person in sorted(people)}
    told = {person: _imposed_on(held, today) for person, held in licenses.items()}
    return [
        Concern(FlagKind.STANDING, practitioner_id=person_id, reasons=reasons)
        for person_id, reasons in told.items()
        if reasons
    ]


def record_of(application: ProfessionalApplication) -> Record:
    """Return what an application says of its person, as it is compared."""
    council = application.register_part.regulator.code
    number = council_number_as_compared(application.regulator_number)
    return Record(
        names=(Name(application.surname, application.given_names, application.title),),
        birth_date=application.birth_date,
        gender=application.gender,
        identity=identities_of([application.applicant_id]).get(application.applicant_id, ""),
        council_numbers=frozenset({(council, number)} if number else ()),
        telephone=application.telephone,
        email=application.applicant.email,
        school=application.school,
        qualified_in=application.qualified_on.year if application.qualified_on else None,
        files=frozenset(document.file.sha256 for document in current_documents(application)),
    )


def _shared_files(application: ProfessionalApplication) -> Iterator[_Shared]:
    """Yield the documents that another person's application has too.

    A look that many have is that of a form which a school fills in for everybody: it says nothing.
    """
    documents = current_documents(application)
    own = set(
        ApplicationDocument.objects.filter(application__applicant=application.applicant_id).values_list(
            "file", flat=True
        )
    )
    same: dict[str, list[int]] = defaultdict(list)
    for file_id, digest in same_files(document.file.sha256 for document in documents):
        same[digest].append(file_id)
    for document in documents:
        copies = _of_others(application, same[document.file.sha256])
        yield from (_Shared(document, other, "same") for other in copies[:_MOST_OTHERS])
        alike = _of_others(application, _looking_like(document, own.union(same[document.file.sha256])), current=True)
        if len(alike) <= _MOST_OTHERS:
            yield from (_Shared(document, other, "alike") for other in alike)


def _of_others(
    application: ProfessionalApplication, file_ids: Collection[int], *, current: bool = False
) -> list[ApplicationDocument]:
    """Return which of these files another person's application has; enough of them to know that they are many.

    What nobody has submitted is its writer's own. With `current`, what was replaced by a newer version is left out.
    """
    submitted = ApplicationDocument.objects.filter(file__in=file_ids, application__submitted_at__isnull=False)
    others = submitted.exclude(application__applicant=application.applicant_id)
    if current:
        newer = ApplicationDocument.objects.filter(
            application=OuterRef("application"),
            document_type=OuterRef("document_type"),
            version__gt=OuterRef("version"),
        )
        others = others.filter(~Exists(newer))
    return list(others.select_related("application").order_by("id")[: _MOST_OTHERS + 1])


def _looking_like(document: ApplicationDocument, apart_from: Collection[int]) -> list[int]:
    picture = document.file.perceptual_hash
    if picture is None:
        return []
    most = _MOST_BITS[DocumentForm(document.document_type.form)]
    alike = similar_files(picture, max_distance=most, apart_from=apart_from, at_most=_MOST_ALIKE)
    return list(alike.values_list("id", flat=True))


def _about_files(shared: Iterable[_Shared]) -> Iterator[Concern]:
    for each in shared:
        yield Concern(
            FlagKind.SHARED_FILE,
            other_id=each.other.application_id,
            document_id=each.document.pk,
            reasons=[asdict(Reason(Fact.DOCUMENT, each.how, 0.0))],
        )


def _about_identity(application: ProfessionalApplication) -> Iterator[Concern]:
    """Yield how what was proven of the applicant differs from what they say, where it does."""
    proof = identity_of(application.applicant_id)
    if proof is None:
        return
    found = _other_name(application, [Name(proof.surname, proof.given_names)])
    if application.birth_date is not None and application.birth_date != proof.birth_date:
        found.append(Reason(Fact.BIRTH_DATE, "other", 0.0))
    if is_several_people(application.applicant_id):
        found.append(Reason(Fact.IDENTITY, "several", 0.0))
    if found:
        yield Concern(FlagKind.IDENTITY_DIFFERS, reasons=[asdict(reason) for reason in found])


def _other_name(application: ProfessionalApplication, names: Iterable[Name]) -> list[Reason]:
    """Return how the applicant's name differs from the one of these that it is most like; nothing where one matches."""
    own = Name(application.surname, application.given_names)
    nearest = max((compare(own, name) for name in names), key=lambda found: found.score, default=None)
    if not application.surname or nearest is None or nearest.matches:
        return []
    return [Reason(Fact.NAME, why.kind.value, round(why.weight, 3), (why.a, why.b)) for why in nearest.reasons]


def _on_register(
    application: ProfessionalApplication, shared: list[_Shared], today: date, new_license: int | None = None
) -> list[Concern]:
    """Return what the register says of the applicant, and of who is likely the applicant."""
    concerns = [*_about_entry(application), *about_standing(application, today, apart_from=new_license)]
    if application.surname:
        concerns += _people(application, record_of(application), shared)
    return concerns


def _about_entry(application: ProfessionalApplication) -> Iterator[Concern]:
    """Yield how the entry of the applicant's account differs from what they say, where it does.

    A new name is another one than the register's: that is what its application is for.
    """
    own = practitioner_of_account(application.applicant_id)
    if own is None:
        return
    (_, entry) = records_of([own])[own]
    found = [] if application.kind == ApplicationKind.NAME_CHANGE else _other_name(application, entry.names)
    if application.birth_date and entry.birth_date and application.birth_date != entry.birth_date:
        found.append(Reason(Fact.BIRTH_DATE, "other", 0.0))
    if application.gender not in ("", "unknown", entry.gender) and entry.gender:
        found.append(Reason(Fact.GENDER, "other", 0.0))
    if found:
        yield Concern(FlagKind.REGISTER_DIFFERS, practitioner_id=own, reasons=[asdict(reason) for reason in found])


def _imposed_on(licenses: Iterable[LicenseFacts], today: date) -> list[dict[str, Any]]:
    found = []
    for facts in licenses:
        standing = facts.standing
        removals = [period for period in standing.removals if period.code != UPGRADED]
        imposed = (("suspended", standing.suspensions), ("removed", removals), ("condition", standing.conditions))
        found += [
            Reason(
                Fact.STANDING,
                f"{what} {_days(period.start, period.end, today)}",
                0.0,
                (facts.number, facts.register_name),
            )
            for what, periods in imposed
            for period in periods
        ]
    return [asdict(reason) for reason in found]


def _days(start: date, end: date | None, today: date) -> str:
    """Return from when to when something holds, in words; `end` is the day after its last one."""
    if end is None:
        return f"{'since' if start <= today else 'from'} {start}"
    return f"from {start} to {end - timedelta(days=1)}"


def _people(application: ProfessionalApplication, record: Record, shared: list[_Shared]) -> Iterator[Concern]:
    """Yield who on the register is likely the applicant, beside their own entry, and whose entry they claim."""
    claimed = _claimed(application)
    sharing = practitioners_of_accounts({each.other.application.applicant_id for each in shared})
    own = practitioner_of_account(application.applicant_id)
    ids = who_may_be(record, account_id=application.applicant_id) | set(sharing.values()) | claimed
    people = records_of(ids - {own})
    more = _said_in_applications(people)
    for person_id, (person, known) in people.items():
        people[person_id] = (person, _with_files(replace(known, **more.get(person_id, {})), person.account_id, shared))
    for found in compared(record, people):
        if found.likeness.is_likely or found.person.id in claimed:
            yield _duplicate(found.likeness, practitioner_id=found.person.id)


def _claimed(application: ProfessionalApplication) -> set[int]:
    """Return the ids of those who hold the license that is claimed, however little they are like the applicant."""
    if application.kind != ApplicationKind.ENTRY_CLAIM:
        return set()
    return holders_of_number(application.regulator_number, application.register_part.code)


def _said_in_applications(practitioner_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return school and year of people who were registered after an application."""
    approved = ProfessionalApplication.objects.filter(
        status=Status.APPROVED, license__practitioner__in=practitioner_ids
    ).exclude(school="")
    rows = approved.order_by("id").values_list("license__practitioner", "school", "qualified_on")
    return {
        person: {"school": school, "qualified_in": qualified_on.year if qualified_on else None}
        for person, school, qualified_on in rows
    }


def _applications(application: ProfessionalApplication, record: Record, shared: list[_Shared]) -> Iterator[Concern]:
    """Yield the applications under other accounts that are likely the same person's, and led to no entry."""
    accounts = (
        accounts_with_identity(record.identity, apart_from=application.applicant_id) if record.identity else set()
    )
    accounts |= {each.other.application.applicant_id for each in shared}
    either = Q(birth_date__in=_birth_dates(application.birth_date)) | Q(applicant__in=accounts)
    if application.telephone:
        either |= Q(telephone=application.telephone)
    others = ProfessionalApplication.objects.filter(either).exclude(applicant=application.applicant_id)
    others = others.exclude(status__in=[Status.DRAFT, Status.WITHDRAWN, Status.APPROVED]).exclude(surname="")
    for other in others.select_related("applicant", "register_part__regulator"):
        found = likeness(record, _with_files(record_of(other), other.applicant_id, shared))
        if found.is_likely:
            yield _duplicate(found, other_id=other.pk)


def _with_files(record: Record, account_id: UUID | None, shared: Iterable[_Shared]) -> Record:
    """Return another person's record with the files that it has in common with this application."""
    theirs = [each for each in shared if each.other.application.applicant_id == account_id]
    return replace(
        record,
        files=frozenset(each.document.file.sha256 for each in theirs if each.how == "same"),
        pictures=frozenset(each.document.file.sha256 for each in theirs if each.how == "alike"),
    )


def _birth_dates(birth_date: date | None) -> set[date]:
    return birth_dates_meant(birth_date) if birth_date else set()


def _duplicate(found: Likeness, **points_at: int) -> Concern:
    reasons = [asdict(reason) for reason in found.reasons]
    return Concern(FlagKind.DUPLICATE, score=found.score, reasons=reasons, **points_at)
