"""Does everything behind an acknowledgement still fit together? Names table, row and field.

It reads only. Absence is a fault unless an erasure names the row.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from portal.acknowledgements.actions import SIGNED
from portal.acknowledgements.compromise import Doubt, compromises, find_compromise
from portal.acknowledgements.doubts import doubt
from portal.acknowledgements.models import Acknowledgement
from portal.acknowledgements.queries import every_id, find_whole
from portal.acknowledgements.record import Record
from portal.acknowledgements.stored import Facts, Stored, load
from portal.acknowledgements.trial import Pair, trial_faults
from portal.acknowledgements.verdict import Judge, stamp_fault
from portal.errors import NotFound
from portal.ledger import clocks
from portal.ledger.checking import (
    Fault,
    Reader,
    chain_faults,
    ends,
    head_faults,
    links,
    signature_faults,
)
from portal.ledger.erasing import ERASED, erasures, kept_of
from portal.ledger.evidence import row_faults
from portal.ledger.queries import happened, told
from portal.policies.text import digest as text_digest

Head = tuple[int, str]  # sequence number and hash of an entry

# Each column that the ledger entry of the signing repeats.
TOLD = (
    "serial",
    "person_id",
    "policy",
    "version_id",
    "major",
    "cycle",
    "engagement_id",
    "attempt_id",
    "signed_at",
    "expires_at",
    "anniversary_at",
    "text_digest",
    "record_digest",
    "pdf_digest",
)


@dataclass(slots=True)
class Report:
    """What was looked at, and what does not fit."""

    entries: int = 0
    acknowledgements: int = 0
    pdfs: int = 0
    erased: list[Any] = field(default_factory=list)  # rows of ledger.erasing.erasures
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)  # worth knowing, and no fault
    doubts: list[Doubt] = field(default_factory=list)  # files under a compromised seal


def verify(
    reader: Reader,
    *,
    judge: Judge | None = None,
    heads: Sequence[Head] = (),
    key: Ed25519PublicKey | None = None,
) -> Report:
    """Return what does not fit; each of `heads` was kept outside and must still be an entry.

    Without a `judge` no seal is looked at, without the `key` that signs heads no signature of one.
    """
    report, signed = Report(), defaultdict[str, list[Facts]](list)
    with reader() as session:
        ids = every_id(session)
        known, unsafe = ends(session), compromises(session)
    rows = _remembered(links(reader, upto=known.last), report, signed)
    report.faults.extend(chain_faults(rows, known))
    report.faults.extend(signature_faults(known, key=key) if key else ())
    for each in ids:
        with reader() as session:
            stored = load(session, each, told=signed[each])
            report.doubts.extend(_doubts(session, stored, unsafe, heads))
        if stored:
            report.acknowledgements += 1
            report.pdfs += stored.pdf is not None
            report.faults.extend(faults(stored, judge=judge))
            report.notices.extend(_renamed(stored))
    report.faults.extend(row_faults(reader, upto=known.last))
    with reader() as session:
        report.faults.extend(_gone(session, signed))
        report.faults.extend(head_faults(session, heads))
        report.erased.extend(erasures(session))
    return report


def told_of(session: Session, person_id: str, *, acknowledgement_id: str) -> list[Facts]:
    """Return what the ledger says of the signing of this acknowledgement."""
    said = [each.facts for each in told(session, person_id, entry_type=SIGNED)]
    for each in told(session, person_id, entry_type=ERASED):
        said.extend(_kept(each.facts))
    return [facts for facts in said if facts["id"] == acknowledgement_id]


def faults(stored: Stored, *, judge: Judge | None = None) -> Iterator[Fault]:
    """Yield what does not fit; without a judge the seal itself is not looked at."""
    yield from _told_faults(stored)
    yield from _text_faults(stored)
    yield from _record_faults(stored)
    yield from _pdf_faults(stored, judge)
    yield from _attempt_faults(stored)


def evidence(session: Session, row: Any) -> dict[str, Any]:
    """Return the record behind an acknowledgement and what does not fit, for a page."""
    said = told_of(session, row.person_id, acknowledgement_id=row.id)
    stored = load(session, row.id, told=said)
    if stored is None:
        raise NotFound
    told = {"record": stored.record, "faults": list(faults(stored)), "stamp": stamp_in(said)}
    return {**told, "doubts": list(_doubts(session, stored, compromises(session)))}


def _doubts(
    session: Session, stored: Stored | None, unsafe: dict[str, Any], heads: Sequence[Head] = ()
) -> Iterator[Doubt]:
    """Yield what the file is still worth when the key of its seal was in other hands."""
    if stored and stored.pdf and (found := find_compromise(unsafe, stored.pdf)):
        yield doubt(session, stored.row, found, heads=[seq for seq, _ in heads])


def stamp_in(said: Iterable[Facts]) -> Facts:
    """Return what the signing's entry says of the time stamp, nothing where it says nothing."""
    stamp: Facts = next((facts.get("timestamp", {}) for facts in said), {})
    return {**stamp, "at": datetime.fromisoformat(stamp["at"])} if "at" in stamp else stamp


