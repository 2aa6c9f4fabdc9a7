"""`portal policy import` and `portal policy publish`: the desk's work at the console."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import CONSOLE, Actor, Role
from portal.config import Settings
from portal.console import Console
from portal.errors import NotFound
from portal.people.directory import get_entry
from portal.people.queries import find_person
from portal.policies.blocks import NotReadable
from portal.policies.drafting import begin
from portal.policies.drafts import Terms, get_draft
from portal.policies.incoming import LARGEST
from portal.publishing import intake
from portal.publishing.actions import adopt, newest_label, publish_draft
from portal.publishing.trying import try_draft, try_file

ADOPTERS = {Role.SAFEGUARDING_LEAD, Role.HR, Role.ADMINISTRATOR}
UNUSABLE = 2  # exit status


@click.group("policy")
def policy() -> None:
    """Take documents in, and publish what was approved."""


@policy.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", "name", default="", help="Its name, as in its address. Else a new one.")
@click.pass_obj
def import_file(console: Console, /, *, file: Path, name: str) -> None:
    """Take a document (.docx, .md, .txt) apart into a draft, and print its clauses.

    Ends with status 2 when the file cannot be taken in; nothing is changed then.
    """
    with file.open("rb") as content:
        read = content.read(LARGEST + 1)
    try:
        with console.portal():
            _import(file.name, read, name, settings=console.settings)
    except NotReadable as error:
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)


@policy.command("publish")
@click.argument("what")
@click.option("--as", "email", required=True, help="The address of whoever publishes it.")
@click.pass_obj
def publish(console: Console, /, *, what: str, email: str) -> None:
    """Publish WHAT: an approved draft by its id, or NAME/VERSION from the folder policies/."""
    now = clock.now()
    name, _, version = what.partition("/")
    with console.portal(), _known(what):
        if version:
            try_file(name, version)
        else:
            try_draft(what, settings=console.settings, now=now)
        by, version = _published(what, email, settings=console.settings, now=now)
    click.echo(f"Version {version} is published in the name of {by.name}.")


@contextmanager
def _known(what: str) -> Iterator[None]:
    """Say in the console's words that there is no such draft or file."""
    try:
        yield
    except NotFound as nothing:
        message = f"there is no draft and no file {what}"
        raise click.BadParameter(message, param_hint="WHAT") from nothing


def _published(what: str, email: str, *, settings: Settings, now: datetime) -> tuple[Actor, str]:
    """Publish it in somebody's name; return who that is, and the number of the version."""
    name, _, version = what.partition("/")
    told: dict[str, Any] = {"settings": settings, "now": now}
    with db.change() as session:
        by = _publisher(session, email)
        if version:
            adopt(session, name, version, by=by, **told)
        else:
            digest = get_draft(session, what).digest
            version = publish_draft(session, what, digest=digest, by=by, **told)
    return by, version


def _import(filename: str, content: bytes, name: str, *, settings: Settings) -> None:
    with db.reader() as session:
        policy_name = name or intake.new_name(session, Path(filename).stem)
        known = sorted(intake.known_policies(session))
        if name and name not in known:
            message = f"there is none of that name; there are: {', '.join(known)}"
            raise click.BadParameter(message, param_hint="--policy")
        manuscript, notes = intake.taken_in(session, policy_name, name=filename, content=content)
    terms = Terms(grace_days=settings.grace_days, renewal_months=settings.renewal_months)
    with db.change() as session:
        draft_id = begin(
            session,
            policy_name,
            manuscript,
            based_on=newest_label(session, policy_name),
            terms=terms,
            source=filename,
            by=CONSOLE,
            now=clock.now(),
        )
    for part in manuscript.parts:
        click.echo(f"\n{part.title}")
        for each in part.passages:
            click.echo(f"  {each.label:<8} {each.text}")
    for note in notes:
        click.echo(f"\nNOTE {note}")
    click.echo(f"\nDraft {draft_id}: {settings.public_url}/publishing/drafts/{draft_id}")


def _publisher(session: Session, email: str) -> Actor:
    """Return who publishes; only somebody whose office it is can."""
    person = find_person(session, email=email)
    known = get_entry(session, person.id, now=clock.now()) if person else None
    roles = frozenset(each.role for each in known.roles) if known and known.enabled else frozenset()
    if known is None or not roles & ADOPTERS:
        raise click.BadParameter(f"{email} may not publish policies", param_hint="--as")
    return Actor(id=known.id, name=known.name, roles=roles)
