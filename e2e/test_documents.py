"""The documents are true: each command in a `console` block is run, and answers what stands below it.

`$ ` begins a command; what follows is its output, in which `…` stands for anything. The commands of one
document run in one shell, one after another, so that a variable set in one is there in the next.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "docs/front-ends.md"]
WRITTEN_URL = "http://127.0.0.1:8080"
END = "--- end of command ---"


def steps(document: str) -> Iterator[tuple[str, str]]:
    """Yield each command with the output that the document promises."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            yield command, output.strip()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_call_in_the_document_answers_what_it_says(document: str, url: str) -> None:
    told = list(steps(document))
    assert told, f"{document} shows no calls"
    script = "".join(f"{command.replace(WRITTEN_URL, url)}\necho\necho '{END}'\n" for command, _ in told)
    ran = subprocess.run(
        ["bash", "-s"],
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        encoding="utf-8",
        cwd=ROOT,
    )
    outputs = [output.strip().replace(url, WRITTEN_URL) for output in ran.stdout.split(END)]
    for (command, expected), output in zip(told, outputs, strict=False):
        pattern = ".*".join(re.escape(part) for part in expected.split("…"))
        assert re.fullmatch(pattern, output, re.DOTALL), f"$ {command}\nsays: {output}\nnot:  {expected}"
