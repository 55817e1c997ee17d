"""Look-ups in the reference tables."""

import csv
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.db import models
from django.db.models import Exists, OuterRef, Q

from common.errors import InvalidInput, NotFound
from reference.models import (
    DocumentRequirement,
    Fee,
    PractisingTerm,
    Profession,
    Reason,
    RegisterPart,
    Regulator,
    ReviewRule,
    State,
)
from reference.rules import Category, ReasonKind, term_from

T = TypeVar("T")
Rule = TypeVar("Rule", DocumentRequirement, Fee, ReviewRule)

CATEGORIES = [category.value for category in Category]

_KEPT_SECONDS = 60
_TITLES = Path(__file__).parent / "data" / "titles.csv"


def register_part_by_code(code: str) -> RegisterPart:
    """Return the register part, with its profession and regulator.

    Raises:
        NotFound: no part has this code.
    """
    try:
        return RegisterPart.objects.select_related("profession", "regulator").get(code=code)
    except RegisterPart.DoesNotExist:
        raise NotFound from None


def register_parts() -> "models.QuerySet[RegisterPart]":
    """Return every part; `has_provisional` says whether its profession has one from which people are upgraded."""
    provisional = RegisterPart.objects.filter(profession=OuterRef("profession"), category=Category.PROVISIONAL)
    parts = RegisterPart.objects.select_related("regulator", "profession")
    return parts.annotate(has_provisional=Exists(provisional))


def reason_by_code(code: str) -> Reason:
    """Return the coded reason.

    Raises:
        NotFound: no reason has this code.
    """
    try:
        return Reason.objects.get(code=code)
    except Reason.DoesNotExist:
        raise NotFound from None


def find_reason(code: str, kind: ReasonKind, day: date) -> Reason | None:
    """Return the reason that may be given for this on a day, or None where there is no such one."""
    return Reason.objects.in_force_on(day).filter(kind=kind, code=code).first()


def reason_given(code: str, kind: ReasonKind, day: date, *, pointer: str = "/reason") -> Reason:
    """Return the reason that somebody gives on a day.

    Raises:
        InvalidInput: there is no such reason then; it names `pointer`, where in the body the code stands.
    """
    found = find_reason(code, kind, day)
    if found is None:
        problem = f"Give the code of a reason; `reasons/?kind={kind}` lists them."
        raise InvalidInput(errors=[{"pointer": pointer, "code": "unknown", "detail": problem}])
    return found


def document_requirements(kind: str, part: RegisterPart, day: date) -> list[DocumentRequirement]:
    """Return which documents an application of this kind for this register part needs, by the rules of a day."""
    rules = DocumentRequirement.objects.select_related("document_type").order_by("document_type__code")
    by_type = {rule.document_type_id: rule for rule in _from_wide_to_narrow(rules, kind, part, day)}
    return sorted(by_type.values(), key=lambda rule: rule.document_type.code)


def review_rule(kind: str, part: RegisterPart, day: date) -> ReviewRule:
    """Return how the council decides an application of this kind, by the rules of a day.

    Raises:
        NotFound: no rule says so; the council takes no such application.
    """
    rules = list(_from_wide_to_narrow(ReviewRule.objects.all(), kind, part, day))
    if not rules:
        raise NotFound
    return rules[-1]


def reaudit_percent(kind: str, part: RegisterPart, day: date) -> int:
    """Return how many decisions in a hundred on such applications are drawn for a re-audit, by the rules of a day.

    An application can outlast the rule under which the council took it: then the one that held last goes on.
    """
    tomorrow = day + timedelta(days=1)
    rules = _begun(ReviewRule.objects.all(), kind, part, day)
    return max(rules, key=lambda rule: (min(rule.valid_until or tomorrow, tomorrow), rule.narrowness)).reaudit_percent


def fee_for(kind: str, part: RegisterPart, day: date) -> Fee | None:
    """Return what an application of this kind for this register part costs, by the rules of a day; None: nothing."""
    fees = list(_from_wide_to_narrow(Fee.objects.all(), kind, part, day))
    return fees[-1] if fees and fees[-1].amount_kobo else None


