"""Leaving and returning: an engagement ends, another begins, and what was signed stays.

Changes run one after another (see db.py), so what is checked here still holds at the commit.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.access import Actor, Role
from portal.errors import NotFound, Refusal
from portal.outbox.actions import queue
from portal.people.accounts import get_other, holds_role
from portal.people.actions import begin, correct_end, end, end_sign_ins, mail_invitation
from portal.people.directory import in_role, unended
from portal.people.models import Kind
from portal.people.queries import dated, manager_of
from portal.people.reasons import give_reason, of_end

STANDING, RETURNED = "standing-changed", "tutor-returned"  # kinds of mail
LEFT, LEAVES, CAME_BACK = "left", "leaves", "returned"
MOVED, STAYS = "last-day-moved", "stays"
DEPARTURE = "departure"  # what is done once a last day is over
MOMENT = timedelta(microseconds=1)


class HasLeft(Refusal):
    """The end of the engagement is on record already."""

    code = "has-left"


class LastDayOver(Refusal):
    """A last day that is over: nobody leaves in the past."""

    code = "last-day-over"


class NoLastDay(Refusal):
    """There is no last day ahead: nothing to move or take back."""

    code = "no-last-day"


class EngagedAlready(Refusal):
    """The tutor is engaged; there is nothing to return to."""

    code = "engaged-already"


def leave(
    session: Session,
    tutor_id: str,
    *,
    reason: str,
    last_day: date | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """End the engagement and the way in, now or when the last day is over.

    Raises NotFound, OwnAccount, HasLeft, LastDayOver.
    """
    _require_tutor(session, tutor_id, by=by, now=now)
    engagements = unended(session, tutor_id, kind=Kind.ENGAGEMENT)
    if not engagements:
        message = "This tutor has left, or has a last day that can be moved. Nothing was changed."
        raise HasLeft(message, subject=tutor_id)
    ends = _end_of(session, last_day, now=now)
    about = [_end(session, period, ends_at=ends, by=by, now=now) for period in engagements][-1]
    give_reason(session, about, reason, of=tutor_id, by=by, now=now, kind=Kind.ENGAGEMENT)
    if ends > now:
        _close_at(session, tutor_id, ends, about=about, now=now)
    else:
        depart(session, tutor_id, by=by, now=now)
    tell(session, tutor_id, LEAVES if ends > now else LEFT, about=about, by=by, now=now)


def move_last_day(
    session: Session, tutor_id: str, *, reason: str, last_day: date, by: Actor, now: datetime
) -> None:
    """Put a last day right that is still ahead; what was recorded before stays on record.

    Raises NotFound, OwnAccount, NoLastDay, LastDayOver.
    """
    period = _leaving(session, tutor_id, by=by, now=now)
    ends = _end_of(session, last_day, now=now)
    if ends == period.ends_at:
        raise LastDayOver("That is the last day already. Choose another one.")
    about = correct_end(session, period, ends_at=ends, by=by, now=now)
    give_reason(session, about, reason, of=tutor_id, by=by, now=now, kind=Kind.ENGAGEMENT)
    _close_at(session, tutor_id, ends, about=about, now=now)
    tell(session, tutor_id, MOVED, about=about, by=by, now=now)


def stay(session: Session, tutor_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a last day back that is still ahead: the engagement goes on as if it had none.

    Raises NotFound, OwnAccount, NoLastDay.
    """
    period = _leaving(session, tutor_id, by=by, now=now)
    about = correct_end(session, period, ends_at=None, by=by, now=now)
    give_reason(session, about, reason, of=tutor_id, by=by, now=now, kind=Kind.ENGAGEMENT)
    tell(session, tutor_id, STAYS, about=about, by=by, now=now)


def last_day_of(ends: datetime) -> datetime:
    """Return a moment of the last day of what ends then: it ends with the midnight after it."""
    return ends - MOMENT


def is_last(session: Session, tutor_id: str, ends: datetime) -> bool:
    """Whether an engagement ends at this moment by what is on record now."""
    periods = (row for row in dated(session, tutor_id) if row.kind == Kind.ENGAGEMENT)
    return any(row.ends_at == ends for row in periods)


def depart(session: Session, tutor_id: str, *, by: Actor, now: datetime) -> None:
    """Close the way in of somebody whose engagement is over, unless they do more than teach."""
    if _engaged(session, tutor_id, now=now):
        return
    if not does_more(session, tutor_id):
        for period in unended(session, tutor_id, kind=Kind.ENABLED):
            end(session, period.id, by=by, now=now)
    end_sign_ins(session, tutor_id)


