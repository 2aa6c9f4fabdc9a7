"""What one acknowledgement costs the press, in processor time, and whether its memory stays flat.

Run `python -m benchmarks.press [JOBS]`. Every figure of a run stands beside that of an empty page,
printed in the same minute: on a shared machine only such ratios tell anything.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median

import pikepdf

from portal.acknowledgements import printing
from portal.acknowledgements import render as printer
from portal.acknowledgements.keys import ROOT, load_root, load_seal, make_seal
from portal.acknowledgements.record import Record, canonical
from portal.acknowledgements.render import render
from portal.acknowledgements.seal import seal_pdf, verify_pdf
from portal.policies.text import digest
from tests.acknowledgements.samples import SIGNED, TEXT, fields, named, record, short

ROUNDS = 20


def main() -> None:
    """Print each cost once, then the memory as the jobs go by."""
    keys = Path(tempfile.mkdtemp())
    make_seal(keys, "Larkfield Tuition Ltd", SIGNED)
    seal, root = load_seal(keys), load_root(keys / ROOT)
    whole, few = record(), three_pages()
    pdf = printed(whole)
    sealed = seal_pdf(pdf, seal, reason="as issued", at=SIGNED)
    print(f"bytes: {len(pdf)} printed, {len(sealed)} sealed")
    costs: dict[str, Callable[[], object]] = {
        "an empty page": lambda: printer._laid_out("<html lang=en>", printer.Shelf()).write_pdf(),  # noqa: SLF001 - the floor
        f"{pages(pdf)} pages, text laid out before": lambda: printed(whole),
        "the same, first of its version": lambda: first(whole),
        f"{pages(printed(few))} pages": lambda: printed(few),
        "seal": lambda: seal_pdf(pdf, seal, reason="as issued", at=SIGNED),
        "check": lambda: verify_pdf(sealed, [root]),
    }
    report(costs)
    for job in range(int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        printing.answer(canonical(named(f"Tutor number {job}")), keys)
        if job % 100 == 0:
            print(f"job {job}: {resident()} MiB resident", flush=True)


def three_pages() -> Record:
    """Return a record whose PDF is small: one scenario, one section of text."""
    text = TEXT.partition("## Lesson geography")[0]
    return short(policy={**fields()["policy"], "text": text, "digest": digest(text)})


def printed(made: Record) -> bytes:
    """Return the PDF, unsealed."""
    return render(made, fingerprint="ab" * 32)


def first(made: Record) -> bytes:
    """Print as for the first tutor who signs this version: nothing of it is laid out yet."""
    printer._annex.cache_clear()  # noqa: SLF001 - what is measured
    return printed(made)


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def report(costs: dict[str, Callable[[], object]]) -> None:
    """Print the middle of some rounds, taken in turn, and how many empty pages each is worth."""
    spent: dict[str, list[float]] = {name: [] for name in costs}
    for _ in range(ROUNDS):
        for name, call in costs.items():
            spent[name].append(timed(call))
    floor = median(next(iter(spent.values())))
    for name, times in spent.items():
        middle = median(times)
        print(f"{name}: {middle:.0f} ms usual, {min(times):.0f} least, {middle / floor:.1f} floors")


def timed(call: Callable[[], object]) -> float:
    """Return the milliseconds of processor time of one call."""
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def resident() -> int:
    """Return the memory held by this process, in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
