"""Read the versions in the making, and whether a second person approved what they say now."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.policies.manuscript import Manuscript
from portal.policies.models import Draft, DraftApproval, DraftReturn

MAJOR, MINOR = "major", "minor"
OPEN = sa.select(Draft).where(Draft.closed_at.is_(None)).order_by(Draft.changed_at.desc())
ONE = sa.select(Draft).where(Draft.id == sa.bindparam("draft"))
APPROVALS = (
    sa.select(DraftApproval)
    .where(DraftApproval.draft_id == sa.bindparam("draft"))
    .order_by(DraftApproval.approved_at.desc())
)
RETURNS = (
    sa.select(DraftReturn)
    .where(DraftReturn.draft_id == sa.bindparam("draft"))
    .order_by(DraftReturn.returned_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """From when and for whom: what is said beside the words.

    `effective_on` None is the day of publishing. The audience counts for a first version only.
    """

    kind: str = MAJOR
    effective_on: date | None = None
    grace_days: int
    renewal_months: int
    audience: tuple[str, str] = ("all", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Who approved an edition, and when."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """Who sent a draft back last, when and why; `as_it_is`: it was not changed since."""

    name: str
    at: datetime
    reason: str
    as_it_is: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A draft as it is now; `approval` is None unless somebody approved exactly this.

    Of an approval and a no to the same words the later holds.
    """

    id: str
    policy: str
    based_on: str
    manuscript: Manuscript
    terms: Terms
    source: str
    edition: int
    editors: frozenset[str]
    begun_at: datetime
    changed_at: datetime
    changed_by: str
    approval: Approved | None
    sent_back: SentBack | None
    closed: bool
    version_id: str | None  # what it became

    @property
    def refused(self) -> bool:
        """Whether a second person said no to exactly this."""
        return self.sent_back is not None and self.sent_back.as_it_is

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is approved: words, help, terms, and what they build on."""
        return _digest(self.policy, self.based_on, self.manuscript, self.terms)


def drafts(session: Session) -> tuple[Written, ...]:
    """Return the drafts that are open, the one changed last first."""
    return tuple(written(session, row) for row in session.scalars(OPEN))


def get_draft(session: Session, draft_id: str) -> Written:
    """Return a draft, closed or not; raises NotFound."""
    return written(session, get_row(session, draft_id))


def get_row(session: Session, draft_id: str) -> Draft:
    """Return the row as it is now; raises NotFound."""
    found: Draft | None = session.scalar(ONE, {"draft": draft_id})
    if found is None:
        raise NotFound
    session.refresh(found)
    return found


def columns(manuscript: Manuscript, terms: Terms) -> dict[str, Any]:
    """Return words and terms as the table has them."""
    kind, value = terms.audience
    return {
        "manuscript": manuscript.model_dump_json(),
        "kind": terms.kind,
        "effective_on": terms.effective_on.isoformat() if terms.effective_on else "",
        "grace_days": terms.grace_days,
        "renewal_months": terms.renewal_months,
        "audience_kind": kind,
        "audience_value": value,
    }


def written(session: Session, row: Draft) -> Written:
    """Return the draft in this row."""
    manuscript = Manuscript.model_validate_json(row.manuscript)
    terms = Terms(
        kind=row.kind,
        effective_on=date.fromisoformat(row.effective_on) if row.effective_on else None,
        grace_days=row.grace_days,
        renewal_months=row.renewal_months,
        audience=(row.audience_kind, row.audience_value),
    )
    digest = _digest(row.policy, row.based_on, manuscript, terms)
    editors = frozenset(row.editors.split())
    no = _sent_back(session, row.id, digest=digest)
    yes = _approval(session, row.id, digest=digest, editors=editors)
    if yes and no and no.as_it_is and no.at >= yes.at:
        yes = None
    return Written(
        id=row.id,
        policy=row.policy,
        based_on=row.based_on,
        manuscript=manuscript,
        terms=terms,
        source=row.source,
        edition=row.edition,
        editors=editors,
        begun_at=row.begun_at,
        changed_at=row.changed_at,
        changed_by=row.changed_by_name,
        approval=yes,
        sent_back=None if yes else no,
        closed=row.closed_at is not None,
        version_id=row.version_id,
    )


def _approval(
    session: Session, draft_id: str, *, digest: str, editors: Collection[str]
) -> Approved | None:
    found = session.scalars(APPROVALS, {"draft": draft_id})
    return next(
        (
            Approved(by=each.approved_by, name=each.approved_by_name, at=each.approved_at)
            for each in found
            if each.digest == digest and each.approved_by not in editors
        ),
        None,
    )


def _sent_back(session: Session, draft_id: str, *, digest: str) -> SentBack | None:
    last: DraftReturn | None = session.scalar(RETURNS, {"draft": draft_id})
    if last is None:
        return None
    return SentBack(
        name=last.returned_by_name,
        at=last.returned_at,
        reason=last.reason,
        as_it_is=last.digest == digest,
    )


def _digest(policy: str, based_on: str, manuscript: Manuscript, terms: Terms) -> str:
    said = {"policy": policy, "based_on": based_on, **columns(manuscript, terms)}
    plain = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
