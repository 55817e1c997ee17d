"""Decisions that were drawn or were not, and re-audits carried by the services to where a test begins."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from applications import services
from applications.models import ProfessionalApplication, Reaudit
from applications.rules import ReauditAct, ReauditStatus, Status
from applications.tests.factories import make_application, make_officer
from changes.tests.factories import NOW

# Of a hundred lots the first ones are drawn, and this one never is, unless all are.
FIRST_LOT, LAST_LOT = 0, 99


def lot(number: int) -> Callable[[int], int]:
    """Chance that always comes to the same lot."""
    return lambda lots: number


ALWAYS = lot(FIRST_LOT)


def decide(
    first: User | None = None,
    second: User | None = None,
    *,
    chance: Callable[[int], int] = ALWAYS,
    now: Any = NOW,
    **kind: str,
) -> ProfessionalApplication:
    """An application that two officers have approved."""
    first, second = first or make_officer(), second or make_officer()
    application = make_application(Status.DECISION_PROPOSED, first, second, **kind)
    return services.approve(officer=second, uid=application.uid, reason="requirements_met", now=now, chance=chance)


def take(reaudit: Reaudit, officer: User) -> Reaudit:
    return services.take_reaudit(officer=officer, uid=reaudit.uid, now=NOW)


def release(reaudit: Reaudit, officer: User) -> Reaudit:
    return services.release_reaudit(officer=officer, uid=reaudit.uid, note="On leave.", now=NOW)


def uphold(reaudit: Reaudit, officer: User) -> Reaudit:
    return services.uphold(officer=officer, uid=reaudit.uid, note="The school was asked again.", now=NOW)


def doubt(reaudit: Reaudit, officer: User) -> Reaudit:
    return services.doubt(
        officer=officer, uid=reaudit.uid, reason="document_not_verified", note="Nobody wrote to the school.", now=NOW
    )


ACTS = {
    ReauditAct.TAKE: take,
    ReauditAct.RELEASE: release,
    ReauditAct.UPHOLD: uphold,
    ReauditAct.DOUBT: doubt,
}
PATHS: dict[ReauditStatus, list[Callable[[Reaudit, User], Reaudit]]] = {
    ReauditStatus.DRAWN: [],
    ReauditStatus.TAKEN: [take],
    ReauditStatus.UPHELD: [take, uphold],
    ReauditStatus.DOUBTED: [take, doubt],
}


def make_reaudit(status: ReauditStatus = ReauditStatus.DRAWN, officer: User | None = None, **decision: Any) -> Reaudit:
    """A decision that was drawn, in this status; `officer` has taken it, if anybody has."""
    reaudit = Reaudit.objects.get(application=decide(**decision))
    officer = officer or (make_officer() if PATHS[status] else None)
    for step in PATHS[status]:
        step(reaudit, officer)
    reaudit.refresh_from_db()
    return reaudit
