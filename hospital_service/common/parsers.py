"""Reading JSON bodies without surprises."""

import json
import math
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 20


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 means it: UTF-8, no NaN, no key twice, no half surrogates, no bottomless nesting."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            body = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise ParseError(f"The body is not JSON: {reason}.") from None
        _check(body, MAX_DEPTH)
        return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object names a member twice")
    return members


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON value")


def _check(value: Any, depth: int) -> None:
    """Refuse text that cannot be stored, in keys too, and nesting beyond any body that we ask for."""
    if depth == 0:
        raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise ParseError("The body holds text that is not Unicode: NUL, or half of a surrogate pair.")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ParseError("The body holds a number that is too large.")
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth)
            _check(item, depth - 1)
