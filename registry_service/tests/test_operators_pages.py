"""Who may do what on the operators' pages: every page there is, opened by everybody.

The table of it is docs/operators.md; with PHB_WRITE_EXAMPLES=1 it is written anew, and a reviewer sees the difference.
"""

import os
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import RoleAssignment, User
from accounts.pages import PAGES
from accounts.rules import Role
from accounts.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

TABLE = settings.BASE_DIR.parent / "docs" / "operators.md"
HEADING = """# Who may do what on the operators' pages

`/admin/` of the registry, page by page, and what each role may do there. A hyphen: 403, and nothing in the menu.
Nobody else comes in, whether nobody is signed in or a professional or an officer is: they see the form for signing in.
Written by `registry_service/tests/test_operators_pages.py`, which asks for all of it; what opens is in
`registry_service/accounts/pages.py`, and why in [decision 10](decisions/0010-roles-open-the-operators-pages.md).
"""
PAGE_OF: dict[str, ModelAdmin] = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
ACTS = ("see", "add", "change", "delete")
LETS_IN = {"auditor": Role.AUDITOR, "national administrator": Role.NATIONAL_ADMINISTRATOR}


def browser_of(user: User | None) -> Client:
    browser = Client()
    if user is not None:
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def address(page: str, what: str, *args: Any) -> str:
    return reverse(f"admin:{page.replace('.', '_')}_{what}", args=args)


def is_open(answer: Any) -> bool:
    """Whether the page is open; a row that is not there leads back to the index, once one may ask for it."""
    assert answer.status_code in (200, 302, 403)
    return answer.status_code == 200 or (answer.status_code == 302 and answer["Location"] == "/admin/")


def open_acts(browser: Client, page: str) -> tuple[str, ...]:
    see = {is_open(browser.get(address(page, "changelist"))), is_open(browser.get(address(page, "change", 0)))}
    add = {is_open(browser.get(address(page, "add"))), is_open(browser.post(address(page, "add")))}
    allowed = {
        "see": see,
        "add": add,
        "change": {is_open(browser.post(address(page, "change", 0)))},
        "delete": {is_open(browser.post(address(page, "delete", 0), {"post": "yes"}))},
    }
    assert all(len(answers) == 1 for answers in allowed.values()), page
    return tuple(act for act in ACTS if allowed[act] == {True})


def test_somebody_has_decided_about_every_page_and_every_part_of_one() -> None:
    parts = {inline.model._meta.label_lower for page in PAGE_OF.values() for inline in page.inlines}
    assert set(PAGES) == set(PAGE_OF) | parts


