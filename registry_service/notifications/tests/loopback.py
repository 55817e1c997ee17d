"""A mail server on the loopback interface, which answers as a test wants it to."""

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

Act = Callable[["Visit"], None]

OFFERS = b"250-loopback\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE 10000000\r\n"


def answer(reply: bytes) -> Act:
    return lambda visit: visit.say(reply + b"\r\n")


def hang(visit: "Visit") -> None:
    """Say nothing, and keep the connection."""
    visit.server.is_over.wait()


def drip(visit: "Visit") -> None:
    """Go on with one answer for ever, a letter at a time, so that no single read takes long."""
    visit.say(b"250-")
    while not visit.server.is_over.wait(0.02):
        visit.say(b"x")


def leave(visit: "Visit") -> None:
    """Close the connection without a word."""
    visit.is_over = True


class Visit(socketserver.StreamRequestHandler):
    """One connection."""

    server: "Loopback"

    def handle(self) -> None:
        self.is_over = False
        self.server.visits += 1
        try:
            self._converse()
        except OSError:
            # The other side has gone, as it does when its time is over.
            return

    def say(self, reply: bytes) -> None:
        self.wfile.write(reply)

    def _converse(self) -> None:
        self._act("CONNECT", "", answer(b"220 loopback"))
        while not self.is_over and (line := self.rfile.readline()):
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "DATA":
                self._receive()
            else:
                usual = {
                    "EHLO": lambda visit: visit.say(OFFERS),
                    "AUTH": answer(b"235 welcome"),
                    "QUIT": answer(b"221 bye"),
                }
                self._act(verb.upper(), rest, usual.get(verb.upper(), answer(b"250 fine")))

    def _receive(self) -> None:
        refused = len(self.server.acts.get("DATA", [])) > 0
        self._act("DATA", "", answer(b"354 go on"))
        if refused:
            return
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.received.append(b"".join(lines).decode())
        self._act("END", "", answer(b"250 taken"))

    def _act(self, verb: str, rest: str, usual: Act) -> None:
        self.server.heard.append(f"{verb} {rest}".strip())
        acts = self.server.acts.get(verb, [])
        (acts.pop(0) if acts else usual)(self)


class Loopback(socketserver.ThreadingTCPServer):
    """It takes every e-mail, but for what `acts` says: for a command, what it does at the first, the second, and so on.

    CONNECT stands for the greeting, END for the answer to a whole e-mail.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.acts: dict[str, list[Act]] = {}
        self.heard: list[str] = []
        self.received: list[str] = []
        self.visits = 0
        self.is_over = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running() -> Iterator[Loopback]:
    """Serve until the block is left."""
    with Loopback() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()
