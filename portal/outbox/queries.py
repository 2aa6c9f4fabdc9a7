"""Read what was sent and what waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.outbox.failures import in_words
from portal.outbox.models import Mail, Outgoing

MAILS = sa.select(Mail.id, Mail.recipient, Mail.subject, Mail.sent_at).order_by(
    Mail.sent_at.desc(), Mail.id
)
MAIL = sa.select(Mail).where(Mail.id == sa.bindparam("mail"))
NEWEST = (
    sa.select(Outgoing.id, Outgoing.made_at, Outgoing.done_at, Outgoing.tries, Outgoing.failure)
    .where(Outgoing.key.startswith(sa.bindparam("prefix")))
    .order_by(Outgoing.made_at.desc())
    .limit(1)
)
OF_KEYS = sa.select(
    Outgoing.key, Outgoing.made_at, Outgoing.done_at, Outgoing.tries, Outgoing.failure
).where(Outgoing.key.in_(sa.bindparam("keys", expanding=True)))
UNSENT = sa.select(
    Outgoing.id,
    Outgoing.kind,
    Outgoing.payload,
    Outgoing.made_at,
    Outgoing.due_at,
    Outgoing.done_at,
    Outgoing.tries,
    Outgoing.failure,
)
WAITING = UNSENT.where(
    Outgoing.done_at.is_(None), sa.or_(Outgoing.due_at <= sa.bindparam("now"), Outgoing.tries > 0)
)
GIVEN_UP = UNSENT.where(Outgoing.done_at.is_not(None), Outgoing.failure != "").order_by(
    Outgoing.done_at.desc(), Outgoing.id
)
MOST = 200  # on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How far one thing to send has come."""

    made_at: datetime
    sent_at: datetime | None
    tries: int
    failure: str

    @property
    def given_up(self) -> bool:
        """Whether it will not be tried again although it was not sent."""
        return bool(self.failure and self.sent_at)

    @property
    def why(self) -> str:
        """What hindered it, for people; "" for nothing."""
        return in_words(self.failure)


def mails(session: Session) -> list[Any]:
    """Return the newest mails of the demonstration, the last one first."""
    return list(session.execute(MAILS.limit(MOST)))


def get_mail(session: Session, mail_id: str) -> Mail:
    """Return one mail of the demonstration; raises NotFound."""
    mail = session.scalar(MAIL, {"mail": mail_id})
    if mail is None:
        raise NotFound
    return mail


def newest(session: Session, prefix: str) -> Sending | None:
    """Return how far the newest thing has come whose key starts like this."""
    row = session.execute(NEWEST, {"prefix": prefix}).first()
    return _sending(row) if row else None


def sendings(session: Session, keys: Collection[str]) -> dict[str, Sending]:
    """Return how far the things with these keys have come; what was never queued is left out."""
    found = session.execute(OF_KEYS, {"keys": list(keys)})
    return {row.key: _sending(row) for row in found}


def waiting(session: Session, *, now: datetime) -> tuple[list[Any], int]:
    """Return what should have left and has not, the oldest first, and how many there are in all."""
    count = sa.select(sa.func.count()).select_from(WAITING.subquery())
    ordered = WAITING.order_by(Outgoing.made_at, Outgoing.id).limit(MOST)
    told = {"now": now}
    return list(session.execute(ordered, told)), session.scalar(count, told) or 0


def given_up(session: Session) -> list[Any]:
    """Return what will not be tried again although it did not leave, the newest first."""
    return list(session.execute(GIVEN_UP.limit(MOST)))


def _sending(row: Any) -> Sending:
    return Sending(made_at=row.made_at, sent_at=row.done_at, tries=row.tries, failure=row.failure)
