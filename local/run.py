"""`make run`: start the system, say where it is, wait, stop."""

import os
import shutil
from collections.abc import Mapping
from typing import Any

from local import stopping
from local.console import say, table
from local.filling import FIRST, Filling
from local.paths import LOCAL, OUTSIDE, THROWAWAY, Home, HomeInUse
from local.processes import CommandFailed, end_leftovers
from local.system import System, clear_abandoned_homes

DEFAULT_PORT = 8080
DEFAULT_PEOPLE = 1_000_000
LICENSES_SHOWN = 8


def run() -> None:
    """Run the system until someone asks it to stop.

    PHB_PORT chooses the gateway's port, PHB_PEOPLE the size of the register, PHB_HOME another home than the usual one.
    """
    home = Home.main()
    _claim(home)
    try:
        for name in end_leftovers(home):
            say(f"  ok    Ended {name}, which an earlier run had left behind")
        people = _number("PHB_PEOPLE", DEFAULT_PEOPLE)
        system = System(home, port=_number("PHB_PORT", DEFAULT_PORT), people=min(people, FIRST))
        filling = Filling(system, people)
        system.start()
        try:
            _introduce(system)
            filling.start()
            system.wait(filling.look)
        finally:
            say("\n  ..    Stopping")
            filling.stop()
            system.stop()
            say("  ok    Everything has stopped")
    except stopping.StopAsked:
        pass
    finally:
        home.release()


def clean() -> None:
    """Delete what `make run` and the tests have made, so that the next start begins from nothing."""
    clear_abandoned_homes()
    if running := [path.name for path in THROWAWAY.glob("*")]:
        raise CommandFailed(f"These are running: {', '.join(running)}. Stop them first.")
    homes = Home.lasting()
    for home in homes:  # each stays claimed until all is deleted
        _claim(home)
        end_leftovers(home)
    shutil.rmtree(OUTSIDE, ignore_errors=True)
    shutil.rmtree(LOCAL, ignore_errors=True)
    say("Deleted .local/ and the data of PostgreSQL.")


def _claim(home: Home) -> None:
    try:
        home.claim()
    except HomeInUse as owner:
        raise CommandFailed(f"The system runs already, as process {owner}. Stop it first.") from None


def _introduce(system: System) -> None:
    say()
    say(f"The hospital and the registry's API   {system.base_url}")
    say(f"Everything of the registry            {system.registry_url}")
    say(f"API documentation                     {system.base_url}/api/registry/docs/  {system.base_url}/api/docs/")
    say(f"E-mail that would have been sent      {system.home.path / 'mail'}")
    say(f"SMS that would have been sent         {system.home.path / 'sms'}")
    say(f"Logs                                  {system.home.path / 'logs'}")
    for name in system.services:
        _introduce_demo(name, system.demo[name])
    say()
    say(f"All of this and more in {system.home.path / 'demo.json'}. Ctrl-C stops everything.")


def _introduce_demo(name: str, demo: Any) -> None:
    """Show what seed_demo made, as far as the service has it: accounts, a service client, licenses."""
    if accounts := demo.get("accounts"):
        rows = [(row["email"], row["password"], ", ".join(map(_role, row["roles"]))) for row in accounts]
        say(f"\nAccounts of the {name}")
        table([("e-mail", "password", "roles"), *rows])
    if client := demo.get("client"):
        say(f"\nA service client of the {name}")
        table([("client id", "secret", "scope"), (client["client_id"], client["client_secret"], client["scope"])])
    if licenses := demo.get("licenses"):
        rows = [(row["license_number"], row["full_name"], row["story"]) for row in licenses[:LICENSES_SHOWN]]
        say(f"\nLicenses on the register, {min(len(licenses), LICENSES_SHOWN)} of {len(licenses)}")
        table([("number", "name", "story"), *rows])


def _role(row: Mapping[str, str]) -> str:
    """Return the role, with the council whose it is where it belongs to one."""
    return f"{row['role']} ({row['regulator']})" if row.get("regulator") else row["role"]


def _number(name: str, default: int) -> int:
    word = os.environ.get(name, "").replace("_", "").replace(",", "") or str(default)
    if not word.isdecimal():
        raise CommandFailed(f"{name} is {os.environ[name]!r}; write a whole number.")
    return int(word)
