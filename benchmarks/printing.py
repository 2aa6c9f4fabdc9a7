"""One render and one seal, warm, in this process: what a signature's PDF costs at least."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.company import Company
from portal import db
from portal.acknowledgements.queries import every_id, find_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """CPU milliseconds of a render and of a seal, and the bytes they make."""

    render: float
    seal: float
    unsealed: int
    sealed: int


def print_one(company: Company, *, repeats: int) -> Printed:
    """Render and seal the first signature of the company so many times; return the medians."""
    # Only here: WeasyPrint and pyHanko cost this process 50 MiB.
    from portal.acknowledgements.keys import load_seal  # noqa: PLC0415
    from portal.acknowledgements.record import read  # noqa: PLC0415
    from portal.acknowledgements.render import render  # noqa: PLC0415
    from portal.acknowledgements.seal import seal_pdf  # noqa: PLC0415

    with company.app.app_context(), db.reader() as session:
        stored = find_record(session, every_id(session)[0])
    record, seal = read(stored or b""), load_seal(company.settings.keys)
    pdf = render(record, fingerprint=seal.fingerprint)
    sealed = seal_pdf(pdf, seal, reason="measured", at=record.signed_at)
    return Printed(
        render=_cpu(lambda: render(record, fingerprint=seal.fingerprint), repeats),
        seal=_cpu(lambda: seal_pdf(pdf, seal, reason="measured", at=record.signed_at), repeats),
        unsealed=len(pdf),
        sealed=len(sealed),
    )


def _cpu(work: Callable[[], object], repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        spent.append((time.process_time() - begun) * 1000)
    return median(spent)
