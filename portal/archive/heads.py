"""The ledger's head, mailed to HR once a day: a witness that whoever edits the database misses."""

from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import SYSTEM, Role
from portal.config import Settings
from portal.ledger.actions import note
from portal.ledger.keys import LedgerKeyUnfit, load_key
from portal.ledger.queries import head
from portal.ledger.witness import MAILED, line, sign
from portal.outbox.actions import queue
from portal.outbox.mail import NeverSend, SendLater, compose, deliver
from portal.outbox.worker import Handler
from portal.people.directory import in_role

MAIL = "ledger-head"


def queue_heads(session: Session, day: str, now: datetime) -> None:
    """Queue the mail of this day to everybody in HR; asked again, it is the same mail."""
    for person in in_role(session, Role.HR, now=now):
        key = f"{MAIL} {day} {person.id}"
        queue(session, MAIL, key=key, payload={"person": person.id}, now=now)


def send_head(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Mail the head as it stands now, signed, and note on the ledger which one went."""
    settings = cast(Settings, current_app.extensions["settings"])
    with db.reader() as session:
        person = _reader(session, payload["person"], now=now)
        seq, link = head(session)
    said = line(seq, link, at=now)
    words = {"name": person.name, "organisation": settings.organisation, "line": said}
    words |= {"signature": _signed(said, settings), "day": clock.day_in_words(now, settings.zone)}
    words["seq_hash"] = f"{seq}:{link}"
    mail = compose(MAIL, to=person.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)
    with db.change() as session:
        facts = {"seq": seq, "hash": link, "mail": outgoing_id}
        note(session, MAILED, by=SYSTEM, subject=person.id, now=now, **facts)


HANDLERS: dict[str, Handler] = {MAIL: send_head}


def _reader(session: Session, person_id: str, *, now: datetime) -> Any:
    """Return who gets it; raises NeverSend for somebody who is no longer in HR."""
    found = (each for each in in_role(session, Role.HR, now=now) if each.id == person_id)
    person = next(found, None)
    if person is None:
        raise NeverSend("not sent: this person is not in HR any more")
    return person


def _signed(said: str, settings: Settings) -> str:
    try:
        return sign(said, load_key(settings.keys))
    except LedgerKeyUnfit as unfit:
        raise SendLater(unfit.sentence) from unfit