def test_the_table_is_what_opens() -> None:
    browsers = {name: browser_of(make_user(role)) for name, role in LETS_IN.items()}
    browsers["superuser"] = browser_of(make_user(is_superuser=True))
    rows = [f"| | {' | '.join(browsers)} |", f"|---|{'---|' * len(browsers)}"]
    for page in sorted(PAGE_OF):
        opened = {name: open_acts(browser, page) for name, browser in browsers.items()}
        for name, role in LETS_IN.items():
            assert opened[name] == tuple(act.replace("view", "see") for act in PAGES[page].get(role, ())), page
        name = f"{page.partition('.')[0]}: {PAGE_OF[page].opts.verbose_name_plural}"
        rows.append(f"| {name} | {' | '.join(', '.join(acts) or '-' for acts in opened.values())} |")
    table = HEADING + "\n" + "\n".join(rows) + "\n"
    if os.environ.get("PHB_WRITE_EXAMPLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table


@pytest.mark.parametrize("roles", [None, [], [Role.PROFESSIONAL], [Role.PROFESSIONAL, Role.OFFICER]], ids=str)
def test_nobody_else_comes_in(roles: list[Role] | None) -> None:
    browser = browser_of(None if roles is None else make_user(*roles, regulator="mdcn"))
    index = browser.get("/admin/")
    assert (index.status_code, index["Location"]) == (302, "/admin/login/?next=/admin/")
    assert [page for page in PAGE_OF if open_acts(browser, page)] == []


@pytest.mark.parametrize(
    ("role", "comes_in"),
    [
        (Role.PROFESSIONAL, False),
        (Role.OFFICER, False),
        (Role.AUDITOR, True),
        (Role.NATIONAL_ADMINISTRATOR, True),
    ],
)
def test_the_form_for_signing_in_takes_whom_a_role_lets_in(role: Role, comes_in: bool) -> None:
    browser, user = Client(), make_user(role, regulator="mdcn")
    answer = browser.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert answer.status_code == (302 if comes_in else 200)
    assert browser.get("/admin/").status_code == (200 if comes_in else 302)


def test_a_role_that_is_withdrawn_closes_the_pages_at_the_next_request() -> None:
    user = make_user(Role.NATIONAL_ADMINISTRATOR, Role.AUDITOR)
    browser, fees, audit = browser_of(user), address("reference.fee", "add"), address("audit.auditrecord", "changelist")
    assert [browser.get(page).status_code for page in (fees, audit)] == [200, 200]
    RoleAssignment.objects.filter(role=Role.NATIONAL_ADMINISTRATOR).delete()
    assert [browser.get(page).status_code for page in (fees, audit)] == [403, 200]
    RoleAssignment.objects.all().delete()
    assert [browser.get(page).status_code for page in (fees, audit)] == [302, 302]


def test_whoever_is_barred_is_out_at_the_next_request() -> None:
    user = make_user(Role.NATIONAL_ADMINISTRATOR)
    browser = browser_of(user)
    User.objects.update(is_active=False)
    assert browser.get("/admin/").status_code == 302


def test_whoever_has_not_proven_the_address_stays_out_as_in_the_api() -> None:
    browser = browser_of(make_user(Role.NATIONAL_ADMINISTRATOR, email_confirmed_at=None))
    assert browser.get("/admin/").status_code == 302


def test_an_operator_without_a_role_has_djangos_permissions_alone() -> None:
    browser = browser_of(make_user(is_operator=True))
    assert browser.get("/admin/").status_code == 200
    assert [page for page in PAGE_OF if open_acts(browser, page)] == []


def test_the_menu_of_an_auditor_names_the_audit_alone() -> None:
    request = RequestFactory().get("/admin/")
    request.user = make_user(Role.AUDITOR)
    menu = admin.site.get_app_list(request)
    assert [(app["app_label"], [model["object_name"] for model in app["models"]]) for app in menu] == [
        ("audit", ["AuditRecord"])
    ]


@pytest.mark.parametrize("page", sorted(page for page, given in PAGES.items() if given and page in PAGE_OF))
def test_a_page_that_opens_shows_all_its_parts(page: str) -> None:
    request = RequestFactory().get("/admin/")
    request.user = make_user(Role.NATIONAL_ADMINISTRATOR)
    shown = [type(part) for part in PAGE_OF[page].get_inline_instances(request, PAGE_OF[page].model())]
    assert shown == list(PAGE_OF[page].inlines)


def test_every_action_has_been_thought_of() -> None:
    """Each of these leaves a record of its own, and has a test of it."""
    request = RequestFactory().get("/admin/")
    request.user = make_user(is_superuser=True)
    assert {page: list(actions) for page in PAGE_OF if (actions := PAGE_OF[page].get_actions(request))} == {
        "accounts.serviceclient": ["make_secret"],
        "accounts.serviceclientsecret": ["revoke"],
        "accounts.user": ["reset_second_factor"],
        "fees.feepayment": ["ask_again"],
    }


def questions(browser: Client, page: str, rows: list[Model]) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address(page, "changelist"), {"pk__in": ",".join(str(row.pk) for row in rows)})
    assert answer.context["cl"].result_count == len(rows)
    return len(asked)


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("reference.documentrequirement", 10),
        ("reference.documenttype", 9),
        ("reference.fee", 10),
        ("reference.lga", 10),
        ("reference.practisingterm", 10),
        ("reference.profession", 10),
        ("reference.reason", 9),
        ("reference.registerpart", 10),
        ("reference.regulator", 9),
        ("reference.reviewrule", 10),
        ("reference.specialty", 11),
        ("reference.state", 9),
    ],
)
def test_a_list_asks_as_often_for_three_rows_as_for_one(page: str, count: int) -> None:
    browser, rows = browser_of(make_user(Role.NATIONAL_ADMINISTRATOR)), list(PAGE_OF[page].model.objects.all()[:3])
    assert [questions(browser, page, some) for some in (rows[:1], rows)] == [count, count]
