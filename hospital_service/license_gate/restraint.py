"""When not to ask the registry: while it does not answer, and while it has asked for a pause."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from typing import Any

import pybreaker

from license_gate.answers import Cause
from license_gate.reading import NoReplyError

logger = logging.getLogger(__name__)


class _Log(pybreaker.CircuitBreakerListener):
    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        # Threads that were on their way when it opened open it once more when they fail.
        if new_state.name != old_state.name:
            logger.warning("The circuit to the registry is now %s (was %s).", new_state.name, old_state.name)


class Circuit:
    """Opens after several outages in a row, so that no one waits for a registry that is known not to answer.

    Refusals, throttling and lies prove that something answers quickly, and do not open it.
    """

    def __init__(self, outages_to_open: int, open_seconds: float) -> None:
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=outages_to_open,
            reset_timeout=open_seconds,
            exclude=[_is_harmless],
            listeners=[_Log()],
            throw_new_error_on_trip=False,
        )
        self._trial = Lock()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Raises NoReplyError, circuit_open, instead of letting the question through while the circuit is open."""
        with self._one_trial_at_a_time():
            try:
                # Not breaker.call(): it holds a lock during the call, and twenty threads would wait in line.
                with self._breaker.calling():
                    yield
            except pybreaker.CircuitBreakerError as error:
                raise NoReplyError(Cause.CIRCUIT_OPEN) from error

    @contextmanager
    def _one_trial_at_a_time(self) -> Iterator[None]:
        """While the circuit is not closed, let one thread find out whether the registry is back; the others go."""
        if self._breaker.current_state == pybreaker.STATE_CLOSED:
            yield
        elif self._trial.acquire(blocking=False):
            try:
                yield
            finally:
                self._trial.release()
        else:
            raise NoReplyError(Cause.CIRCUIT_OPEN)


def _is_harmless(error: BaseException) -> bool:
    return isinstance(error, NoReplyError) and not error.cause.is_outage


class Pause:
    """How long the registry has asked not to be asked (429 with Retry-After)."""

    def __init__(self) -> None:
        self._until = 0.0

    def extend(self, pause: timedelta) -> None:
        self._until = max(self._until, time.monotonic() + pause.total_seconds())

    def check(self) -> None:
        """Raises NoReplyError, throttled, while the pause lasts."""
        left = self._until - time.monotonic()
        if left > 0:
            raise NoReplyError(Cause.THROTTLED, retry_after=timedelta(seconds=left))
