"""Open a new installation: its folder, its keys, its settings. It starts empty and closed."""

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from portal import db
from portal.access import CONSOLE, Role
from portal.acknowledgements.keys import make_seal
from portal.config import FILE, Settings
from portal.errors import Refusal
from portal.migrate import upgrade
from portal.people.actions import add_person
from portal.people.links import Purpose, mint

WRITTEN = ("organisation", "public_url", "zone", "smtp_url", "mail_from")
FIRST_LINK = timedelta(days=1)
WORDS = """
The installation in {folder} is open. Keep its keys folder safe, and apart from the database.
Its seal is self-made: it proves that a PDF is unchanged since this portal sealed it, no more.

The first administrator chooses a password here, within one day:
  {link}

Start it with: portal serve
"""


class AlreadyOpen(Refusal):
    """There is an installation here; its keys are never made anew in silence."""

    code = "already-open"


def open_installation(settings: Settings, *, now: datetime) -> None:
    """Make folder, keys, settings file and tables; raises AlreadyOpen when they are there."""
    if (settings.instance / FILE).exists():
        message = f"{settings.instance} holds an installation already. Nothing was changed."
        raise AlreadyOpen(message)
    make_keys(settings, now=now)
    upgrade(settings.database_url)
    write_private(settings.instance / FILE, text=_as_toml(settings))


def first_administrator(settings: Settings, *, name: str, email: str, now: datetime) -> str:
    """Add the first administrator and return their one-time link; needs an app context."""
    with db.change() as session:
        roles = [Role.ADMINISTRATOR]
        person = add_person(session, name=name, email=email, roles=roles, by=CONSOLE, now=now)
        token = mint(session, person, Purpose.INVITATION, lasts=FIRST_LINK, now=now)
    return f"{settings.public_url}/links/{token}"


def make_keys(settings: Settings, *, now: datetime) -> None:
    """Make the key that signs cookies and the key that seals PDFs, readable by nobody else."""
    settings.keys.mkdir(parents=True, exist_ok=True)
    settings.instance.chmod(0o700)
    settings.keys.chmod(0o700)
    write_private(settings.keys / "session.key", text=secrets.token_urlsafe(48))
    make_seal(settings.keys, organisation=settings.organisation, now=now)


def write_private(path: Path, *, text: str) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")


def _as_toml(settings: Settings) -> str:
    # Its own database is not named, so that the folder can be moved.
    elsewhere = () if settings.database_url == settings.own_database else ("database_url",)
    # A JSON string is a TOML basic string too.
    lines = (f"{name} = {json.dumps(getattr(settings, name))}" for name in (*WRITTEN, *elsewhere))
    return "\n".join(lines)
