"""What applications need and how they are decided: the narrowest rule of the day applies."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from common.errors import NotFound
from reference.models import DocumentRequirement, DocumentType, Fee, PractisingTerm, Regulator, ReviewRule
from reference.queries import (
    document_requirements,
    fee_for,
    first_certificate_days,
    reaudit_percent,
    register_part_by_code,
    review_rule,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
TOMORROW = date(2026, 11, 24)
KIND = "first_registration"


def part(code: str = "mdcn-medical-full"):
    return register_part_by_code(code)


def necessity(document_type: str, code: str = "mdcn-medical-full", day: date = TODAY) -> str | None:
    found = {rule.document_type.code: rule.necessity for rule in document_requirements(KIND, part(code), day)}
    return found.get(document_type)


def test_a_narrower_requirement_stands_in_place_of_a_wider_one() -> None:
    assert necessity("birth-certificate") == "required"
    DocumentRequirement.objects.create(
        kind=KIND,
        regulator=Regulator.objects.get(code="mdcn"),
        document_type=DocumentType.objects.get(code="birth-certificate"),
        necessity="optional",
    )
    assert necessity("birth-certificate") == "optional"
    assert necessity("birth-certificate", "nmcn-general-nurse") == "required"


def test_a_requirement_holds_from_its_first_day_until_its_end() -> None:
    DocumentRequirement.objects.filter(kind=KIND, document_type__code="oath").update(valid_from=TOMORROW)
    assert (necessity("oath"), necessity("oath", day=TOMORROW)) == (None, "required")


def test_the_narrowest_review_rule_applies() -> None:
    assert not review_rule(KIND, part(), TODAY).issues_certificate
    assert review_rule(KIND, part("pcn-pharmacist-provisional"), TODAY).issues_certificate
    ReviewRule.objects.create(kind=KIND, register_part=part(), issues_certificate=True, answer_days=14)
    assert review_rule(KIND, part(), TODAY).answer_days == 14


def test_without_a_rule_the_council_takes_no_such_application() -> None:
    ReviewRule.objects.all().update(valid_until=TODAY, valid_from=date(2020, 1, 1))
    with pytest.raises(NotFound):
        review_rule(KIND, part(), TODAY)


class TestHowManyDecisionsAreLookedAtAgain:
    def of_a_hundred(self, code: str = "mdcn-medical-full", day: date = TODAY) -> int:
        return reaudit_percent(KIND, part(code), day)

    def make(self, percent: int, regulator: str = "mdcn", **days: date) -> None:
        council = Regulator.objects.get(code=regulator)
        ReviewRule.objects.create(kind=KIND, regulator=council, answer_days=30, reaudit_percent=percent, **days)

    def test_two_of_every_kind_at_every_council_as_the_file_says(self) -> None:
        assert set(ReviewRule.objects.values_list("reaudit_percent", flat=True)) == {2}

    def test_the_narrowest_rule_of_the_day_says(self) -> None:
        self.make(10, valid_from=TOMORROW)
        assert (self.of_a_hundred(), self.of_a_hundred(day=TOMORROW)) == (2, 10)
        assert self.of_a_hundred("nmcn-general-nurse", TOMORROW) == 2

    def test_where_no_rule_holds_any_more_the_last_one_goes_on(self) -> None:
        ReviewRule.objects.update(valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1))
        self.make(10, valid_from=date(2019, 1, 1), valid_until=date(2020, 1, 1))
        assert self.of_a_hundred() == 2
        self.make(20, valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1))
        assert self.of_a_hundred() == 20

    def test_one_that_holds_goes_before_narrower_ones_that_have_ended(self) -> None:
        self.make(10, valid_until=TODAY)
        assert self.of_a_hundred() == 2

    def test_not_more_than_all(self) -> None:
        with pytest.raises(IntegrityError, match="review_rule_draws_up_to_a_hundred"), transaction.atomic():
            self.make(101)


class TestFees:
    """Amounts are in kobo."""

    def test_the_narrowest_fee_of_the_day_applies(self) -> None:
        assert asked() == 4_500_000
        Fee.objects.create(kind=KIND, amount_kobo=100)
        Fee.objects.create(kind=KIND, regulator=part().regulator, amount_kobo=200)
        assert asked() == 4_500_000
        assert asked("mdcn-alternative-full") == 200
        assert asked("nmcn-general-nurse") == 100

    def test_a_fee_that_changes_does_so_on_its_day(self) -> None:
        old = Fee.objects.get(kind=KIND, register_part=part())
        Fee.objects.filter(pk=old.pk).update(valid_until=TOMORROW)
        Fee.objects.create(
            kind=KIND, regulator=part().regulator, register_part=part(), amount_kobo=5_000_000, valid_from=TOMORROW
        )
        assert (asked(), asked(day=TOMORROW)) == (4_500_000, 5_000_000)

    def test_without_a_fee_or_with_one_of_nothing_nothing_is_asked(self) -> None:
        assert asked("nmcn-general-nurse") is None
        Fee.objects.filter(kind=KIND, register_part=part()).update(amount_kobo=0)
        Fee.objects.create(kind=KIND, amount_kobo=100)
        assert asked() is None

    def test_no_fee_is_less_than_nothing(self) -> None:
        with pytest.raises(IntegrityError, match="fee_is_not_negative"), transaction.atomic():
            Fee.objects.create(kind=KIND, amount_kobo=-1)


def asked(code: str = "mdcn-medical-full", day: date = TODAY) -> int | None:
    fee = fee_for(KIND, part(code), day)
    return fee and fee.amount_kobo


class TestTheFirstCertificate:
    def test_of_a_calendar_year_begins_on_the_day_of_issue_and_ends_with_the_year(self) -> None:
        assert first_certificate_days(part(), TODAY) == (TODAY, date(2027, 1, 1))

    def test_of_so_many_months_runs_from_the_day_of_issue(self) -> None:
        assert first_certificate_days(part("nmcn-general-nurse"), TODAY) == (TODAY, date(2029, 11, 23))

    def test_a_term_for_the_category_is_narrower_than_the_councils(self) -> None:
        assert first_certificate_days(part("mdcn-medical-limited"), TODAY) == (TODAY, date(2028, 11, 23))

    def test_a_council_without_a_term_issues_none(self) -> None:
        PractisingTerm.objects.update(valid_from=date(2020, 1, 1), valid_until=TODAY)
        assert first_certificate_days(part(), TODAY) is None
