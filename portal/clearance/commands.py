"""`portal explain`: may this tutor teach then, and if not, why not and what comes next."""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

import click

from portal import clock, db
from portal.access import CONSOLE, SYSTEM, Actor
from portal.acknowledgements.rules import Acknowledged
from portal.clearance.queries import answer, standing
from portal.clearance.rules import Block, Case, Decision, Standing, judged
from portal.console import Console
from portal.people.queries import find_person

UNKNOWN = 2  # exit status


@click.command("explain")
@click.argument("email")
@click.option("--at", "shown", metavar="ISO-8601", help="Ask about this moment instead of now.")
@click.option("--full", "seen_by", flag_value=CONSOLE, help="Do not veil a suspension.")
@click.pass_obj
def explain(console: Console, /, *, email: str, shown: str | None, seen_by: Actor | None) -> None:
    """Print what is required of a tutor, what is held, each block and the next step.

    Ends with status 0 when the tutor is cleared, 1 when blocked, 2 when nobody has this address.
    """
    zone = console.settings.zone
    at = _moment(shown, zone) if shown else clock.now()
    with console.portal(), db.reader() as session:
        person = find_person(session, email=email)
        known = standing(session, person.id) if person else None
    if person is None or known is None:
        click.echo(f"Nobody here has the address {email}.", err=True)
        sys.exit(UNKNOWN)
    decision = answer(known, of=person.id, at=at, seen_by=seen_by or SYSTEM)
    for line in _lines(person.name, known, decision, zone=zone):
        click.echo(line)
    sys.exit(0 if decision.cleared else 1)


def _moment(shown: str, zone: str) -> datetime:
    """Return the moment that was typed; without an offset it is one of the organisation's zone."""
    try:
        moment = datetime.fromisoformat(shown)
        return moment if moment.tzinfo else clock.from_local(moment, zone)
    except ValueError as error:
        raise click.BadParameter(f"{shown!r}: {error}", param_hint="--at") from error


def _lines(name: str, known: Standing, decision: Decision, *, zone: str) -> Iterator[str]:
    at, when = decision.at, partial(clock.in_words, zone=zone)
    yield f"{name}, {when(at)}: {'cleared' if decision.cleared else 'blocked'}"
    for word, moment in (("since", decision.since), ("until", decision.until)):
        if moment:
            yield f"  {word} {when(moment)}"
    signed = (each for each in known.acknowledgements if each.signed_at <= at)
    step = decision.next_step
    yield from _part("Required", map(_required, judged(known, at=at)))
    yield from _part("Held", (_held(each, at=at, when=when) for each in signed))
    yield from _part("Blocks", map(_block, decision.blocks))
    yield from _part("Next step", [step.sentence] if step else [])


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"{title}:"
    yield from [f"  {line}" for line in lines] or ["  nothing"]


def _required(case: Case) -> str:
    binds = f"version {case.binding.label} binds" if case.binding else "announced, binds later"
    spared = "" if case.enforced else ", not enforced yet"
    waived = ", waived" if case.waived else ""
    return f"{case.requirement.policy}: {binds}{spared}{waived}"


def _held(signed: Acknowledged, *, at: datetime, when: Callable[[datetime], str]) -> str:
    ends = f"counts until {when(signed.expires_at)}"
    if signed.revoked_at and signed.revoked(at):
        ends = f"revoked {when(signed.revoked_at)}"
    version = f"{signed.policy} {signed.major}.{signed.minor}, cycle {signed.cycle}"
    return f"{version}, signed {when(signed.signed_at)}, {ends}"


def _block(block: Block) -> str:
    about = f" {block.about.title}, version {block.about.version}." if block.about else ""
    return f"{block.code}: {block.sentence}{about}"
