"""`portal seal`: which seal is in use, which ever were, and a new one."""

import click
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import CONSOLE
from portal.acknowledgements import seals
from portal.acknowledgements.expiry import alarm
from portal.acknowledgements.keys import KEY, SealUnfit, new_seal, renew_seal, seal_of
from portal.console import Console
from portal.errors import Refusal

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
    if form:
        click.echo(b"".join(map(seals.as_pem, roots)), nl=False)
        return
    for each in known:
        origin = "from outside" if each.given else "made here"
        until = f"{each.expires_at:%d %b %Y}"
        click.echo(f"root {each.root} {origin}, since {each.named_at:%d %b %Y}, until {until}")
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


def _name_old(session: Session, console: Console) -> None:
    """Keep the seal that goes, where it can still be read and was not kept before."""
    try:
        old = seals.seal_in_use(console.settings)
    except SealUnfit:
        return
    seals.name_seal(session, old.chain, given=old.given, now=clock.now())
