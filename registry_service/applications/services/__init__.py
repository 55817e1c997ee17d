"""What can happen to an application: each function is one act, in one transaction."""

from applications.services.applying import open_application, respond, save_draft, submit, withdraw
from applications.services.deciding import approve, reject, return_proposal
from applications.services.reviewing import ask, claim, let_lapse, release

__all__ = [
    "approve",
    "ask",
    "claim",
    "let_lapse",
    "open_application",
    "reject",
    "release",
    "respond",
    "return_proposal",
    "save_draft",
    "submit",
    "withdraw",
]
