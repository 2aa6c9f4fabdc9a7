"""The gate: no lesson without clearance. Every action that puts a tutor on a lesson asks here."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.clearance.queries import answer, standing
from portal.clearance.rules import Block, Standing, decide
from portal.errors import Refusal
from portal.scheduling.rules import Wish, faults


class NotCleared(Refusal):
    """The lesson may not be scheduled; the page names each reason and the next step."""

    status: ClassVar[int] = 409
    code = "not-schedulable"
    template = "scheduling/refused.html"

    def __init__(self, blocks: tuple[Block, ...], *, tutor_id: str, at: datetime) -> None:
        codes = [block.code for block in blocks]
        super().__init__(
            "This session cannot be scheduled. Nothing was stored.",
            subject=tutor_id,
            blocks=codes,
            lesson_at=at.isoformat(),
        )
        self.shown = {"blocks": blocks, "tutor_id": tutor_id}


def require(session: Session, wish: Wish, *, by: Actor, now: datetime) -> Standing:
    """Return the tutor's standing if this lesson may be scheduled; raises NotCleared.

    The question is about the time of the lesson, not about now.
    """
    known = standing(session, wish.tutor_id)
    decision = decide(known, at=wish.starts_at)
    wrong = faults(wish, now=now)
    if not decision.cleared or wrong:
        told = answer(known, of=wish.tutor_id, at=wish.starts_at, seen_by=by).blocks
        raise NotCleared((*told, *wrong), tutor_id=wish.tutor_id, at=wish.starts_at)
    return known
