"""A seal whose key came into other hands: from when, and what its files are still worth.

From that moment on somebody else could seal anything, with any time in it. So for a file under it
the seal alone proves nothing any more, and what counts is whether something that went out before
shows that the file was there. Nothing is ever un-signed: this tells what the evidence is worth.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Actor, Role
from portal.acknowledgements.models import KnownSeal, SealCompromise
from portal.acknowledgements.press import CannotSeal
from portal.acknowledgements.seals import mark_of
from portal.db import new_id
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.directory import in_role

DECLARED, SEAL = "seal.compromised", "seal"  # type and subject of the entry that tells of one
GAP = re.compile(rb"/ByteRange ?\[ ?\d+ (\d+) (\d+) \d+ *\]")
SHORTEST = 8  # digits of a fingerprint that are enough to name a seal
EVERY = sa.select(KnownSeal.fingerprint)
EARLIEST = sa.select(*SealCompromise.__table__.c).order_by(
    SealCompromise.since.desc(), SealCompromise.declared_at.desc()
)
IS_DECLARED = sa.select(SealCompromise.id).where(SealCompromise.fingerprint == sa.bindparam("mark"))

OF_ID = sa.select(*SealCompromise.__table__.c).where(SealCompromise.id == sa.bindparam("id"))
MAIL = "seal-compromised"
CONCERNED = (Role.ADMINISTRATOR, Role.HR, Role.SAFEGUARDING_LEAD)


class NotDeclared(Refusal):
    """Nothing was recorded about a seal, and why."""

    code = "not-declared"


class Worth(StrEnum):
    """What of a file under such a seal still stands, the seal itself left aside."""

    WITNESSED = "witnessed"  # it was there before, and what went out before shows it
    LEDGER = "ledger"  # it was there before, by the ledger alone
    AFTER = "after"  # it was sealed when others could have sealed as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One file under a compromised seal: `witness` says what shows that it was there before."""

    serial: str
    since: datetime
    declared_at: datetime
    reason: str
    stored_at: datetime
    witness: str

    @property
    def worth(self) -> Worth:
        """What still stands."""
        if self.stored_at >= self.since:
            return Worth.AFTER
        return Worth.WITNESSED if self.witness else Worth.LEDGER

    def sentences(self, zone: str) -> Iterator[str]:
        """Yield what to tell of it, for people."""
        yield told(self, zone)
        stored = clock.in_words(self.stored_at, zone)
        if self.worth is Worth.AFTER:
            yield (
                f"The ledger has this file from {stored}, which is after that. Its seal proves "
                "nothing: only ledger and stored SHA-256 speak for it."
            )
        elif self.worth is Worth.WITNESSED:
            yield f"This file was there before: {self.witness}."
        else:
            yield (
                f"The ledger has this file from before, {stored}. Nothing that went out in "
                "between shows it: that rests on the ledger and its key alone."
            )


def told(what: Any, zone: str) -> str:
    """Return the sentence on the seal; `what` has since, declared_at and reason."""
    since, declared = (clock.in_words(each, zone) for each in (what.since, what.declared_at))
    when = f"from {since} (declared {declared})"
    return f"The key of this seal was in other hands {when}: {what.reason}"


def declare(
    session: Session,
    mark: str,
    *,
    since: datetime,
    reason: str,
    in_use: str,
    by: Actor,
    now: datetime,
) -> str:
    """Record from when the key of a seal was in other hands; return its fingerprint.

    `mark` is the beginning of it, `in_use` the fingerprint of the seal that signs. Said again, the
    earliest moment holds. Raises NotDeclared.
    """
    found = [each for each in session.scalars(EVERY) if each.startswith(mark.lower())]
    if len(mark) < SHORTEST or len(found) != 1:
        raise NotDeclared("No seal used here has this SHA-256. `portal seal show` names them all.")
    if since > now:
        raise NotDeclared("That moment is still to come. Say when it happened.")
    if found[0] == in_use:
        raise NotDeclared(
            "This seal still signs. First put a new one in its place: `portal seal renew`, or "
            "another seal_file. Then say this again."
        )
    row = {"id": new_id(), "fingerprint": found[0], "since": since, "reason": reason}
    keep(session, SealCompromise, {**row, "declared_at": now, "declared_by": by.id})
    facts = {"leaf": found[0], "since": since.isoformat(), "reason": reason}
    note(session, DECLARED, by=by, subject=SEAL, now=now, **facts)
    for person in _concerned(session, now=now):
        payload = {"person": person, "declared": row["id"]}
        queue(session, MAIL, key=f"{MAIL} {row['id']} {person}", payload=payload, now=now)
    return found[0]


def find_declared(session: Session, declared_id: str, *, person_id: str, now: datetime) -> Any:
    """Return what was declared, for one of those whom it concerns; None for anybody else."""
    if person_id not in _concerned(session, now=now):
        return None
    return session.execute(OF_ID, {"id": declared_id}).one_or_none()


def compromises(session: Session) -> dict[str, Any]:
    """Return, by fingerprint, since when the key of each such seal was in other hands."""
    return {row.fingerprint: row for row in session.execute(EARLIEST)}


def require_trusted(session: Session, chain: bytes) -> None:
    """Raise CannotSeal for a seal that was declared: its file was put back, or never replaced."""
    leaf = x509.load_pem_x509_certificates(chain)[0]
    if session.execute(IS_DECLARED, {"mark": mark_of(leaf)}).first():
        raise CannotSeal("the key of this seal is in other hands: run `portal seal renew`")


def find_compromise(known: dict[str, Any], pdf: bytes) -> Any | None:
    """Return what was declared of the seal in this file, None where nothing was."""
    marks = _marks(pdf) if known else ()
    return next((known[mark] for mark in sorted(known) if mark in marks), None)


def _concerned(session: Session, *, now: datetime) -> list[str]:
    """Return the ids of those who answer for the evidence, each once."""
    found = (each.id for role in CONCERNED for each in in_role(session, role, now=now))
    return list(dict.fromkeys(found))


def _marks(pdf: bytes) -> set[str]:
    """Return the fingerprints of all certificates in the seals of a file, whatever else it is."""
    found: set[str] = set()
    for first, second in GAP.findall(pdf):
        try:
            seal = bytes.fromhex(pdf[int(first) + 1 : int(second) - 1].decode("ascii"))
            length = 4 + int.from_bytes(seal[2:4], "big")  # the rest of the gap is empty
            found.update(map(mark_of, load_der_pkcs7_certificates(seal[:length])))
        except (ValueError, UnsupportedAlgorithm):  # no seal of ours looks like that
            continue
    return found
