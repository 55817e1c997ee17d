"""What can happen to an application: each function is one act, in one transaction."""

from applications.services.applying import open_application, respond, save_draft, submit, withdraw
from applications.services.assigning import (
    assign,
    assign_waiting,
    declare_interest,
    release_files_of_absent,
    take_next,
)
from applications.services.attaching import attach_document
from applications.services.deciding import approve, reject, return_proposal
from applications.services.paying import pay
from applications.services.reviewing import ask, claim, let_lapse, release

__all__ = [
    "approve",
    "ask",
    "assign",
    "assign_waiting",
    "attach_document",
    "claim",
    "declare_interest",
    "let_lapse",
    "open_application",
    "pay",
    "reject",
    "release",
    "release_files_of_absent",
    "respond",
    "return_proposal",
    "save_draft",
    "submit",
    "take_next",
    "withdraw",
]
