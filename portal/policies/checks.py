"""Who checked a version before it was published, and the help that nobody signs beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import rows
from portal.ledger.kept import keep
from portal.policies.drafts import Written
from portal.policies.models import Check, Help

HELPS = sa.select(Help.clause, Help.text).where(Help.version_id == sa.bindparam("version"))
CHECKS = sa.select(Check.version_id, Check.written_by, Check.checked_by_name, Check.checked_at)


def record_check(session: Session, version_id: str, draft: Written, *, now: datetime) -> None:
    """Keep who wrote a version and who approved it, nobody where there was nobody to."""
    given = draft.approval
    row = {"version_id": version_id, "written_by": " ".join(sorted(draft.editors))}
    row |= {"checked_by": given.by if given else "", "checked_by_name": given.name if given else ""}
    keep(session, Check, {**row, "checked_at": given.at if given else now})


def record_helps(
    session: Session, version_id: str, helps: Mapping[str, str], *, by: Actor, now: datetime
) -> None:
    """Keep the help beside the clauses of a version."""
    told = {"recorded_at": now, "recorded_by": by.id}
    for clause, text in helps.items():
        keep(session, Help, {"version_id": version_id, "clause": clause, "text": text, **told})


def helps_of(session: Session, version_id: str) -> dict[str, str]:
    """Return the help beside a version's clauses, by their ids."""
    return {row.clause: row.text for row in rows(session, HELPS, version=version_id)}


def checks(session: Session) -> dict[str, Any]:
    """Return who wrote and who checked each version that was written here, "" where nobody did."""
    return {row.version_id: row for row in rows(session, CHECKS)}
