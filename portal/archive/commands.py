"""`portal verify`."""

import re
import sys
from collections.abc import Callable

import click

from portal import db
from portal.acknowledgements.keys import ROOT, load_root
from portal.acknowledgements.verify import verify as verify_all
from portal.config import Settings
from portal.console import Console

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
@click.pass_obj
def verify(console: Console, /, *, heads: tuple[tuple[int, str], ...]) -> None:
    """Check ledger, records, texts, attempts and PDFs; name what does not fit. Changes nothing.

    A head kept outside also shows a database put back or cut short. Ends with status 0 when
    everything fits, 1 when something does not.
    """
    with console.portal():
        report = verify_all(db.reader, judge=_judge(console.settings), heads=heads)
    click.echo(f"{report.entries} ledger entries")
    click.echo(f"{report.acknowledgements} acknowledgements, {report.pdfs} sealed PDFs")
    for fault in report.faults:
        click.echo(f"FAULT {fault}")
    click.echo(f"{len(report.faults)} faults" if report.faults else "Everything fits.")
    sys.exit(1 if report.faults else 0)


def _judge(settings: Settings) -> Callable[[bytes], str]:
    """Return what tells what is wrong with a seal, under the root of this installation."""
    # pyHanko takes a third of a second to load, and no other command needs it.
    from portal.acknowledgements.seal import verify_pdf  # noqa: PLC0415

    root = load_root(settings.keys / ROOT)

    def reason(pdf: bytes) -> str:
        verdict = verify_pdf(pdf, root)
        return "" if verdict.valid else verdict.reason

    return reason
