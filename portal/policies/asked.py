"""Read what was asked before signing, each reader their own, with the answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.access import Actor, Role
from portal.db import rows
from portal.errors import NotFound
from portal.people.models import Dated, DatedEnd, Kind, Person
from portal.people.scope import NOW, READER
from portal.policies.models import Answer, AnswerView, Version, Words
from portal.policies.models import Question as Asking

MOST = 300  # questions on one page, the newest ones
SEES_ALL = (Role.HR, Role.SAFEGUARDING_LEAD)


class AskedOf(StrEnum):
    """Whom a question is for."""

    MANAGER = "learning-manager"
    DEPUTY = "deputy"
    ELSEWHERE = "elsewhere"

    @property
    def words(self) -> str:
        """It as people say it."""
        known = {AskedOf.ELSEWHERE: "the safeguarding lead or HR, not the learning manager"}
        return known.get(self, f"the {self.value.replace('-', ' ')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer, by name; `text` is None once the words are erased."""

    id: str
    by: str
    at: datetime
    text: str | None
    seen_at: datetime | None  # by the safeguarding lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about a clause of a version, and what was answered."""

    id: str
    person_id: str
    tutor: str
    policy: str
    title: str
    label: str
    clause: str
    asked_of: AskedOf
    at: datetime
    text: str | None
    answers: tuple[Said, ...]

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return not self.answers

    @property
    def unseen(self) -> bool:
        """Whether the safeguarding lead has still to see an answer."""
        return any(each.seen_at is None for each in self.answers)


_lead, _lead_end = aliased(Dated), aliased(DatedEnd)
_member, _member_end = aliased(Dated), aliased(DatedEnd)


def _led(office: Kind) -> Any:
    """Return the people on a team that the reader leads, or deputises for, now."""
    teams = (
        sa.select(_lead.value)
        .outerjoin(_lead_end, _lead_end.period_id == _lead.id)
        .where(
            _lead.person_id == READER,
            _lead.kind == office,
            _lead.starts_at <= NOW,
            sa.or_(_lead_end.ends_at.is_(None), _lead_end.ends_at > NOW),
        )
    )
    return (
        sa.select(_member.person_id)
        .outerjoin(_member_end, _member_end.period_id == _member.id)
        .where(
            _member.kind == Kind.TEAM,
            _member.value.in_(teams),
            _member.starts_at <= NOW,
            sa.or_(_member_end.ends_at.is_(None), _member_end.ends_at > NOW),
        )
    )


_words = aliased(Words)
EVERY = (
    sa.select(
        Asking.id,
        Asking.person_id,
        Person.name.label("tutor"),
        Version.policy,
        Version.title,
        Version.major,
        Version.minor,
        Asking.clause,
        Asking.asked_of,
        Asking.asked_at,
        _words.text,
    )
    .join(Person, Person.id == Asking.person_id)
    .join(Version, Version.id == Asking.version_id)
    .outerjoin(_words, _words.about == Asking.id)
    .order_by(Asking.asked_at.desc(), Asking.id)
    .limit(MOST)
)
# Whoever leads the team reads what is for the learning manager; the deputy reads that, too, and
# what is for the deputy. What is for neither, neither reads.
OWN = EVERY.where(
    sa.or_(
        Asking.person_id == READER,
        sa.and_(Asking.asked_of == AskedOf.MANAGER, Asking.person_id.in_(_led(Kind.LEADS))),
        sa.and_(Asking.asked_of != AskedOf.ELSEWHERE, Asking.person_id.in_(_led(Kind.DEPUTISES))),
    )
)
# HR and the safeguarding lead read all, but for what is kept from them as somebody's own manager.
ALL = EVERY.where(
    sa.or_(
        Asking.asked_of != AskedOf.ELSEWHERE,
        sa.and_(
            Asking.person_id.not_in(_led(Kind.LEADS)),
            Asking.person_id.not_in(_led(Kind.DEPUTISES)),
        ),
    )
)
ONE_OF_ALL, ONE_OF_OWN = (each.where(Asking.id == sa.bindparam("id")) for each in (ALL, OWN))
OF = EVERY.where(Asking.person_id == sa.bindparam("person"))
ANY = EVERY.where(Asking.id == sa.bindparam("id"))
ANSWERS = (
    sa.select(
        Answer.question_id,
        Answer.id,
        Answer.answered_by_name,
        Answer.answered_at,
        Words.text,
        sa.select(sa.func.min(AnswerView.seen_at))
        .where(AnswerView.answer_id == Answer.id)
        .scalar_subquery()
        .label("seen_at"),
    )
    .outerjoin(Words, Words.about == Answer.id)
    .where(Answer.question_id.in_(sa.bindparam("questions", expanding=True)))
    .order_by(Answer.answered_at)
)


def questions(session: Session, *, seen_by: Actor, now: datetime) -> tuple[Question, ...]:
    """Return the questions this reader may see, the newest first; a tutor sees their own."""
    statement = ALL if seen_by.has(*SEES_ALL) else OWN
    return _whole(session, rows(session, statement, reader=seen_by.id, now=now))


def questions_of(session: Session, person_id: str) -> tuple[Question, ...]:
    """Return what one tutor asked, the newest first; the caller has made sure who reads it."""
    return _whole(session, rows(session, OF, person=person_id))


def get_question(session: Session, question_id: str, *, seen_by: Actor, now: datetime) -> Question:
    """Return one question; raises NotFound for whom it is not."""
    told = {"id": question_id, "reader": seen_by.id, "now": now}
    statement = ONE_OF_ALL if seen_by.has(*SEES_ALL) else ONE_OF_OWN
    found = _whole(session, rows(session, statement, **told))
    if not found:
        raise NotFound
    return found[0]


def find_question(session: Session, question_id: str) -> Question | None:
    """Return a question for the portal's own use, whoever may see it."""
    return next(iter(_whole(session, rows(session, ANY, id=question_id))), None)


def _whole(session: Session, asked: Collection[Any]) -> tuple[Question, ...]:
    by_question: dict[str, list[Said]] = defaultdict(list)
    ids = [row.id for row in asked]
    for row in rows(session, ANSWERS, questions=ids) if ids else ():
        by_question[row.question_id].append(_said(row))
    return tuple(_question(row, by_question[row.id]) for row in asked)


def _question(row: Any, answers: Iterable[Said]) -> Question:
    return Question(
        id=row.id,
        person_id=row.person_id,
        tutor=row.tutor,
        policy=row.policy,
        title=row.title,
        label=f"{row.major}.{row.minor}",
        clause=row.clause,
        asked_of=AskedOf(row.asked_of),
        at=row.asked_at,
        text=row.text,
        answers=tuple(answers),
    )


def _said(row: Any) -> Said:
    return Said(
        id=row.id, by=row.answered_by_name, at=row.answered_at, text=row.text, seen_at=row.seen_at
    )
