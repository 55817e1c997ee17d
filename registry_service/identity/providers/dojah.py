"""Dojah, which asks NIMC: `GET /api/v1/kyc/vnin` (api-docs.dojah.io, "Virtual NIN Lookup").

Its answer names the person by NIMC's user id, which is the same for every virtual NIN that somebody makes.
"""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from common.remote import NoAnswerError, ask
from identity.providers.interface import Person, ProviderUnansweredError

# "Records not found"; every other failure is ours or theirs, 424 that of whoever they ask (api-docs.dojah.io, "Response
# Codes"). An address that is wrong gets 404 too, from whoever answers there, without their `error`.
_NOT_FOUND = 404
_GENDERS = {"M": "male", "MALE": "male", "F": "female", "FEMALE": "female"}
_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")


class Dojah:
    name = "dojah"

    def __init__(self, url: str, app_id: str, secret_key: str, *, seconds: float) -> None:
        self._url = url
        self._headers = {"AppId": app_id, "Authorization": secret_key}
        self._seconds = seconds

    def look_up(self, virtual_nin: str) -> Person | None:
        """Return whose number this is, or None."""
        url = f"{self._url}/api/v1/kyc/vnin?{urlencode({'vnin': virtual_nin})}"
        try:
            answer = ask("GET", url, seconds=self._seconds, headers=self._headers)
        except NoAnswerError as error:
            raise ProviderUnansweredError(str(error)) from error
        if answer.status == _NOT_FOUND and "error" in answer.members:
            return None
        if answer.status != 200:
            raise ProviderUnansweredError(f"status {answer.status}")
        return _person(answer.members.get("entity"), virtual_nin)


def _person(entity: Any, virtual_nin: str) -> Person:
    """Read who it is.

    Raises:
        ProviderUnansweredError: it says too little, or speaks of another number.
    """
    said = {name: str(value or "").strip() for name, value in entity.items()} if isinstance(entity, dict) else {}
    if said.get("vnin", virtual_nin).upper() != virtual_nin or not (said.get("user_id") and said.get("surname")):
        raise ProviderUnansweredError("the answer is about nobody, or somebody else")
    return Person(
        subject=said["user_id"],
        surname=said["surname"],
        given_names=" ".join(filter(None, [said.get("firstname"), said.get("middlename")])),
        birth_date=_day(said.get("dateOfBirth", "")),
        gender=_GENDERS.get(said.get("gender", "").upper(), ""),
    )


def _day(text: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise ProviderUnansweredError("the answer has no birth date")
