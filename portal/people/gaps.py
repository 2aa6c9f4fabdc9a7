"""What is still missing before tutors can come and have somebody to ring, for who can mend it.

Whether anybody can be invited is decided in the room that invites; create_app gives its answer
down here, so that it is printed and not said again.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.people.teams import team_entries

MENDERS = (Role.ADMINISTRATOR, Role.HR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that is missing, and the page where it is put right."""

    sentence: str
    href: str


def gaps(session: Session, *, seen_by: Actor, now: datetime) -> tuple[Gap, ...]:
    """Return what is missing, first what keeps tutors out; nothing for who cannot mend it."""
    if not seen_by.has(*MENDERS):
        return ()
    hindrances = current_app.extensions["hindrances"](session)
    shut = (Gap(sentence=each.sentence, href=url_for(each.mend)) for each in hindrances)
    return (*shut, *_of_teams(session, now=now))


def _of_teams(session: Session, *, now: datetime) -> tuple[Gap, ...]:
    teams = team_entries(session, now=now)
    if not teams:
        return (Gap(sentence="There is no team to invite to yet", href=url_for("people.teams")),)
    return tuple(
        Gap(sentence=team.fault, href=url_for("people.team", team_id=team.id))
        for team in teams
        if team.fault
    )
