"""What the policy leaves open, as cards, and what the company decided about them.

A card is never asked and never scored, before a ruling and after it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import new_id, rows
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.quizzes.content import Card, Quiz, digest
from portal.quizzes.models import Ruling
from portal.quizzes.queries import reviewed
from portal.quizzes.refusals import NotForYou

RULINGS = sa.select(
    Ruling.card,
    Ruling.words,
    Ruling.given_by,
    Ruling.given_on,
    Ruling.recorded_at,
    Ruling.recorded_by_name.label("by"),
).order_by(Ruling.recorded_at)


class NotYetGiven(Refusal):
    """A ruling is recorded on the day it was given, or after it."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "ruling-not-given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What was decided about a card, by whom and when, and who wrote it down here."""

    card: str
    words: str
    given_by: str
    given_on: date
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A card as it is shown: `ruled` is what the company decided last, None while it is open."""

    card: Card
    reviewed: bool
    ruled: Ruled | None


def rulings(session: Session, card: str) -> tuple[Ruled, ...]:
    """Return every ruling about a card, the newest first."""
    return tuple(each for each in reversed(_all(session)) if each.card == card)


def cards(session: Session, quiz: Quiz, *, unreviewed: bool) -> tuple[Open, ...]:
    """Return the cards that may be shown: approved ones, or all where nobody reviews."""
    approved = reviewed(session)
    newest = {each.card: each for each in _all(session)}
    return tuple(
        Open(card=card, reviewed=digest(card) in approved, ruled=newest.get(card.id))
        for card in quiz.cards
        if unreviewed or digest(card) in approved
    )


def record_ruling(
    session: Session,
    card: Card,
    *,
    words: str,
    given_by: str,
    given_on: date,
    by: Actor,
    now: datetime,
) -> None:
    """Keep what the company decided about a card; raises NotForYou but for the lead."""
    if not by.has(Role.SAFEGUARDING_LEAD):
        raise NotForYou("Only the safeguarding lead records rulings.")
    if given_on > now.date():
        raise NotYetGiven("A ruling is recorded once it is given: the date lies ahead.")
    ruling_id = new_id()
    told = {"card": card.id, "digest": digest(card), "given_by": given_by}
    told["given_on"] = given_on.isoformat()
    row = {"id": ruling_id, **told, "words": words, "recorded_at": now}
    keep(session, Ruling, {**row, "recorded_by": by.id, "recorded_by_name": by.name})
    note(session, "ruling.recorded", by=by, subject=ruling_id, now=now, **told)


def _all(session: Session) -> list[Ruled]:
    return [_ruled(row) for row in rows(session, RULINGS)]


def _ruled(row: Any) -> Ruled:
    given_on = date.fromisoformat(row.given_on)
    return Ruled(**{**row._mapping, "given_on": given_on})  # noqa: SLF001 - documented
