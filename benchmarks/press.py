"""What one acknowledgement costs the press, in processor time, and whether its memory stays flat.

Run `python -m benchmarks.press [JOBS]`. Every figure of a run stands beside that of an empty page,
printed in the same minute: on a shared machine only such ratios tell anything.
"""

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median

import pikepdf
from markupsafe import escape

from portal.acknowledgements import pressroom, printing
from portal.acknowledgements import render as printer
from portal.acknowledgements.keys import ROOT, load_root, load_seal, make_seal
from portal.acknowledgements.record import Record, canonical
from portal.acknowledgements.render import render
from portal.acknowledgements.seal import seal_pdf, verify_pdf
from portal.policies.text import digest
from tests.acknowledgements.samples import SIGNED, TEXT, fields, named, record, short

ROUNDS = 20
COUNTED = count()


def main() -> None:
    """Print each cost once, then the memory as the jobs go by."""
    keys = Path(tempfile.mkdtemp())
    make_seal(keys, "Larkfield Tuition Ltd", SIGNED)
    seal, root = load_seal(keys), load_root(keys / ROOT)
    whole, few = record(), small()
    pdf = printed(whole)
    sealed = seal_pdf(pdf, seal, reason="as issued", at=SIGNED)
    print(f"bytes: {len(pdf)} printed, {len(sealed)} sealed")
    pressroom.clear_only_between_jobs()
    bare, bare_few = plain(pdf), plain(printed(few))
    costs: dict[str, Callable[[], object]] = {
        "an empty page": lambda: simply("<html lang=en>"),
        f"{pages(pdf)} pages, text laid out before": lambda: printed(whole),
        f"  their words in plain paragraphs, {pages(simply(bare))} pages": lambda: simply(bare),
        "the same, first of its version": lambda: first(whole),
        f"{pages(printed(few))} pages": lambda: printed(few),
        f"  their words, {pages(simply(bare_few))} pages": lambda: simply(bare_few),
        "seal": lambda: seal_pdf(pdf, seal, reason="as issued", at=SIGNED),
        "check": lambda: verify_pdf(sealed, [root]),
    }
    report(costs)
    for job in range(int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        printing.answer(canonical(named(f"Tutor number {job}")), keys)
        gc.collect()
        if job % 100 == 0:
            print(f"job {job}: {resident()} MiB resident", flush=True)


def plain(pdf: bytes) -> str:
    """Return the words of a PDF as bare paragraphs: what WeasyPrint asks for those alone."""
    words = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(words, input=pdf, capture_output=True, check=True).stdout.decode()
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in text.split("\n") if each.strip())
    return f"<html lang=en><title>x</title>{paragraphs}"


def simply(html: str) -> bytes:
    """Print HTML without anything of ours around it."""
    made: bytes = printer._laid_out(html, printer.Shelf()).write_pdf(**printer.KIND)  # noqa: SLF001 - the floor
    return made


def small() -> Record:
    """Return a record whose PDF is small: one scenario, one section of text."""
    text = TEXT.partition("## Lesson geography")[0]
    return short(policy={**fields()["policy"], "text": text, "digest": digest(text)})


def printed(made: Record) -> bytes:
    """Return the PDF, unsealed."""
    return render(made, fingerprint="ab" * 32)


def first(made: Record) -> bytes:
    """Print as for the first tutor who signs a version: nothing of it is laid out yet."""
    owner = f"Safeguarding lead number {next(COUNTED)}"
    return printed(
        made.model_copy(update={"policy": made.policy.model_copy(update={"owner": owner})})
    )


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
    """Return the milliseconds of processor time of one call, and of clearing up after it."""
    start = time.process_time()
    call()
    gc.collect()
    return 1000 * (time.process_time() - start)


def resident() -> int:
    """Return the memory held by this process, in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
