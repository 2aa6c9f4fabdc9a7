"""Read what was signed: constant statements, for this room and those above it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.models import (
    Acknowledgement,
    Revocation,
    StoredPdf,
    StoredRecord,
    Withdrawal,
)
from portal.db import rows
from portal.errors import NotFound
from portal.people.models import Person
from portal.people.scope import asked, scoped
from portal.policies.models import Cancellation, Version

# A signature ends once: HR revoked it or its tutor withdrew it. To the rule both are the same.
_ENDED_AT = sa.func.coalesce(Revocation.revoked_at, Withdrawal.withdrawn_at)
_END_RECORDED_AT = sa.func.coalesce(Revocation.recorded_at, Withdrawal.withdrawn_at)

_HELD = (
    sa.select(
        Acknowledgement.id,
        Acknowledgement.person_id,
        Acknowledgement.policy,
        Acknowledgement.major,
        Version.minor,
        Acknowledgement.cycle,
        Acknowledgement.engagement_id,
        Acknowledgement.signed_at,
        Acknowledgement.expires_at,
        Acknowledgement.anniversary_at,
        _ENDED_AT.label("revoked_at"),
        _END_RECORDED_AT.label("revocation_recorded_at"),
        Withdrawal.withdrawn_at,
        Cancellation.cancelled_at,
        Acknowledgement.serial,
    )
    .join(Version, Version.id == Acknowledgement.version_id)
    .outerjoin(Cancellation, Cancellation.version_id == Acknowledgement.version_id)
    .outerjoin(Revocation, Revocation.acknowledgement_id == Acknowledgement.id)
    .outerjoin(Withdrawal, Withdrawal.acknowledgement_id == Acknowledgement.id)
    .order_by(Acknowledgement.signed_at)
)
HELD = _HELD.where(Acknowledgement.person_id == sa.bindparam("person"))
HELD_BY = _HELD.where(Acknowledgement.person_id.in_(sa.bindparam("people", expanding=True)))

SIGNED = (
    sa.select(
        Acknowledgement.id,
        Acknowledgement.serial,
        Acknowledgement.person_id,
        Person.name,
        Person.email,
        Acknowledgement.policy,
        Version.title,
        Version.major,
        Version.minor,
        Acknowledgement.cycle,
        Acknowledgement.attempt_id,
        Acknowledgement.signed_at,
        Acknowledgement.expires_at,
        Acknowledgement.text_digest,
        Acknowledgement.record_digest,
        Acknowledgement.pdf_digest,
        _ENDED_AT.label("revoked_at"),
        Withdrawal.withdrawn_at,
    )
    .join(Person, Person.id == Acknowledgement.person_id)
    .join(Version, Version.id == Acknowledgement.version_id)
    .outerjoin(Revocation, Revocation.acknowledgement_id == Acknowledgement.id)
    .outerjoin(Withdrawal, Withdrawal.acknowledgement_id == Acknowledgement.id)
)
OF_SERIAL = SIGNED.where(Acknowledgement.serial == sa.bindparam("serial"))
SEEN = scoped(OF_SERIAL, Acknowledgement.person_id)
OF_ID = SIGNED.where(Acknowledgement.id == sa.bindparam("id"))
OF_PDF = SIGNED.where(Acknowledgement.pdf_digest == sa.bindparam("digest"))
NAMED = SIGNED.where(
    sa.or_(
        Acknowledgement.serial.in_(sa.bindparam("serials", expanding=True)),
        sa.func.substr(Acknowledgement.record_digest, 1, 32).in_(
            sa.bindparam("marks", expanding=True)
        ),
    )
).order_by(Acknowledgement.signed_at)
SERIAL_OF = sa.select(Acknowledgement.serial).where(
    Acknowledgement.person_id == sa.bindparam("person"),
    Acknowledgement.attempt_id == sa.bindparam("attempt"),
)
PDF = sa.select(StoredPdf.content).where(StoredPdf.acknowledgement_id == sa.bindparam("id"))
EVERY = sa.select(Acknowledgement.id).order_by(Acknowledgement.signed_at, Acknowledgement.id)
WHOLE = (
    sa.select(
        *Acknowledgement.__table__.c,
        Version.major.label("version_major"),
        Version.minor,
        Version.digest.label("version_digest"),
        Version.text,
        Person.name.label("person_name"),
    )
    .outerjoin(Version, Version.id == Acknowledgement.version_id)
    .outerjoin(Person, Person.id == Acknowledgement.person_id)
    .where(Acknowledgement.id == sa.bindparam("id"))
)
RECORD = sa.select(StoredRecord.json).where(StoredRecord.acknowledgement_id == sa.bindparam("id"))


def held(session: Session, person_id: str) -> list[Any]:
    """Return every signature of a person, oldest first, whether or not it still counts."""
    return list(rows(session, HELD, person=person_id))


def held_by(session: Session, people: Collection[str]) -> list[Any]:
    """Return every signature of these people, as `held`; `person_id` tells whose."""
    return list(rows(session, HELD_BY, people=list(people)))


def get_acknowledgement(session: Session, serial: str, *, seen_by: Actor, now: datetime) -> Any:
    """Return the acknowledgement with this serial; raises NotFound for whom it is not."""
    found = rows(session, SEEN.of(seen_by), **asked(seen_by, now=now), serial=serial)
    if not found:
        raise NotFound
    return found[0]


def find_signed(session: Session, acknowledgement_id: str) -> Any | None:
    """Return an acknowledgement for the portal's own use, whoever may see it."""
    return session.execute(OF_ID, {"id": acknowledgement_id}).one_or_none()


def find_issued(session: Session, pdf_digest: str) -> Any | None:
    """Return the acknowledgement whose sealed file has this SHA-256, for the portal's own use."""
    return session.execute(OF_PDF, {"digest": pdf_digest}).first()


def find_named(session: Session, *, serials: Collection[str], marks: Collection[str]) -> list[Any]:
    """Return those with such a serial, or such a start (32 digits) of their record's digest."""
    told = {"serials": list(serials), "marks": list(marks)}
    return list(session.execute(NAMED, told))


def get_pdf(session: Session, acknowledgement_id: str) -> bytes:
    """Return the sealed bytes as they were stored; NotFound once they are erased."""
    content = find_pdf(session, acknowledgement_id)
    if content is None:
        raise NotFound
    return content


def find_pdf(session: Session, acknowledgement_id: str) -> bytes | None:
    """Return the sealed bytes, None once they are erased."""
    return session.scalar(PDF, {"id": acknowledgement_id})


def find_record(session: Session, acknowledgement_id: str) -> bytes | None:
    """Return the canonical record as it was stored, None once it is erased."""
    return session.scalar(RECORD, {"id": acknowledgement_id})


def find_serial(session: Session, person_id: str, *, attempt_id: str) -> str | None:
    """Return the serial under which this attempt was signed for, None while it was not."""
    return session.scalar(SERIAL_OF, {"person": person_id, "attempt": attempt_id})


def every_id(session: Session) -> list[str]:
    """Return the id of every acknowledgement, oldest first."""
    return list(session.scalars(EVERY))


def find_whole(session: Session, acknowledgement_id: str) -> Any | None:
    """Return every column of an acknowledgement, with what its version and signer are now."""
    return session.execute(WHOLE, {"id": acknowledgement_id}).one_or_none()
