"""Write one entry; tell in the same transaction those who subscribed to its type."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.errors import Refusal
from portal.ledger.clocks import warn
from portal.ledger.kept import take_kept
from portal.ledger.models import Entry, Head, Payload
from portal.ledger.rules import START, canonical, entry_hash, leaf_hash

HEAD = (
    sa.select(Head.seq, Head.hash, Payload.at)
    .outerjoin(Payload, Payload.seq == Head.seq)
    .where(Head.id == 1)
)
ADD_ENTRY, ADD_PAYLOAD = sa.insert(Entry), sa.insert(Payload)
MOVE_HEAD = sa.update(Head).where(Head.id == 1)
SUBSCRIPTIONS = "subscriptions"
SIGNER = "signer"  # what signs each new head; ledger.witness.Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a subscriber is told."""

    seq: int
    type: str
    subject: str
    at: datetime
    facts: dict[str, Any]


Subscriber = Callable[[Session, Noted], None]


def note(
    session: Session, entry_type: str, *, by: Actor, subject: str, now: datetime, **facts: Any
) -> Noted:
    """Append one entry: who did what to whom or what, when and from where.

    `subject` is the id of the person it concerns, or of the thing where it concerns nobody. The
    entry repeats the evidence kept since the one before it.
    """
    payload = {
        "type": entry_type,
        "at": now.isoformat(),
        "by": by.id,
        "name": by.name,
        "address": by.origin.address,
        "agent": by.origin.agent,
        "subject": subject,
        "facts": facts,
    }
    if rows := take_kept(session):
        payload["rows"] = rows
    seq = _append(session, entry_type, payload=payload, now=now)
    noted = Noted(seq=seq, type=entry_type, subject=subject, at=now, facts=facts)
    for subscriber in session.info.get(SUBSCRIPTIONS, {}).get(entry_type, ()):
        subscriber(session, noted)
    return noted


def trace(session: Session, refusal: Refusal, *, by: Actor, now: datetime) -> None:
    """Leave the trace of a refusal whose own transaction is gone."""
    told = {"code": refusal.code, "sentence": refusal.sentence, **refusal.facts}
    note(session, "refused", by=by, subject=refusal.subject or by.id, now=now, **told)


def _append(session: Session, entry_type: str, *, payload: dict[str, Any], now: datetime) -> int:
    text, salt = canonical(payload), secrets.token_bytes(16)
    seq, previous, last_at = _head(session)
    warn(seq + 1, last_at, now)
    leaf = leaf_hash(entry_type, salt=salt, payload=text)
    link = entry_hash(previous, seq=seq + 1, leaf=leaf)
    row = {"seq": seq + 1, "type": entry_type, "previous": previous, "leaf": leaf, "hash": link}
    side = {"at": now, "subject": payload["subject"], "json": text.decode(), "salt": salt}
    connection = session.connection()  # past the ORM: every change of the portal comes this way
    connection.execute(ADD_ENTRY, row)
    connection.execute(ADD_PAYLOAD, {"seq": seq + 1, **side})
    signed = session.info.get(SIGNER, _unsigned)(seq + 1, link)
    connection.execute(MOVE_HEAD, {"seq": seq + 1, "hash": link, "signature": signed})
    return seq + 1


def _head(session: Session) -> tuple[int, str, datetime | None]:
    row = session.connection().execute(HEAD).one_or_none()
    if row is None:
        session.execute(sa.insert(Head), {"id": 1, "seq": 0, "hash": START})
        return 0, START, None
    return row.seq, row.hash, row.at


def _unsigned(_seq: int, _link: str) -> str:
    return ""
