"""Open a new installation: its folder, its keys, its settings. It starts empty and closed."""

import json
import secrets
import shlex
from datetime import datetime, timedelta
from pathlib import Path

from portal import db
from portal.access import CONSOLE, SYSTEM, Role
from portal.acknowledgements.keys import make_seal
from portal.config import FILE, SESSION_KEY, Settings
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.keys import KEY, LedgerKeyUnfit, fingerprint, load_key, make_key
from portal.ledger.queries import is_unsigned, told
from portal.migrate import upgrade
from portal.people.actions import add_person
from portal.people.links import Purpose, mint

WRITTEN = ("organisation", "public_url", "zone", "smtp_url", "mail_from")
FIRST_LINK = timedelta(days=1)
LEDGER, KEY_NAMED = "ledger", "ledger.key-named"  # subject and type of the entry that names its key
HEAD_FOUND = "ledger.unsigned-head-found"  # type of the entry after a head that nobody signed
COOKIE_KEY_RENEWED = "cookie-key.renewed"
HOME = Path(__file__).parents[2] / "instance"  # where ./run looks unless told
WORDS = """
The installation in {folder} is open. Keep its keys folder safe, and apart from the database.
Its seal is self-made: it proves that a PDF is unchanged since this portal sealed it, no more.
No PDF reader shows a green tick for it, and it lasts five years. Tell people the digest of its
root by another way than the PDFs come: {root}
For a seal that strangers know, see seal_file in docs/running.md.

The first administrator chooses a password here, within one day:
  {link}

Start it with: {start}
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


def start_command(instance: Path) -> str:
    """Return what serves the installation in this folder."""
    folder = instance.resolve()
    return "./run" if folder == HOME else f"PORTAL_INSTANCE={shlex.quote(str(folder))} ./run"


def make_keys(settings: Settings, *, now: datetime) -> None:
    """Make the keys that sign cookies, seal PDFs and sign the ledger, readable by nobody else."""
    settings.keys.mkdir(parents=True, exist_ok=True)
    settings.instance.chmod(0o700)
    settings.keys.chmod(0o700)
    write_private(settings.keys / SESSION_KEY, text=secrets.token_urlsafe(48))
    make_seal(settings.keys, organisation=settings.organisation, now=now)
    make_key(settings.keys)


def renew_cookie_key(settings: Settings, *, keeps: timedelta, now: datetime) -> None:
    """Put a new key before the one that signs cookies, which is read for so long yet.

    The file changes at once; a server takes it when it starts.
    """
    until = (now + keeps).isoformat()
    old = [settings.secret_key(), *settings.old_secret_keys(now)[::-1]] if keeps else []
    waiting = settings.keys / f"{SESSION_KEY}.new"
    waiting.unlink(missing_ok=True)
    lines = [secrets.token_urlsafe(48), *(f"{key} {until}" for key in old)]
    write_private(waiting, text="\n".join(lines))
    waiting.replace(settings.keys / SESSION_KEY)
    with db.change() as session:
        kept = until if keeps else ""
        note(session, COOKIE_KEY_RENEWED, by=CONSOLE, subject="cookies", now=now, old_until=kept)


def name_ledger_key(database: db.Database, settings: Settings, *, now: datetime) -> None:
    """Make the ledger's key where there never was one, and say on the ledger which it is.

    Once an entry names a key, no other is taken: raises LedgerKeyUnfit when it is gone or changed.
    A head that nobody signed, from before heads were, gets an entry after it that is signed.
    """
    with database.change() as session:
        named = told(session, LEDGER, entry_type=KEY_NAMED)
        made = not named and not (settings.keys / KEY).exists()
        if made:
            make_key(settings.keys)
        mark = fingerprint(load_key(settings.keys).public_key())
        if not named:
            note(session, KEY_NAMED, by=SYSTEM, subject=LEDGER, now=now, key=mark, made=made)
        elif named[-1].facts["key"] != mark:
            raise LedgerKeyUnfit(f"{KEY} is not the key that the ledger names. Put that one back.")
        elif unsigned := is_unsigned(session):
            note(session, HEAD_FOUND, by=SYSTEM, subject=LEDGER, now=now, unsigned=unsigned)


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
