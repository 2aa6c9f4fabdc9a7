"""Who was invited and has not come yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.outbox.queries import Sending, newest
from portal.people.queries import not_here_yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody without a password, and what became of their newest mail (None: there was none)."""

    id: str
    name: str
    email: str
    sending: Sending | None


def invited(session: Session, *, seen_by: Actor, now: datetime) -> list[Invited]:
    """Return those whom the reader may see, the newest first."""
    return [
        Invited(
            id=row.id,
            name=row.name,
            email=row.email,
            sending=newest(session, f"invitation:{row.id}:"),
        )
        for row in not_here_yet(session, seen_by=seen_by, now=now)
    ]
