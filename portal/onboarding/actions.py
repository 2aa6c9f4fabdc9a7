"""Invite a tutor: only when there is something to read and somebody to ring."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.errors import NotFound, Refusal
from portal.people.actions import add_person, begin, mail_invitation
from portal.people.models import Kind
from portal.people.queries import managers_of, missing_contacts, not_here_yet, teams, teams_led
from portal.policies.queries import names, newest


class NotReady(Refusal):
    """Nobody can be invited yet; `mend` is the page where that is put right."""

    template = "onboarding/not_ready.html"
    mend: ClassVar[str]


class NothingAdopted(NotReady):
    """There is no policy to read and sign."""

    code = "nothing-adopted"
    mend = "publishing.index"

    def __init__(self) -> None:
        super().__init__("Nobody can be invited before a policy is adopted")


class ContactMissing(NotReady):
    """There is nobody to ring when it matters."""

    code = "contact-missing"
    mend = "people.contacts"

    def __init__(self, kinds: tuple[str, ...]) -> None:
        missing = " and ".join(kind.replace("-", " ") for kind in kinds)
        super().__init__(f"Nobody can be invited before these contacts are set: {missing}")


class ManagerMissing(NotReady):
    """The team has no learning manager whom a tutor could ring."""

    code = "contact-missing"
    mend = "people.details"

    def __init__(self) -> None:
        super().__init__("Nobody can be invited before this team’s learning manager has a number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is to come, and onto which team."""

    name: str
    email: str
    team_id: str


def hindrances(session: Session) -> list[NotReady]:
    """Return why nobody can be invited yet; nothing when all is ready."""
    found: list[NotReady] = []
    if not any(newest(session, name) for name in names(session)):
        found.append(NothingAdopted())
    if missing := missing_contacts(session):
        found.append(ContactMissing(missing))
    return found


def teams_to_fill(session: Session, *, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Return id and name of the teams onto which this person may invite."""
    return teams(session) if by.has(Role.HR) else teams_led(session, by.id, now=now)


def invite(session: Session, invitation: Invitation, *, by: Actor, now: datetime) -> str:
    """Add the tutor to the team and queue the mail with a first link; return the tutor's id.

    Raises NotReady, NotFound for a team of somebody else, AlreadyKnown.
    """
    _require_ready(session)
    if invitation.team_id not in dict(teams_to_fill(session, by=by, now=now)):
        raise NotFound
    leads = managers_of(session, invitation.team_id, now=now).get(Kind.LEADS)
    if leads is None or not leads.phone:
        raise ManagerMissing
    name, email = invitation.name, invitation.email
    person_id = add_person(session, name=name, email=email, roles=[Role.TUTOR], by=by, now=now)
    begin(session, person_id, kind=Kind.TEAM, value=invitation.team_id, by=by, now=now)
    mail_invitation(session, person_id, by=by, now=now)
    return person_id


def invite_again(session: Session, person_id: str, *, by: Actor, now: datetime) -> None:
    """Queue another mail for somebody who has no password yet; raises NotReady, NotFound."""
    _require_ready(session)
    if person_id not in {row.id for row in not_here_yet(session, seen_by=by, now=now)}:
        raise NotFound
    mail_invitation(session, person_id, by=by, now=now)


def _require_ready(session: Session) -> None:
    for hindrance in hindrances(session):
        raise hindrance
