"""The mail server that this service is set up for."""

from contextlib import suppress
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from common.deadline import Deadline
from notifications.outcomes import AccountError, NotNowError, PutOffError, RefusedError

_GOODBYE_SECONDS = 2
_CLOSING = 421
_WANTS_A_PASSWORD = 530


class MailServer:
    """One dialogue with the mail server, inside `with`, which begins with its first e-mail.

    Every e-mail is over by `EMAIL_DEADLINE_SECONDS`; none may be sent while a row is locked.
    """

    def __init__(self) -> None:
        self._backend = get_connection()

    def send(self, email: EmailMessage) -> None:
        """Hand over an e-mail to one recipient.

        Raises:
            RefusedError: this address gets none.
            PutOffError: this e-mail is not taken at present; the dialogue goes on.
            NotNowError, AccountError: the dialogue has come to its end, and other e-mails would meet the same.
        """
        try:
            with Deadline(settings.EMAIL_DEADLINE_SECONDS):
                self._backend.open()
                self._backend.send_messages([email])
        except OSError as error:
            raise _meaning(error) from error
        except ValueError as error:
            # It cannot be written down as an e-mail, so the server was not asked.
            raise PutOffError(_text(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was taken stays taken, whether or not the server says goodbye.
        with suppress(OSError), Deadline(_GOODBYE_SECONDS):
            self._backend.close()


def _meaning(error: OSError) -> Exception:
    code: int
    answer: bytes | str
    match error:
        case SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
        case SMTPResponseException():
            code, answer = error.smtp_code, error.smtp_error
        case SMTPNotSupportedError():
            return AccountError(_text(error))
        case _:
            return NotNowError(_text(error))
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return _verdict(error, code, words)(f"{code} {words}")


def _verdict(error: OSError, code: int, words: str) -> type[Exception]:
    """Return what an answer means: 4 at the beginning is to be tried again, 5 never (RFC 5321, 4.2.1)."""
    is_for_good = code >= 500
    if code == _CLOSING:
        return NotNowError
    if code == _WANTS_A_PASSWORD:
        return AccountError
    if isinstance(error, SMTPRecipientsRefused):
        # 5.7 is about what we may do here (RFC 3463, 3.8), and says nothing of the address.
        return RefusedError if is_for_good and not words.startswith("5.7.") else PutOffError
    if isinstance(error, SMTPDataError):
        return PutOffError
    # Its greeting, our password, or our sender's address: nothing of ours gets further.
    return AccountError if is_for_good else NotNowError


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
