"""Refusals that no operation of ours has."""

from common.errors import DomainError


class Closed(DomainError):
    code = "closed"
    title = "The shop is closed"
    detail = "Come back at {opens_at}."
    carries = {"opens_at": {"type": "string"}}


class SoldOut(DomainError):
    code = "sold_out"
    title = "There is none left"
    detail = "Take another."
