"""`portal ledger head`."""

import click

from portal import clock, db
from portal.console import Console
from portal.ledger.keys import load_key
from portal.ledger.queries import head as newest
from portal.ledger.witness import line, sign


@click.group("ledger")
def ledger() -> None:
    """Read the append-only account of what happened."""


@ledger.command("head")
@click.pass_obj
def head(console: Console, /) -> None:
    """Print the newest entry as SEQ:HASH with the time, and below it the signature of that line.

    Keep it where nobody who reaches the database can change it; `portal verify --head` takes it.
    """
    key = load_key(console.settings.keys)
    with console.portal(), db.reader() as session:
        seq, link = newest(session)
    said = line(seq, link, at=clock.now())
    click.echo(said)
    click.echo(sign(said, key))
