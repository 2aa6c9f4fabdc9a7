"""Leaving and returning: an engagement ends, another begins, and what was signed stays.

Changes run one after another (see db.py), so what is checked here still holds at the commit.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal import clock
from portal.access import Actor, Role
from portal.errors import NotFound, Refusal
from portal.outbox.actions import queue
from portal.people.accounts import get_other, holds_role
from portal.people.actions import begin, end, end_sign_ins, mail_invitation
from portal.people.directory import in_role, unended
from portal.people.models import Kind
from portal.people.queries import dated, manager_of
from portal.people.reasons import give_reason, of_end

STANDING, RETURNED = "standing-changed", "tutor-returned"  # kinds of mail
LEFT, LEAVES, CAME_BACK = "left", "leaves", "returned"
DEPARTURE = "departure"  # what is done once a last day is over


class HasLeft(Refusal):
    """The end of the engagement is on record already."""

    code = "has-left"


class LastDayOver(Refusal):
    """A last day that is over: nobody leaves in the past."""

    code = "last-day-over"


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
        message = "This tutor has left already, or has a last day. Nothing was changed."
        raise HasLeft(message, subject=tutor_id)
    ends = _end_of(session, last_day, now=now)
    for period in engagements:
        end(session, period.id, by=by, now=now, ends_at=ends)
    about = of_end(engagements[-1].id)
    give_reason(session, about, reason, of=tutor_id, by=by, now=now, kind=Kind.ENGAGEMENT)
    if ends > now:
        key, payload = f"{DEPARTURE} {about}", {"person": tutor_id}
        queue(session, DEPARTURE, key=key, payload=payload, now=now, due_at=ends)
    else:
        depart(session, tutor_id, by=by, now=now)
    tell(session, tutor_id, LEAVES if ends > now else LEFT, about=about, by=by, now=now)


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
