"""Who answers a request for a second waiver: HR, and where HR is one person, a second one."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.people.directory import in_role


def answerers(session: Session, request: Any, *, now: datetime) -> set[str]:
    """Return the ids of those who may answer; nobody where HR could not approve it at all.

    Somebody else of HR. Where HR alone has asked, HR approves and a safeguarding lead looks at it;
    where there is no such person either, whoever asked, and the register says that nobody checked.
    """
    hr = _holders(session, Role.HR, now=now) - {request.person_id}
    if others := hr - {request.asked_by}:
        return others
    leads = _holders(session, Role.SAFEGUARDING_LEAD, now=now) - {request.person_id}
    return hr and (leads - hr or hr)


def may_answer(session: Session, request: Any, *, by: Actor, now: datetime) -> bool:
    """Whether this person may answer it."""
    return by.id in answerers(session, request, now=now)


def _holders(session: Session, role: Role, *, now: datetime) -> set[str]:
    return {row.id for row in in_role(session, role, now=now)}
