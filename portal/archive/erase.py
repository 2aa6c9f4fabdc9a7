"""`portal erase`."""

from typing import Any

import click

from portal import clock, db
from portal.access import CONSOLE
from portal.acknowledgements.queries import held
from portal.archive.actions import erase_acknowledgement, erase_person
from portal.archive.rules import RULES, find_rule
from portal.console import Console
from portal.errors import NotFound
from portal.ledger.erasing import words_that_stay, written_about
from portal.people.queries import find_person

CODES = [rule.code for rule in RULES]
SURE = "Nothing of it comes back, and copies elsewhere are not reached. Erase it?"
STAYS = (
    "Also stay: ids, dates, which options were chosen, digests, and what this person did about "
    "others. docs/decisions/0028 says why."
)


@click.command("erase", epilog="Rules: " + " ".join(f"{r.code}: {r.sentence}" for r in RULES))
@click.argument("email")
@click.option("--rule", "code", required=True, type=click.Choice(CODES), help="The named reason.")
@click.option("--serial", help="Only what is behind this one acknowledgement.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.pass_obj
def erase(console: Console, /, *, email: str, code: str, serial: str | None, yes: bool) -> None:
    """Erase what is personal about somebody who has left; ids, dates and digests stay.

    Refused while HR holds it, while the person is engaged or the account open, and before the
    rule's time.
    Backups are not reached: run it again on whatever is restored.
    """
    rule, now = find_rule(code), clock.now()
    with console.portal():
        with db.reader() as session:
            person = find_person(session, email=email)
            serials = {row.serial for row in held(session, person.id)} if person else set()
        if rule is None or person is None or (serial and serial not in serials):
            raise NotFound("Nobody here has this address, or not this acknowledgement.")
        what = f"acknowledgement {serial}" if serial else f"everything about {person.name}"
        if not yes:
            click.confirm(f"{what}. {SURE}", abort=True)
        with db.change() as session:
            stay = words_that_stay(written_about(session, person.id))
            told: dict[str, Any] = {"rule": rule, "by": CONSOLE, "now": now}
            if serial:
                gone = erase_acknowledgement(session, person.id, serial, **told)
            else:
                gone = erase_person(session, person.id, **told)
    for name, rows in gone.items():
        click.echo(f"{rows} {name} erased under rule {code}")
    for place, rows in stay.items():
        click.echo(f"{rows} {place} stay: words in rows that nobody can change")
    click.echo(STAYS)
