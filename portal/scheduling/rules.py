"""What a lesson itself must be: where, when, for whom; answered as clearance answers. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.clearance.rules import Block, Step

SHORTEST, LONGEST = 15, 240  # minutes
PUPIL = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._/-]{0,39}", re.ASCII)


class Place(StrEnum):
    """Where a tutor teaches from: GEO-4 of the code of practice knows these two."""

    PRACTICE_ROOM = "practice-room"
    HOME = "home"


PLACES = {Place.PRACTICE_ROOM: "A practice room", Place.HOME: "The tutor’s home"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The lesson that somebody asks for; the pupil is an opaque reference, never a name."""

    tutor_id: str
    starts_at: datetime
    ends_at: datetime
    place: str
    pupil: str

    @property
    def minutes(self) -> int:
        """How long it takes, in whole minutes."""
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)


ASK_FIRST = Step(code="ask-manager-first", sentence="Ask your learning manager beforehand.")
PUT_RIGHT = Step(code="put-right", sentence="Go back and put this right.")

ELSEWHERE = Block(
    code="place-not-permitted",
    sentence="Tutors teach from a practice room or from their own home.",
    step=ASK_FIRST,
)
STARTED = Block(
    code="start-in-the-past", sentence="The start must be in the future.", step=PUT_RIGHT
)
LENGTH = Block(
    code="length-not-sensible",
    sentence=f"A session takes {SHORTEST} to {LONGEST} minutes.",
    step=PUT_RIGHT,
)
NOT_OPAQUE = Block(
    code="pupil-not-a-reference",
    sentence="Give the pupil’s reference, never a name: no spaces, at least one digit.",
    step=PUT_RIGHT,
)


def faults(wish: Wish, *, now: datetime) -> tuple[Block, ...]:
    """Return each reason in the lesson itself why it may not be scheduled."""
    length = wish.ends_at - wish.starts_at
    checks = (
        (ELSEWHERE, wish.place not in set(Place)),
        (STARTED, wish.starts_at <= now),
        (LENGTH, not timedelta(minutes=SHORTEST) <= length <= timedelta(minutes=LONGEST)),
        (NOT_OPAQUE, PUPIL.fullmatch(wish.pupil) is None),
    )
    return tuple(block for block, fails in checks if fails)
