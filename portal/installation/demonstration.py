"""The demonstration: an installation of its own, alive with people who do not exist.

Its story is told through the same actions as real life, only earlier. Passwords are new and random
at every start; the server listens on this machine alone; every PDF says that it is no evidence.
"""

import secrets
from datetime import datetime, timedelta

import click

from portal import db
from portal.access import SYSTEM
from portal.config import Settings
from portal.console import Console
from portal.installation.opening import make_keys
from portal.installation.story import PEOPLE, Stage, tell
from portal.ledger.actions import note
from portal.migrate import upgrade
from portal.people.actions import set_password
from portal.people.passwords import hashed
from portal.people.queries import find_person

BEFORE = timedelta(days=900)  # how old the demonstration's keys are: older than its oldest seal
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper")


def prepare(console: Console, *, port: int, now: datetime) -> Settings:
    """Return the demonstration's settings; make and people it if needed; print who can sign in."""
    settings = Settings(
        instance=console.settings.instance / "demonstration",
        public_url=f"http://localhost:{port}",
        organisation="Example Tutoring",
        mail_from="portal@example.org",
        demonstration=True,
    )
    if not (settings.keys / "session.key").exists():
        make_keys(settings, now=now - BEFORE)
    upgrade(settings.database_url)
    with console.portal(settings) as app:
        tell(app.extensions["press"], settings=settings, now=now)
        _say_who(now=now)
    return settings


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
