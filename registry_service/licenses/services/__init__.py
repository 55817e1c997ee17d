"""What can happen to a license. Each function runs inside a `register_change` and is one act."""

from licenses.services.merging import MergeWouldHide, merge_people, undo_merge_of_people
from licenses.services.register import (
    AlreadyRegistered,
    EmptyPeriod,
    PeriodsOverlap,
    grant_renewal_grace,
    impose_condition,
    issue_certificate,
    lift_condition,
    recognise_specialty,
    record_death,
    register_license,
    reinstate_license,
    remove_license,
    rename_holder,
    restore_license,
    suspend_license,
)

__all__ = [
    "AlreadyRegistered",
    "EmptyPeriod",
    "MergeWouldHide",
    "PeriodsOverlap",
    "grant_renewal_grace",
    "impose_condition",
    "issue_certificate",
    "lift_condition",
    "merge_people",
    "recognise_specialty",
    "record_death",
    "register_license",
    "reinstate_license",
    "remove_license",
    "rename_holder",
    "restore_license",
    "suspend_license",
    "undo_merge_of_people",
]
