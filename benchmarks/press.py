"""What one acknowledgement costs the press, in processor time, and whether its memory stays flat.

Run `python -m benchmarks.press [JOBS]`. Last figures, two cores shared with seven other programs:
render 310 to 390 ms for nine pages, seal 26 to 28, check 15; resident memory 125 MiB after the
first job, 129 after 300. An empty page takes 6: the rest goes with the lines of text, 0.7 ms each.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from portal.acknowledgements import printing
from portal.acknowledgements.keys import ROOT, load_root, load_seal, make_seal
from portal.acknowledgements.record import canonical
from portal.acknowledgements.render import render
from portal.acknowledgements.seal import seal_pdf, verify_pdf
from tests.acknowledgements.samples import SIGNED, named, record

ROUNDS = 20


def main() -> None:
    """Print each cost once, then the memory as the jobs go by."""
    keys = Path(tempfile.mkdtemp())
    make_seal(keys, "Larkfield Tuition Ltd", SIGNED)
    seal, root = load_seal(keys), load_root(keys / ROOT)
    pdf = render(record(), fingerprint=seal.fingerprint)
    sealed = seal_pdf(pdf, seal, reason="as issued", at=SIGNED)
    report("render", lambda: render(record(), fingerprint=seal.fingerprint))
    report("seal", lambda: seal_pdf(pdf, seal, reason="as issued", at=SIGNED))
    report("check", lambda: verify_pdf(sealed, [root]))
    print(f"bytes: {len(pdf)} printed, {len(sealed)} sealed")
    for job in range(int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        printing.answer(canonical(named(f"Tutor number {job}")), keys)
        if job % 25 == 0:
            print(f"job {job}: {resident()} MiB resident")


def report(name: str, call: Callable[[], object]) -> None:
    """Print the least and the middle processor time of some rounds."""
    spent = sorted(map(timed, [call] * ROUNDS))
    print(f"{name}: {spent[0]:.0f} ms least, {spent[ROUNDS // 2]:.0f} ms usual")


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
