"""The register grows while the system already answers: a first part before the start, the rest behind it."""

from local.console import say
from local.processes import Child
from local.system import System

FIRST = 20_000


class Filling:
    """The rest of the register, generated beside the running system; killed, it goes on at the next start."""

    def __init__(self, system: System, people: int) -> None:
        self._system = system
        self._people = people
        self._child: Child | None = None

    def start(self) -> None:
        """Begin, unless the register holds as many people already."""
        if self._system.people_held >= self._people:
            return
        say(
            f"\nThe register holds {self._system.people_held:,} people and is being filled to {self._people:,} "
            "in the background (PHB_PEOPLE chooses how many)."
        )
        arguments = ("generate_register", "--people", str(self._people))
        self._child = self._system.beside("registry", "filling", *arguments)
        say(f"How far it is: {self._child.log}")

    def look(self) -> None:
        """Say so when it is done, or has failed; the system goes on with what it has."""
        if self._child is None or self._child.running:
            return
        child, self._child = self._child, None
        if child.exit_code != 0:
            say(f"  !!    The register was not filled. The end of {child.log}:\n{child.tail()}")
            return
        child.stop()
        self._system.note_people(self._people)
        say(f"  ok    The register holds {self._people:,} people")

    def stop(self) -> None:
        """Stop where it is; what was written stays."""
        if self._child is not None:
            self._child.stop()
