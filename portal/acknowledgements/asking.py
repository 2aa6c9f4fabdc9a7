"""Gather what a tutor asked before signing, with the answers or that there is none.

A question that is not for the learning manager is in the record without its words: the learning
manager may open the PDF.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from portal.acknowledgements.inquiry import Asked, Reply
from portal.acknowledgements.ready import Ready
from portal.policies.asked import AskedOf, Question, questions_of


def asked_before(session: Session, found: Ready, person_id: str) -> tuple[Asked, ...]:
    """Return what this tutor asked about the policy since they signed it last, oldest first."""
    policy = found.version.policy
    signed = [each.signed_at for each in found.acknowledgements if each.policy == policy]
    return tuple(_asked(questions_of(session, person_id), policy, max(signed, default=None)))


def _asked(questions: tuple[Question, ...], policy: str, since: datetime | None) -> Iterator[Asked]:
    for each in reversed(questions):
        if each.policy != policy or (since and each.at <= since):
            continue
        apart = each.asked_of is not AskedOf.MANAGER
        yield Asked(
            id=each.id,
            version=each.label,
            clause=each.clause,
            asked_of=each.asked_of.words,
            asked_at=each.at,
            text=None if apart else each.text,
            answers=tuple(
                Reply(
                    answered_by=answer.by,
                    answered_at=answer.at,
                    text=None if apart else answer.text,
                )
                for answer in each.answers
            ),
        )
