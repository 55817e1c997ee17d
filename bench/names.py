"""The figures of the name engine, which the registry's own interpreter works out; nothing has to run for it."""

import json
import subprocess

from local.console import say, table
from local.services import ALL

_FIGURES = "practitioners.tests.name_figures"


def measure() -> None:
    """Print how many pairs of names are judged rightly, by tradition and kind, and how many a second are compared."""
    registry = ALL["registry"]
    done = subprocess.run(
        [registry.venv.python, "-m", _FIGURES], cwd=registry.folder, stdout=subprocess.PIPE, check=True
    )
    figures = json.loads(done.stdout)
    for title, rows in figures["tables"].items():
        say(f"\n{title[0].upper()}{title[1:]}")
        table([tuple(row) for row in rows])
    speeds = [f"{speed:,.0f} of {words}" for words, speed in figures["comparisons_a_second"].items()]
    say(f"\nComparisons in a second of one core: {', '.join(speeds)}")
