"""What may be asked, and the refusals that shared_contracts names (contract.md, "Verification")."""

from dataclasses import dataclass

from common.errors import DomainError

MAX_BATCH = 10_000


@dataclass(frozen=True)
class Question:
    """One number, as its asker wrote it; regulator and register narrow a council's number down."""

    license_number: str
    regulator: str = ""
    register: str = ""


class LicenseNotFound(DomainError):
    """A well-formed number of ours that nobody was ever given."""

    code = "license_not_found"
    status = 404
    title = "No such license was ever issued"
    detail = "{license_number} is well formed and was never issued."


class CouncilNumberNotHeld(DomainError):
    """A council's number that is not here. This is no statement about the license."""

    code = "council_number_not_held"
    status = 404
    title = "This register does not hold that council number"
    detail = "{license_number} is not held here. That does not mean it is not licensed: ask the council."
    carries = {
        "regulator": {
            "type": ["string", "null"],
            "description": "The code of the council whose number it is, as far as that can be told.",
        },
        "register_complete_to": {
            "type": ["string", "null"],
            "format": "date",
            "description": "Up to which day the council's register is held here in full; null where it is not.",
        },
    }


class LicenseNumberAmbiguous(DomainError):
    """A council's number that stands in several registers."""

    code = "license_number_ambiguous"
    status = 409
    title = "Several registers hold this number"
    detail = "{license_number} stands in several registers. Ask again with ?regulator= and ?register=."
    carries = {
        "registers": {
            "type": "array",
            "description": "Those that hold it, to be asked for one by one.",
            "items": {
                "type": "object",
                "required": ["regulator", "register", "name"],
                "properties": {name: {"type": "string"} for name in ("regulator", "register", "name")},
            },
        }
    }
