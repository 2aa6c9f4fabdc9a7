"""Read what happened."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.ledger.actions import HEAD
from portal.ledger.models import Entry, Head, Payload
from portal.ledger.rules import START

ABOUT = (
    sa.select(Payload.seq, Payload.at, Payload.json)
    .join(Entry, Entry.seq == Payload.seq)
    .where(
        Payload.subject == sa.bindparam("subject"),
        Entry.type.not_in(sa.bindparam("without", expanding=True)),
    )
    .order_by(Payload.seq.desc())
    .limit(sa.bindparam("most"))
)

TOLD = (
    sa.select(Payload.seq, Payload.at, Payload.json)
    .join(Entry, Entry.seq == Payload.seq)
    .where(Payload.subject == sa.bindparam("subject"), Entry.type == sa.bindparam("type"))
    .order_by(Payload.seq)
)

MANY_TOLD = (
    sa.select(Payload.subject, Payload.seq, Payload.at, Payload.json)
    .join(Entry, Entry.seq == Payload.seq)
    .where(
        Payload.subject.in_(sa.bindparam("subjects", expanding=True)),
        Entry.type.in_(sa.bindparam("types", expanding=True)),
    )
)

OF_TYPE = (
    sa.select(Payload.seq, Payload.at, Payload.json)
    .join(Entry, Entry.seq == Payload.seq)
    .where(Entry.type == sa.bindparam("type"))
    .order_by(Payload.seq)
)


UNSIGNED = sa.select(Head.seq).where(Head.seq > 0, Head.signature == "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One entry as people read it."""

    seq: int
    type: str
    at: datetime
    by: str
    facts: dict[str, Any]


def head(session: Session) -> tuple[int, str]:
    """Return sequence number and hash of the newest entry."""
    row = session.execute(HEAD).one_or_none()
    return (row.seq, row.hash) if row else (0, START)


def is_unsigned(session: Session) -> bool:
    """Return whether the newest entry is one that no key signed."""
    return session.scalar(UNSIGNED) is not None


def about(
    session: Session, subject: str, *, without: Collection[str] = (), most: int = 200
) -> list[Happened]:
    """Return what happened to this person or thing, newest first, without some types."""
    asked = {"subject": subject, "without": list(without), "most": most}
    rows = session.execute(ABOUT, asked)
    return [happened(row) for row in rows]


def told(session: Session, subject: str, *, entry_type: str) -> list[Happened]:
    """Return the entries of one type about this person or thing, oldest first."""
    rows = session.execute(TOLD, {"subject": subject, "type": entry_type})
    return [happened(row) for row in rows]


def told_of_many(
    session: Session, subjects: Collection[str], *, types: Collection[str]
) -> list[tuple[str, Happened]]:
    """Return the entries of some types about many people or things, each with whom it is about."""
    asked = {"subjects": list(subjects), "types": list(types)}
    return [(row.subject, happened(row)) for row in session.execute(MANY_TOLD, asked)]


def of_type(session: Session, entry_type: str) -> list[Happened]:
    """Return every entry of a rare type, whomever it is about, oldest first."""
    return [happened(row) for row in session.execute(OF_TYPE, {"type": entry_type})]


def happened(row: Any) -> Happened:
    """Return the entry that a payload tells of; `row` has seq, at and json."""
    told = json.loads(row.json)
    return Happened(seq=row.seq, type=told["type"], at=row.at, by=told["name"], facts=told["facts"])
