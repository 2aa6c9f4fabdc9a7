"""`portal seal`: which seal is in use, which ever were, and a new one."""

from datetime import datetime

import click
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import CONSOLE, Actor, Role
from portal.acknowledgements import compromise, seals
from portal.acknowledgements.expiry import alarm
from portal.acknowledgements.keys import KEY, SealUnfit, new_seal, renew_seal, seal_of
from portal.console import Console
from portal.errors import Refusal
from portal.forms import tidy
from portal.people.directory import in_role
from portal.people.queries import find_person

WRITTEN = "%Y-%m-%dT%H:%M"
LONGEST = 500  # characters of a reason

RENEWED = """The new seal signs from now on. Running servers take it by themselves.
  SHA-256 of its root: {root}
  valid until {until:%d %b %Y}
Hand out {folder}/seal.root.pem, and tell people this digest by another way.
What was sealed before stays as it is: `portal seal show --pem` prints the roots to check it with.
Back up the keys folder."""


class GivenSeal(Refusal):
    """The seal comes from outside, and is renewed there."""

    code = "given-seal"
    leaves_trace = False


@click.group("seal")
def seal() -> None:
    """Look at the seal, or make a new one."""


@seal.command("show")
@click.option("--pem", "form", flag_value="pem", help="Print the roots, to check files with.")
@click.pass_obj
def show(console: Console, /, *, form: str | None) -> None:
    """Say which seal is in use and until when, and which ever were.

    Ends with status 1 when nothing can be signed.
    """
    with console.portal(), db.reader() as session:
        known, roots = seals.known_seals(session), seals.roots(session, console.settings)
        unsafe = compromise.compromises(session)
    if form:
        click.echo(b"".join(map(seals.as_pem, roots)), nl=False)
        return
    for each in known:
        origin = "from outside" if each.given else "made here"
        until = f"{each.expires_at:%d %b %Y}"
        click.echo(f"root {each.root} {origin}, since {each.named_at:%d %b %Y}, until {until}")
        click.echo(f"  seal {each.fingerprint}")
        if found := unsafe.get(each.fingerprint):
            click.echo(f"  {compromise.told(found, console.settings.zone)}")
    found = alarm(console.settings, now=clock.now())
    click.echo(found.sentence if found else "The seal can be used.")
    if found and found.stopped:
        raise SystemExit(1)


@seal.command("renew")
@click.pass_obj
def renew(console: Console, /) -> None:
    """Make a new seal in the place of the one here, or of one that is lost.

    The new certificate is kept in the database first, then one file is put in place at once: if
    this is cut short, the old seal or the new one is there, whole.
    """
    settings, now = console.settings, clock.now()
    if settings.seal_file:
        raise GivenSeal(f"The seal comes from {settings.seal_file}. Replace that file instead.")
    content = new_seal(settings.organisation, now)
    made = seal_of(content, beside=settings.keys / KEY)
    with console.portal(), db.change() as session:
        _name_old(session, console)
        seals.name_seal(session, made.chain, given=False, now=now, by=CONSOLE)
    renew_seal(settings.keys, content)
    root, until = made.fingerprint, made.leaf.not_valid_after_utc
    click.echo(RENEWED.format(root=root, until=until, folder=settings.keys))


@seal.command("compromised")
@click.argument("fingerprint")
@click.option("--since", required=True, type=click.DateTime([WRITTEN]), help="YYYY-MM-DDTHH:MM.")
@click.option("--reason", required=True, help="What happened, for years to come. No child's data.")
@click.option("--as", "email", required=True, help="The address of the administrator who says so.")
@click.pass_obj
def compromised(
    console: Console, /, *, fingerprint: str, since: datetime, reason: str, email: str
) -> None:
    """Say that a seal's key was in other hands from a moment on, by the clocks of the settings.

    FINGERPRINT is the beginning of the seal's SHA-256, as `portal seal show` prints it. Nothing
    is un-signed: `portal verify` and HR's pages tell what each file is still worth. HR, the
    safeguarding lead and administrators get a mail.
    """
    moment = _moment(since, console.settings.zone)
    with console.portal(), db.change() as session:
        mark = compromise.declare(
            session,
            fingerprint,
            since=moment,
            reason=_sentence(reason),
            in_use=_in_use(console),
            by=_administrator(session, email),
            now=clock.now(),
        )
    click.echo(f"Recorded for the seal {mark}. `portal verify` says which files need a look.")


def _moment(shown: datetime, zone: str) -> datetime:
    try:
        return clock.from_local(shown, zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from error


def _sentence(reason: str) -> str:
    tidied = tidy(reason) or ""
    if not tidied or len(tidied) > LONGEST or not tidied.isprintable():
        message = f"write one line of at most {LONGEST} characters"
        raise click.BadParameter(message, param_hint="--reason")
    return tidied


def _in_use(console: Console) -> str:
    """Return the fingerprint of the seal that signs, "" where none can be used."""
    try:
        return seals.mark_of(seals.seal_in_use(console.settings).leaf)
    except SealUnfit:
        return ""


def _administrator(session: Session, email: str) -> Actor:
    """Return who says so; only an administrator with an open account can."""
    person = find_person(session, email=email)
    holding = in_role(session, Role.ADMINISTRATOR, now=clock.now())
    if person is None or person.id not in {each.id for each in holding}:
        raise click.BadParameter(f"{email} is no administrator here", param_hint="--as")
    return Actor(id=person.id, name=person.name, roles=frozenset({Role.ADMINISTRATOR}))


def _name_old(session: Session, console: Console) -> None:
    """Keep the seal that goes, where it can still be read and was not kept before."""
    try:
        old = seals.seal_in_use(console.settings)
    except SealUnfit:
        return
    seals.name_seal(session, old.chain, given=old.given, now=clock.now())