def rejoin(session: Session, tutor_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Begin a new engagement, in which all is read, passed and signed once more; mail the tutor.

    Raises NotFound, OwnAccount, EngagedAlready.
    """
    arrived = _require_tutor(session, tutor_id, by=by, now=now)
    if _engaged(session, tutor_id, now=now):
        raise EngagedAlready("This tutor is engaged already. Nothing was changed.")
    period = begin(session, tutor_id, kind=Kind.ENGAGEMENT, by=by, now=now)
    if not unended(session, tutor_id, kind=Kind.ENABLED):
        begin(session, tutor_id, kind=Kind.ENABLED, by=by, now=now)
    give_reason(session, period, reason, of=tutor_id, by=by, now=now, kind=Kind.ENGAGEMENT)
    if arrived:
        queue(session, RETURNED, key=f"{RETURNED} {period}", payload={"person": tutor_id}, now=now)
    else:
        mail_invitation(session, tutor_id, by=by, now=now)
    tell(session, tutor_id, CAME_BACK, about=period, by=by, now=now)


def leaves_at(session: Session, tutor_id: str, *, now: datetime) -> datetime | None:
    """Return when the engagement that runs ends, None where nobody has said so."""
    found = (row.ends_at for row in dated(session, tutor_id) if row.kind == Kind.ENGAGEMENT)
    return max((ends for ends in found if ends and ends > now), default=None)


def does_more(session: Session, person_id: str) -> bool:
    """Whether somebody does more here than teach, so that their account stays open."""
    roles = {row.value for row in unended(session, person_id, kind=Kind.ROLE)}
    offices = [
        *unended(session, person_id, kind=Kind.LEADS),
        *unended(session, person_id, kind=Kind.DEPUTISES),
    ]
    return bool(roles - {Role.TUTOR} or offices)


def tell(
    session: Session, tutor_id: str, what: str, *, about: str, by: Actor, now: datetime
) -> None:
    """Queue word to HR, the safeguarding lead and the learning manager; never to the tutor."""
    manager = manager_of(session, tutor_id, now=now)
    others = (manager.id,) if manager else ()
    told = {"what": what, "person": tutor_id, "by": by.name, "at": now.isoformat()}
    tell_each(session, {*keepers(session, now=now), *others} - {tutor_id}, told, about=about)


def tell_each(session: Session, people: Iterable[str], told: dict[str, str], *, about: str) -> None:
    """Queue the mail to each of these people; the same thing told again is one mail."""
    now = datetime.fromisoformat(told["at"])
    for each in sorted(people):
        key = f"{STANDING} {told['what']} {about} {each}"
        queue(session, STANDING, key=key, payload={**told, "to": each}, now=now)


def keepers(session: Session, *, now: datetime) -> set[str]:
    """Return the ids of HR and the safeguarding leads: they hear of every change of standing."""
    found = (in_role(session, role, now=now) for role in (Role.HR, Role.SAFEGUARDING_LEAD))
    return {row.id for rows in found for row in rows}


def _end(session: Session, period: Any, *, ends_at: datetime, by: Actor, now: datetime) -> str:
    """End an engagement that runs; return what its reason goes by.

    One whose last day was taken back has an end on record already, which is put right.
    """
    if period.end_recorded_at:
        return correct_end(session, period, ends_at=ends_at, by=by, now=now)
    end(session, period.id, by=by, now=now, ends_at=ends_at)
    return of_end(period.id)


def _close_at(
    session: Session, tutor_id: str, ends: datetime, *, about: str, now: datetime
) -> None:
    """Let the way in be closed then, unless another end is on record by that time."""
    payload = {"person": tutor_id, "ends": ends.isoformat()}
    queue(session, DEPARTURE, key=f"{DEPARTURE} {about}", payload=payload, now=now, due_at=ends)


def _leaving(session: Session, tutor_id: str, *, by: Actor, now: datetime) -> Any:
    """Return the engagement whose last day is ahead; raises NotFound, OwnAccount, NoLastDay."""
    _require_tutor(session, tutor_id, by=by, now=now)
    for row in dated(session, tutor_id):
        if row.kind == Kind.ENGAGEMENT and row.ends_at and row.ends_at > now:
            return row
    message = "This tutor has no last day that is still ahead. Nothing was changed."
    raise NoLastDay(message, subject=tutor_id)


def _engaged(session: Session, tutor_id: str, *, now: datetime) -> bool:
    """Whether an engagement runs, or would if nobody had just ended it."""
    ahead = leaves_at(session, tutor_id, now=now)
    return bool(ahead or unended(session, tutor_id, kind=Kind.ENGAGEMENT))


def _end_of(session: Session, last_day: date | None, *, now: datetime) -> datetime:
    """Return the midnight after a last day, or this moment; raises LastDayOver."""
    if last_day is None:
        return now
    zone = session.info.get("zone", clock.LONDON)
    noon = clock.from_local(datetime.combine(last_day + timedelta(days=1), clock.NOON), zone)
    ends = clock.start_of_day(noon, zone)
    if ends <= now:
        raise LastDayOver("That day is over. Choose today or a later day, or none for now.")
    return ends


def _require_tutor(session: Session, tutor_id: str, *, by: Actor, now: datetime) -> bool:
    """Return whether the tutor has a password; raises NotFound for somebody who is no tutor."""
    person = get_other(session, tutor_id, by=by, now=now)
    if not holds_role(session, tutor_id, role=Role.TUTOR):
        raise NotFound
    return person.password_hash is not None
