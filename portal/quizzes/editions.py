"""Quiz files as they were published: byte for byte, never changed; the newest is live."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import new_id, rows
from portal.errors import NotFound
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.quizzes.content import Quiz
from portal.quizzes.models import QuizVersion
from portal.quizzes.refusals import NotForYou

_ABOUT = sa.select(
    QuizVersion.id,
    QuizVersion.policy,
    QuizVersion.major,
    QuizVersion.n,
    QuizVersion.digest,
    QuizVersion.published_at.label("at"),
    QuizVersion.published_by_name.label("by"),
)
_OF_POLICY = QuizVersion.policy == sa.bindparam("policy")
EDITIONS = _ABOUT.where(_OF_POLICY).order_by(QuizVersion.major.desc(), QuizVersion.n.desc())
SOURCE = sa.select(QuizVersion.source).where(_OF_POLICY, QuizVersion.id == sa.bindparam("edition"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A published quiz: the n-th of its major; `digest` is the SHA-256 of its bytes."""

    id: str
    policy: str
    major: int
    n: int
    digest: str
    at: datetime
    by: str


def editions(session: Session, policy: str) -> tuple[Edition, ...]:
    """Return what was published for a policy, the newest of the highest major first."""
    return tuple(map(_edition, rows(session, EDITIONS, policy=policy)))


def source_of(session: Session, policy: str, *, edition: str) -> bytes:
    """Return the bytes that were published; raises NotFound."""
    for row in rows(session, SOURCE, policy=policy, edition=edition):
        return bytes(row.source)
    raise NotFound


def publish_quiz(session: Session, quiz: Quiz, *, source: bytes, by: Actor, now: datetime) -> str:
    """Make these bytes, which are that quiz, the live ones of its major; return the edition's id.

    The caller has made sure that it can be drawn from. Raises NotForYou but for the lead.
    """
    if not by.has(Role.SAFEGUARDING_LEAD):
        raise NotForYou("Only the safeguarding lead publishes scenarios.")
    known = [each for each in editions(session, quiz.policy) if each.major == quiz.major]
    edition_id, digest = new_id(), hashlib.sha256(source).hexdigest()
    told = {"policy": quiz.policy, "major": quiz.major, "n": 1 + len(known), "digest": digest}
    who = {"published_at": now, "published_by": by.id, "published_by_name": by.name}
    keep(session, QuizVersion, {"id": edition_id, **told, "source": source, **who})
    note(session, "quiz.published", by=by, subject=edition_id, now=now, **told)
    return edition_id


def _edition(row: Any) -> Edition:
    return Edition(**row._mapping)  # noqa: SLF001 - a Row's documented view of its columns
