"""Sending by SMTP within a deadline: smtplib bounds the time of each read alone, however many an answer takes."""

import io
import smtplib
import socket
from typing import Any

from django.core.mail.backends import smtp

from common.deadline import SENT_AT_ONCE, Reader, connect, seconds_left


class _Dialogue(smtplib.SMTP):
    """Its every step is over by the Deadline around the call, which may be another for each e-mail."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect(host, port)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Reader(self.sock, seconds_left))
        reply = super().getreply()
        # What comes next may be a TLS handshake, which reads from the socket itself.
        self._allow_what_is_left()
        return reply

    def send(self, s: Any) -> None:
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        for start in range(0, len(data), SENT_AT_ONCE):
            self._allow_what_is_left()
            super().send(data[start : start + SENT_AT_ONCE])

    def _allow_what_is_left(self) -> None:
        if self.sock is None:
            return
        try:
            self.sock.settimeout(seconds_left())
        except OSError:
            self.close()
            raise


class EmailBackend(smtp.EmailBackend):
    """Django's, with such dialogues; whoever opens, sends or closes does so inside a Deadline."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Dialogue
