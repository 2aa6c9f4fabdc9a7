"""Sign: everything that makes a signature, in the caller's one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.compromise import require_trusted
from portal.acknowledgements.models import Acknowledgement, StoredPdf, StoredRecord
from portal.acknowledgements.prepare import Wish, require_match
from portal.acknowledgements.press import Made
from portal.acknowledgements.queries import find_serial
from portal.acknowledgements.ready import Ready, ready
from portal.acknowledgements.record import Draft, canonical, digest
from portal.acknowledgements.refusals import AlreadySigned, Unsigned
from portal.acknowledgements.seals import name_seal
from portal.acknowledgements.statement import STATEMENT
from portal.config import Settings
from portal.db import new_id
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.models import Person
from portal.people.queries import get_person, team_of

SIGNED = "acknowledgement.signed"
COPY, TELL_MANAGER = "acknowledgement-copy", "tutor-cleared"


LASTS = timedelta(minutes=10)  # from the record to its storing; making a PDF takes seconds


class GroundMoved(Unsigned):
    """What the printed record says was true when it was prepared, and is not any more."""

    code = "ground-moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A signature ready to be stored: the draft, its canonical bytes, and the PDF made of it."""

    draft: Draft
    json: bytes
    json_digest: str
    pdf: bytes
    pdf_digest: str
    stamp: dict[str, str]
    chain: bytes
    given: bool


def sealed(draft: Draft, made: Made) -> Sealed:
    """Return what `sign` stores; hashed here, because no transaction is open yet."""
    return Sealed(
        draft=draft,
        json=canonical(draft.record),
        json_digest=digest(draft.record),
        pdf=made.pdf,
        pdf_digest=made.digest,
        stamp=made.stamp or {"absent": "no timestamp authority is set"},
        chain=made.chain.encode(),
        given=made.given,
    )


def sign(session: Session, what: Sealed, *, by: Actor, settings: Settings, now: datetime) -> str:
    """Store the signature that was prepared and printed; return its serial.

    Every check of `prepare` is made again. Raises what it raises, GroundMoved, CannotSeal,
    and AlreadySigned for the second of two at once.
    """
    _require_still_true(session, what.draft, by=by, settings=settings, now=now)
    store(session, what, by=by, now=now)
    return what.draft.record.serial


def store(session: Session, what: Sealed, *, by: Actor, now: datetime, **told: Any) -> str:
    """Insert what was checked, tell of it, and return its id; raises AlreadySigned, CannotSeal.

    The signer is whom the record names; `by` has shown it to the portal, and may be another.
    """
    _require_fresh(what.draft.record.signed_at, now=now)
    if what.chain:
        require_trusted(session, what.chain)
        name_seal(session, what.chain, given=what.given, now=now)
    row, version = _row(what), what.draft.record.policy.version
    _insert(session, row, what)
    facts = {**_facts(row, version), "timestamp": what.stamp, **told}
    note(session, SIGNED, by=by, subject=row["person_id"], now=now, **facts)
    _tell(session, row["id"], person_id=row["person_id"], now=now)
    return str(row["id"])


def _require_fresh(signed_at: datetime, *, now: datetime) -> None:
    """Raise GroundMoved for a record that is old: its time is printed, and must be that of signing.

    The clock may have been set back a little in between.
    """
    if abs(now - signed_at) > LASTS:
        raise GroundMoved("Your PDF was made too long ago. Nothing was signed yet. Sign again.")


def note_download(session: Session, serial: str, *, of: str, by: Actor, now: datetime) -> None:
    """Note that somebody other than the signer was given the PDF."""
    note(session, "acknowledgement.downloaded", by=by, subject=of, now=now, serial=serial)


def _require_still_true(
    session: Session, draft: Draft, *, by: Actor, settings: Settings, now: datetime
) -> None:
    said = draft.record.policy
    wish = Wish(
        policy=said.name,
        version=said.version,
        shown=said.digest,
        name_typed=draft.record.tutor.name_typed,
    )
    found = ready(session, wish.policy, wish.version, by=by, settings=settings, now=now)
    person = get_person(session, by.id, seen_by=by, now=now)
    require_match(session, wish, found, person)
    require_ground(found, draft, person)


def require_ground(found: Ready, draft: Draft, person: Person) -> None:
    """Raise GroundMoved unless the printed record rests on what was found just now."""
    if _ground(found, person.id, person.name) != _printed(draft):
        raise GroundMoved("Something changed while the PDF was made. Nothing was signed yet.")


def _ground(found: Ready, person_id: str, name: str) -> tuple[Any, ...]:
    rests_on = (found.version.id, found.engagement_id, found.cycle, found.attempt.id)
    return (*rests_on, person_id, name)


def _printed(draft: Draft) -> tuple[Any, ...]:
    record = draft.record
    rests_on = (draft.version_id, draft.engagement_id, record.cycle, record.attempt.id)
    return (*rests_on, record.tutor.id, record.tutor.name)


def _row(what: Sealed) -> dict[str, Any]:
    draft, record = what.draft, what.draft.record
    return {
        "id": new_id(),
        "serial": record.serial,
        "person_id": record.tutor.id,
        "policy": record.policy.name,
        "version_id": draft.version_id,
        "major": int(record.policy.version.partition(".")[0]),
        "cycle": record.cycle,
        "engagement_id": draft.engagement_id,
        "attempt_id": record.attempt.id,
        "signed_at": record.signed_at,
        "expires_at": record.expires_at,
        "anniversary_at": draft.anniversary_at,
        "text_digest": record.policy.digest,
        "record_digest": what.json_digest,
        "pdf_digest": what.pdf_digest,
    }


def _insert(session: Session, row: dict[str, Any], what: Sealed) -> None:
    """Insert the evidence; where a constraint refuses it, the first of two at once stands."""
    own = {"acknowledgement_id": row["id"]}
    try:
        with session.begin_nested():
            keep(session, Acknowledgement, row)
            keep(session, StoredRecord, {**own, "json": what.json})
            keep(session, StoredPdf, {**own, "content": what.pdf})
    except IntegrityError as error:
        first = find_serial(session, row["person_id"], attempt_id=row["attempt_id"])
        if first is None:
            raise
        raise AlreadySigned(first) from error


def _facts(row: dict[str, Any], version: str) -> dict[str, Any]:
    """Return every column for the ledger, so that a change to any of them is found."""
    moments = {name for name, value in row.items() if isinstance(value, datetime)}
    plain = {name: value for name, value in row.items() if name not in moments}
    told = {name: row[name].isoformat() for name in moments}
    statement = {"statement": STATEMENT.number, "statement_digest": STATEMENT.digest}
    return {**plain, **told, **statement, "version": version}


def _tell(session: Session, acknowledgement_id: str, *, person_id: str, now: datetime) -> None:
    payload = {"acknowledgement": acknowledgement_id}
    kinds = (COPY, TELL_MANAGER) if team_of(session, person_id, now=now) else (COPY,)
    for kind in kinds:
        queue(session, kind, key=f"{kind} {acknowledgement_id}", payload=payload, now=now)
