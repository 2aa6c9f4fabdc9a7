"""One job of the press, start to end: a record becomes a sealed PDF, or a pack to sign by hand."""

from functools import lru_cache
from pathlib import Path

from portal.acknowledgements.keys import Seal, SealUnfit, load_seal
from portal.acknowledgements.record import read
from portal.acknowledgements.render import render, render_pack, warm
from portal.acknowledgements.seal import seal_pdf
from portal.acknowledgements.textlayer import CannotShow
from portal.acknowledgements.wire import PACK, SEALED, UNFIT, UNPRINTABLE

__all__ = ["answer", "make", "warm"]


def answer(job: bytes, keys: Path) -> tuple[bytes, bytes]:
    """Return how it went, and the PDF or the reason."""
    try:
        if job.startswith(PACK):
            return SEALED, render_pack(read(job.removeprefix(PACK)))
        return SEALED, make(job, keys)
    except CannotShow as refusal:
        return UNPRINTABLE, str(refusal).encode()
    except SealUnfit as fault:
        return UNFIT, str(fault).encode()


def make(job: bytes, keys: Path) -> bytes:
    """Return the sealed PDF of a canonical record; raises CannotShow or SealUnfit."""
    record = read(job)
    seal = _seal(keys)
    seal.require_valid(record.signed_at)
    pdf = render(record, fingerprint=seal.fingerprint)
    reason = f"Acknowledgement {record.serial}, as issued"
    return seal_pdf(pdf, seal, reason=reason, at=record.signed_at)


@lru_cache(maxsize=1)
def _seal(keys: Path) -> Seal:
    return load_seal(keys)
