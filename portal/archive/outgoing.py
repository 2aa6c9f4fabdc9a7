"""What should have been mailed and was not: what it is, for whom, and what hindered it.

Never what it says: a row of the outbox holds ids, and a mail is made when it leaves.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.queries import find_signed
from portal.ledger.actions import note
from portal.outbox import actions, queries
from portal.outbox.failures import in_words
from portal.people.directory import addresses
from portal.people.queries import manager_of

KINDS = {
    "acknowledgement-copy": "A tutor’s copy of what they signed",
    "afterwards": "What came after a signature",
    "answer-to-see": "An answer for the safeguarding lead",
    "departure": "A last day that has come: no mail",
    "draft-approved": "A draft is approved",
    "draft-sent-back": "A draft is sent back",
    "draft-to-check": "A draft to check",
    "invitation": "An invitation",
    "ledger-head": "The head of the ledger",
    "name-printable": "A name can be printed",
    "name-unshown": "A name cannot be printed",
    "paper-to-confirm": "An original to confirm",
    "password-changed": "A password was changed",
    "question-answered": "A question is answered",
    "question-asked": "A question about a sentence",
    "quiz-failed": "A tutor keeps failing",
    "quiz-remarked": "A tutor has passed after all",
    "reminder": "A reminder to sign",
    "reminders": "Whom to remind today: no mail",
    "reset": "A new password",
    "review-due": "A text to look at again",
    "seal-compromised": "A seal in other hands",
    "seal-ends": "The seal ends",
    "standing-changed": "A tutor’s standing changed",
    "suspension-over": "A message from HR",
    "suspension-released": "A message from HR",  # administrators hear of no suspension
    "test-mail": "A test",
    "tutor-cleared": "A tutor has signed",
    "tutor-declined": "A tutor does not want to sign",
    "tutor-returned": "A tutor came back",
    "version-called-off": "A version is called off",
    "version-news": "Whom to tell of a version: no mail",
    "version-notice": "A new version",
    "version-off-news": "Whom to tell that one is called off: no mail",
}
OF_AN_ATTEMPT = {"quiz-failed": "the learning manager", "quiz-remarked": "the tutor"}
TO_TUTOR = "acknowledgement-copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """One thing that did not leave."""

    id: str
    what: str
    whom: str  # an address, or who it is by office; "" for nobody
    since: datetime
    tries: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsents:
    """What waits (of `count` in all), and what was given up."""

    waiting: tuple[Unsent, ...]
    count: int
    given_up: tuple[Unsent, ...]


def unsent(session: Session, *, now: datetime) -> Unsents:
    """Return what has not left that should have."""
    waiting, count = queries.waiting(session, now=now)
    return Unsents(
        waiting=_told(session, waiting, now=now),
        count=count,
        given_up=_told(session, queries.given_up(session), now=now),
    )


def try_all(session: Session, *, by: Actor, now: datetime) -> None:
    """Have all that waits tried now."""
    actions.hasten(session, now=now)
    note(session, "mail.hastened", by=by, subject=by.id, now=now)


def try_again(session: Session, outgoing_id: str, *, by: Actor, now: datetime) -> None:
    """Have one thing tried again that was given up; raises NotFound."""
    actions.take_up_again(session, outgoing_id, now=now)
    note(session, "mail.tried-again", by=by, subject=by.id, now=now, mail=outgoing_id)


def _told(session: Session, rows: Iterable[Any], *, now: datetime) -> tuple[Unsent, ...]:
    read = [(row, json.loads(row.payload)) for row in rows]
    known = addresses(session, {id_ for _, payload in read for id_ in _people(payload)})
    return tuple(
        Unsent(
            id=row.id,
            what=KINDS[row.kind],
            whom=next((known[each] for each in _people(payload) if each in known), "")
            or _by_office(session, row.kind, payload, now=now),
            since=row.made_at,
            tries=row.tries,
            why=in_words(row.failure),
        )
        for row, payload in read
    )


def _people(payload: dict[str, Any]) -> list[str]:
    """Return who may be meant, the surest first: `person` is whom it is about where `to` stands."""
    return [str(payload[key]) for key in ("to", "person") if key in payload]


def _by_office(session: Session, kind: str, payload: dict[str, Any], *, now: datetime) -> str:
    """Return who gets a mail about a signature or an attempt."""
    signed = find_signed(session, payload.get("acknowledgement", ""))
    if signed is None:
        return OF_AN_ATTEMPT.get(kind, "")
    if kind == TO_TUTOR or payload.get("to") == "tutor":
        return str(signed.email)
    manager = manager_of(session, signed.person_id, now=now)
    return str(manager.email) if manager else OF_AN_ATTEMPT["quiz-failed"]
