"""Change who has an account and what they do here.

Changes run one after another (see db.py), so what is checked here still holds at the commit.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.people.actions import add_person, begin, end, end_sign_ins, mail_invitation
from portal.people.directory import administrators, unended
from portal.people.models import Kind, Person
from portal.people.queries import get_person


class OwnAccount(Refusal):
    """Nobody changes what they may do themselves."""

    code = "own-account"


class AdministratorsOnly(Refusal):
    """Only an administrator makes another one, or ends it."""

    code = "administrators-only"


class LastAdministrator(Refusal):
    """Without an administrator nobody could be made one."""

    code = "last-administrator"


class TutorsAreInvited(Refusal):
    """Being a tutor begins with an invitation, where it is checked whether anybody may come."""

    code = "tutors-are-invited"


def roles_to_give(by: Actor) -> tuple[Role, ...]:
    """Return the roles that this person may give and take away; being a tutor is not one."""
    return tuple(
        role
        for role in Role
        if role is not Role.TUTOR and (role is not Role.ADMINISTRATOR or by.has(Role.ADMINISTRATOR))
    )


def add_colleague(
    session: Session, *, name: str, email: str, roles: Collection[Role], by: Actor, now: datetime
) -> str:
    """Add somebody who is no tutor and queue the mail with their first link; return the id.

    Raises AlreadyKnown, AdministratorsOnly, TutorsAreInvited.
    """
    for role in roles:
        _require_may_give(role, by=by)
    person_id = add_person(session, name=name, email=email, roles=roles, by=by, now=now)
    mail_invitation(session, person_id, by=by, now=now)
    return person_id


def invite_colleague(session: Session, person_id: str, *, by: Actor, now: datetime) -> None:
    """Queue another mail with a first link; raises NotFound, TutorsAreInvited.

    There is nothing to send to a closed account, nor to somebody who has chosen a password.
    """
    person = get_person(session, person_id, seen_by=by, now=now)
    if holds_role(session, person_id, role=Role.TUTOR):
        raise TutorsAreInvited("Tutors are invited again where tutors are invited.")
    if person.password_hash or not unended(session, person_id, kind=Kind.ENABLED):
        raise NotFound
    mail_invitation(session, person_id, by=by, now=now)


def give_role(session: Session, person_id: str, *, role: Role, by: Actor, now: datetime) -> None:
    """Let somebody do this as well; nothing changes when they do already.

    Raises NotFound, OwnAccount, AdministratorsOnly, TutorsAreInvited.
    """
    get_other(session, person_id, by=by, now=now)
    _require_may_give(role, by=by)
    if not holds_role(session, person_id, role=role):
        begin(session, person_id, kind=Kind.ROLE, value=role, by=by, now=now)


def take_role(
    session: Session, person_id: str, *, period_id: str, by: Actor, now: datetime
) -> None:
    """End a role that runs; raises NotFound and the refusals of `give_role`, LastAdministrator."""
    get_other(session, person_id, by=by, now=now)
    held = unended(session, person_id, kind=Kind.ROLE)
    role = next((Role(row.value) for row in held if row.id == period_id), None)
    if role is None:
        raise NotFound
    _require_may_give(role, by=by)
    if role is Role.ADMINISTRATOR:
        _require_another_administrator(session, person_id)
    end(session, period_id, by=by, now=now)


def disable(session: Session, person_id: str, *, by: Actor, now: datetime) -> None:
    """Close an account and end every sign-in; raises NotFound, OwnAccount, LastAdministrator."""
    get_other(session, person_id, by=by, now=now)
    _require_another_administrator(session, person_id)
    for period in unended(session, person_id, kind=Kind.ENABLED):
        end(session, period.id, by=by, now=now)
    end_sign_ins(session, person_id)


def enable(session: Session, person_id: str, *, by: Actor, now: datetime) -> None:
    """Open an account again; nothing changes when it is open. Raises NotFound, OwnAccount."""
    get_other(session, person_id, by=by, now=now)
    if not unended(session, person_id, kind=Kind.ENABLED):
        begin(session, person_id, kind=Kind.ENABLED, by=by, now=now)


def set_phone(session: Session, person_id: str, *, phone: str, by: Actor, now: datetime) -> None:
    """Put somebody's number right; raises NotFound."""
    get_person(session, person_id, seen_by=by, now=now)
    session.execute(sa.update(Person).where(Person.id == person_id).values(phone=phone))
    note(session, "phone.set", by=by, subject=person_id, now=now)


def get_other(session: Session, person_id: str, *, by: Actor, now: datetime) -> Person:
    """Return somebody else whom the reader may see; raises NotFound, OwnAccount."""
    person = get_person(session, person_id, seen_by=by, now=now)
    if person_id == by.id:
        raise OwnAccount("Nobody changes their own account here. Ask somebody else to do it.")
    return person


def holds_role(session: Session, person_id: str, *, role: Role) -> bool:
    """Whether somebody does this."""
    return any(row.value == role for row in unended(session, person_id, kind=Kind.ROLE))


def _require_may_give(role: Role, *, by: Actor) -> None:
    if role is Role.TUTOR:
        raise TutorsAreInvited("A tutor is invited on a page of its own. A tutor stays one.")
    if role not in roles_to_give(by):
        raise AdministratorsOnly("Only an administrator makes somebody administrator or ends it.")


def _require_another_administrator(session: Session, person_id: str) -> None:
    if administrators(session) == {person_id}:
        message = "There is no other administrator with an open account. Add one first."
        raise LastAdministrator(message, subject=person_id)
