"""The demonstration: an installation of its own, alive with people who do not exist.

Its story is told through the same actions as real life, only earlier. Passwords are new and random
at every start; the server listens on this machine alone; every PDF says that it is no evidence.
"""

import logging
import secrets
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import click

from portal import db
from portal.access import SYSTEM
from portal.acknowledgements.press import Press
from portal.config import Settings
from portal.console import Console
from portal.installation.cast import PEOPLE, Stage
from portal.installation.opening import make_keys
from portal.installation.story import tell
from portal.ledger.actions import note
from portal.migrate import upgrade
from portal.people.actions import set_password
from portal.people.passwords import hashed
from portal.people.queries import find_person

PATIENCE = 60  # seconds for one PDF: the first start may be on a busy machine
BEFORE = timedelta(days=900)  # how old the demonstration's keys are: older than its oldest seal
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper")


def prepare(console: Console, *, port: int, now: datetime) -> Settings:
    """Return the demonstration's settings; make and people it if needed; print who can sign in."""
    folder = console.settings.instance / "demonstration"
    if not folder.exists():
        _make(console, folder, port=port, now=now)
    # How patient a machine has to be is said of the machine, not of what is shown on it.
    patience = {"press_seconds": console.settings.press_seconds}
    settings = _settings(folder, port=port).model_copy(update=patience)
    upgrade(settings.database_url)
    with console.portal(settings):
        _say_who(now=now)
    return settings


def _make(console: Console, folder: Path, *, port: int, now: datetime) -> None:
    """Make it beside its place and move it there when all of it has happened: half is nothing."""
    unfinished = folder.with_name("demonstration.new")
    rmtree(unfinished, ignore_errors=True)
    settings = _settings(unfinished, port=port)
    make_keys(settings, now=now - BEFORE)
    upgrade(settings.database_url)
    press = Press(settings.keys, seconds=PATIENCE)
    # The story is told person by person, so its clock goes back: here that is no news.
    logging.getLogger("portal.ledger.clocks").setLevel(logging.ERROR)
    with console.portal(settings) as app, closing(press):
        tell(press, settings=settings, now=now)
        app.extensions["db"].engine.dispose()
    unfinished.rename(folder)


def _settings(folder: Path, *, port: int) -> Settings:
    return Settings(
        instance=folder,
        public_url=f"http://localhost:{port}",
        organisation="Example Tutoring",
        mail_from="portal@example.org",
        demonstration=True,
    )


def _say_who(*, now: datetime) -> None:
    """Give everyone a new password and print it: nobody has a lasting one here."""
    password = _new_password()
    stored = hashed(password)
    with db.change() as session:
        for each in PEOPLE:
            person = find_person(session, email=each.email)
            if person and each.stage is not Stage.INVITED:
                set_password(session, person.id, password_hash=stored)
                note(session, "password.set", by=SYSTEM, subject=person.id, now=now)
    click.echo(
        "\nDemonstration. Everyone below signs in with the same password, new at each start:"
    )
    click.secho(f"\n    {password}\n", bold=True)
    for each in PEOPLE:
        click.echo(f"    {each.email:<28} {each.what}")
    click.echo("")


def _new_password() -> str:
    return "-".join([*secrets.SystemRandom().sample(WORDS, 3), str(secrets.randbelow(9000) + 1000)])
