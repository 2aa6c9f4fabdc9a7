"""The second person of what is signed by hand: who that may be, and asking them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Role
from portal.outbox.actions import queue
from portal.people.directory import in_role

TO_CONFIRM = "paper-to-confirm"  # the mail that an original waits
SECOND = (Role.HR, Role.SAFEGUARDING_LEAD)


def ask_second(session: Session, row: dict[str, Any], *, now: datetime) -> None:
    """Queue word to everybody who may confirm this original, each once."""
    able = {each.id for role in SECOND for each in in_role(session, role, now=now)}
    for person in sorted(able - {row["recorded_by"], row["person_id"]}):
        key, payload = f"{TO_CONFIRM} {row['id']} {person}", {"paper": row["id"], "person": person}
        queue(session, TO_CONFIRM, key=key, payload=payload, now=now)
