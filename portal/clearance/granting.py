"""Grant a waiver, ask HR for a second one, answer that, end one before its time.

`waivers.py` says whether it may be; nobody decides about their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.clearance.due import due
from portal.clearance.models import Waiver, WaiverAnswer, WaiverEnd, WaiverRequest
from portal.clearance.queries import may_know, standing
from portal.clearance.rules import NOT_CLEARED, SUSPENDED, Block, Standing, Waived, judged
from portal.clearance.second import may_answer
from portal.clearance.waivers import SECOND, faults, next_cycle
from portal.config import Settings
from portal.db import new_id, rows
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.people.accounts import get_other
from portal.people.engagements import tell
from portal.people.reasons import give_reason, of_end, reasons

GRANTED, ASKED, DECLINED, ENDED = "waived", "waiver-asked", "waiver-declined", "waiver-ended"
GRANTERS = (Role.MANAGER, Role.HR)

OPEN = (
    sa.select(*WaiverRequest.__table__.c)
    .outerjoin(WaiverAnswer, WaiverAnswer.request_id == WaiverRequest.id)
    .where(WaiverAnswer.request_id.is_(None))
    .order_by(WaiverRequest.asked_at)
)
OPEN_ONE = OPEN.where(WaiverRequest.id == sa.bindparam("id"))
OPEN_OF = OPEN.where(WaiverRequest.person_id == sa.bindparam("person"))
STANDING = (
    sa.select(Waiver.id, Waiver.person_id, Waiver.policy, Waiver.ends_at)
    .outerjoin(WaiverEnd, WaiverEnd.waiver_id == Waiver.id)
    .where(Waiver.id == sa.bindparam("id"), WaiverEnd.waiver_id.is_(None))
)


class NotWaived(Refusal):
    """The waiver may not be granted; the page names each reason."""

    code: ClassVar[str] = "not-waived"

    def __init__(self, blocks: tuple[Block, ...], *, tutor_id: str) -> None:
        sentences = " ".join(each.sentence for each in blocks)
        codes = [each.code for each in blocks]
        super().__init__(f"Nothing was granted. {sentences}", subject=tutor_id, blocks=codes)


class AskedAlready(Refusal):
    """HR has this request before it."""

    code: ClassVar[str] = "waiver-asked-already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a waiver may bridge: one major of a policy that blocks from a moment on."""

    policy: str
    title: str
    major: int
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: leave to teach until then without the signature."""

    tutor_id: str
    policy: str
    ends_at: datetime
    reason: str


def gaps(known: Standing, *, settings: Settings, now: datetime) -> Iterator[Gap]:
    """Yield what blocks this tutor, now or from a deadline on, as far as a policy does."""
    for each in due(known, at=now, opens_days=settings.renewal_opens_days):
        starts = each.deadline or now
        for case in judged(known, at=starts):
            if case.requirement.policy == each.about.policy and case.binding:
                yield Gap(
                    policy=each.about.policy,
                    title=each.about.title,
                    major=case.binding.major,
                    starts_at=starts,
                )


def waive(session: Session, wish: Wish, *, settings: Settings, by: Actor, now: datetime) -> bool:
    """Grant the waiver; a second one is put before HR instead. Return whether it is granted.

    Raises NotFound, OwnAccount, NotWaived, AskedAlready.
    """
    _require_granter(session, wish.tutor_id, by=by, now=now)
    known = standing(session, wish.tutor_id)
    waiver = _wished(known, wish, settings=settings, now=now)
    found = faults(known, waiver, hr_by="", longest_days=settings.waiver_days, now=now)
    if found == (SECOND,):
        _ask(session, waiver, wish, by=by, now=now)
        return False
    _require_none(found, wish.tutor_id, by=by)
    hr_by = by.id if by.has(Role.HR) else ""
    _grant(session, wish.tutor_id, waiver, why=wish.reason, by=by.id, hr_by=hr_by, actor=by)
    return True


def approve(
    session: Session, request_id: str, *, settings: Settings, by: Actor, now: datetime
) -> None:
    """Grant the second waiver that was asked for; `second.py` says who may.

    Raises NotFound, OwnAccount, NotWaived.
    """
    row = _request(session, request_id, by=by, now=now)
    known = standing(session, row.person_id)
    waiver = _asked_for(row, now=now)
    hr_by = by.id if by.has(Role.HR) else row.asked_by  # a lead looks at what HR has asked for
    found = faults(known, waiver, hr_by=hr_by, longest_days=settings.waiver_days, now=now)
    _require_none(found, row.person_id, by=by)
    why = reasons(session, [row.id]).get(row.id, "")
    granted = _grant(
        session, row.person_id, waiver, why=why, by=row.asked_by, hr_by=hr_by, actor=by
    )
    _answer(session, row, waiver_id=granted, by=by, now=now)


def decline(session: Session, request_id: str, *, by: Actor, now: datetime) -> None:
    """Answer no; whoever might grant it may. Raises NotFound, OwnAccount."""
    row = _request(session, request_id, by=by, now=now)
    _answer(session, row, waiver_id=None, by=by, now=now)
    tell(session, row.person_id, DECLINED, about=row.id, by=by, now=now)


def end_waiver(session: Session, waiver_id: str, *, reason: str, by: Actor, now: datetime) -> str:
    """End a waiver before its time; return whose it was. Raises NotFound, OwnAccount."""
    row = next(iter(rows(session, STANDING, id=waiver_id)), None)
    if row is None or row.ends_at <= now:
        raise NotFound
    _require_granter(session, row.person_id, by=by, now=now)
    ended = {"waiver_id": waiver_id, "ends_at": now, "recorded_at": now, "recorded_by": by.id}
    keep(session, WaiverEnd, ended)
    told = {"policy": row.policy, "waiver": waiver_id}
    note(session, "waiver.ended", by=by, subject=row.person_id, now=now, **told)
    about = of_end(waiver_id)
    give_reason(session, about, reason, of=row.person_id, by=by, now=now, waiver=waiver_id)
    tell(session, row.person_id, ENDED, about=waiver_id, by=by, now=now)
    return str(row.person_id)


def _require_granter(session: Session, tutor_id: str, *, by: Actor, now: datetime) -> None:
    get_other(session, tutor_id, by=by, now=now)
    if not by.has(*GRANTERS):
        raise NotFound


def _require_none(found: tuple[Block, ...], tutor_id: str, *, by: Actor) -> None:
    """Raise NotWaived for these; a suspension stays veiled from whoever may not know of it."""
    if found:
        veil = not may_know(by, of=tutor_id)
        told = (NOT_CLEARED if veil and each is SUSPENDED else each for each in found)
        raise NotWaived(tuple(told), tutor_id=tutor_id)


def _wished(known: Standing, wish: Wish, *, settings: Settings, now: datetime) -> Waived:
    found = (each for each in gaps(known, settings=settings, now=now))
    gap = next((each for each in found if each.policy == wish.policy), None)
    if gap is None:
        raise NotFound("Nothing is to be waived: that policy does not block this tutor.")
    return Waived(
        policy=gap.policy,
        major=gap.major,
        cycle=next_cycle(known, policy=gap.policy, major=gap.major),
        starts_at=gap.starts_at,
        ends_at=wish.ends_at,
        recorded_at=now,
    )


def _asked_for(row: Any, *, now: datetime) -> Waived:
    return Waived(
        policy=row.policy,
        major=row.major,
        cycle=row.cycle,
        starts_at=max(row.starts_at, now),
        ends_at=row.ends_at,
        recorded_at=now,
    )


def _ask(session: Session, waiver: Waived, wish: Wish, *, by: Actor, now: datetime) -> None:
    wanted = (waiver.policy, waiver.major, waiver.cycle)
    waiting = rows(session, OPEN_OF, person=wish.tutor_id)
    if wanted in {(row.policy, row.major, row.cycle) for row in waiting}:
        raise AskedAlready("HR has this request already. Nothing was changed.")
    request_id = new_id()
    row = {"id": request_id, "person_id": wish.tutor_id, **_span(waiver)}
    keep(session, WaiverRequest, {**row, "asked_by": by.id, "asked_at": now})
    told = {"policy": waiver.policy, "major": waiver.major, "request": request_id}
    note(session, "waiver.asked", by=by, subject=wish.tutor_id, now=now, **told)
    give_reason(session, request_id, wish.reason, of=wish.tutor_id, by=by, now=now)
    tell(session, wish.tutor_id, ASKED, about=request_id, by=by, now=now)


def _grant(
    session: Session,
    tutor_id: str,
    waiver: Waived,
    *,
    why: str,
    by: str,
    hr_by: str,
    actor: Actor,
) -> str:
    """Store a waiver that `by` wanted and `hr_by` approved; return its id."""
    waiver_id, now = new_id(), waiver.recorded_at
    row = {"id": waiver_id, "person_id": tutor_id, **_span(waiver), "reason": ""}
    keep(session, Waiver, {**row, "granted_by": by, "hr_by": hr_by, "recorded_at": now})
    told = {"policy": waiver.policy, "major": waiver.major, "waiver": waiver_id}
    told |= {"from": waiver.starts_at.isoformat(), "until": waiver.ends_at.isoformat()}
    note(session, "waiver.granted", by=actor, subject=tutor_id, now=now, **told)
    give_reason(session, waiver_id, why, of=tutor_id, by=actor, now=now, waiver=waiver_id)
    tell(session, tutor_id, GRANTED, about=waiver_id, by=actor, now=now)
    return waiver_id


def _request(session: Session, request_id: str, *, by: Actor, now: datetime) -> Any:
    row = next(iter(rows(session, OPEN_ONE, id=request_id)), None)
    if row is None or not may_answer(session, row, by=by, now=now):
        raise NotFound("There is no such request for you to answer: somebody else does.")
    get_other(session, row.person_id, by=by, now=now)
    return row


def _answer(session: Session, row: Any, *, waiver_id: str | None, by: Actor, now: datetime) -> None:
    own = {"request_id": row.id, "waiver_id": waiver_id}
    keep(session, WaiverAnswer, {**own, "answered_by": by.id, "answered_at": now})
    told = {"request": row.id, "granted": waiver_id is not None, "checked": by.id != row.asked_by}
    note(session, "waiver.answered", by=by, subject=row.person_id, now=now, **told)


def _span(waiver: Waived) -> dict[str, Any]:
    return {
        "policy": waiver.policy,
        "major": waiver.major,
        "cycle": waiver.cycle,
        "starts_at": waiver.starts_at,
        "ends_at": waiver.ends_at,
    }
