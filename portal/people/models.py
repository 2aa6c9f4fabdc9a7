"""People, what is dated about them, and their ways in."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Kind(StrEnum):
    """What a dated period says of a person; `value` names the role, team or tag."""

    ENGAGEMENT = "engagement"
    ENABLED = "enabled"
    SUSPENSION = "suspension"
    ROLE = "role"
    TEAM = "team"
    TAG = "tag"
    LEADS = "leads"
    DEPUTISES = "deputises"


class Person(Base):
    """Somebody with an account; these details may be put right, the evidence keeps its own."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    confirmed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class Team(Base):
    """Tutors under one learning manager and one deputy."""

    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)


class Dated(Base):
    """A period of one person's standing, from a moment on; its end is another row."""

    __tablename__ = "periods"
    __table_args__ = (
        sa.Index("ix_periods_person_id_kind", "person_id", "kind"),
        sa.Index("ix_periods_kind_value", "kind", "value"),
    )

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    value: Mapped[str] = mapped_column(sa.String(40), default="")
    starts_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")


class DatedEnd(Base):
    """The end of a period, recorded once."""

    __tablename__ = "period_ends"

    period_id: Mapped[str] = mapped_column(sa.ForeignKey("periods.id"), primary_key=True)
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")


class EndCorrection(Base):
    """The end of a period put right before it came; without one the period does not end.

    The last one of a period holds. Why stands in `reasons`, by this id.
    """

    __tablename__ = "end_corrections"
    __table_args__ = (sa.UniqueConstraint("period_id", "nth"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    period_id: Mapped[str] = mapped_column(sa.ForeignKey("period_ends.period_id"))
    nth: Mapped[int]
    ends_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class Reason(Base):
    """Why something was done about a person, in somebody's own words; apart, so that it can go.

    `about` is the id of the period or waiver; the end of one goes by "end " and its id.
    """

    __tablename__ = "reasons"

    about: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(1000))


class Contact(Base):
    """Somebody to ring who is not on a team; the newest row of a kind holds."""

    __tablename__ = "contacts"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str] = mapped_column(sa.String(40))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class SignIn(Base):
    """One browser that is signed in; the id is the digest of the token in its cookie."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    shared: Mapped[bool]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(sa.String(60))
    agent: Mapped[str] = mapped_column(sa.String(200))


class Failed(Base):
    """One failed proof of identity; `key` is a digest of the address typed or the network."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (sa.Index("ix_failed_sign_ins_key_at", "key", "at"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


class Link(Base):
    """A single-use way in; only the digest of its token is kept.

    `sent_with` names the row of the outbox that mailed it, "" for one printed by a command.
    """

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_with: Mapped[str] = mapped_column(sa.String(16), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Comfort(Base):
    """How one person likes to read: text size, spacing, tint. The wish is kept, never a reason."""

    __tablename__ = "comforts"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    size: Mapped[str] = mapped_column(sa.String(10))
    spacing: Mapped[str] = mapped_column(sa.String(10))
    tint: Mapped[str] = mapped_column(sa.String(10))
