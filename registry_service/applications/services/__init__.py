"""What can happen to an application: each function is one act, in one transaction."""

from applications.services.applying import open_application, respond, save_draft, submit, withdraw
from applications.services.asking import ask, let_lapse, remind_of_questions
from applications.services.assigning import (
    assign,
    assign_waiting,
    declare_interest,
    reassign,
    take_files_from_absent,
    take_next,
)
from applications.services.attaching import attach_document
from applications.services.checking import (
    check,
    check_waiting,
    give_verdict,
    have_checked_again,
    look_again,
    raise_flag,
)
from applications.services.deciding import approve, reject, return_proposal
from applications.services.paying import pay
from applications.services.reauditing import (
    doubt,
    release_reaudit,
    take_reaudit,
    take_reaudits_from_absent,
    uphold,
)
from applications.services.reviewing import add_note, claim, release
from applications.services.third_parties import answer_request, enter_document, open_request, request_document

__all__ = [
    "add_note",
    "answer_request",
    "approve",
    "ask",
    "assign",
    "assign_waiting",
    "attach_document",
    "check",
    "check_waiting",
    "claim",
    "declare_interest",
    "doubt",
    "enter_document",
    "give_verdict",
    "have_checked_again",
    "let_lapse",
    "look_again",
    "open_application",
    "open_request",
    "pay",
    "raise_flag",
    "reassign",
    "reject",
    "release",
    "release_reaudit",
    "remind_of_questions",
    "request_document",
    "respond",
    "return_proposal",
    "save_draft",
    "submit",
    "take_files_from_absent",
    "take_next",
    "take_reaudit",
    "take_reaudits_from_absent",
    "uphold",
    "withdraw",
]
