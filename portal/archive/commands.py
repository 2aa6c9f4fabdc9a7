"""`portal verify`."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from portal import clock, db
from portal.acknowledgements.compromise import Doubt, Worth, told
from portal.acknowledgements.provenance import Provenance, initials, provenance
from portal.acknowledgements.seals import roots
from portal.acknowledgements.verdict import Judge
from portal.acknowledgements.verify import verify as verify_all
from portal.config import Settings
from portal.console import Console
from portal.ledger.keys import load_public

LONGEST = 20_000_000  # bytes of a file to look at; one of ours has about 70,000
WORDS = {
    Worth.WITNESSED: "there before, and what went out before shows it",
    Worth.LEDGER: "there before, by the ledger alone",
    Worth.AFTER: "sealed after, so that the seal proves nothing",
}
HEAD = re.compile(r"(\d{1,18}):([0-9a-fA-F]{64})")


class HeadType(click.ParamType[tuple[int, str]]):
    """A head as `portal ledger head` and every PDF print it."""

    name = "seq:hash"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[int, str]:
        """Return sequence number and hash; anything else ends with status 2."""
        found = HEAD.fullmatch(value.strip())
        if found is None:
            self.fail(f"{value!r} is not SEQ:HASH", param, context)
        return int(found[1]), found[2].lower()


@click.command("verify")
@click.option("--head", "heads", type=HeadType(), multiple=True, help="SEQ:HASH, kept outside.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def verify(console: Console, /, *, file: Path | None, heads: tuple[tuple[int, str], ...]) -> None:
    """Check ledger, records, texts, attempts and PDFs; name what does not fit. Changes nothing.

    A head kept outside also shows a database put back or cut short. With FILE, say instead what
    that PDF is. Ends with status 0 when everything fits, 1 when something does not. What is worth
    knowing and no fault is a notice.
    """
    if file:
        sys.exit(_tell_of(console, _read(file)))
    with console.portal():
        judge, key = _judge(console.settings), load_public(console.settings.keys)
        report = verify_all(db.reader, judge=judge, heads=heads, key=key)
    click.echo(f"{report.entries} ledger entries")
    click.echo(f"{report.acknowledgements} acknowledgements, {report.pdfs} sealed PDFs")
    for each in report.erased:
        when = clock.day_in_words(each.erased_at, console.settings.zone)
        click.echo(f"{each.rows} {each.table_name} erased under rule {each.rule} on {when}")
    for notice in (*report.notices, *_doubted(report.doubts, zone=console.settings.zone)):
        click.echo(f"NOTICE {notice}")
    for fault in report.faults:
        click.echo(f"FAULT {fault}")
    click.echo(f"{len(report.faults)} faults" if report.faults else "Everything fits.")
    sys.exit(1 if report.faults else 0)


def _read(file: Path) -> bytes:
    """Return what is in the file; of one that is too long, enough to tell that it is."""
    try:
        with file.open("rb") as content:
            return content.read(LONGEST + 1)
    except OSError as error:
        raise click.FileError(str(file), hint=error.strerror) from error


def _tell_of(console: Console, content: bytes) -> int:
    """Print what a file is; return 0 when it is what was issued, byte for byte."""
    if len(content) > LONGEST:
        click.echo(f"Not issued here: it is larger than {LONGEST} bytes.")
        return 1
    with console.portal(), db.reader() as session:
        found = provenance(session, content, judge=_judge(console.settings))
    for each in _sentences(found, zone=console.settings.zone):
        click.echo(each)
    return 0 if found.unchanged else 1


def _sentences(found: Provenance, *, zone: str) -> Iterator[str]:
    row = found.row
    yield f"SHA-256 {found.digest}"
    if row is None:
        yield "Not issued here, or altered until nothing tells which it was."
    elif found.unchanged:
        yield "Issued here, and no byte was changed."
    else:
        yield "Altered: this is not the file that was issued."
    if row:
        signed = clock.in_words(row.signed_at, zone)
        yield f"Acknowledgement {row.serial}, signed {signed}, by {initials(row.name)}"
    if row and row.revoked_at:
        ended = "Withdrawn by the tutor" if row.withdrawn_at else "Revoked"
        yield f"{ended} from {clock.in_words(row.revoked_at, zone)}"
    yield from (f"FAILED {reason}" for reason in found.failed)
    yield from (f"NOTICE {each}" for each in _worth(found, zone=zone))


def _worth(found: Provenance, *, zone: str) -> Iterator[str]:
    """Yield what the file is still worth when the key of its seal was in other hands."""
    if found.doubt:
        yield from found.doubt.sentences(zone)
    elif found.unsafe:
        yield told(found.unsafe, zone)
        yield "Whoever had that key could make this file. That its seal is ours says nothing."


def _doubted(doubts: list[Doubt], *, zone: str) -> Iterator[str]:
    """Yield what files under a compromised seal are worth: those that need a look, then counts."""
    for each in doubts:
        if each.worth is not Worth.WITNESSED:
            yield f"pdfs {each.serial} content: {' '.join(each.sentences(zone))}"
    for worth, rows in Counter(each.worth for each in doubts).items():
        yield f"{rows} under a seal whose key was in other hands: {WORDS[worth]}"


def _judge(settings: Settings) -> Judge:
    """Return what looks at a seal, under the roots of all seals used here."""
    # pyHanko takes a third of a second to load, and no other command needs it.
    from portal.acknowledgements.seal import verify_pdf  # noqa: PLC0415

    with db.reader() as session:
        known = roots(session, settings)
    return partial(verify_pdf, roots=known)