def first_certificate_days(part: RegisterPart, issued_on: date) -> tuple[date, date] | None:
    """Return the first day of a practising certificate issued on a day, and the first day after it.

    None: the council has no practising term then.
    """
    terms = PractisingTerm.objects.in_force_on(issued_on).filter(
        Q(profession=None) | Q(profession=part.profession_id),
        Q(category="") | Q(category=part.category),
        regulator=part.regulator_id,
    )
    narrowest = max(terms, key=lambda term: (term.profession_id is not None, term.category != ""), default=None)
    if narrowest is None:
        return None
    start, end = term_from(issued_on, narrowest.kind, narrowest.months)
    return max(start, issued_on), end


def _from_wide_to_narrow(rules: "models.QuerySet[Rule]", kind: str, part: RegisterPart, day: date) -> Iterable[Rule]:
    """Return the rules that hold for a register part, the narrowest last."""
    found = _begun(rules, kind, part, day).filter(Q(valid_until=None) | Q(valid_until__gt=day))
    return sorted(found, key=lambda rule: rule.narrowness)


def _begun(rules: "models.QuerySet[Rule]", kind: str, part: RegisterPart, day: date) -> "models.QuerySet[Rule]":
    """Return the rules for a register part that hold on a day, or did before."""
    return rules.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(regulator=None) | Q(regulator=part.regulator_id),
        Q(register_part=None) | Q(register_part=part.pk),
        kind=kind,
    )


@lru_cache(maxsize=1)
def titles() -> frozenset[str]:
    """Return the titles that people put in front of their names, as reference/data/titles.csv writes them."""
    with _TITLES.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["title"] for row in csv.DictReader(lines))


def number_prefixes() -> frozenset[str]:
    """Return the professions' license number prefixes; a new one is known everywhere after a minute."""
    return _kept("number_prefixes", lambda: frozenset(Profession.objects.values_list("number_prefix", flat=True)))


def regulator_of_council_number(number: str, regulator: str = "") -> Regulator | None:
    """Return the council that a number belongs to, as far as it can be told.

    `regulator` is what the asker said; without it, a number such as MDCN/R/12345 names its council.
    A change of the council's row is known everywhere after a minute.
    """
    code = regulator or re.split(r"[^A-Za-z]", number.strip(), maxsplit=1)[0].lower()
    return _kept("regulators", lambda: Regulator.objects.in_bulk(field_name="code")).get(code)


def regulator_names() -> dict[str, str]:
    """Return the name of every council and board, by its code, in the order of the codes."""
    return dict(Regulator.objects.order_by("code").values_list("code", "name"))


def register_part_ids(*, profession: str = "", regulator: str = "", category: str = "") -> list[int]:
    """Return the internal ids of the register parts that fit every code given.

    Raises:
        InvalidInput: there is no such profession or regulator.
    """
    wanted = {"profession__code": profession, "regulator__code": regulator, "category": category}
    parts = RegisterPart.objects.filter(**{name: value for name, value in wanted.items() if value})
    found = list(parts.values_list("id", flat=True))
    if not found:
        _refuse_unknown_code(Profession, "profession", profession)
        _refuse_unknown_code(Regulator, "regulator", regulator)
    return found


def state_id_by_code(code: str) -> int:
    """Return the internal id of the state.

    Raises:
        InvalidInput: there is no such state.
    """
    _refuse_unknown_code(State, "state", code)
    return State.objects.values_list("id", flat=True).get(code=code)


def _refuse_unknown_code(model: type[models.Model], parameter: str, code: str) -> None:
    if code and not model._default_manager.filter(code=code).exists():
        problem = f"There is no {parameter} with this code."
        raise InvalidInput(errors=[{"pointer": f"?{parameter}", "code": "unknown", "detail": problem}])


def _kept(name: str, read: Callable[[], T]) -> T:
    """Return what `read` returned within the last minute in this process."""
    return cast("T", cache.get_or_set(name, cast("Any", read), _KEPT_SECONDS))
