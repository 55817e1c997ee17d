"""What is alike in both services stays alike.

They share no code, so that either can be deployed alone; a mend in one of these files belongs in the other too.
"""

from pathlib import Path

import pytest

from local.paths import ROOT

REGISTRY, HOSPITAL = ROOT / "registry_service", ROOT / "hospital_service"
ONE_SIDED = {"asker.py", "caching.py", "conditional.py", "copying.py", "instants.py", "money.py"}
DIFFERENT = {"checks.py"}

ALIKE = sorted(
    [
        *(
            path.relative_to(REGISTRY)
            for path in REGISTRY.glob("common/*.py")
            if path.name not in ONE_SIDED | DIFFERENT
        ),
        *(path.relative_to(REGISTRY) for path in REGISTRY.glob("notifications/**/*.py")),
        *(Path("accounts", name) for name in ("apps.py", "checks.py", "key_files.py", "keys.py", "mail_links.py")),
        Path("accounts/services/sessions.py"),
        Path("accounts/lockout.py"),
        Path("accounts/api/views.py"),
        Path("config/env.py"),
        Path("config/gunicorn.py"),
        Path("config/wsgi.py"),
    ]
)


@pytest.mark.parametrize("path", ALIKE, ids=str)
def test_the_file_is_the_same_in_both_services(path: Path) -> None:
    assert (HOSPITAL / path).read_bytes() == (REGISTRY / path).read_bytes()
