"""Leaving and returning: an engagement ends, another begins, and what was signed stays.

Changes run one after another (see db.py), so what is checked here still holds at the commit.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.errors import NotFound, Refusal
from portal.outbox.actions import queue
from portal.people.accounts import get_other, holds_role
from portal.people.actions import begin, end, end_sign_ins, mail_invitation
from portal.people.directory import in_role, unended
from portal.people.models import Kind
from portal.people.queries import manager_of
from portal.people.reasons import give_reason, of_end

STANDING, RETURNED = "standing-changed", "tutor-returned"  # kinds of mail
LEFT, CAME_BACK = "left", "returned"


class HasLeft(Refusal):
    """The engagement has ended already."""

    code = "has-left"


class EngagedAlready(Refusal):
    """The tutor is engaged; there is nothing to return to."""

    code = "engaged-already"


def leave(session: Session, tutor_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """End the engagement and the way in; whoever does more here than teach keeps that.

    Raises NotFound, OwnAccount, HasLeft.
    """
    _require_tutor(session, tutor_id, by=by, now=now)
    engagements = unended(session, tutor_id, kind=Kind.ENGAGEMENT)
    if not engagements:
        raise HasLeft("This tutor has left already. Nothing was changed.", subject=tutor_id)
    for period in engagements:
        end(session, period.id, by=by, now=now)
    if not does_more(session, tutor_id):
        for period in unended(session, tutor_id, kind=Kind.ENABLED):
            end(session, period.id, by=by, now=now)
    end_sign_ins(session, tutor_id)
    about = of_end(engagements[-1].id)
    give_reason(session, about, reason, of=tutor_id, by=by, now=now, kind=Kind.ENGAGEMENT)
    tell(session, tutor_id, LEFT, about=about, by=by, now=now)


def rejoin(session: Session, tutor_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Begin a new engagement, in which all is read, passed and signed once more; mail the tutor.

    Raises NotFound, OwnAccount, EngagedAlready.
    """
    arrived = _require_tutor(session, tutor_id, by=by, now=now)
    if unended(session, tutor_id, kind=Kind.ENGAGEMENT):
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


def _require_tutor(session: Session, tutor_id: str, *, by: Actor, now: datetime) -> bool:
    """Return whether the tutor has a password; raises NotFound for somebody who is no tutor."""
    person = get_other(session, tutor_id, by=by, now=now)
    if not holds_role(session, tutor_id, role=Role.TUTOR):
        raise NotFound
    return person.password_hash is not None
