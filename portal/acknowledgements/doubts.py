"""Whether a file was there before its seal's key came into other hands: who outside can tell.

A witness is what left the portal before that moment: a time stamp in the seal, the head of the
ledger in a mail to HR, or in a PDF that went to its tutor. Each names or covers the entry of the
signature, and whoever asks for that mail or file sees it with their own eyes.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.acknowledgements.actions import SIGNED
from portal.acknowledgements.compromise import Doubt
from portal.acknowledgements.models import Acknowledgement, StoredRecord
from portal.acknowledgements.record import read
from portal.ledger.models import Entry, Payload
from portal.ledger.queries import told
from portal.ledger.witness import MAILED as HEAD_MAILED

SENT = "acknowledgement.mailed"
WENT_OUT = (
    sa.select(Payload.at, Payload.json, Entry.type)
    .join(Entry, Entry.seq == Payload.seq)
    .where(
        Entry.type.in_([HEAD_MAILED, SENT]),
        Payload.seq > sa.bindparam("seq"),
        Payload.at < sa.bindparam("before"),
    )
    .order_by(Payload.seq)
)
RECORD = (
    sa.select(StoredRecord.json)
    .join(Acknowledgement, Acknowledgement.id == StoredRecord.acknowledgement_id)
    .where(Acknowledgement.serial == sa.bindparam("serial"))
)


def doubt(session: Session, row: Any, found: Any, *, heads: Iterable[int] = ()) -> Doubt:
    """Return what an issued file, `row`, is still worth; `found` is what was declared of its seal.

    `heads` are the numbers of heads that somebody kept: whether before that moment, they know.
    """
    entries = told(session, row.person_id, entry_type=SIGNED)
    entry = next((each for each in entries if each.facts.get("id") == row.id), None)
    witness = _witness(session, entry, row.serial, before=found.since, heads=heads) if entry else ""
    return Doubt(
        serial=row.serial,
        since=found.since,
        declared_at=found.declared_at,
        reason=found.reason,
        stored_at=entry.at if entry else row.signed_at,
        witness=witness,
    )


def _witness(
    session: Session, entry: Any, serial: str, *, before: datetime, heads: Iterable[int]
) -> str:
    """Return the first that shows an entry from before that moment, "" where nothing does."""
    stamp = entry.facts.get("timestamp", {})
    if "at" in stamp and datetime.fromisoformat(stamp["at"]) < before:
        return f"the time stamp in its seal, by {stamp['by']}, is from {stamp['at']}"
    for each in session.execute(WENT_OUT, {"seq": entry.seq, "before": before}):
        if words := _shown(session, each, entry.seq, serial):
            return words
    kept = min((seq for seq in heads if seq >= entry.seq), default=None)
    return f"the head {kept} given here covers it, if it was kept before then" if kept else ""


def _shown(session: Session, went: Any, seq: int, serial: str) -> str:
    """Return how something that went out shows the entry with this number, or nothing."""
    facts, at = json.loads(went.json)["facts"], went.at.isoformat()
    if went.type == HEAD_MAILED:
        head = f"{facts['seq']}:{facts['hash']}"
        return f"the head {head}, mailed to HR at {at}, covers it" if facts["seq"] >= seq else ""
    if facts["serial"] == serial:
        return f"its copy went to the tutor by mail at {at}"
    printed = _printed(session, facts["serial"])
    if printed < seq:
        return ""
    return f"the PDF {facts['serial']}, mailed to its tutor at {at}, names the head {printed}"


def _printed(session: Session, serial: str) -> int:
    """Return the number of the head printed in a PDF; 0 where its record is gone or broken."""
    try:
        return read(session.scalar(RECORD, {"serial": serial}) or b"").ledger_head.seq
    except ValueError:
        return 0
