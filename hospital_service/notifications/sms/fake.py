"""A provider for a machine without one: it writes down what it would have sent."""

import json
from pathlib import Path

from notifications.sms.interface import Sms


class FakeProvider:
    """Adds each message as a line of JSON to `sent.jsonl` in a folder, which is made when it is missing."""

    def __init__(self, folder: str, sender: str) -> None:
        self._folder = Path(folder)
        self._sender = sender

    def send(self, sms: Sms) -> str:
        line = {"id": sms.id, "from": self._sender, "to": sms.recipient, "text": sms.text}
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "sent.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return f"fake-{sms.id}"
