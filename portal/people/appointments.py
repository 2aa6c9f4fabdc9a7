"""Change the teams and tags: who leads, who deputises, which tutor is on which, and has which.

Changes run one after another (see db.py), so what is checked here still holds at the commit.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.errors import NotFound, Refusal
from portal.people import actions
from portal.people.accounts import OwnAccount, get_other, holds_role
from portal.people.actions import begin, end
from portal.people.directory import unended
from portal.people.models import Kind
from portal.people.queries import teams
from portal.people.rules import search_key
from portal.people.teams import candidates, offices


class NotFree(Refusal):
    """This person cannot take that on."""

    code = "not-free"


class TeamKnown(Refusal):
    """There is a team of this name."""

    code = "team-known"


def add_team(session: Session, name: str, *, by: Actor, now: datetime) -> str:
    """Add a team and return its id; raises TeamKnown, also for a name that reads the same."""
    if search_key(name) in {search_key(known) for _, known in teams(session)}:
        raise TeamKnown(f"There is a team called {name} already. Choose another name")
    return actions.add_team(session, name, by=by, now=now)


def appoint(
    session: Session, person_id: str, *, team_id: str, office: Kind, by: Actor, now: datetime
) -> None:
    """Let somebody lead (`Kind.LEADS`) or deputise for a team; whoever did so before stops.

    A deputy who becomes the learning manager stops deputising. Raises NotFound for the team,
    NotFree for somebody who cannot take it on.
    """
    held = _offices(session, team_id, now=now)
    if (office, person_id) in {(row.kind, row.person_id) for row in held}:
        return
    _require_free(session, person_id, office=office, held=held, by=by)
    for row in held:
        if row.kind == office or row.person_id == person_id:
            end(session, row.id, by=by, now=now)
    begin(session, person_id, kind=office, value=team_id, by=by, now=now)


def relieve(session: Session, team_id: str, *, by: Actor, now: datetime) -> None:
    """Leave a team without a deputy; raises NotFound."""
    for row in _offices(session, team_id, now=now):
        if row.kind == Kind.DEPUTISES:
            end(session, row.id, by=by, now=now)


def move(session: Session, person_id: str, *, team_id: str, by: Actor, now: datetime) -> None:
    """Put a tutor on a team, off any other; nothing changes when they are on it.

    Raises NotFound for an unknown team and for somebody who is no tutor, OwnAccount.
    """
    get_other(session, person_id, by=by, now=now)
    is_tutor = holds_role(session, person_id, role=Role.TUTOR)
    if not is_tutor or team_id not in dict(teams(session)):
        raise NotFound
    periods = unended(session, person_id, kind=Kind.TEAM)
    if team_id in {period.value for period in periods}:
        return
    for period in periods:
        end(session, period.id, by=by, now=now)
    begin(session, person_id, kind=Kind.TEAM, value=team_id, by=by, now=now)


def give_tag(session: Session, person_id: str, tag: str, *, by: Actor, now: datetime) -> None:
    """Tag a tutor, so that what is for this tag is for them; nothing changes when they have it.

    Raises NotFound for somebody who is no tutor, OwnAccount.
    """
    get_other(session, person_id, by=by, now=now)
    if not holds_role(session, person_id, role=Role.TUTOR):
        raise NotFound
    if tag not in {period.value for period in unended(session, person_id, kind=Kind.TAG)}:
        begin(session, person_id, kind=Kind.TAG, value=tag, by=by, now=now)


def end_tag(session: Session, person_id: str, *, period_id: str, by: Actor, now: datetime) -> None:
    """End a tag that somebody has; raises NotFound, OwnAccount."""
    get_other(session, person_id, by=by, now=now)
    if period_id not in {period.id for period in unended(session, person_id, kind=Kind.TAG)}:
        raise NotFound
    end(session, period_id, by=by, now=now)


def _offices(session: Session, team_id: str, *, now: datetime) -> list[Any]:
    if team_id not in dict(teams(session)):
        raise NotFound
    periods = offices(session, now=now)
    return [row for row in periods if row.team_id == team_id and not row.ends_at]


def _require_free(
    session: Session, person_id: str, *, office: Kind, held: list[Any], by: Actor
) -> None:
    if person_id == by.id:
        raise OwnAccount("Nobody appoints themselves. Ask somebody else to do it.")
    if person_id not in dict(candidates(session)):
        raise NotFree("Choose somebody with an open account who is more than a tutor.")
    leads = {row.person_id for row in held if row.kind == Kind.LEADS}
    if office is Kind.DEPUTISES and person_id in leads:
        raise NotFree("This person leads the team. Choose somebody else as deputy.")
