"""What is alike in both services stays alike.

They share no code, so that either can be deployed alone; a mend in one of these files belongs in the other too.
"""

from pathlib import Path

import pytest

from local.paths import ROOT

REGISTRY, HOSPITAL = ROOT / "registry_service", ROOT / "hospital_service"
ONE_SIDED = {"asker.py", "caching.py", "conditional.py", "copying.py", "instants.py", "money.py", "one_by_one.py"}
DIFFERENT = {"checks.py"}
SECOND_FACTOR_MAILS = (
    "recovery_code_used",
    "recovery_codes_renewed",
    "second_factor_enrolled",
    "second_factor_removed",
    "second_factor_reset",
)
# What each role may do differs, and has tests of its own on each side.
ACCOUNTS_TESTS = (
    "authenticator",
    "test_checks",
    "test_factors",
    "test_operators",
    "test_password_page",
    "test_second_factor",
    "test_second_factor_at_once",
    "test_second_factor_sign_in",
)

ALIKE = sorted(
    [
        *(
            path.relative_to(REGISTRY)
            for path in REGISTRY.glob("common/*.py")
            if path.name not in ONE_SIDED | DIFFERENT
        ),
        *(path.relative_to(REGISTRY) for path in REGISTRY.glob("notifications/**/*.py")),
        *(Path("accounts", name) for name in ("apps.py", "checks.py", "key_files.py", "keys.py", "mail_links.py")),
        *(Path("accounts", name) for name in ("devices.py", "factors.py", "lockout.py", "operators.py")),
        *(Path("accounts/services", name) for name in ("second_factor.py", "sessions.py")),
        *(Path("accounts/api", name) for name in ("second_factor.py", "views.py")),
        *(path.relative_to(REGISTRY) for path in REGISTRY.glob("accounts/templates/accounts/operators/*.html")),
        Path("accounts/management/commands/reset_second_factor.py"),
        *(Path("accounts/templates/accounts/mail", f"{name}.txt") for name in SECOND_FACTOR_MAILS),
        *(Path("accounts/tests", f"{name}.py") for name in ACCOUNTS_TESTS),
        Path("config/apps.py"),
        Path("config/env.py"),
        Path("config/gunicorn.py"),
        Path("config/wsgi.py"),
    ]
)


@pytest.mark.parametrize("path", ALIKE, ids=str)
def test_the_file_is_the_same_in_both_services(path: Path) -> None:
    assert (HOSPITAL / path).read_bytes() == (REGISTRY / path).read_bytes()
