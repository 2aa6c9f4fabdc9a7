"""One job of the press, start to end: a record becomes a sealed PDF, or a pack to sign by hand."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.acknowledgements.given import given_seal
from portal.acknowledgements.keys import KEY, Seal, SealUnfit, load_seal
from portal.acknowledgements.record import read
from portal.acknowledgements.render import render, render_pack, require_policy, require_shown, warm
from portal.acknowledgements.seal import seal_pdf
from portal.acknowledgements.stamp import Authority, stamped
from portal.acknowledgements.textlayer import CannotShow, NoGlyph
from portal.acknowledgements.wire import (
    POLICY,
    SEALED,
    SHOWN,
    SIZES,
    UNFIT,
    UNPRINTABLE,
    Given,
    packed,
)

__all__ = ["answer", "make", "warm"]

NOTHING = Given()


def answer(job: bytes, keys: Path, given: Given = NOTHING) -> tuple[bytes, bytes]:
    """Return how it went, and the PDF or the reason."""
    try:
        if job.startswith(SHOWN):
            require_shown(job.removeprefix(SHOWN).decode())
            return SHOWN, b""
        if job.startswith(POLICY):
            require_policy(job.removeprefix(POLICY).decode())
            return SHOWN, b""
        if size := SIZES.get(job[:1]):
            return SEALED, packed({}, render_pack(read(job[1:]), size))
        return SEALED, packed(*_made(job, keys, given))
    except CannotShow as refusal:
        characters = "".join(refusal.characters) if isinstance(refusal, NoGlyph) else ""
        return UNPRINTABLE, json.dumps({"reason": str(refusal), "characters": characters}).encode()
    except SealUnfit as fault:
        return UNFIT, str(fault).encode()


def make(job: bytes, keys: Path, given: Given = NOTHING) -> bytes:
    """Return the sealed PDF of a canonical record; raises CannotShow or SealUnfit."""
    return _made(job, keys, given)[1]


def _made(job: bytes, keys: Path, given: Given) -> tuple[dict[str, Any], bytes]:
    record = read(job)
    seal = _seal(keys, given)
    seal.require_valid(record.signed_at)
    pdf = render(record, fingerprint=seal.fingerprint)
    reason = f"Acknowledgement {record.serial}, as issued"
    told = {"chain": seal.chain.decode(), "given": seal.given}
    if not given.timestamp_url:
        return told, seal_pdf(pdf, seal, reason=reason, at=record.signed_at)
    authority = Authority(given.timestamp_url, seconds=given.timestamp_seconds)
    stamp, sealed = stamped(pdf, seal, authority, reason=reason, at=record.signed_at)
    return {**told, "stamp": stamp}, sealed


def _seal(keys: Path, given: Given) -> Seal:
    """Return the seal as its file is now: one that was renewed is taken at once."""
    file = Path(given.file) if given.file else keys / KEY
    try:
        changed = file.stat().st_mtime_ns
    except OSError as error:
        raise SealUnfit(f"{file.name} cannot be read: {error.strerror}") from error
    return _loaded(keys, given, changed)


@lru_cache(maxsize=1)
def _loaded(keys: Path, given: Given, _changed: int) -> Seal:
    return given_seal(given) if given.file else load_seal(keys)
