"""Waivers: time-limited, reasoned exceptions; and what a suspended tutor is told. Append-only."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Waiver(Base):
    """Leave to teach until a moment although one policy is not signed."""

    __tablename__ = "waivers"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"))
    major: Mapped[int]
    cycle: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(500))
    granted_by: Mapped[str] = mapped_column(sa.String(16))
    hr_by: Mapped[str] = mapped_column(sa.String(16), default="")
    recorded_at: Mapped[datetime]


class WaiverEnd(Base):
    """A waiver ended before its time."""

    __tablename__ = "waiver_ends"

    waiver_id: Mapped[str] = mapped_column(sa.ForeignKey("waivers.id"), primary_key=True)
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class WaiverRequest(Base):
    """A second waiver that somebody asks HR for; why stands among the reasons of people."""

    __tablename__ = "waiver_requests"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"))
    major: Mapped[int]
    cycle: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(sa.String(16))
    asked_at: Mapped[datetime]


class WaiverAnswer(Base):
    """What HR said to such a request: the waiver it granted, or none."""

    __tablename__ = "waiver_answers"

    request_id: Mapped[str] = mapped_column(sa.ForeignKey("waiver_requests.id"), primary_key=True)
    waiver_id: Mapped[str | None] = mapped_column(sa.ForeignKey("waivers.id"))
    answered_by: Mapped[str] = mapped_column(sa.String(16))
    answered_at: Mapped[datetime]


class Release(Base):
    """HR lets a tutor know of their suspension, and whom to ask about it."""

    __tablename__ = "releases"

    period_id: Mapped[str] = mapped_column(sa.ForeignKey("periods.id"), primary_key=True)
    released_at: Mapped[datetime]
    released_by: Mapped[str] = mapped_column(sa.String(16))
    ask_name: Mapped[str] = mapped_column(sa.String(120))
    ask_phone: Mapped[str] = mapped_column(sa.String(40))
