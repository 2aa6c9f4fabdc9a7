"""Ask about a sentence before signing; the answer is by name, and no part of the policy.

Changes run one after another (see db.py), so what is checked here still holds at the commit.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.directory import in_role
from portal.people.engagements import keepers
from portal.people.models import Kind
from portal.people.queries import managers_of, team_of
from portal.policies.actions import label_of
from portal.policies.asked import AskedOf, get_question
from portal.policies.asked import Question as Asked
from portal.policies.models import Answer, AnswerView, Question, Version, Words
from portal.policies.text import parse

ASKED, ANSWERED, TO_SEE = "question-asked", "question-answered", "answer-to-see"  # mails


class NobodyToAsk(Refusal):
    """There is nobody of that kind for this tutor."""

    code: ClassVar[str] = "nobody-to-ask"


def whom_to_ask(session: Session, person_id: str, *, now: datetime) -> dict[AskedOf, str]:
    """Return whom this tutor can ask: for each kind the name, "" for HR and safeguarding leads."""
    team = team_of(session, person_id, now=now)
    people = managers_of(session, team, now=now) if team else {}
    kinds = ((AskedOf.MANAGER, Kind.LEADS), (AskedOf.DEPUTY, Kind.DEPUTISES))
    named = {kind: people[office].name for kind, office in kinds if office in people}
    return {**named, AskedOf.ELSEWHERE: ""}


def ask(
    session: Session,
    *,
    version: Version,
    clause: str,
    asked_of: AskedOf,
    text: str,
    by: Actor,
    now: datetime,
) -> str:
    """Keep a tutor's question and mail it to whom it is for; return its id.

    Raises NotFound for a clause that is not in this version, NobodyToAsk.
    """
    if clause not in parse(version.text).clauses:
        raise NotFound
    readers = _readers(session, by.id, asked_of, now=now)
    if not readers:
        raise NobodyToAsk("There is nobody to ask there. Choose somebody else. Nothing was sent.")
    question_id = new_id()
    row = {"id": question_id, "person_id": by.id, "version_id": version.id, "clause": clause}
    keep(session, Question, {**row, "asked_of": asked_of, "asked_at": now})
    keep(session, Words, {"about": question_id, "text": text})
    told = {"policy": version.policy, "version": label_of(version), "clause": clause}
    told |= {"question": question_id, "asked_of": asked_of}
    note(session, "question.asked", by=by, subject=by.id, now=now, **told)
    _mail(session, ASKED, question_id, readers, about=question_id, now=now)
    return question_id


def answer(session: Session, question_id: str, *, text: str, by: Actor, now: datetime) -> str:
    """Answer by name, once more if need be; mail the tutor and the safeguarding lead.

    Return the answer's id; raises NotFound for whoever may not answer.
    """
    question = _to_answer(session, question_id, by=by, now=now)
    answer_id = new_id()
    row = {"id": answer_id, "question_id": question_id, "answered_by": by.id}
    keep(session, Answer, {**row, "answered_by_name": by.name, "answered_at": now})
    keep(session, Words, {"about": answer_id, "text": text})
    told = {"question": question_id, "answer": answer_id, "clause": question.clause}
    told["asked_of"] = question.asked_of
    note(session, "question.answered", by=by, subject=question.person_id, now=now, **told)
    _mail(session, ANSWERED, question_id, [question.person_id], about=answer_id, now=now)
    leads = {row.id for row in in_role(session, Role.SAFEGUARDING_LEAD, now=now)}
    _mail(session, TO_SEE, question_id, leads - {by.id}, about=answer_id, now=now)
    if by.has(Role.SAFEGUARDING_LEAD):
        see(session, question_id, answer_id=answer_id, by=by, now=now)
    return answer_id


def see(session: Session, question_id: str, *, answer_id: str, by: Actor, now: datetime) -> None:
    """Record that a safeguarding lead has seen an answer; a second time changes nothing."""
    question = get_question(session, question_id, seen_by=by, now=now)
    found = next((each for each in question.answers if each.id == answer_id), None)
    if found is None or not by.has(Role.SAFEGUARDING_LEAD) or question.person_id == by.id:
        raise NotFound
    if found.seen_at:
        return
    keep(session, AnswerView, {"answer_id": answer_id, "seen_by": by.id, "seen_at": now})
    told = {"question": question_id, "answer": answer_id, "asked_of": question.asked_of}
    note(session, "answer.seen", by=by, subject=question.person_id, now=now, **told)


def _to_answer(session: Session, question_id: str, *, by: Actor, now: datetime) -> Asked:
    question = get_question(session, question_id, seen_by=by, now=now)
    if question.person_id == by.id:
        raise NotFound("Nobody answers their own question. Somebody else will.")
    return question


def _readers(session: Session, person_id: str, asked_of: AskedOf, *, now: datetime) -> set[str]:
    """Return who gets the question; what is not for the own manager never reaches them."""
    team = team_of(session, person_id, now=now)
    people = managers_of(session, team, now=now) if team else {}
    if asked_of is AskedOf.ELSEWHERE:
        return keepers(session, now=now) - {person_id} - {each.id for each in people.values()}
    office = Kind.LEADS if asked_of is AskedOf.MANAGER else Kind.DEPUTISES
    return {people[office].id} - {person_id} if office in people else set()


def _mail(
    session: Session,
    kind: str,
    question_id: str,
    readers: Iterable[str],
    *,
    about: str,
    now: datetime,
) -> None:
    for each in sorted(readers):
        payload = {"question": question_id, "about": about, "to": each}
        queue(session, kind, key=f"{kind} {about} {each}", payload=payload, now=now)
