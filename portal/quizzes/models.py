"""Approvals, attempts, choices, results: append-only, as all but the draft is.

An attempt without a result is open.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Approval(Base):
    """A named person answers for one scenario, word for word (its digest)."""

    __tablename__ = "approvals"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    scenario: Mapped[str] = mapped_column(sa.String(20))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    approved_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(sa.String(16))
    approved_by_name: Mapped[str] = mapped_column(sa.String(120))


class ApprovalEnd(Base):
    """An approval taken back: the scenario is not drawn from then on."""

    __tablename__ = "approval_ends"

    approval_id: Mapped[str] = mapped_column(sa.ForeignKey("approvals.id"), primary_key=True)
    ends_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500))


class Attempt(Base):
    """One tutor's go; `drawn` is the frozen copy of scenarios and option order as JSON."""

    __tablename__ = "attempts"
    __table_args__ = (sa.UniqueConstraint("person_id", "policy", "major", "cycle", "n"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"))
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"))
    policy: Mapped[str] = mapped_column(sa.String(60))
    major: Mapped[int]
    cycle: Mapped[int]
    n: Mapped[int]
    scope: Mapped[str] = mapped_column(sa.String(10))
    quiz_digest: Mapped[str] = mapped_column(sa.String(64))
    drawn: Mapped[str] = mapped_column(sa.Text)
    opened_at: Mapped[datetime]


class Choice(Base):
    """One choice at one step, in the order it was made; the sequence refuses a second tab."""

    __tablename__ = "choices"

    attempt_id: Mapped[str] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scenario: Mapped[str] = mapped_column(sa.String(20))
    step: Mapped[str] = mapped_column(sa.String(20))
    option: Mapped[str] = mapped_column(sa.String(160))  # room for several, apart by spaces
    chosen_at: Mapped[datetime]


class Sitting(Base):
    """Somebody reads an attempt aloud to its tutor, who chooses; `after` so many choices."""

    __tablename__ = "sittings"

    attempt_id: Mapped[str] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    helper_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"))
    helper_role: Mapped[str] = mapped_column(sa.String(20))
    after: Mapped[int]
    began_at: Mapped[datetime]


class Result(Base):
    """What came of an attempt; with it the attempt is closed for good."""

    __tablename__ = "results"

    attempt_id: Mapped[str] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    closed_at: Mapped[datetime]
    score: Mapped[int]
    out_of: Mapped[int]
    passed: Mapped[bool]
    missed: Mapped[str] = mapped_column(sa.Text)  # clause ids as a JSON list


class Reopened(Base):
    """A missed clause that the tutor opened again after a failed attempt."""

    __tablename__ = "reopened"

    attempt_id: Mapped[str] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    opened_at: Mapped[datetime]


class Unlock(Base):
    """A wait lifted by a manager, deputy or HR; why says the ledger, `note` in old rows only."""

    __tablename__ = "unlocks"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    policy: Mapped[str] = mapped_column(sa.String(60))
    major: Mapped[int]
    unlocked_at: Mapped[datetime]
    unlocked_by: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.String(500))


class Remarking(Base):
    """A question withdrawn as wrong, word for word: every attempt at it is marked again."""

    __tablename__ = "remarkings"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    scenario: Mapped[str] = mapped_column(sa.String(20))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    pass_percent: Mapped[int]
    must_cover: Mapped[str] = mapped_column(sa.Text)  # clause ids as a JSON list
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(sa.String(16))
    made_by_name: Mapped[str] = mapped_column(sa.String(120))


class Remarked(Base):
    """A closed attempt marked again without what was withdrawn so far; its result stays."""

    __tablename__ = "remarked_results"

    remarking_id: Mapped[str] = mapped_column(sa.ForeignKey("remarkings.id"), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(
        sa.ForeignKey("attempts.id"), primary_key=True, index=True
    )
    marked_at: Mapped[datetime]
    score: Mapped[int]
    out_of: Mapped[int]
    passed: Mapped[bool]
    missed: Mapped[str] = mapped_column(sa.Text)  # clause ids as a JSON list


class QuizVersion(Base):
    """A quiz file as it was published, byte for byte; the newest of its major is live."""

    __tablename__ = "quiz_versions"
    __table_args__ = (sa.UniqueConstraint("policy", "major", "n"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    policy: Mapped[str] = mapped_column(sa.String(60))
    major: Mapped[int]
    n: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[bytes] = mapped_column(sa.LargeBinary)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(sa.String(16))
    published_by_name: Mapped[str] = mapped_column(sa.String(120))


class QuizDraft(Base):
    """What an author is writing, faults and all; `n` counts how often it was saved."""

    __tablename__ = "quiz_drafts"

    policy: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    n: Mapped[int]
    source: Mapped[bytes] = mapped_column(sa.LargeBinary)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(sa.String(16))
    saved_by_name: Mapped[str] = mapped_column(sa.String(120))


class Ruling(Base):
    """What the company decided about a card, and who decided it; the newest of a card stands.

    `digest` is that of the card's words as they were then.
    """

    __tablename__ = "rulings"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    card: Mapped[str] = mapped_column(sa.String(20), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    words: Mapped[str] = mapped_column(sa.String(500))
    given_by: Mapped[str] = mapped_column(sa.String(120))
    given_on: Mapped[str] = mapped_column(sa.String(10))  # a date, as 2026-11-30
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))
    recorded_by_name: Mapped[str] = mapped_column(sa.String(120))
