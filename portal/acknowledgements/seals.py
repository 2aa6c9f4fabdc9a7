"""Which seal is in use, and every one that ever was: what they sealed can be checked for ever."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from portal.access import SYSTEM, Actor
from portal.acknowledgements.given import given_seal
from portal.acknowledgements.keys import KEY, ROOT, Seal, SealUnfit, load_root, load_seal
from portal.acknowledgements.models import KnownSeal
from portal.acknowledgements.wire import Given
from portal.config import Settings
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep

NAMED, SEAL = "seal.named", "seal"  # type and subject of the entry that tells of one
KNOWN = sa.select(*KnownSeal.__table__.c).order_by(KnownSeal.named_at, KnownSeal.fingerprint)
IS_KNOWN = sa.select(KnownSeal.fingerprint).where(KnownSeal.fingerprint == sa.bindparam("mark"))


class SealRefused(Refusal):
    """The settings name a seal that cannot be used."""

    code = "seal-refused"
    leaves_trace = False


def seal_in_use(settings: Settings) -> Seal:
    """Return the seal that signs now; raises SealUnfit when its file cannot be used."""
    file = Path(settings.seal_file or settings.keys / KEY)
    try:
        changed = file.stat().st_mtime_ns
    except OSError as error:
        raise SealUnfit(f"{file.name} cannot be read: {error.strerror}") from error
    return _loaded(settings.keys, Given.said_by(settings), changed)


def name_seal(
    session: Session, chain: bytes, *, given: bool, now: datetime, by: Actor = SYSTEM
) -> None:
    """Keep a seal as evidence, once, and say on the ledger which it is."""
    certificates = x509.load_pem_x509_certificates(chain)
    leaf, root = (mark_of(each) for each in (certificates[0], certificates[-1]))
    if session.execute(IS_KNOWN, {"mark": leaf}).first():
        return
    expires_at = certificates[0].not_valid_after_utc
    row = {"fingerprint": leaf, "chain": chain, "root": root, "given": given}
    keep(session, KnownSeal, {**row, "expires_at": expires_at, "named_at": now})
    facts = {"leaf": leaf, "root": root, "expires_at": expires_at.isoformat()}
    note(session, NAMED, by=by, subject=SEAL, now=now, **facts)


def known_seals(session: Session) -> list[Any]:
    """Return every seal that was ever named, oldest first."""
    return list(session.execute(KNOWN))


def roots(session: Session, settings: Settings) -> list[x509.Certificate]:
    """Return the root of every seal used here; raises SealUnfit where there is none at all."""
    found = {root.fingerprint(hashes.SHA256()): root for root in _kept(session)}
    if not found:
        root = load_root(settings.keys / ROOT)
        found[root.fingerprint(hashes.SHA256())] = root
    return list(found.values())


def as_pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as it is handed out."""
    return certificate.public_bytes(Encoding.PEM)


def mark_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def require_seal(settings: Settings) -> None:
    """Raise SealRefused when a seal from outside cannot be used: the settings are wrong then.

    A seal of our own that is lost or over stops signing only, and administrators are told.
    """
    try:
        seal_in_use(settings)
    except SealUnfit as fault:
        if settings.seal_file:
            raise SealRefused(f"The portal does not start: {fault}.") from fault


def _kept(session: Session) -> Iterator[x509.Certificate]:
    for each in known_seals(session):
        yield x509.load_pem_x509_certificates(each.chain)[-1]


@lru_cache(maxsize=4)
def _loaded(keys: Path, given: Given, _changed: int) -> Seal:
    return given_seal(given) if given.file else load_seal(keys)