def _remembered(
    rows: Iterable[Any], report: Report, signed: dict[str, list[Facts]]
) -> Iterator[Any]:
    """Pass the entries on, counting them and keeping what the signings say."""
    last_at, jumps = None, []
    for row in rows:
        report.entries += 1
        if row.at and (by := clocks.went_back(last_at, row.at)):
            jumps.append((row.seq, by))
        last_at = row.at or last_at
        if row.type == SIGNED and row.json and (facts := happened(row).facts).get("id"):
            signed[facts["id"]].append(facts)
        if row.type == ERASED and row.json:
            for facts in _kept(happened(row).facts):
                signed[facts["id"]].append(facts)
        yield row
    report.notices.extend([clocks.notice(jumps)] if jumps else ())


def _kept(facts: Facts) -> Iterator[Facts]:
    """Yield what the entry of an erasure repeats of signings, in place of what they said."""
    for _, rows in kept_of(facts):
        yield from (row for name, row in rows if name == Acknowledgement.__tablename__)


def _renamed(stored: Stored) -> Iterator[str]:
    """Yield that the signer has another name now; what was signed keeps the name of then."""
    row, record = stored.row, stored.record
    if record and row.person_name not in (None, record.tutor.name):
        said = f"is another than when {row.serial} was signed, which keeps the one of then"
        yield f"people {row.person_id} name: {said}"


def _gone(session: Session, signed: dict[str, list[Facts]]) -> Iterator[Fault]:
    for acknowledgement_id, said in signed.items():
        if said and find_whole(session, acknowledgement_id) is None:
            key = str(said[0].get("serial"))
            yield _fault("acknowledgements", key, "id", "is missing: the ledger tells of it")


def _told_faults(stored: Stored) -> Iterator[Fault]:
    row = stored.row
    if len(stored.told) != 1:
        found = f"has {len(stored.told)} entries on the ledger instead of one"
        yield _fault("acknowledgements", row.serial, "id", found)
    for said in stored.told:
        for name in TOLD:
            if _plain(getattr(row, name)) != said.get(name):
                yield _fault("acknowledgements", row.serial, name, "is not what the ledger says")


def _text_faults(stored: Stored) -> Iterator[Fault]:
    row = stored.row
    if row.text is None:
        yield _fault("versions", row.version_id, "id", f"is missing, and {row.serial} names it")
        return
    if text_digest(row.text) != row.version_digest:
        yield _fault("versions", row.version_id, "text", "does not have the digest beside it")
    if row.version_digest != row.text_digest:
        yield _fault("versions", row.version_id, "digest", f"is not that of {row.serial}")


def _record_faults(stored: Stored) -> Iterator[Fault]:
    row, record = stored.row, stored.record
    if stored.json is None:
        yield from _missing(stored, "records", "json")
        return
    if hashlib.sha256(stored.json).hexdigest() != row.record_digest:
        yield _fault("records", row.serial, "json", "does not have the digest of its row")
    if record is None:
        yield _fault("records", row.serial, "json", "is not a record in its canonical form")
        return
    for name, column, said in _pairs(row, record):
        if column != said:
            yield _fault("records", row.serial, name, "is not what the acknowledgement says")


def _pairs(row: Any, record: Record) -> tuple[Pair, ...]:
    return (
        ("serial", row.serial, record.serial),
        ("tutor.id", row.person_id, record.tutor.id),
        ("policy.name", row.policy, record.policy.name),
        ("policy.version", f"{row.version_major}.{row.minor}", record.policy.version),
        ("policy.digest", row.text_digest, record.policy.digest),
        ("cycle", row.cycle, record.cycle),
        ("attempt.id", row.attempt_id, record.attempt.id),
        ("signed_at", row.signed_at, record.signed_at),
        ("expires_at", row.expires_at, record.expires_at),
    )


def _pdf_faults(stored: Stored, judge: Judge | None) -> Iterator[Fault]:
    row = stored.row
    if stored.pdf is None:
        yield from _missing(stored, "pdfs", "content")
        return
    if hashlib.sha256(stored.pdf).hexdigest() != row.pdf_digest:
        yield _fault("pdfs", row.serial, "content", "does not have the digest of its row")
    yield from _seal_faults(stored, stored.pdf, judge) if judge else ()


def _seal_faults(stored: Stored, pdf: bytes, judge: Judge) -> Iterator[Fault]:
    verdict = judge(pdf)
    if not verdict.valid:
        yield _fault("pdfs", stored.row.serial, "content", verdict.reason)
        return
    told = (facts["timestamp"] for facts in stored.told if "timestamp" in facts)
    if wrong := next((stamp_fault(verdict.stamp, each) for each in told), ""):
        yield _fault("pdfs", stored.row.serial, "timestamp", wrong)


def _missing(stored: Stored, table: str, name: str) -> Iterator[Fault]:
    if table not in stored.erased:
        yield _fault(table, stored.row.serial, name, "is missing, and no erasure names it")


def _attempt_faults(stored: Stored) -> Iterator[Fault]:
    found = trial_faults(stored.row, stored.attempt, stored.record)
    return (_fault(table, stored.row.attempt_id, name, words) for table, name, words in found)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _fault(table: str, key: str, name: str, sentence: str) -> Fault:
    return Fault(table=table, key=key, field=name, sentence=sentence)
