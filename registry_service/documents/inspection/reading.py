"""What reading a file's content brings: the answer of the process that does it."""

import json
from dataclasses import asdict, dataclass, field
from typing import Self

from documents.rules import Finding, Severity


@dataclass
class Reading:
    """What was found in the content. `content` is what is kept instead of what came, where that is not the same."""

    findings: list[Finding] = field(default_factory=list)
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    perceptual_hash: int | None = None
    content: bytes = b""

    def to_bytes(self) -> bytes:
        """Return a line of JSON, and behind it the content."""
        members = asdict(self)
        del members["content"]
        return json.dumps(members).encode() + b"\n" + self.content

    @classmethod
    def from_bytes(cls, written: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: it was cut short.
        """
        line, _, content = written.partition(b"\n")
        members = json.loads(line)
        findings = [
            Finding(each["code"], each["sentence"], Severity(each["severity"])) for each in members.pop("findings")
        ]
        return cls(findings=findings, content=content, **members)
