"""Rules do not contradict each other, and one that has begun is followed by another instead of being rewritten."""

from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.rules import Role
from accounts.tests.factories import make_user
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.testing import at_once
from reference.models import (
    DocumentRequirement,
    DocumentType,
    Fee,
    PractisingTerm,
    Profession,
    RegisterPart,
    Regulator,
    ReviewRule,
)
from reference.rules import FOLLOW_INSTEAD
from reference.services import load_reference

TODAY, NEW_YEAR = date(2026, 11, 23), date(2027, 1, 1)
OVERLAP = "Another rule for the same already holds on some of these days: end that one first."
TOO_EARLY = "begins today at the earliest"


def code(model: Any, value: str) -> Any:
    return model.objects.get(code=value)


@pytest.mark.django_db
class TestTheDatabaseRefuses:
    KEYS = [
        (Fee, {"kind": "name_change", "amount_kobo": 100}, {}),
        (Fee, {"kind": "name_change", "amount_kobo": 100}, {"regulator": (Regulator, "pcn")}),
        (Fee, {"kind": "name_change", "amount_kobo": 100}, {"register_part": (RegisterPart, "mdcn-dental-full")}),
        (ReviewRule, {"kind": "name_change", "answer_days": 5}, {"regulator": (Regulator, "pcn")}),
        (
            DocumentRequirement,
            {"kind": "name_change", "necessity": "required"},
            {"regulator": (Regulator, "pcn"), "document_type": (DocumentType, "oath")},
        ),
        (PractisingTerm, {"kind": "calendar_year", "months": 12}, {"regulator": (Regulator, "ehcon")}),
        (
            PractisingTerm,
            {"kind": "calendar_year", "months": 12, "category": "full"},
            {"regulator": (Regulator, "mdcn"), "profession": (Profession, "dental-surgeon")},
        ),
    ]
    DAYS = [
        # What holds, another one, and whether they would hold on one day.
        ((None, None), (None, None), True),
        ((None, None), (NEW_YEAR, None), True),
        ((None, NEW_YEAR), (NEW_YEAR, None), False),
        ((TODAY, NEW_YEAR), (None, TODAY), False),
        ((TODAY, None), (date(2026, 11, 22), date(2026, 11, 24)), True),
        ((TODAY, NEW_YEAR), (date(2026, 12, 31), None), True),
    ]

    @pytest.mark.parametrize(("model", "values", "key"), KEYS, ids=lambda value: getattr(value, "__name__", None))
    @pytest.mark.parametrize("days", DAYS)
    def test_two_rules_for_the_same_on_one_day(self, model: Any, values: dict, key: dict, days: tuple) -> None:
        same = values | {name: code(*of) for name, of in key.items()}
        holds, another, meets = days
        refused = pytest.raises(IntegrityError, match="one_at_a_time") if meets else nullcontext()
        model.objects.create(**same, valid_from=holds[0], valid_until=holds[1])
        with refused, transaction.atomic():
            model.objects.create(**same, valid_from=another[0], valid_until=another[1])
        assert model.objects.filter(**same).count() == 2 - meets

    def test_and_leaves_rules_for_something_else_alone(self) -> None:
        for narrowing in (
            {"kind": "name_change"},
            {"kind": "name_change", "regulator": code(Regulator, "pcn")},
            {"kind": "name_change", "regulator": code(Regulator, "mdcn")},
            {"kind": "name_change", "register_part": code(RegisterPart, "mdcn-dental-full")},
            {"kind": "upgrade"},
        ):
            Fee.objects.create(amount_kobo=100, **narrowing)
        assert Fee.objects.filter(amount_kobo=100).count() == 5

    def test_a_change_that_lets_two_meet_in_plain_sql(self) -> None:
        Fee.objects.create(kind="name_change", amount_kobo=1, valid_until=TODAY)
        Fee.objects.create(kind="name_change", amount_kobo=2, valid_from=TODAY)
        with (
            pytest.raises(IntegrityError, match="fee_one_at_a_time"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE reference_fee SET valid_until = NULL WHERE kind = 'name_change'")

    @pytest.mark.parametrize(
        ("model", "values"),
        [
            (Fee, {"kind": "name_change", "amount_kobo": 100}),
            (ReviewRule, {"kind": "name_change", "answer_days": 5}),
            (DocumentRequirement, {"kind": "name_change", "necessity": "required", "document_type_id": 1}),
        ],
    )
    def test_a_part_of_another_councils_register(self, model: Any, values: dict) -> None:
        if "document_type_id" in values:
            values = {**values, "document_type_id": code(DocumentType, "oath").pk}
        with pytest.raises(IntegrityError, match="agrees_with_its_regulator"), transaction.atomic():
            model.objects.create(
                regulator=code(Regulator, "nmcn"), register_part=code(RegisterPart, "mdcn-dental-full"), **values
            )

    def test_a_term_for_another_councils_profession(self) -> None:
        with pytest.raises(IntegrityError, match="agrees_with_its_regulator"), transaction.atomic():
            PractisingTerm.objects.create(
                regulator=code(Regulator, "nmcn"), profession=code(Profession, "dental-surgeon"), months=12
            )


@pytest.mark.django_db
class TestLoading:
    def test_leaves_out_what_contradicts_an_administrators_rule_and_says_so(self, tmp_path: Any, caplog: Any) -> None:
        rows = [
            "kind,regulator,register_part,amount_kobo,currency,valid_from,valid_until,source",
            "upgrade,mdcn,,9900,NGN,2027-01-01,,x",
            "upgrade,pcn,,9900,NGN,2027-01-01,,x",
        ]
        (tmp_path / "fees.csv").write_text("\n".join(rows), encoding="utf-8")
        assert load_reference(folder=tmp_path)["fees"] == 1
        assert [fee.regulator.code for fee in Fee.objects.filter(amount_kobo=9900)] == ["pcn"]
        (left_out,) = [record for record in caplog.records if record.message == "reference_row_left_out"]
        assert (left_out.table, left_out.row["regulator"]) == ("fee", "mdcn")

    def test_setting_rows_to_what_the_files_say_does_not_undo_it_either(self, fee: Fee, caplog: Any) -> None:
        Fee.objects.filter(pk=fee.pk).update(valid_until=NEW_YEAR)
        Fee.objects.create(kind="upgrade", regulator=fee.regulator, amount_kobo=2, valid_from=NEW_YEAR)
        Regulator.objects.filter(code="mdcn").update(website="https://changed.example.ng")
        load_reference(update=True)
        assert days_of(2, 3_700_000) == [(2, NEW_YEAR, None), (3_700_000, None, NEW_YEAR)]
        assert code(Regulator, "mdcn").website == "https://mdcn.gov.ng"
        assert [record.row["kind"] for record in caplog.records if record.message == "reference_row_left_out"] == [
            "upgrade"
        ]


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(make_user(Role.NATIONAL_ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def fee() -> Fee:
    """What MDCN asks for an upgrade, since ever and until further notice."""
    return Fee.objects.get(kind="upgrade")


def change(rule: Any) -> str:
    return reverse(f"admin:reference_{rule._meta.model_name}_change", args=[rule.pk])


def sent(fee: Fee, **given: Any) -> dict[str, str]:
    """What the browser sends: the fields of the form as they are, but for those given."""
    now = {name: getattr(fee, name) for name in ("amount_kobo", "valid_from", "valid_until", "source")}
    return {name: str(value) for name, value in (now | given).items() if value is not None}


def days_of(*amounts: int) -> list[tuple]:
    fees = Fee.objects.filter(kind="upgrade", amount_kobo__in=amounts).order_by("valid_from")
    return list(fees.values_list("amount_kobo", "valid_from", "valid_until"))


def errors(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [str(error) for errors in answer.context["errors"] for error in errors]


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.django_db
class TestARuleThatHasBegun:
    def test_is_ended_and_its_source_mended(self, browser: Client, fee: Fee) -> None:
        assert browser.post(change(fee), sent(fee, valid_until=NEW_YEAR, source="circular 7")).status_code == 302
        fee.refresh_from_db()
        assert (fee.valid_until, fee.source, fee.amount_kobo) == (NEW_YEAR, "circular 7", 3_700_000)

    @pytest.mark.parametrize("given", [{"amount_kobo": 1}, {"valid_from": TODAY}, {"amount_kobo": 1, "source": "x"}])
    def test_is_not_rewritten(self, browser: Client, fee: Fee, given: dict) -> None:
        assert FOLLOW_INSTEAD in errors(browser.post(change(fee), sent(fee, **given)))
        assert days_of(1, 3_700_000) == [(3_700_000, None, None)]

    def test_began_today_is_one_too(self, browser: Client, fee: Fee) -> None:
        Fee.objects.update(valid_from=TODAY)
        fee.refresh_from_db()
        assert errors(browser.post(change(fee), sent(fee, amount_kobo=1))) == [FOLLOW_INSTEAD]

    def test_says_how_it_is_done(self, browser: Client, fee: Fee) -> None:
        page = browser.get(change(fee)).content.decode()
        assert FOLLOW_INSTEAD in page
        assert 'name="_saveasnew"' in page

    def test_does_not_end_on_a_day_that_is_over(self, browser: Client, fee: Fee) -> None:
        answer = browser.post(change(fee), sent(fee, valid_until=date(2026, 11, 22)))
        assert errors(answer) == ["It ends today at the earliest: what was answered before stays as it was."]
        assert browser.post(change(fee), sent(fee, valid_until=TODAY)).status_code == 302

    def test_once_ended_stays_so(self, browser: Client, fee: Fee) -> None:
        Fee.objects.filter(pk=fee.pk).update(valid_until=TODAY)
        fee.refresh_from_db()
        for until in (None, NEW_YEAR):
            (error,) = errors(browser.post(change(fee), sent(fee, valid_until=until)))
            assert error.startswith("This rule has ended")
        assert browser.post(change(fee), sent(fee, source="circular 7")).status_code == 302

    @pytest.mark.parametrize("model", [DocumentRequirement, ReviewRule, PractisingTerm])
    def test_whichever_table_it_is_in(self, browser: Client, model: Any) -> None:
        rule = model.objects.first()
        page = browser.get(change(rule))
        fields = page.context["adminform"].form.initial
        body = {name: value for name, value in fields.items() if value is not False and value not in (None, "")}
        assert browser.post(change(rule), body | {"source": "x"}).status_code == 302
        (flag,) = {"necessity", "answer_days", "months"} & fields.keys()
        other = "optional" if flag == "necessity" else 7
        assert errors(browser.post(change(rule), body | {flag: other})) == [FOLLOW_INSTEAD]


@pytest.mark.django_db
class TestARuleThatIsStillToCome:
    def test_is_changed_as_one_likes(self, browser: Client, fee: Fee) -> None:
        Fee.objects.update(valid_from=NEW_YEAR)
        fee.refresh_from_db()
        given = {"amount_kobo": 1, "valid_from": date(2026, 12, 1), "valid_until": NEW_YEAR}
        assert browser.post(change(fee), sent(fee, **given)).status_code == 302
        assert days_of(1) == [(1, date(2026, 12, 1), NEW_YEAR)]

    @pytest.mark.parametrize("first_day", [None, date(2026, 11, 22)])
    def test_but_does_not_begin_before_today(self, browser: Client, fee: Fee, first_day: date | None) -> None:
        Fee.objects.update(valid_from=NEW_YEAR)
        fee.refresh_from_db()
        (error,) = errors(browser.post(change(fee), sent(fee, valid_from=first_day)))
        assert TOO_EARLY in error


@pytest.mark.django_db
class TestANewRule:
    ADD = "/admin/reference/fee/add/"

    def body(self, **given: Any) -> dict[str, str]:
        return {"kind": "name_change", "amount_kobo": "100", "currency": "NGN", "valid_from": str(TODAY), **given}

    def test_begins_today_or_later(self, browser: Client) -> None:
        assert browser.post(self.ADD, self.body()).status_code == 302
        assert Fee.objects.get(kind="name_change").valid_from == TODAY

    @pytest.mark.parametrize("first_day", ["", "2026-11-22"])
    def test_and_not_before(self, browser: Client, first_day: str) -> None:
        (error,) = errors(browser.post(self.ADD, self.body(valid_from=first_day)))
        assert TOO_EARLY in error

    def test_the_day_is_one_in_lagos(self, browser: Client) -> None:
        with time_machine.travel("2026-11-23T23:30:00Z", tick=False):
            assert browser.post(self.ADD, self.body()).status_code == 200
            assert browser.post(self.ADD, self.body(valid_from="2026-11-24")).status_code == 302

    def test_beside_one_for_the_same_is_refused_in_words(self, browser: Client, fee: Fee) -> None:
        body = self.body(kind="upgrade", regulator=str(fee.regulator_id))
        assert errors(browser.post(self.ADD, body)) == [OVERLAP]
        assert browser.post(self.ADD, self.body(kind="upgrade")).status_code == 302

    def test_for_another_councils_part_is_refused_in_words(self, browser: Client, fee: Fee) -> None:
        part = code(RegisterPart, "nmcn-general-nurse")
        body = self.body(regulator=str(fee.regulator_id), register_part=str(part.pk))
        assert errors(browser.post(self.ADD, body)) == ["This part is of another council's register."]

    def test_of_a_term_for_another_councils_profession_too(self, browser: Client) -> None:
        body = {"regulator": code(Regulator, "nmcn").pk, "profession": code(Profession, "dental-surgeon").pk}
        body |= {"kind": "calendar_year", "months": "12", "grace_months": "0", "valid_from": "2027-01-01"}
        answer = browser.post("/admin/reference/practisingterm/add/", body)
        assert errors(answer) == ["This profession is another council's."]

    def test_that_ends_before_it_begins_is_refused_in_words(self, browser: Client) -> None:
        body = self.body(valid_from="2027-01-01", valid_until="2026-12-01")
        assert errors(browser.post(self.ADD, body)) == ["It must end after it starts."]


@pytest.mark.django_db
class TestARuleThatFollowsAnother:
    def test_ends_it_on_its_first_day(self, browser: Client, fee: Fee) -> None:
        body = sent(fee, amount_kobo=5_000_000, valid_from=NEW_YEAR, _saveasnew="Save as new")
        assert browser.post(change(fee), body).status_code == 302
        assert days_of(3_700_000, 5_000_000) == [(5_000_000, NEW_YEAR, None), (3_700_000, None, NEW_YEAR)]
        new = Fee.objects.get(amount_kobo=5_000_000)
        assert (new.kind, new.regulator, new.register_part, new.currency) == ("upgrade", fee.regulator, None, "NGN")
        assert [
            (each.subject, each.regulator, each.reason, each.fields) for each in AuditRecord.objects.order_by("id")
        ] == [
            (f"fee:{fee.pk}", "mdcn", "change", ["valid_until"]),
            (f"fee:{new.pk}", "mdcn", "add", []),
        ]

    def test_whatever_else_is_sent_it_is_for_the_same(self, browser: Client, fee: Fee) -> None:
        body = sent(fee, valid_from=NEW_YEAR, kind="name_change", currency="USD", _saveasnew="Save as new")
        assert browser.post(change(fee), body).status_code == 302
        assert {row.kind for row in Fee.objects.filter(regulator=fee.regulator, valid_from=NEW_YEAR)} == {"upgrade"}

    def test_leaves_the_end_of_one_that_ends_before(self, browser: Client, fee: Fee) -> None:
        Fee.objects.filter(pk=fee.pk).update(valid_until=date(2026, 12, 1))
        body = sent(fee, amount_kobo=1, valid_from=NEW_YEAR, _saveasnew="Save as new")
        assert browser.post(change(fee), body).status_code == 302
        assert days_of(1, 3_700_000) == [(1, NEW_YEAR, None), (3_700_000, None, date(2026, 12, 1))]
        assert [record.reason for record in AuditRecord.objects.all()] == ["add"]

    @pytest.mark.parametrize("first_day", [None, date(2026, 11, 22)])
    def test_begins_today_at_the_earliest(self, browser: Client, fee: Fee, first_day: date | None) -> None:
        answer = browser.post(change(fee), sent(fee, valid_from=first_day, _saveasnew="Save as new"))
        (error,) = errors(answer)
        assert TOO_EARLY in error
        assert days_of(3_700_000) == [(3_700_000, None, None)]

    def test_begins_after_it(self, browser: Client, fee: Fee) -> None:
        Fee.objects.update(valid_from=NEW_YEAR)
        (error,) = errors(browser.post(change(fee), sent(fee, valid_from=NEW_YEAR, _saveasnew="Save as new")))
        assert error == "The rule that it follows holds from 2027-01-01 on: begin after that."

    def test_does_not_meet_a_third(self, browser: Client, fee: Fee) -> None:
        Fee.objects.filter(pk=fee.pk).update(valid_until=NEW_YEAR)
        Fee.objects.create(kind="upgrade", regulator=fee.regulator, amount_kobo=2, valid_from=NEW_YEAR)
        body = sent(fee, amount_kobo=1, valid_from=date(2026, 12, 1), _saveasnew="Save as new")
        assert errors(browser.post(change(fee), body)) == [OVERLAP]
        assert browser.post(change(fee), body | {"valid_until": "2027-01-01"}).status_code == 302
        assert days_of(1, 2, 3_700_000) == [
            (1, date(2026, 12, 1), NEW_YEAR),
            (2, NEW_YEAR, None),
            (3_700_000, None, date(2026, 12, 1)),
        ]

    def test_is_not_shown_to_whoever_may_not_add(self, fee: Fee) -> None:
        auditor = Client()
        auditor.force_login(make_user(Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
        assert auditor.post(change(fee), sent(fee, valid_from=NEW_YEAR, _saveasnew="x")).status_code == 403


@pytest.mark.usefixtures("committed_db")
def test_of_two_administrators_who_enter_the_same_at_once_one_is_told() -> None:
    browsers = []
    for _ in range(2):
        browsers.append(Client())
        browsers[-1].force_login(
            make_user(Role.NATIONAL_ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend"
        )
    body = {"kind": "name_change", "amount_kobo": "100", "currency": "NGN", "valid_from": "2027-01-01"}
    try:
        answers = at_once(2, lambda number: browsers[number].post("/admin/reference/fee/add/", body))
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        (refused,) = [answer for answer in answers if answer.status_code == 200]
        assert OVERLAP in refused.content.decode()
    finally:
        with transaction.atomic(using="owner"):
            Fee.objects.using("owner").filter(kind="name_change").delete()
