"""Why something was done about a person: apart from the evidence, so that it can be erased."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import rows
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.people.models import Reason

REASONS = sa.select(Reason.about, Reason.text).where(
    Reason.about.in_(sa.bindparam("about", expanding=True))
)


def of_end(about: str) -> str:
    """Return the key of the reason why something ended."""
    return f"end {about}"


def give_reason(
    session: Session, about: str, text: str, *, of: str, by: Actor, now: datetime, **facts: Any
) -> None:
    """Keep the words; `of` is the person, `facts` tell the ledger what kind of thing it is."""
    keep(session, Reason, {"about": about, "text": text})
    note(session, "reason.given", by=by, subject=of, now=now, about=about, **facts)


def reasons(session: Session, about: Collection[str]) -> dict[str, str]:
    """Return the words that were given for these, by key; those erased are left out."""
    return {row.about: row.text for row in rows(session, REASONS, about=list(about))}
