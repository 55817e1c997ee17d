"""What an import reads before and beside the register: codes of the reference data, and earlier runs."""

from collections.abc import Mapping
from datetime import date

from importing.mapping import KnownCodes, KnownPart
from importing.models import ImportRun
from importing.rules import word_key
from licenses.reconcile import Codes
from licenses.rules import Status
from reference.models import Reason, RegisterPart, Regulator, Specialty, State
from reference.queries import titles
from reference.rules import ReasonKind


def known_codes() -> KnownCodes:
    """Return what the reference data holds of what a mapping or a list may name."""
    specialties: dict[str, dict[str, str]] = {}
    for regulator, code, name in Specialty.objects.values_list("regulator__code", "code", "name"):
        specialties.setdefault(regulator, {}).update({word_key(code): code, word_key(name): code})
    states: dict[str, str] = {}
    for state in State.objects.all():
        states.update(dict.fromkeys(map(word_key, (state.code, state.name, *state.aliases)), state.code))
    return KnownCodes(
        regulators=frozenset(Regulator.objects.values_list("code", flat=True)),
        register_parts={
            code: KnownPart(regulator, pattern)
            for code, regulator, pattern in RegisterPart.objects.values_list(
                "code", "regulator__code", "number_pattern"
            )
        },
        reasons={
            Status.SUSPENDED: _reasons(ReasonKind.SUSPENSION),
            Status.REMOVED: _reasons(ReasonKind.REMOVAL),
        },
        specialties=specialties,
        states=states,
        titles=frozenset(map(word_key, titles())),
    )


def code_ids() -> Codes:
    """Return the ids of the codes that licenses refer to."""
    parts = RegisterPart.objects.values_list("code", "id", "profession__number_prefix")
    return Codes(
        register_parts={code: part_id for code, part_id, _ in parts},
        prefixes={code: prefix for code, _, prefix in parts},
        reasons=dict(Reason.objects.values_list("code", "id")),
        specialties=dict(Specialty.objects.values_list("code", "id")),
    )


def state_ids() -> Mapping[str, int]:
    """Return the ids of the states, by their codes."""
    return dict(State.objects.values_list("code", "id"))


def last_run(file_digest: str, mapping_digest: str) -> ImportRun | None:
    """Return the latest import of this very file with this very mapping."""
    runs = ImportRun.objects.filter(file_digest=file_digest, mapping_digest=mapping_digest)
    return runs.order_by("-id").first()


def newest_list(regulator: str, source: str) -> date | None:
    """Return the day of the newest list of this source that was read to its end."""
    runs = ImportRun.objects.filter(regulator__code=regulator, source=source).exclude(finished_at=None)
    return runs.order_by("-list_date").values_list("list_date", flat=True).first()


def _reasons(kind: ReasonKind) -> frozenset[str]:
    return frozenset(Reason.objects.filter(kind=kind).values_list("code", flat=True))
