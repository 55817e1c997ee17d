"""Structured logs: one JSON object a line, each with the request's id; never health data, never a secret."""

from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from common.request_id import current_request_id


def _add_request_id(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if request_id := current_request_id():
        event.setdefault("request_id", request_id)
    return event


_SHARED = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_request_id,
]


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """Return the dictionary for `LOGGING`: everything to standard error, as JSON or for a person."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    renderer,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The request log has its own line for every answer; Django's would say the same again.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "axes": {"level": "ERROR"},
        },
    }
