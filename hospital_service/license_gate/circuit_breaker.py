"""When not to ask the registry: while it does not answer, and while it has asked for a pause."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import pybreaker

from license_gate.answers import Cause
from license_gate.reading import NoReplyError, NotAskedError

logger = logging.getLogger(__name__)


class _Outage(pybreaker.CircuitBreakerListener):
    """Since when the registry has not been answering; ``None`` while it does."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.since: datetime | None = None

    def failure(self, cb: Any, exc: BaseException) -> None:
        self.since = self.since or self._now()

    def success(self, cb: Any) -> None:
        self.since = None

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        # Threads that were on their way when it opened open it once more when they fail.
        if new_state.name != old_state.name:
            logger.warning("The circuit to the registry is now %s (was %s).", new_state.name, old_state.name)


class CircuitBreaker:
    """Opens after several outages in a row, so that no one waits for a registry that is known not to answer.

    Refusals, throttling and lies prove that something answers quickly, and do not open it. ``now`` tells the time that
    whoever is turned away is told.
    """

    def __init__(self, outages_to_open: int, open_seconds: float, now: Callable[[], datetime]) -> None:
        self._outage = _Outage(now)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=outages_to_open,
            reset_timeout=open_seconds,
            exclude=[_is_harmless],
            listeners=[self._outage],
            throw_new_error_on_trip=False,
        )
        self._trial = Lock()

    @property
    def is_closed(self) -> bool:
        """Whether questions are let through; otherwise one at a time tries, every now and then."""
        return bool(self._breaker.current_state == pybreaker.STATE_CLOSED)

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Raises NotAskedError, circuit_open, instead of letting the question through while the circuit is open."""
        with self._one_trial_at_a_time():
            try:
                # Not breaker.call(): it holds a lock during the call, and twenty threads would wait in line.
                with self._breaker.calling():
                    yield
            except pybreaker.CircuitBreakerError as error:
                raise self._refusal() from error

    @contextmanager
    def _one_trial_at_a_time(self) -> Iterator[None]:
        """While the circuit is not closed, let one thread find out whether the registry is back; the others go."""
        if self.is_closed:
            yield
        elif self._trial.acquire(blocking=False):
            try:
                yield
            finally:
                self._trial.release()
        else:
            raise self._refusal()

    def _refusal(self) -> NotAskedError:
        return NotAskedError(Cause.CIRCUIT_OPEN, unanswered_since=self._outage.since)


def _is_harmless(error: BaseException) -> bool:
    return isinstance(error, NoReplyError) and not error.cause.is_outage


class Pause:
    """How long the registry has asked not to be asked (429 with Retry-After)."""

    def __init__(self) -> None:
        self._until = 0.0

    def extend(self, pause: timedelta) -> None:
        self._until = max(self._until, time.monotonic() + pause.total_seconds())

    def check(self) -> None:
        """Raises NotAskedError, throttled, while the pause lasts."""
        left = self._until - time.monotonic()
        if left > 0:
            raise NotAskedError(Cause.THROTTLED, retry_after=timedelta(seconds=left))
