"""An assisted sitting: somebody named reads the frozen attempt aloud, and the tutor chooses.

It is written down before the choices it concerns, and whoever reads aloud has shown who they are.
"""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import rows
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.people.directory import in_role
from portal.people.models import Kind, Person
from portal.people.queries import managers_of, team_of
from portal.quizzes.models import Sitting
from portal.quizzes.queries import Try, get_attempt

OF_ATTEMPT = (
    sa.select(Sitting.helper_id, Sitting.helper_role, Sitting.after, Sitting.began_at, Person.name)
    .join(Person, Person.id == Sitting.helper_id)
    .where(Sitting.attempt_id == sa.bindparam("attempt"))
)


class NoHelper(Refusal):
    """This person cannot read this attempt aloud; the sentence says why."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "no-helper"


def find_sitting(session: Session, attempt_id: str) -> Any | None:
    """Return who reads this attempt aloud, in which role and after how many choices, or None."""
    return next(iter(rows(session, OF_ATTEMPT, attempt=attempt_id)), None)


def name_helper(
    session: Session, attempt_id: str, *, helper_id: str, by: Actor, now: datetime
) -> None:
    """Keep who reads the rest of an attempt aloud; they have just proved who they are.

    Raises NotFound for somebody else's attempt, and NoHelper.
    """
    tried = get_attempt(session, attempt_id, person_id=by.id)
    _require_open(session, tried)
    helper, role = _helper(session, helper_id, tutor_id=by.id, now=now)
    row = {"attempt_id": attempt_id, "helper_id": helper.id, "helper_role": role}
    keep(session, Sitting, {**row, "after": len(tried.choices), "began_at": now})
    told = {"attempt": attempt_id, "helper": helper.id, "name": helper.name, "role": role}
    told |= {"after": len(tried.choices)}
    note(session, "attempt.assisted", by=by, subject=by.id, now=now, **told)


def _require_open(session: Session, tried: Try) -> None:
    if tried.outcome:
        raise NoHelper("This attempt is closed: what was chosen in it was chosen alone.")
    if found := find_sitting(session, tried.id):
        raise NoHelper(f"{found.name} is named already as the one who reads this attempt aloud.")


def _helper(session: Session, helper_id: str, *, tutor_id: str, now: datetime) -> tuple[Any, str]:
    """Return the person and the role in which they help; raises NoHelper for anyone else."""
    if helper_id == tutor_id:
        raise NoHelper("Somebody else has to read it aloud.")
    team = team_of(session, tutor_id, now=now)
    leading = managers_of(session, team, now=now) if team else {}
    names = ((Kind.LEADS, "learning manager"), (Kind.DEPUTISES, "deputy"))
    found = [(leading[kind], role) for kind, role in names if kind in leading]
    found += [(each, "HR") for each in in_role(session, Role.HR, now=now)]
    for each, role in found:
        if each.id == helper_id:
            return each, role
    raise NoHelper("Only your learning manager, the deputy or somebody in HR can read it aloud.")
