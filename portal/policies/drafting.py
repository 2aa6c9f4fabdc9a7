"""Begin, write, approve and put away a version in the making."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import new_id
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.policies.drafts import Terms, Written, columns, get_draft, get_row, written
from portal.policies.manuscript import Manuscript
from portal.policies.models import Draft, DraftApproval, DraftReturn


class ChangedMeanwhile(Refusal):
    """Somebody else saved the draft since this page was opened."""

    code = "draft-changed"
    leaves_trace = False

    def __init__(self) -> None:
        super().__init__(
            "Somebody saved this draft since you opened the page. Your words are kept below;"
            " the other ones are on the draft’s page."
        )


class Closed(Refusal):
    """The draft was published or put away."""

    code = "draft-closed"

    def __init__(self) -> None:
        super().__init__("This draft is closed. Nothing was changed. Begin a new one.")


class OwnWords(Refusal):
    """Whoever wrote a draft does not check it."""

    code = "own-draft"

    def __init__(self) -> None:
        super().__init__("You wrote in this draft, so somebody else has to check it.")


def begin(
    session: Session,
    policy: str,
    manuscript: Manuscript,
    *,
    based_on: str,
    terms: Terms,
    source: str = "",
    by: Actor,
    now: datetime,
) -> str:
    """Begin a draft and return its id; `source` is the name of the file it came from."""
    draft_id = new_id()
    row: dict[str, Any] = {"id": draft_id, "policy": policy, "based_on": based_on}
    row |= {"source": source[:200]}
    row |= {"edition": 1, "begun_at": now, "editors": by.id, **columns(manuscript, terms)}
    changed = {"changed_at": now, "changed_by_name": by.name}
    session.execute(sa.insert(Draft), {**row, **changed, "closed_at": None, "version_id": None})
    told = {"policy": policy, "source": source[:200], "clauses": len(manuscript.passages)}
    note(session, "draft.begun", by=by, subject=draft_id, now=now, **told)
    return draft_id


def revise(
    session: Session,
    draft_id: str,
    *,
    edition: int,
    manuscript: Manuscript | None = None,
    terms: Terms | None = None,
    based_on: str | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Save what was changed; raises NotFound, Closed, and ChangedMeanwhile for an old edition.

    An approval of what was there before stands for that only.
    """
    row = _open_row(session, draft_id)
    if row.edition != edition:
        raise ChangedMeanwhile
    known = written(session, row)
    new = columns(manuscript or known.manuscript, terms or known.terms)
    new |= {"based_on": known.based_on if based_on is None else based_on}
    editors = " ".join(sorted(known.editors | {by.id}))
    new |= {"editors": editors, "changed_at": now, "changed_by_name": by.name}
    session.execute(sa.update(Draft).where(Draft.id == draft_id).values(**new, edition=edition + 1))
    digest = get_draft(session, draft_id).digest
    note(session, "draft.changed", by=by, subject=draft_id, now=now, digest=digest)


def approve(session: Session, draft_id: str, *, digest: str, by: Actor, now: datetime) -> str:
    """Record a second person's word for exactly what they were shown; return the word's id.

    Raises NotFound, Closed, OwnWords, and ChangedMeanwhile when the draft says something else now.
    """
    _require_checker(session, draft_id, digest=digest, by=by)
    word = new_id()
    row = {"id": word, "draft_id": draft_id, "digest": digest, "approved_at": now}
    keep(session, DraftApproval, {**row, "approved_by": by.id, "approved_by_name": by.name})
    note(session, "draft.approved", by=by, subject=draft_id, now=now, digest=digest)
    return word


def send_back(
    session: Session, draft_id: str, *, digest: str, reason: str, by: Actor, now: datetime
) -> str:
    """Record a second person's no to what they were shown, and why; return the word's id.

    An approval of the same words from before does not count any more. Raises what `approve` does.
    """
    _require_checker(session, draft_id, digest=digest, by=by)
    word = new_id()
    row = {"id": word, "draft_id": draft_id, "digest": digest, "reason": reason}
    told = {"returned_at": now, "returned_by": by.id, "returned_by_name": by.name}
    keep(session, DraftReturn, {**row, **told})
    note(session, "draft.sent-back", by=by, subject=draft_id, now=now, digest=digest)
    return word


def put_away(session: Session, draft_id: str, *, by: Actor, now: datetime) -> None:
    """Close a draft without publishing it; raises NotFound, Closed."""
    _open_row(session, draft_id)
    close(session, draft_id, version_id=None, now=now)
    note(session, "draft.put-away", by=by, subject=draft_id, now=now)


def close(session: Session, draft_id: str, *, version_id: str | None, now: datetime) -> None:
    """Mark a draft as published, or as put away; whoever calls tells the ledger why."""
    values = {"closed_at": now, "version_id": version_id}
    session.execute(sa.update(Draft).where(Draft.id == draft_id).values(**values))


def require_open(session: Session, draft_id: str) -> Written:
    """Return a draft that is open; raises NotFound, Closed."""
    return written(session, _open_row(session, draft_id))


def _require_checker(session: Session, draft_id: str, *, digest: str, by: Actor) -> None:
    known = require_open(session, draft_id)
    if by.id in known.editors:
        raise OwnWords
    if known.digest != digest:
        raise ChangedMeanwhile


def _open_row(session: Session, draft_id: str) -> Draft:
    row = get_row(session, draft_id)
    if row.closed_at:
        raise Closed
    return row
